import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { z } from 'zod';
import {
  atlasFrom,
  type Config,
  type ConfigResult,
  type Environment,
  type OrganizationConfig,
  organizationFrom,
  sharedFrom,
} from './config.ts';
import { ConfigFile, type Path } from './config-file.ts';
import { clashes, unknownNames } from './config-file-checks.ts';
import { type Place, places } from './config-file-places.ts';
import { loadConfig } from './load-config.ts';
import { portalSchema } from './providers/portal/portal-schema.ts';
import { secretReference } from './secret-reference.ts';
import { type SecretSource, tryReadSecret } from './secret-source.ts';
import {
  generalSettingsSchema,
  notesOf,
  type SettingName,
  secretsIn,
  settingNames,
  settingsSchema,
} from './settings.ts';
import { subcommands } from './slack/commands/parse-command.ts';

/** The variable of the environment that names the file. */
export const configFileVariable = 'PORTCULLIS_CONFIG';

/** The settings, from the file that the environment names, or else from the environment itself. */
export function loadSettings(environment: Environment): ConfigResult | Promise<ConfigResult> {
  const path = environment[configFileVariable]?.trim();
  return path ? loadConfigFile(path, environment) : loadConfig(environment);
}

/** Reads the settings of several organizations out of a YAML file, and secrets from where it says they are. */
export async function loadConfigFile(path: string, environment: Environment): Promise<ConfigResult> {
  const source = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (source instanceof Error) {
    return { ok: false, problems: [`The configuration file ${path} cannot be read (${source.code ?? source.name})`] };
  }
  const file = new ConfigFile(basename(path), source);
  if (file.errors.length > 0) return { ok: false, problems: file.errors };
  const count = file.count(['organizations']) ?? 0;
  if (count === 0) return { ok: false, problems: [file.at(['organizations'], 'is not a list of organizations')] };
  const readSecret = readingOnce(environment);
  // A program that signs is given none of the secrets that the file names.
  const rest = without(environment, referredNames(file));
  const loading = Array.from({ length: count }, (_, index) => loadOrganization(file, index, readSecret, rest));
  const loaded = await Promise.all(loading);
  const problems = [...unknownNames(file, count), ...loaded.flatMap((one) => one.problems), ...clashes(file, loaded)];
  const [first, ...others] = loaded.flatMap(({ organization }) => organization ?? []);
  const shared = loaded[0]?.shared;
  // A problem of what all share is found once for each.
  if (problems.length > 0 || first === undefined || shared === undefined)
    return { ok: false, problems: [...new Set(problems)] };
  const config: Config = { ...shared, organizations: [first, ...others] };
  const secrets = [...new Set(loaded.flatMap((one) => one.secrets))];
  return { ok: true, config, secrets, referred: referredNames(file) };
}

interface Loaded {
  readonly shared?: Omit<Config, 'organizations'>;
  readonly organization?: OrganizationConfig;
  readonly secrets: readonly string[];
  readonly problems: readonly string[];
}

const keyPattern = /^[a-z][a-z0-9-]{0,30}$/;
const namePattern = /^[^\p{Cc}\u2028\u2029]{1,80}$/u;
const databasePattern = /^[\w-]{1,63}$/;
const defaultDatabase = 'portcullis';
/** MongoDB documentation, "MongoDB Limits and Thresholds". */
const longestDatabaseName = 63;

