import { isAbsolute } from 'node:path';
import type { z } from 'zod';
import type { Policy } from './grants/policy.ts';
import { readSecretFile, type SecretSource } from './secret-source.ts';
import {
  notesOf,
  type SettingName,
  type Settings,
  secretFileName,
  secretFileNames,
  settingNames,
  settingsSchema,
} from './settings.ts';

/** What an operator decides, read once at the start. */
export interface Config {
  readonly slack: {
    readonly botToken: string;
    /** Present: Socket Mode. Absent: HTTP, and then `signingSecret` is present. */
    readonly appToken?: string;
    readonly signingSecret?: string;
    readonly channelId: string;
    /** Ends in a slash. */
    readonly apiUrl: string;
  };
  /** `port` is for HTTP mode. At `healthPort` the process says what there is to say of itself, metrics included. */
  readonly http: { readonly port: number; readonly healthPort?: number };
  /** Called each minute while all is well; may hold a token. */
  readonly heartbeatUrl?: string;
  readonly mongodb: { readonly uri: string; readonly database: string };
  readonly atlas: {
    /** Does not end in a slash. */
    readonly baseUrl: string;
    readonly organizationId: string;
    readonly clientId: string;
    readonly clientSecret: SecretSource;
    /** The second account, used only to switch the organization's block. */
    readonly block?: { readonly clientId: string; readonly clientSecret: SecretSource };
  };
  readonly ledger: {
    readonly signer?:
      | {
          readonly kind: 'command';
          /** The absolute path of a program, then its arguments. */
          readonly command: readonly [string, ...string[]];
          /** The environment without the bot's own settings. */
          readonly environment: Readonly<Record<string, string>>;
          /** By which the program signs. */
          readonly publicKeyPath: string;
        }
      | { readonly kind: 'key-file'; readonly path: string };
    /** The address may hold a secret. */
    readonly webhook?: { readonly url: string; readonly secret: string; readonly privateHosts: readonly string[] };
    /** Each new entry is one line of the log. */
    readonly inLog: boolean;
  };
  /** `observe`: nothing is ever changed at the provider. */
  readonly mode: Settings['MODE'];
  readonly policy: Pick<Policy, 'deciders' | 'owners' | 'ownApprovalCounts'>;
  /** A cron expression that node-cron accepts. */
  readonly sweepSchedule: string;
  readonly logLevel: Settings['LOG_LEVEL'];
}

type Environment = Readonly<Record<string, string | undefined>>;

type ConfigResult =
  /** `secrets` are the values that must never reach a log: give them to the logger. */
  | { readonly ok: true; readonly config: Config; readonly secrets: readonly string[] }
  /** For people, one setting each. They repeat no value, so they may be printed before there is a logger. */
  | { readonly ok: false; readonly problems: readonly string[] };

interface Given {
  readonly values: Readonly<Record<string, string>>;
  /** The paths of the files from which secrets were read. */
  readonly files: ReadonlyMap<SettingName, string>;
  /** What is wrong with such a file, or with naming it. */
  readonly fileProblems: ReadonlyMap<SettingName, string>;
}

/**
 * Reads the settings out of an environment, and secrets out of the files that it names. Space around a value is dropped and
 * an empty value counts as not set, as files of settings and container platforms leave both behind.
 */
export function loadConfig(env: Environment): ConfigResult {
  const given = givenIn(env);
  const parsed = settingsSchema.safeParse(given.values);
  if (!parsed.success || given.fileProblems.size > 0) return { ok: false, problems: problemsIn(given, parsed.error) };
  return { ok: true, config: toConfig(parsed.data, given, env), secrets: secretsIn(given.values) };
}

/** Left out, then set because another is, then at odds with none: more rounds mean that the schema contradicts itself. */
const mostRounds = 4;

/** As much of the settings as can be used: in place of those that cannot stand others, with which nothing may be done. */
export function loadUsable(env: Environment): {
  readonly config: Config;
  readonly secrets: readonly string[];
  /** As `loadConfig` has them; none where all is well. */
  readonly problems: readonly string[];
  readonly unusable: readonly SettingName[];
} {
  const given = givenIn(env);
  const first = settingsSchema.safeParse(given.values);
  const problems = problemsIn(given, first.error);
  const unusable = new Set(given.fileProblems.keys());
  const values: Partial<Record<SettingName, string>> = { ...given.values };
  let parsed = first;
  for (let round = 1; !parsed.success; round++) {
    if (round > mostRounds) throw new Error('The settings cannot be made usable', { cause: parsed.error });
    for (const name of namesIn(parsed.error)) {
      // One that may be left out is, the first time; and what has to be set then, because another is, has its example.
      if (values[name] === undefined || unusable.has(name)) values[name] = notesOf(name).example;
      else delete values[name];
      unusable.add(name);
    }
    parsed = settingsSchema.safeParse(values);
  }
  return {
    config: toConfig(parsed.data, given, env),
    secrets: secretsIn(given.values),
    problems,
    unusable: [...unusable],
  };
}

const namesIn = ({ issues }: z.ZodError): SettingName[] =>
  settingNames().filter((name) => issues.some(({ path }) => path[0] === name));

