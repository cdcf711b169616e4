import { type Db, MongoClient } from 'mongodb';
import { CheckedClock, type TimeReference } from './checked-clock.ts';
import type { Clock } from './clock.ts';
import { composeLedger, type LedgerReachabilities, ledgerReachabilities } from './compose-ledger.ts';
import type { Config } from './config.ts';
import { defaultPolicy, type Policy } from './grants/policy.ts';
import type { Logger } from './log.ts';
import { countingAudits, type Metrics, noMetrics } from './metrics.ts';
import type { OperationContext } from './operations/context.ts';
import { createAtlasProvider } from './providers/atlas/atlas-provider.ts';
import type { AtlasCredentials } from './providers/atlas/tokens.ts';
import { observing } from './providers/observing.ts';
import type { Provider } from './providers/provider.ts';
import { Studio } from './reports/studio.ts';
import { readSecret } from './secret-source.ts';
import { countedFetch } from './slack/counted-fetch.ts';
import { homeContent } from './slack/home/home-content.ts';
import { createViews } from './slack/messages/create-views.ts';
import { createWebFiles } from './slack/web-files.ts';
import { createWebMessenger } from './slack/web-messenger.ts';
import { createWebPeople } from './slack/web-people.ts';
import { createWebWorkplace } from './slack/web-workplace.ts';
import { databaseTime } from './store/database-time.ts';
import { DirectoryStore } from './store/directories.ts';
import { GrantStore } from './store/grants.ts';
import { HomeStore } from './store/homes.ts';
import { OrganizationStore } from './store/organizations.ts';
import { auditGrant, auditOrganization } from './work/audit.ts';
import { Deciders } from './work/deciders.ts';
import { createDirectoryPlan } from './work/directory-plan.ts';
import { createGrantPlan } from './work/grant-plan.ts';
import { createHomePlan, HomeRefresh } from './work/home-plan.ts';
import { createOrganizationPlan } from './work/organization-plan.ts';
import { PacedMessenger } from './work/paced-messenger.ts';
import { observedFetch, Reachability } from './work/reachability.ts';
import type { Random } from './work/retry.ts';
import { Worker } from './work/worker.ts';

export interface ComposeOptions {
  readonly config: Config;
  readonly clock: Clock;
  /** What the clock is held against; the database's unless given. */
  readonly timeReference?: TimeReference;
  readonly log: Logger;
  /** Told what happens; nobody unless given. */
  readonly metrics?: Metrics;
  /** From 0 to 1, for jitter. */
  readonly random?: Random;
  /** Whether this process may write a file; the operating system is asked unless given. */
  readonly mayWrite?: (path: string) => Promise<boolean>;
  /** Bounds each call to Slack and Atlas, in real time; each has its own default. */
  readonly timeoutMs?: number;
}

/** As much of a worker as its owner needs, whatever kind of document it works on. */
export interface AnyWorker {
  readonly running: number;
  sweep(): Promise<void>;
  idle(): Promise<void>;
  stop(): void;
}

export interface Composition {
  readonly context: OperationContext;
  readonly workers: readonly AnyWorker[];
  readonly client: MongoClient;
  readonly reachability: Reachabilities;
  /** For calls to Slack. */
  readonly slackFetch: typeof fetch;
}

/** Whether what the bot calls was there when it was called last. */
interface Reachabilities extends LedgerReachabilities {
  readonly slack: Reachability;
  readonly atlas: Reachability;
  /** Whether the secrets for Atlas will last for a while. */
  readonly secrets: Reachability;
}

/** Puts the objects together that the bot and the command line share. Nothing is connected yet. */
export function compose(options: ComposeOptions): Composition {
  const { config, metrics = noMetrics } = options;
  const log = countingAudits(options.log, metrics);
  const client = createMongoClient(config.mongodb.uri);
  const database = client.db(config.mongodb.database);
  const reference = options.timeReference ?? { read: () => databaseTime(database) };
  const clock = new CheckedClock({ clock: options.clock, reference, log });
  const reachability = {
    slack: new Reachability(clock, 'Slack cannot be reached: people are told what there is to tell once it can be.'),
    atlas: new Reachability(clock, 'Atlas cannot be reached: what was decided is carried out once it can be.'),
    secrets: new Reachability(
      clock,
      'A secret for Atlas expires within a week: `npm run portcullis -- doctor` says which.',
    ),
    ...ledgerReachabilities(clock),
  };
  const slackFetch = options.metrics === undefined ? fetch : countedFetch(metrics, config.slack.apiUrl);
  const checked: CheckedOptions = { ...options, log, metrics, clock, reachability, slackFetch };
  const basePolicy: Policy = { ...defaultPolicy, ...config.policy };
  return { client, reachability, slackFetch, ...wire(checked, basePolicy, createProvider(checked), database) };
}

