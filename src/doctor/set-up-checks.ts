import type { MongoClient } from 'mongodb';
import type { Config } from '../config.ts';
import { type Check, type Finding, good, wrong } from '../findings.ts';
import type { OperationContext } from '../operations/context.ts';
import type { SettingName } from '../settings.ts';
import type { Indexed } from '../store/indexes.ts';
import { clockCheck } from './clock-check.ts';
import { databaseHosts, mongodbChecks } from './mongodb-checks.ts';
import { peopleChecks } from './people-checks.ts';
import { type ChannelInForce, slackChecks } from './slack-checks.ts';

/** A check, where it belongs, and the settings without which it cannot be tried. */
export interface PlacedCheck {
  readonly area: string;
  readonly needs: readonly SettingName[];
  readonly check: Check;
}

export interface SetUpOptions {
  readonly config: Config;
  readonly context: OperationContext;
  readonly client: MongoClient;
  /** Bounds each call to Slack, in real time. */
  readonly timeoutMs?: number;
}

const mongodbNeeds: readonly SettingName[] = ['MONGODB_URI', 'MONGODB_DATABASE'];
const slackNeeds: readonly SettingName[] = ['SLACK_BOT_TOKEN', 'SLACK_API_URL'];
const atlasNeeds: readonly SettingName[] = ['ATLAS_BASE_URL', 'ATLAS_ORG_ID', 'ATLAS_CLIENT_ID', 'ATLAS_CLIENT_SECRET'];
const secondNeeds: readonly SettingName[] = ['ATLAS_BLOCK_CLIENT_ID', 'ATLAS_BLOCK_CLIENT_SECRET'];

const signerNeeds: readonly SettingName[] = [
  'LEDGER_SIGNER_COMMAND',
  'LEDGER_SIGNER_PUBLIC_KEY_FILE',
  'LEDGER_SIGNER_KEY_FILE',
];

/** All that there is to check of the set-up, by looking only. */
export function setUpChecks({ config, context, client, timeoutMs }: SetUpOptions): PlacedCheck[] {
  const database = client.db(config.mongodb.database);
  const { provider, clock, log } = context;
  const { vendor, observes } = provider.capabilities;
  const manages = observes !== true;
  const ofProvider = provider.checks({ databaseHosts: () => databaseHosts(client, database), manages });
  const slack = slackChecks({ slack: config.slack, channel: () => channelInForce(context), log, timeoutMs });
  const place = (area: string, needs: readonly SettingName[], checks: readonly Check[]): PlacedCheck[] =>
    checks.map((check) => ({ area, needs, check }));
  return [
    ...place('Slack', slackNeeds, [slack.token]),
    ...place('Slack', [...slackNeeds, 'SLACK_CHANNEL_ID'], [slack.channel]),
    ...place('Slack', ['SLACK_API_URL', 'SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET'], [slack.connection]),
    ...place('MongoDB', mongodbNeeds, mongodbChecks({ database, indexed: indexedIn(context) })),
    ...place(vendor, atlasNeeds, ofProvider.everyday),
    ...place(vendor, [...atlasNeeds, ...secondNeeds], ofProvider.second),
    ...place('People', [...slackNeeds, ...mongodbNeeds, ...atlasNeeds], manages ? peopleChecks(context) : []),
    ...place('Ledger', signerNeeds, signerChecks(config, context)),
    ...place('Clock', mongodbNeeds, [clockCheck(clock)]),
  ];
}

function indexedIn(context: OperationContext): Indexed[] {
  const { grants, organizations, directories, homes, ledger, checkpoints, deliveries } = context;
  const stores = [grants, organizations, directories, homes, ledger, checkpoints];
  return [...stores, ...(deliveries === undefined ? [] : [deliveries])].flatMap((store) => [...store.indexed]);
}

/** Owners may have chosen another channel than the operator names; where that cannot be read, the latter is looked at. */
async function channelInForce({ organizations, organizationId, channelId }: OperationContext): Promise<ChannelInForce> {
  const organization = await organizations.find(organizationId).catch(() => undefined);
  return organization?.channelChosen === true
    ? { id: organization.channelId, chosen: true }
    : { id: channelId, chosen: false };
}

function signerChecks({ ledger }: Config, { headSigner }: OperationContext): Check[] {
  if (ledger.signer === undefined) return [];
  return [
    {
      name: 'ledger-signer',
      subject: 'What signs the ledger',
      atStart: true,
      async run(): Promise<Finding[]> {
        const problem = await headSigner.problem();
        return [problem === undefined ? good('The ledger can be signed.') : wrong(problem, { who: 'operator' })];
      },
    },
  ];
}