async function loadOrganization(
  file: ConfigFile,
  index: number,
  readSecret: ReadSecret,
  environment: Environment,
): Promise<Loaded> {
  const from: Path = ['organizations', index];
  const given = await givenIn(file, from, readSecret);
  const key = file.text([...from, 'key']) ?? '';
  const base = file.text(['mongodb', 'database']) || defaultDatabase;
  const about = { key, name: file.text([...from, 'name']) || key };
  const ownDatabase = keyPattern.test(key) ? `${base}_${key}`.slice(0, longestDatabaseName) : defaultDatabase;
  const values = { MONGODB_DATABASE: ownDatabase, ...given.values };
  const portal = file.has([...from, 'portal']) ? portalIn(file, [...from, 'portal']) : undefined;
  const problems = [
    ...keyProblems(file, from, key),
    ...wordProblems(file, [...from, 'name'], namePattern, 'is not a name of one line and at most 80 characters'),
    ...wordProblems(file, ['mongodb', 'database'], databasePattern, 'is not a usable database name'),
    ...given.problems.values(),
    ...(portal?.problems ?? []),
  ];
  if (portal !== undefined && !given.values.PORTCULLIS_OWNERS) {
    const must = 'It must be Slack user ids, for example: [U0123456789, W0123456789]';
    problems.push(file.at([...from, 'owners'], `is not set: nobody could decide, as a portal names nobody. ${must}`));
  }
  if (portal !== undefined && file.has([...from, 'atlas'])) {
    problems.push(file.at([...from, 'atlas'], 'stands beside `portal`: an organization has one of the two'));
  }
  problems.push(...(await unreadableSecrets(file, [...from, 'portal'], readSecret)));
  const parsed = portal === undefined ? settingsSchema.safeParse(values) : undefined;
  const general = generalSettingsSchema.safeParse(values);
  const error = (parsed ?? general).error;
  problems.push(...settingProblems(file, from, given, error));
  const secrets = [...secretsIn(given.values), ...given.secrets];
  if (problems.length > 0 || !general.success) return { secrets, problems };
  const shared = { ...sharedFrom(general.data), mongodb: { uri: general.data.MONGODB_URI, database: base } };
  const provider =
    portal?.settings === undefined
      ? parsed?.data && atlasFrom(parsed.data, given.sources)
      : ({ kind: 'portal', settings: portal.settings } as const);
  if (provider === undefined) return { secrets, problems };
  return {
    shared,
    organization: organizationFrom(general.data, { ...about, provider }, environment),
    secrets,
    problems,
  };
}

type ReadSecret = (source: SecretSource) => ReturnType<typeof tryReadSecret>;

/** What all organizations share is read once. */
function readingOnce(environment: Environment): ReadSecret {
  const read = new Map<string, ReturnType<typeof tryReadSecret>>();
  return (source) => {
    const known = JSON.stringify(source);
    const reading = read.get(known) ?? tryReadSecret(source, environment);
    read.set(known, reading);
    return reading;
  };
}

/** Secrets of a portal are read with each call: that they can be is looked at once beforehand. */
async function unreadableSecrets(file: ConfigFile, path: Path, readSecret: ReadSecret): Promise<string[]> {
  const value = file.value(path);
  if (typeof value !== 'object' || value === null) return [];
  const reference = secretReference.safeParse(value);
  if (reference.success) {
    const read = await readSecret(reference.data);
    return read.ok ? [] : [file.at(path, read.problem)];
  }
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return (await Promise.all(keys.map((key) => unreadableSecrets(file, [...path, key], readSecret)))).flat();
}

/** The variables of the environment that a file takes secrets from, whatever the setting. */
function referredNames(file: ConfigFile): string[] {
  const namesIn = (value: unknown): string[] => {
    if (typeof value !== 'object' || value === null) return [];
    const reference = secretReference.safeParse(value);
    if (reference.success) return reference.data.kind === 'environment' ? [reference.data.name] : [];
    return Object.values(value).flatMap(namesIn);
  };
  return namesIn(file.value([]));
}

const without = (environment: Environment, names: readonly string[]): Environment =>
  Object.fromEntries(
    Object.entries(environment).filter(([name]) => name !== configFileVariable && !names.includes(name)),
  );

interface Given {
  /** As they would stand in the environment. */
  readonly values: Readonly<Record<string, string>>;
  readonly sources: ReadonlyMap<SettingName, SecretSource>;
  readonly secrets: readonly string[];
  /** What is wrong before the value is looked at. */
  readonly problems: ReadonlyMap<SettingName, string>;
}

const pathOf = ({ of, path }: Place, from: Path): Path => (of === 'all' ? path : [...from, ...path]);

