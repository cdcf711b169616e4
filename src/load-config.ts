import { isAbsolute } from 'node:path';
import type { z } from 'zod';
import { atlasFrom, type Config, type ConfigResult, type Environment, organizationFrom, sharedFrom } from './config.ts';
import { readSecretFile, type SecretSource } from './secret-source.ts';
import {
  notesOf,
  type SettingName,
  type Settings,
  secretFileName,
  secretsIn,
  settingNames,
  settingsSchema,
} from './settings.ts';

interface Given {
  readonly values: Readonly<Record<string, string>>;
  /** The files from which secrets were read. */
  readonly files: ReadonlyMap<SettingName, SecretSource>;
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
  const files = new Map<SettingName, SecretSource>();
  const fileProblems = new Map<SettingName, string>();
  for (const name of settingNames()) {
    const value = env[name]?.trim();
    const path = notesOf(name).secret && env[secretFileName(name)]?.trim();
    if (value) values[name] = value;
    if (!path) continue;
    files.set(name, { kind: 'file', path });
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

/** What the organization is called where there is no other. */
const onlyKey = 'default';

function toConfig(given: Settings, { files }: Given, environment: Environment): Config {
  const provider = atlasFrom(given, files);
  const about = { key: onlyKey, name: provider.organizationId, provider };
  return { ...sharedFrom(given), organizations: [organizationFrom(given, about, environment)] };
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
