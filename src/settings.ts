import { validate as isCronExpression } from 'node-cron';
import { z } from 'zod';
import { leadsWhereItMay, ledgerRequired, ledgerSettings } from './ledger-settings.ts';
import { address, decoded, isTrustworthyAddress, matching, notes, type SettingNotes, text } from './setting-kinds.ts';
import { headersIn, headersRule, tracingSettings } from './tracing-settings.ts';

export type SettingName = keyof typeof settings;

/** A complete, checked set of settings, still under the names that they have in the environment. */
export type Settings = z.infer<typeof settingsSchema>;

/** Those of them that an organization has whatever its vendor. */
export type GeneralSettings = z.infer<typeof generalSettingsSchema>;

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
const maxPort = 65_535;
const maxDatabaseNameLength = 63;
const minSigningSecretLength = 16;

const required = {
  signingSecret: '`SLACK_APP_TOKEN` is not set',
  blockClientId: '`ATLAS_BLOCK_CLIENT_SECRET` is set',
  blockClientSecret: '`ATLAS_BLOCK_CLIENT_ID` is set',
};

const port = () =>
  matching(/^\d{1,6}$/, 'is not a whole number')
    .transform(Number)
    .pipe(z.number().max(maxPort, 'is too large'));
// Atlas gives ids and secrets recognizable beginnings. Telling a swapped pair matters: an id is not kept out of logs.
const clientId = () => matching(/^(?!mdb_sa_sk_)\S+$/, 'is not a client id (a secret begins with mdb_sa_sk_)');
const clientSecret = () => matching(/^(?!mdb_sa_id_)\S{8,}$/, 'is not a client secret (an id begins with mdb_sa_id_)');