function givenIn(env: Environment): Given {
  const values: Record<string, string> = {};
  const files = new Map<SettingName, string>();
  const fileProblems = new Map<SettingName, string>();
  for (const name of settingNames()) {
    const value = env[name]?.trim();
    const path = notesOf(name).secret && env[secretFileName(name)]?.trim();
    if (value) values[name] = value;
    if (!path) continue;
    files.set(name, path);
    const read = secretIn(path, value !== undefined && value !== '', name);
    if (read.ok) {
      values[name] = read.value;
      continue;
    }
    fileProblems.set(name, read.problem);
    // In place of a secret that cannot be read, so that no rule between settings takes it for not set.
    values[name] ??= notesOf(name).example;
  }
  return { values, files, fileProblems };
}

function secretIn(path: string, isGiven: boolean, name: SettingName): ReturnType<typeof readSecretFile> {
  if (isGiven) return { ok: false, problem: `is set beside ${name}: only one of the two can hold the secret` };
  return isAbsolute(path) ? readSecretFile(path) : { ok: false, problem: 'is not an absolute path' };
}

function toConfig(env: Settings, { files }: Given, environment: Environment): Config {
  const { ATLAS_BLOCK_CLIENT_ID: blockClientId, ATLAS_BLOCK_CLIENT_SECRET: blockClientSecret } = env;
  const source = (name: SettingName, value: string): SecretSource => {
    const path = files.get(name);
    return path === undefined ? { kind: 'value', value } : { kind: 'file', path };
  };
  return {
    slack: {
      botToken: env.SLACK_BOT_TOKEN,
      appToken: env.SLACK_APP_TOKEN,
      signingSecret: env.SLACK_SIGNING_SECRET,
      channelId: env.SLACK_CHANNEL_ID,
      apiUrl: env.SLACK_API_URL,
    },
    http: { port: env.PORT, healthPort: env.HEALTH_PORT },
    heartbeatUrl: env.HEARTBEAT_URL,
    mongodb: { uri: env.MONGODB_URI, database: env.MONGODB_DATABASE },
    atlas: {
      baseUrl: env.ATLAS_BASE_URL,
      organizationId: env.ATLAS_ORG_ID,
      clientId: env.ATLAS_CLIENT_ID,
      clientSecret: source('ATLAS_CLIENT_SECRET', env.ATLAS_CLIENT_SECRET),
      block:
        blockClientId === undefined || blockClientSecret === undefined
          ? undefined
          : { clientId: blockClientId, clientSecret: source('ATLAS_BLOCK_CLIENT_SECRET', blockClientSecret) },
    },
    ledger: { signer: signerIn(env, environment), webhook: webhookIn(env), inLog: env.LEDGER_STDOUT },
    mode: env.MODE,
    policy: {
      deciders: env.DECIDERS,
      owners: env.PORTCULLIS_OWNERS,
      ownApprovalCounts: env.OWN_APPROVAL_COUNTS,
    },
    sweepSchedule: env.SWEEP_SCHEDULE,
    logLevel: env.LOG_LEVEL,
  };
}

function signerIn(env: Settings, environment: Environment): Config['ledger']['signer'] {
  const { LEDGER_SIGNER_COMMAND: command, LEDGER_SIGNER_KEY_FILE: path } = env;
  const { LEDGER_SIGNER_PUBLIC_KEY_FILE: publicKeyPath } = env;
  if (path !== undefined) return { kind: 'key-file', path };
  if (command === undefined || publicKeyPath === undefined) return undefined;
  const own: readonly string[] = [...settingNames(), ...secretFileNames()];
  const others = Object.entries(environment).flatMap(([name, value]): [string, string][] =>
    value === undefined || own.includes(name) ? [] : [[name, value]],
  );
  return { kind: 'command', command, environment: Object.fromEntries(others), publicKeyPath };
}

function webhookIn(env: Settings): Config['ledger']['webhook'] {
  const { LEDGER_WEBHOOK_URL: url, LEDGER_WEBHOOK_SECRET: secret } = env;
  if (url === undefined || secret === undefined) return undefined;
  return { url, secret, privateHosts: env.LEDGER_WEBHOOK_ALLOW_PRIVATE };
}

/** The first problem of each setting, in the order of the settings. Built from our own words only, never from values. */
function problemsIn({ files, fileProblems }: Given, error: z.ZodError | undefined): string[] {
  return settingNames().flatMap((name) => {
    const fileName = secretFileName(name);
    const fileProblem = fileProblems.get(name);
    if (fileProblem !== undefined) return [`${fileName} ${fileProblem}. ${secretFileMust(name)}`];
    const issue = error?.issues.find((candidate) => candidate.path[0] === name);
    if (issue === undefined) return [];
    const { allowed, example } = notesOf(name);
    const subject = files.has(name) ? `${name}, read from the file in ${fileName},` : name;
    return [`${subject} ${issue.message}. It must be ${allowed}, for example: ${example}`.replaceAll('`', '')];
  });
}

function secretFileMust(name: SettingName): string {
  const example = `/run/secrets/${name.toLowerCase().replaceAll('_', '-')}`;
  return `It must be the absolute path of a file that holds the secret and nothing else, for example: ${example}`;
}

function secretsIn(given: Readonly<Record<string, string>>): string[] {
  const values = settingNames().flatMap((name) => (notesOf(name).secret ? (given[name] ?? []) : []));
  // The driver may show the password by itself, as it stands in the address or decoded.
  const password = given.MONGODB_URI?.match(/^[^/]*\/\/[^:@/]*:(.*)@/)?.[1];
  return password === undefined ? values : [...values, password, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
