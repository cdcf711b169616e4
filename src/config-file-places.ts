import type { SettingName } from './settings.ts';

/** Where a setting stands in a configuration file. */
export interface Place {
  /** `organization`: in each of them. */
  readonly of: 'all' | 'organization';
  readonly path: readonly string[];
  /** How a list there becomes what the setting is in the environment. */
  readonly joinedBy?: string;
}

const all = (...path: string[]): Place => ({ of: 'all', path });
const own = (...path: string[]): Place => ({ of: 'organization', path });
const ownList = (joinedBy: string, ...path: string[]): Place => ({ of: 'organization', path, joinedBy });

/** Every setting has its place, in the order of the settings. */
export const places: Readonly<Record<SettingName, Place>> = {
  SLACK_BOT_TOKEN: all('slack', 'botToken'),
  SLACK_APP_TOKEN: all('slack', 'appToken'),
  SLACK_SIGNING_SECRET: all('slack', 'signingSecret'),
  SLACK_CHANNEL_ID: own('channel'),
  SLACK_API_URL: all('slack', 'apiUrl'),
  PORT: all('http', 'port'),
  HEALTH_PORT: all('http', 'healthPort'),
  DECISION_PORT: all('http', 'decisionPort'),
  HEARTBEAT_URL: all('heartbeatUrl'),
  MONGODB_URI: all('mongodb', 'uri'),
  MONGODB_DATABASE: own('database'),
  ATLAS_CLIENT_ID: own('atlas', 'clientId'),
  ATLAS_CLIENT_SECRET: own('atlas', 'clientSecret'),
  ATLAS_ORG_ID: own('atlas', 'organizationId'),
  ATLAS_BASE_URL: own('atlas', 'baseUrl'),
  ATLAS_BLOCK_CLIENT_ID: own('atlas', 'block', 'clientId'),
  ATLAS_BLOCK_CLIENT_SECRET: own('atlas', 'block', 'clientSecret'),
  MODE: own('mode'),
  DECIDERS: own('deciders'),
  PORTCULLIS_OWNERS: ownList(',', 'owners'),
  OWN_APPROVAL_COUNTS: own('ownApprovalCounts'),
  SWEEP_SCHEDULE: all('sweepSchedule'),
  LEDGER_SIGNER_COMMAND: ownList(' ', 'ledger', 'signer', 'command'),
  LEDGER_SIGNER_PUBLIC_KEY_FILE: own('ledger', 'signer', 'publicKeyFile'),
  LEDGER_SIGNER_KEY_FILE: own('ledger', 'signer', 'keyFile'),
  LEDGER_WEBHOOK_URL: own('ledger', 'webhook', 'url'),
  LEDGER_WEBHOOK_SECRET: own('ledger', 'webhook', 'secret'),
  LEDGER_WEBHOOK_ALLOW_PRIVATE: ownList(',', 'ledger', 'webhook', 'allowPrivate'),
  LEDGER_STDOUT: own('ledger', 'stdout'),
  OTEL_EXPORTER_OTLP_ENDPOINT: all('tracing', 'endpoint'),
  OTEL_EXPORTER_OTLP_HEADERS: all('tracing', 'headers'),
  OTEL_SERVICE_NAME: all('tracing', 'serviceName'),
  LOG_LEVEL: all('logLevel'),
};

/** What a file holds besides the settings, by the path from an organization or from the whole. */
export const furtherPlaces: readonly Place[] = [
  { of: 'all', path: ['mongodb', 'database'] },
  { of: 'all', path: ['organizations'] },
  { of: 'organization', path: ['key'] },
  { of: 'organization', path: ['name'] },
  { of: 'organization', path: ['portal'] },
];