const settings = {
  SLACK_BOT_TOKEN: matching(/^xoxb-[\w-]+$/, 'is not a bot token').register(notes, {
    description: 'Token with which the bot calls Slack: "OAuth & Permissions" in the Slack app, after installing it.',
    allowed: 'a bot token, which starts with `xoxb-`',
    example: 'xoxb-1234567890-1234567890123-AbCdEfGhIjKl',
    secret: true,
  }),
  SLACK_APP_TOKEN: matching(/^xapp-[\w-]+$/, 'is not an app-level token')
    .optional()
    .register(notes, {
      description: 'App-level token. When set, the bot uses Socket Mode and needs no public address.',
      allowed: 'an app-level token with the scope `connections:write`, which starts with `xapp-`',
      example: 'xapp-1-A0123456789-1234567890123-0a1b2c3d',
      secret: true,
    }),
  SLACK_SIGNING_SECRET: matching(new RegExp(`^\\S{${minSigningSecretLength},}$`), 'is not a signing secret')
    .optional()
    .register(notes, {
      description: 'Proves that an HTTP request comes from Slack: "Basic Information" in the Slack app.',
      allowed: `the signing secret of the app, at least ${minSigningSecretLength} characters without spaces`,
      example: '0123456789abcdef0123456789abcdef',
      secret: true,
      requiredWhen: required.signingSecret,
    }),
  SLACK_CHANNEL_ID: matching(/^[CG][A-Z0-9]{2,}$/, 'is not the id of a channel').register(notes, {
    description:
      'Channel in which requests and grants are announced, until owners choose another in Slack. The bot must be a member of it.',
    allowed: 'the id of a channel (not its name), which ends its link in Slack',
    example: 'C0123456789',
  }),
  SLACK_API_URL: address()
    .transform((url) => url.replace(/\/*$/, '/'))
    .default('https://slack.com/api/')
    .register(notes, {
      description: "Address of Slack's Web API.",
      allowed: 'an https address without user name or query; plain http only for this machine',
      example: 'https://slack.com/api/',
    }),
  PORT: port()
    .default(3000)
    .register(notes, {
      description: 'TCP port for HTTP mode; not used in Socket Mode.',
      allowed: `a whole number from 0 (any free port) to ${maxPort}`,
      example: '3000',
    }),
  HEALTH_PORT: port()
    .optional()
    .register(notes, {
      description:
        'TCP port for `/healthz`, `/readyz` and `/metrics`, away from the one that Slack calls; without it nothing is measured. In HTTP mode the first two are on `PORT` as well.',
      allowed: `a whole number from 0 (any free port) to ${maxPort}`,
      example: '8080',
    }),
  DECISION_PORT: port()
    .optional()
    .register(notes, {
      description:
        'TCP port at which programs ask whether support may enter, by `/v1/access` and `/v1/gate`; without it nobody can.',
      allowed: `a whole number from 0 (any free port) to ${maxPort}`,
      example: '8090',
    }),
  HEARTBEAT_URL: text()
    .refine((url) => isTrustworthyAddress(url.replace(/\?[^\s#\\]*$/, '')), 'is not an address that may be used')
    .optional()
    .register(notes, {
      description:
        'Address of a service that notices silence: called each minute while work that is due gets done on time.',
      allowed: 'an https address without user name; plain http only for this machine',
      example: 'https://heartbeat.example.com/0123456789abcdef',
      secret: true,
    }),
  MONGODB_URI: matching(/^mongodb(?:\+srv)?:\/\/[^\s/]+/, 'is not a MongoDB connection string').register(notes, {
    description: 'Where the records are kept: MongoDB 4.4 or later, a standalone server included.',
    allowed: 'a connection string, which starts with `mongodb://` or `mongodb+srv://`',
    example: 'mongodb+srv://user:password@cluster0.example.mongodb.net',
    secret: true,
  }),
  MONGODB_DATABASE: matching(new RegExp(`^[\\w-]{1,${maxDatabaseNameLength}}$`), 'is not a usable database name')
    .default('portcullis')
    .register(notes, {
      description: 'Database in which the records are kept.',
      allowed: `1 to ${maxDatabaseNameLength} letters, digits, \`_\` or \`-\``,
      example: 'portcullis',
    }),
  ATLAS_CLIENT_ID: clientId().register(notes, {
    description:
      'Everyday service account: Organization Member, and Project Support Access Manager and Project Read Only on each project to be managed. To observe: Organization Read Only.',
    allowed: 'the client id of a service account',
    example: 'mdb_sa_id_0123456789abcdef01234567',
  }),
  ATLAS_CLIENT_SECRET: clientSecret().register(notes, {
    description: 'Secret of the everyday service account.',
    allowed: 'the client secret of a service account',
    example: 'mdb_sa_sk_AbCdEfGhIjKlMnOpQrStUvWx',
    secret: true,
  }),
  ATLAS_ORG_ID: matching(/^[0-9a-f]{24}$/, 'is not an organization id').register(notes, {
    description: 'The Atlas organization: "Organization Settings" in Atlas.',
    allowed: '24 lower-case hexadecimal digits',
    example: '0123456789abcdef01234567',
  }),
  ATLAS_BASE_URL: address()
    .transform((url) => url.replace(/\/+$/, ''))
    .default('https://cloud.mongodb.com')
    .register(notes, {
      description: 'Address of Atlas.',
      allowed: 'an https address without user name or query; plain http only for this machine',
      example: 'https://cloud.mongodb.com',
    }),
  ATLAS_BLOCK_CLIENT_ID: clientId().optional().register(notes, {
    description:
      'Second service account, with Organization Owner, used only to switch the block. Without it people get a link to the page in Atlas.',
    allowed: 'the client id of a service account',
    example: 'mdb_sa_id_89abcdef0123456789abcdef',
    requiredWhen: required.blockClientId,
  }),
  ATLAS_BLOCK_CLIENT_SECRET: clientSecret().optional().register(notes, {
    description: 'Secret of the second service account.',
    allowed: 'the client secret of a service account',
    example: 'mdb_sa_sk_XyZaBcDeFgHiJkLmNoPqRsTu',
    secret: true,
    requiredWhen: required.blockClientSecret,
  }),
  MODE: z.enum(['manage', 'observe'], 'is not one of the two').default('manage').register(notes, {
    description:
      'Whether Portcullis manages support access, or only observes it: then an account that may only read is enough, and nothing is ever changed in Atlas.',
    allowed: '`manage` or `observe`',
    example: 'observe',
  }),
  DECIDERS: z.enum(['org-owners', 'project-roles'], 'is not one of the two').default('org-owners').register(notes, {
    description:
      'Who may decide: organization owners, or also the Project Owners and Project Support Access Managers of the project in question.',
    allowed: '`org-owners` or `project-roles`',
    example: 'org-owners',
  }),
  PORTCULLIS_OWNERS: matching(/^[UW][A-Z0-9]{2,}(?:\s*,\s*[UW][A-Z0-9]{2,})*$/, 'is not a list of Slack user ids')
    .transform((list) => list.split(',').map((id) => id.trim()))
    .default([])
    .register(notes, {
      description:
        'Narrows the deciders to these people. They need the role in Atlas as well. Where the vendor has no directory of people, they are all who may decide: name at least two.',
      allowed: 'Slack user ids (`U…` or `W…`), separated by commas',
      example: 'U0123456789,W0123456789',
    }),
  OWN_APPROVAL_COUNTS: z.stringbool({ error: 'is neither true nor false' }).default(true).register(notes, {
    description:
      'Whether a decider may approve a request of their own, as in Atlas itself, until owners set it in Slack.',
    allowed: '`true` or `false`',
    example: 'true',
  }),
  SWEEP_SCHEDULE: text()
    .refine((expression) => isCronExpression(expression), 'is not a cron expression')
    .default('*/10 * * * * *')
    .register(notes, {
      description: 'When to look for work that is due. What can happen at once does not wait for it.',
      allowed: 'a cron expression: six fields, seconds first, or five',
      example: '*/10 * * * * *',
    }),
  ...ledgerSettings,
  ...tracingSettings,
  LOG_LEVEL: z
    .enum(logLevels, 'is not a log level')
    .default('info')
    .register(notes, {
      description: 'The least severe lines to log. Audit lines are always written.',
      allowed: `one of ${logLevels.map((level) => `\`${level}\``).join(', ')}`,
      example: 'info',
    }),
};

const {
  ATLAS_CLIENT_ID: _clientId,
  ATLAS_CLIENT_SECRET: _clientSecret,
  ATLAS_ORG_ID: _organization,
  ATLAS_BASE_URL: _baseUrl,
  ATLAS_BLOCK_CLIENT_ID: _blockClientId,
  ATLAS_BLOCK_CLIENT_SECRET: _blockClientSecret,
  ...generalSettings
} = settings;

type Given = Partial<Record<SettingName, unknown>>;

const rules = [
  together('SLACK_SIGNING_SECRET', required.signingSecret, (has) => !has('SLACK_APP_TOKEN')),
  together('ATLAS_BLOCK_CLIENT_ID', required.blockClientId, (has) => has('ATLAS_BLOCK_CLIENT_SECRET')),
  together('ATLAS_BLOCK_CLIENT_SECRET', required.blockClientSecret, (has) => has('ATLAS_BLOCK_CLIENT_ID')),
  together('LEDGER_SIGNER_PUBLIC_KEY_FILE', ledgerRequired.signerPublicKey, (has) => has('LEDGER_SIGNER_COMMAND')),
  together('LEDGER_WEBHOOK_URL', ledgerRequired.webhookUrl, (has) => has('LEDGER_WEBHOOK_SECRET')),
  together('LEDGER_WEBHOOK_SECRET', ledgerRequired.webhookSecret, (has) => has('LEDGER_WEBHOOK_URL')),
  rule(
    'LEDGER_WEBHOOK_URL',
    'leads to this machine or a private network, and its host does not stand in LEDGER_WEBHOOK_ALLOW_PRIVATE',
    leadsWhereItMay,
  ),
  rule(
    'LEDGER_SIGNER_COMMAND',
    'is set beside LEDGER_SIGNER_KEY_FILE: only one of the two signs',
    (given) => given.LEDGER_SIGNER_COMMAND === undefined || given.LEDGER_SIGNER_KEY_FILE === undefined,
  ),
  rule('OTEL_EXPORTER_OTLP_HEADERS', headersRule.problem, headersRule.holds),
] as const;

export const settingsSchema = z.object(settings).check(...rules);

/** Of an organization at another vendor than Atlas. */
export const generalSettingsSchema = z.object(generalSettings).check(...rules);

/** A rule between settings. Tried even where single settings are wrong, so that all problems are told at once. */
function rule(name: SettingName, error: string, holds: (given: Given) => boolean) {
  return z.refine<Given>(holds, { path: [name], when: () => true, error });
}

function together(name: SettingName, condition: string, isNeeded: (has: (other: SettingName) => boolean) => boolean) {
  const error = `is not set, which it must be when ${condition}`;
  return rule(name, error, (given) => given[name] !== undefined || !isNeeded((other) => given[other] !== undefined));
}

/** In the order of the table. */
export function settingNames(): SettingName[] {
  return settingsSchema.keyof().options;
}

/** The setting that names a file with this secret. */
export function secretFileName(name: SettingName): string {
  return `${name}_FILE`;
}

/** What `secretFileName` gives for each secret there is. */
export function secretFileNames(): string[] {
  return settingNames().flatMap((name) => (notesOf(name).secret ? [secretFileName(name)] : []));
}

export function notesOf(name: SettingName): SettingNotes {
  const found = notes.get(settings[name]);
  if (found === undefined) throw new Error(`The setting ${name} is not described`);
  return found;
}

/** The secrets among values that are named as in the environment. */
export function secretsIn(given: Readonly<Record<string, string>>): string[] {
  const values = settingNames().flatMap((name) => (notesOf(name).secret ? (given[name] ?? []) : []));
  // The driver may show the password by itself, as it stands in the address or decoded.
  const password = given.MONGODB_URI?.match(/^[^/]*\/\/[^:@/]*:(.*)@/)?.[1];
  const { OTEL_EXPORTER_OTLP_HEADERS: list } = given;
  const headers = list === undefined ? [] : Object.values(headersIn(list));
  return [...values, ...headers, ...(password === undefined ? [] : [password, decoded(password)])];
}
