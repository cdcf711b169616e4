import type { Composition } from '../compose.ts';
import type { OrganizationComposition } from '../compose-organization.ts';
import type { Config, OrganizationConfig } from '../config.ts';
import { type Check, type Finding, good, wrong } from '../findings.ts';
import type { Logger } from '../log.ts';
import type { OperationContext } from '../operations/context.ts';
import type { SettingName } from '../settings.ts';
import type { Indexed } from '../store/indexes.ts';
import { clockCheck } from './clock-check.ts';
import { databaseHosts, mongodbChecks } from './mongodb-checks.ts';
import { peopleChecks } from './people-checks.ts';
import { type ChannelInForce, slackChecks } from './slack-checks.ts';

/** A check, where it belongs, and the settings without which it cannot be tried. */
export interface PlacedCheck {
  /** The key of the one that it is about, where there are several. */
  readonly organization?: string;
  readonly area: string;
  readonly needs: readonly SettingName[];
  readonly check: Check;
}

export interface SetUpOptions {
  readonly config: Config;
  readonly composition: Composition;
  readonly log: Logger;
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
export function setUpChecks(options: SetUpOptions): PlacedCheck[] {
  const { config, composition, log, timeoutMs } = options;
  const { client, clock, homes, tokens, organizations } = composition;
  const database = client.db(config.mongodb.database);
  const slack = slackChecks({ slack: config.slack, log, timeoutMs });
  const ofAll = [...homes.indexed, ...tokens.indexed];
  // What is kept with an organization is looked at together with its records.
  const isApart = organizations.every((one) => one.config.database !== config.mongodb.database);
  const apart = !isApart ? [] : mongodbChecks({ database, indexed: ofAll });
  return [
    ...placed('Slack', slackNeeds, [slack.token]),
    ...organizations.flatMap((one) => organizationChecks(options, one, slack)),
    ...placed('Slack', ['SLACK_API_URL', 'SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET'], [slack.connection]),
    ...placed('MongoDB', mongodbNeeds, apart),
    ...placed('Clock', mongodbNeeds, [clockCheck(clock)]),
  ];
}

function organizationChecks(
  { config, composition }: SetUpOptions,
  { config: own, context }: OrganizationComposition,
  slack: ReturnType<typeof slackChecks>,
): PlacedCheck[] {
  const { client, homes, tokens } = composition;
  const database = client.db(own.database);
  const { provider, label } = context;
  const { vendor, observes } = provider.capabilities;
  const manages = observes !== true;
  const ofProvider = provider.checks({ databaseHosts: () => databaseHosts(client, database), manages });
  const area = (name: string): string => (label === undefined ? name : `${label.name}: ${name}`);
  const shared = own.database === config.mongodb.database ? [...homes.indexed, ...tokens.indexed] : [];
  const checks = [
    ...placed(area('Slack'), [...slackNeeds, 'SLACK_CHANNEL_ID'], [slack.channel(() => channelInForce(context))]),
    ...placed(area('MongoDB'), mongodbNeeds, mongodbChecks({ database, indexed: [...indexedIn(context), ...shared] })),
    ...placed(area(vendor), atlasNeeds, ofProvider.everyday),
    ...placed(area(vendor), [...atlasNeeds, ...secondNeeds], ofProvider.second),
    ...placed(area('People'), [...slackNeeds, ...mongodbNeeds, ...atlasNeeds], manages ? peopleChecks(context) : []),
    ...placed(area('Ledger'), signerNeeds, signerChecks(own, context)),
  ];
  return label === undefined ? checks : checks.map((check) => ({ ...check, organization: label.key }));
}

const placed = (area: string, needs: readonly SettingName[], checks: readonly Check[]): PlacedCheck[] =>
  checks.map((check) => ({ area, needs, check }));

function indexedIn({
  grants,
  organizations,
  directories,
  ledger,
  checkpoints,
  deliveries,
}: OperationContext): Indexed[] {
  const stores = [grants, organizations, directories, ledger, checkpoints];
  return [...stores, ...(deliveries === undefined ? [] : [deliveries])].flatMap((store) => [...store.indexed]);
}

/** Owners may have chosen another channel than the operator names; where that cannot be read, the latter is looked at. */
async function channelInForce({ organizations, organizationId, channelId }: OperationContext): Promise<ChannelInForce> {
  const organization = await organizations.find(organizationId).catch(() => undefined);
  return organization?.channelChosen === true
    ? { id: organization.channelId, chosen: true }
    : { id: channelId, chosen: false };
}

function signerChecks({ ledger }: OrganizationConfig, { headSigner }: OperationContext): Check[] {
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
