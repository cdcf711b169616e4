import type { z } from 'zod';
import type { Policy } from './grants/policy.ts';
import { notesOf, type Settings, settingNames, settingsSchema } from './settings.ts';

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
  /** `healthPort` is for Socket Mode. */
  readonly http: { readonly port: number; readonly healthPort?: number };
  /** Called each minute while all is well; may hold a token. */
  readonly heartbeatUrl?: string;
  readonly mongodb: { readonly uri: string; readonly database: string };
  readonly atlas: {
    /** Does not end in a slash. */
    readonly baseUrl: string;
    readonly organizationId: string;
    readonly clientId: string;
    readonly clientSecret: string;
    /** The second account, used only to switch the organization's block. */
    readonly block?: { readonly clientId: string; readonly clientSecret: string };
  };
  /** `observe`: nothing is ever changed at the provider. */
  readonly mode: Settings['MODE'];
  readonly policy: Pick<Policy, 'deciders' | 'owners' | 'ownApprovalCounts'>;
  /** A cron expression that node-cron accepts. */
  readonly sweepSchedule: string;
  readonly logLevel: Settings['LOG_LEVEL'];
}

type ConfigResult =
  /** `secrets` are the values that must never reach a log: give them to the logger. */
  | { readonly ok: true; readonly config: Config; readonly secrets: readonly string[] }
  /** For people, one setting each. They repeat no value, so they may be printed before there is a logger. */
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads the settings out of an environment. Space around a value is dropped and an empty value counts as not set, as
 * files of settings and container platforms leave both behind.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): ConfigResult {
  const given: Record<string, string> = {};
  for (const name of settingNames()) {
    const value = env[name]?.trim();
    if (value) given[name] = value;
  }
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) return { ok: false, problems: problemsIn(parsed.error) };
  return { ok: true, config: toConfig(parsed.data), secrets: secretsIn(given) };
}

function toConfig(env: Settings): Config {
  const { ATLAS_BLOCK_CLIENT_ID: blockClientId, ATLAS_BLOCK_CLIENT_SECRET: blockClientSecret } = env;
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
      clientSecret: env.ATLAS_CLIENT_SECRET,
      block:
        blockClientId === undefined || blockClientSecret === undefined
          ? undefined
          : { clientId: blockClientId, clientSecret: blockClientSecret },
    },
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

/** The first problem of each setting, in the order of the settings. Built from our own words only, never from values. */
function problemsIn(error: z.ZodError): string[] {
  return settingNames().flatMap((name) => {
    const issue = error.issues.find((candidate) => candidate.path[0] === name);
    if (issue === undefined) return [];
    const { allowed, example } = notesOf(name);
    return [`${name} ${issue.message}. It must be ${allowed}, for example: ${example}`.replaceAll('`', '')];
  });
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
