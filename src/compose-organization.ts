import type { MongoClient } from 'mongodb';
import type { CheckedClock } from './checked-clock.ts';
import { composeLedger, type LedgerReachabilities, ledgerReachabilities } from './compose-ledger.ts';
import { composeProvider } from './compose-provider.ts';
import { type OrganizationConfig, organizationIdOf } from './config.ts';
import { defaultPolicyFor, type Policy } from './grants/policy.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { OperationContext, OrganizationLabel } from './operations/context.ts';
import type { Studio } from './reports/studio.ts';
import { labelledFiles, labelledMessenger } from './slack/labelled.ts';
import { createViews } from './slack/messages/create-views.ts';
import { DirectoryStore } from './store/directories.ts';
import { GrantStore } from './store/grants.ts';
import type { HomeStore } from './store/homes.ts';
import { OrganizationStore } from './store/organizations.ts';
import type { Tracing } from './tracing.ts';
import { auditGrant, auditOrganization } from './work/audit.ts';
import { Deciders } from './work/deciders.ts';
import { createDirectoryPlan } from './work/directory-plan.ts';
import type { PostFiles } from './work/files.ts';
import { createGrantPlan } from './work/grant-plan.ts';
import { HomeRefresh } from './work/home-plan.ts';
import type { Messenger } from './work/messenger.ts';
import { createOrganizationPlan } from './work/organization-plan.ts';
import type { People } from './work/people.ts';
import { Reachability } from './work/reachability.ts';
import type { Random } from './work/retry.ts';
import { Worker } from './work/worker.ts';
import type { Workplace } from './work/workplace.ts';

/** What the organizations of a process share: none of it holds anything of any of them. */
export interface SharedParts {
  readonly client: MongoClient;
  readonly clock: CheckedClock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly random: Random;
  readonly messenger: Messenger;
  readonly people: People;
  readonly workplace: Workplace;
  readonly postFiles: PostFiles;
  readonly studio: Studio;
  readonly homes: HomeStore;
  /** Has somebody's home tab looked at now; resolves when nothing more is due. */
  readonly workOnHome: (id: string) => Promise<void>;
  readonly mayWrite?: (path: string) => Promise<boolean>;
  readonly timeoutMs?: number;
}

/** As much of a worker as its owner needs, whatever kind of document it works on. */
export interface AnyWorker {
  readonly running: number;
  sweep(): Promise<void>;
  idle(): Promise<void>;
  stop(): void;
}

/** Whether what an organization calls was there when it was called last. */
interface OrganizationReachabilities extends LedgerReachabilities {
  readonly provider: Reachability;
  /** Whether the secrets for the provider will last for a while. */
  readonly secrets: Reachability;
}

export interface OrganizationComposition {
  readonly config: OrganizationConfig;
  readonly context: OperationContext;
  readonly workers: readonly AnyWorker[];
  readonly reachability: OrganizationReachabilities;
}

/**
 * Puts one organization together: its own records, provider and work. Where there are several, `label` tells people which one
 * speaks; a store of one never sees the database of another.
 */
export function composeOrganization(
  shared: SharedParts,
  config: OrganizationConfig,
  label: OrganizationLabel | undefined,
): OrganizationComposition {
  const { client, clock, random, people, workplace, studio, homes, metrics } = shared;
  const log = label === undefined ? shared.log : shared.log.child({ organization: label.key });
  const tracing = shared.tracing.of(config.key);
  const database = client.db(config.database);
  const reachability = reachabilities(clock, config, label);
  const organizationId = organizationIdOf(config);
  const grants = new GrantStore(database, auditGrant(log));
  const provider = composeProvider({ ...shared, log, reachability: reachability.provider, database, grants }, config);
  const basePolicy: Policy = { ...defaultPolicyFor(provider.capabilities), ...config.policy };
  const organizations = new OrganizationStore(database, auditOrganization(log));
  const directories = new DirectoryStore(database);
  const { webhook, ...recorded } = composeLedger({
    ...shared,
    tracing,
    log,
    config,
    organizationId,
    database,
    reachability,
  });
  const messenger = label === undefined ? shared.messenger : labelledMessenger(shared.messenger, label);
  const deciders = new Deciders(directories, basePolicy, provider.capabilities);
  const views = createViews(provider.capabilities);
  const now = (): Date => clock.now();
  const used = {
    provider,
    grants,
    organizations,
    directories,
    ...recorded,
    messenger,
    people,
    workplace,
    deciders,
    views,
    basePolicy,
    log,
    random,
    now,
  };

  // Work of one kind makes work of another due; the workers know of each other only through these.
  const kickGrant = (id: string): void => void workers.grants.kick(id);
  const kickOrganization = (id: string): void => void workers.organizations.kick(id);
  const refresh = new HomeRefresh({ ...used, homes, kick: (id) => void shared.workOnHome(id) });
  const workers = {
    grants: new Worker({
      store: grants,
      plan: createGrantPlan({ ...used, homes: refresh, kick: kickGrant, kickOrganization }),
      clock,
      log,
      metrics,
      tracing,
    }),
    organizations: new Worker({
      store: organizations,
      plan: createOrganizationPlan({ ...used, homes: refresh, kick: kickGrant }),
      clock,
      log,
      metrics,
      tracing,
    }),
    directories: new Worker({
      store: directories,
      plan: createDirectoryPlan({ ...used, kick: kickOrganization }),
      clock,
      log,
      metrics,
      tracing,
    }),
  };
  const context: OperationContext = {
    key: config.key,
    label,
    organizationId,
    channelId: config.channelId,
    clock,
    log,
    basePolicy,
    provider,
    people,
    workplace,
    deciders,
    grants,
    organizations,
    directories,
    homes,
    ...recorded,
    deliveries: webhook?.deliveries,
    studio,
    postFiles: label === undefined ? shared.postFiles : labelledFiles(shared.postFiles, label),
    work: {
      grant: (id) => workers.grants.kick(id),
      organization: (id) => workers.organizations.kick(id),
      home: shared.workOnHome,
    },
  };
  const all = [...Object.values(workers), ...(webhook === undefined ? [] : [webhook.worker])];
  return { config, context, workers: all, reachability };
}

function reachabilities(
  clock: CheckedClock,
  { provider }: OrganizationConfig,
  label: OrganizationLabel | undefined,
): OrganizationReachabilities {
  const prefix = label === undefined ? '' : `${label.name}: `;
  const vendor = provider.kind === 'atlas' ? 'Atlas' : provider.settings.vendor;
  return {
    provider: new Reachability(
      clock,
      `${prefix}${vendor} cannot be reached: what was decided is carried out once it can be.`,
    ),
    secrets: new Reachability(
      clock,
      `${prefix}A secret for ${vendor} expires within a week: \`npm run portcullis -- doctor\` says which.`,
    ),
    ...ledgerReachabilities(clock, prefix),
  };
}