interface CheckedOptions extends Omit<ComposeOptions, 'clock'>, Pick<Composition, 'reachability' | 'slackFetch'> {
  readonly clock: CheckedClock;
  readonly metrics: Metrics;
}

function createProvider({ config, clock, reachability, log, metrics, timeoutMs }: CheckedOptions): Provider {
  const { baseUrl, organizationId, block } = config.atlas;
  const provider = createAtlasProvider({
    baseUrl,
    organizationId,
    credentials: credentialsOf(config.atlas),
    blockCredentials: block && credentialsOf(block),
    clock,
    fetch: observedFetch(reachability.atlas),
    requestTimeoutMs: timeoutMs,
    onSecret: (secret) => log.registerSecret(secret),
    onCall: (call) => {
      metrics.called({ ...call, to: 'atlas' });
      log.debug(call, 'Atlas call');
    },
  });
  return config.mode === 'observe' ? observing(provider) : provider;
}

function credentialsOf({ clientId, clientSecret }: NonNullable<Config['atlas']['block']>): AtlasCredentials {
  return { clientId, clientSecret: () => readSecret(clientSecret) };
}

function createMongoClient(uri: string): MongoClient {
  return new MongoClient(uri, {
    ignoreUndefined: true,
    writeConcern: { w: 'majority' },
    // People wait for an answer: a server that is away is told within seconds.
    serverSelectionTimeoutMS: 4_000,
    connectTimeoutMS: 4_000,
    socketTimeoutMS: 10_000,
  });
}

function wire(
  options: CheckedOptions,
  basePolicy: Policy,
  provider: Provider,
  database: Db,
): Pick<Composition, 'context' | 'workers'> {
  const { config, clock, reachability, slackFetch, log, metrics, random = Math.random, timeoutMs } = options;
  const { slack } = config;
  const organizationId = config.atlas.organizationId;
  const grants = new GrantStore(database, auditGrant(log));
  const organizations = new OrganizationStore(database, auditOrganization(log));
  const directories = new DirectoryStore(database);
  const homes = new HomeStore(database);
  const { webhook, ...recorded } = composeLedger({ ...options, database, random });
  const inSlack = {
    token: slack.botToken,
    apiUrl: slack.apiUrl,
    fetch: observedFetch(reachability.slack, slackFetch),
    log,
  };
  const messenger = new PacedMessenger(createWebMessenger({ ...inSlack, timeoutMs }), clock);
  const people = createWebPeople({ ...inSlack, timeoutMs });
  const workplace = createWebWorkplace({ ...inSlack, fetch: slackFetch });
  const deciders = new Deciders(directories, basePolicy, provider.capabilities.deciderRoles);
  const views = createViews(provider.capabilities);
  const now = (): Date => clock.now();
  const shared = {
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
  const kickHome = (id: string): void => void workers.homes.kick(id);
  const refresh = new HomeRefresh({ ...shared, homes, kick: kickHome });
  const workers = {
    grants: new Worker({
      store: grants,
      plan: createGrantPlan({ ...shared, homes: refresh, kick: kickGrant, kickOrganization }),
      clock,
      log,
      metrics,
    }),
    organizations: new Worker({
      store: organizations,
      plan: createOrganizationPlan({ ...shared, homes: refresh, kick: kickGrant }),
      clock,
      log,
      metrics,
    }),
    directories: new Worker({
      store: directories,
      plan: createDirectoryPlan({ ...shared, kick: kickOrganization }),
      clock,
      log,
      metrics,
    }),
    homes: new Worker({
      store: homes,
      plan: createHomePlan({ ...shared, contentFor: (slackId) => homeContent(context, slackId) }),
      clock,
      log,
      metrics,
    }),
  };
  const context: OperationContext = {
    organizationId,
    channelId: slack.channelId,
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
    studio: new Studio(),
    postFiles: createWebFiles({ ...inSlack, timeoutMs }),
    work: {
      grant: (id) => workers.grants.kick(id),
      organization: (id) => workers.organizations.kick(id),
      home: (id) => workers.homes.kick(id),
    },
  };
  return { context, workers: [...Object.values(workers), ...(webhook === undefined ? [] : [webhook.worker])] };
}