async function givenIn(file: ConfigFile, from: Path, readSecret: ReadSecret): Promise<Given> {
  const values: Record<string, string> = {};
  const sources = new Map<SettingName, SecretSource>();
  const problems = new Map<SettingName, string>();
  for (const name of settingNames()) {
    const place = places[name];
    const path = pathOf(place, from);
    if (!file.has(path)) continue;
    const read = notesOf(name).secret ? await secretAt(file, path, readSecret) : textAt(file, path, place);
    if (read.ok) {
      if (read.value !== '') values[name] = read.value;
      if (read.source !== undefined) sources.set(name, read.source);
      continue;
    }
    problems.set(name, file.at(path, read.problem));
    // In place of what cannot be read, so that no rule between settings takes it for not set.
    values[name] = notesOf(name).example;
  }
  const secrets = [...sources.keys()].flatMap((name) => values[name] ?? []);
  return { values, sources, secrets, problems };
}

type Read =
  | { readonly ok: true; readonly value: string; readonly source?: SecretSource }
  | { readonly ok: false; readonly problem: string };

function textAt(file: ConfigFile, path: Path, { joinedBy }: Place): Read {
  const text = file.text(path);
  if (text !== undefined) return { ok: true, value: text };
  const texts = joinedBy === undefined ? undefined : file.texts(path);
  // What separates them in the environment cannot stand in one of them.
  const isParted = texts?.some((one) => /[\s,]/.test(one));
  if (texts !== undefined && !isParted) return { ok: true, value: texts.join(joinedBy) };
  return {
    ok: false,
    problem: joinedBy === undefined ? 'is not text' : 'is neither text nor a list of words without spaces and commas',
  };
}

/** A secret never stands in the file itself: files of settings are copied, sent around and kept in Git. */
async function secretAt(file: ConfigFile, path: Path, read: ReadSecret): Promise<Read> {
  const reference = secretReference.safeParse(file.value(path));
  if (!reference.success) return { ok: false, problem: reference.error.issues[0]?.message ?? 'cannot be read' };
  const found = await read(reference.data);
  return found.ok ? { ...found, source: reference.data } : found;
}

function settingProblems(file: ConfigFile, from: Path, { problems }: Given, error: z.ZodError | undefined): string[] {
  return settingNames().flatMap((name) => {
    const issue = error?.issues.find(({ path }) => path[0] === name);
    if (issue === undefined || problems.has(name)) return [];
    const { allowed, example, secret } = notesOf(name);
    const must = secret === true ? `must be ${allowed}` : `must be ${allowed}, for example: ${example}`;
    return [
      file.at(pathOf(places[name], from), `${inPlaces(issue.message)}. It ${inPlaces(must)}`.replaceAll('`', '')),
    ];
  });
}

/** Settings have other names here than in the environment. */
const inPlaces = (words: string): string =>
  words.replace(/\b[A-Z]+(?:_[A-Z]+)+\b/g, (word) => {
    const name = settingNames().find((one) => one === word);
    return name === undefined ? word : places[name].path.join('.');
  });

function wordProblems(file: ConfigFile, path: Path, pattern: RegExp, problem: string): string[] {
  return !file.has(path) || pattern.test(file.text(path) ?? '') ? [] : [file.at(path, problem)];
}

function keyProblems(file: ConfigFile, from: Path, key: string): string[] {
  const at = [...from, 'key'];
  if (!keyPattern.test(key)) {
    return [
      file.at(
        at,
        'is not a key. It must be a short name, up to 31 lower-case letters, digits and -, for example: acme',
      ),
    ];
  }
  const reserved = subcommands.find((word) => word === key);
  return reserved === undefined ? [] : [file.at(at, 'is a command: whoever types it means that')];
}

function portalIn(file: ConfigFile, path: Path) {
  const parsed = portalSchema.safeParse(file.value(path));
  if (parsed.success) return { settings: parsed.data, problems: [] };
  const problems = parsed.error.issues.map((issue) => {
    const within = issue.path.filter((part) => typeof part !== 'symbol');
    return file.at([...path, ...within], issue.message);
  });
  return { problems };
}
