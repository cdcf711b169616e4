import type { Policy } from './grants/policy.ts';
import type { PortalSettings } from './providers/portal/portal-schema.ts';
import type { SecretSource } from './secret-source.ts';
import { type GeneralSettings, type SettingName, type Settings, secretFileNames, settingNames } from './settings.ts';

/** What an operator decides, read once at the start. */
export interface Config {
  readonly slack: {
    readonly botToken: string;
    /** Present: Socket Mode. Absent: HTTP, and then `signingSecret` is present. */
    readonly appToken?: string;
    readonly signingSecret?: string;
    /** Ends in a slash. */
    readonly apiUrl: string;
  };
  /**
   * `port` is for HTTP mode. At `healthPort` the process says what there is to say of itself, metrics included, and at
   * `decisionPort` whether support may enter.
   */
  readonly http: { readonly port: number; readonly healthPort?: number; readonly decisionPort?: number };
  /** Called each minute while all is well; may hold a token. */
  readonly heartbeatUrl?: string;
  /** What belongs to the workspace and to no organization is kept in `database`. */
  readonly mongodb: { readonly uri: string; readonly database: string };
  /** A cron expression that node-cron accepts. */
  readonly sweepSchedule: string;
  readonly logLevel: Settings['LOG_LEVEL'];
  /** Where traces go; without it nothing is traced. */
  readonly tracing?: {
    /** Does not end in a slash, nor in `/v1/traces`. */
    readonly endpoint: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly serviceName: string;
  };
  readonly organizations: readonly [OrganizationConfig, ...OrganizationConfig[]];
}

/** One organization at a vendor: its records are in a database of their own, which nothing else is kept in. */
export interface OrganizationConfig {
  /** By which people, addresses and the command line name it. */
  readonly key: string;
  /** As people know it. */
  readonly name: string;
  readonly database: string;
  /** Where requests and grants are announced, until owners choose another channel in Slack. */
  readonly channelId: string;
  /** `observe`: nothing is ever changed at the provider. */
  readonly mode: Settings['MODE'];
  readonly policy: Pick<Policy, 'deciders' | 'owners' | 'ownApprovalCounts'>;
  readonly provider: AtlasConfig | PortalConfig;
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
}

export interface AtlasConfig {
  readonly kind: 'atlas';
  /** Does not end in a slash. */
  readonly baseUrl: string;
  readonly organizationId: string;
  readonly clientId: string;
  readonly clientSecret: SecretSource;
  /** The second account, used only to switch the organization's block. */
  readonly block?: { readonly clientId: string; readonly clientSecret: SecretSource };
}

export interface PortalConfig {
  readonly kind: 'portal';
  readonly settings: PortalSettings;
}

/** As records name the organization: by the vendor's id where it has one. */
export const organizationIdOf = ({ key, provider }: Pick<OrganizationConfig, 'key' | 'provider'>): string =>
  provider.kind === 'atlas' ? provider.organizationId : key;

export type Environment = Readonly<Record<string, string | undefined>>;

export type ConfigResult =
  /** `secrets` are the values that must never reach a log: give them to the logger. */
  | {
      readonly ok: true;
      readonly config: Config;
      readonly secrets: readonly string[];
      /** The variables of the environment that a configuration file takes secrets from. */
      readonly referred?: readonly string[];
    }
  /** For people, one setting each. They repeat no value, so they may be printed before there is a logger. */
  | { readonly ok: false; readonly problems: readonly string[] };

/** What all organizations share. */
export function sharedFrom(given: GeneralSettings): Omit<Config, 'organizations'> {
  return {
    slack: {
      botToken: given.SLACK_BOT_TOKEN,
      appToken: given.SLACK_APP_TOKEN,
      signingSecret: given.SLACK_SIGNING_SECRET,
      apiUrl: given.SLACK_API_URL,
    },
    http: { port: given.PORT, healthPort: given.HEALTH_PORT, decisionPort: given.DECISION_PORT },
    heartbeatUrl: given.HEARTBEAT_URL,
    mongodb: { uri: given.MONGODB_URI, database: given.MONGODB_DATABASE },
    sweepSchedule: given.SWEEP_SCHEDULE,
    logLevel: given.LOG_LEVEL,
    tracing:
      given.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
        ? undefined
        : {
            endpoint: given.OTEL_EXPORTER_OTLP_ENDPOINT,
            headers: given.OTEL_EXPORTER_OTLP_HEADERS ?? {},
            serviceName: given.OTEL_SERVICE_NAME,
          },
  };
}

/** What an organization has for itself, whatever its vendor. */
export function organizationFrom(
  given: GeneralSettings,
  about: Pick<OrganizationConfig, 'key' | 'name' | 'provider'>,
  environment: Environment,
): OrganizationConfig {
  return {
    ...about,
    database: given.MONGODB_DATABASE,
    channelId: given.SLACK_CHANNEL_ID,
    mode: given.MODE,
    policy: {
      deciders: given.DECIDERS,
      owners: given.PORTCULLIS_OWNERS,
      ownApprovalCounts: given.OWN_APPROVAL_COUNTS,
    },
    ledger: { signer: signerIn(given, environment), webhook: webhookIn(given), inLog: given.LEDGER_STDOUT },
  };
}

/** `sources` are where secrets were read that may be replaced while the bot runs. */
export function atlasFrom(given: Settings, sources: ReadonlyMap<SettingName, SecretSource>): AtlasConfig {
  const { ATLAS_BLOCK_CLIENT_ID: blockClientId, ATLAS_BLOCK_CLIENT_SECRET: blockClientSecret } = given;
  const source = (name: SettingName, value: string): SecretSource => sources.get(name) ?? { kind: 'value', value };
  return {
    kind: 'atlas',
    baseUrl: given.ATLAS_BASE_URL,
    organizationId: given.ATLAS_ORG_ID,
    clientId: given.ATLAS_CLIENT_ID,
    clientSecret: source('ATLAS_CLIENT_SECRET', given.ATLAS_CLIENT_SECRET),
    block:
      blockClientId === undefined || blockClientSecret === undefined
        ? undefined
        : { clientId: blockClientId, clientSecret: source('ATLAS_BLOCK_CLIENT_SECRET', blockClientSecret) },
  };
}

function signerIn(given: GeneralSettings, environment: Environment): OrganizationConfig['ledger']['signer'] {
  const { LEDGER_SIGNER_COMMAND: command, LEDGER_SIGNER_KEY_FILE: path } = given;
  const { LEDGER_SIGNER_PUBLIC_KEY_FILE: publicKeyPath } = given;
  if (path !== undefined) return { kind: 'key-file', path };
  if (command === undefined || publicKeyPath === undefined) return undefined;
  const own: readonly string[] = [...settingNames(), ...secretFileNames()];
  const others = Object.entries(environment).flatMap(([name, value]): [string, string][] =>
    value === undefined || own.includes(name) ? [] : [[name, value]],
  );
  return { kind: 'command', command, environment: Object.fromEntries(others), publicKeyPath };
}

function webhookIn(given: GeneralSettings): OrganizationConfig['ledger']['webhook'] {
  const { LEDGER_WEBHOOK_URL: url, LEDGER_WEBHOOK_SECRET: secret } = given;
  if (url === undefined || secret === undefined) return undefined;
  return { url, secret, privateHosts: given.LEDGER_WEBHOOK_ALLOW_PRIVATE };
}
