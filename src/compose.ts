import { type Db, MongoClient } from 'mongodb';
import { CheckedClock, type TimeReference } from './checked-clock.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { defaultPolicy, type Policy } from './grants/policy.ts';
import type { Logger } from './log.ts';
import type { OperationContext } from './operations/context.ts';
import { createAtlasProvider } from './providers/atlas/atlas-provider.ts';
import { observing } from './providers/observing.ts';
import type { Provider } from './providers/provider.ts';
import { homeContent } from './slack/home/home-content.ts';
import { createViews } from './slack/messages/create-views.ts';
import { createWebMessenger } from './slack/web-messenger.ts';
import { createWebPeople } from './slack/web-people.ts';
import { createWebWorkplace } from './slack/web-workplace.ts';
import { databaseTime } from './store/database-time.ts';
import { DirectoryStore } from './store/directories.ts';
import { GrantStore } from './store/grants.ts';
import { HomeStore } from './store/homes.ts';
import { LedgerStore } from './store/ledger.ts';
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
  /** From 0 to 1, for jitter. */
  readonly random?: Random;
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
}

/** Whether what the bot calls was there when it was called last. */
interface Reachabilities {
  readonly slack: Reachability;
  readonly atlas: Reachability;
}

/** Puts the objects together that the bot and the command line share. Nothing is connected yet. */
export function compose(options: ComposeOptions): Composition {
  const { config, log } = options;
  const client = createMongoClient(config.mongodb.uri);
  const database = client.db(config.mongodb.database);
  const reference = options.timeReference ?? { read: () => databaseTime(database) };
  const clock = new CheckedClock({ clock: options.clock, reference, log });
  const reachability = {
    slack: new Reachability(clock, 'Slack cannot be reached: people are told what there is to tell once it can be.'),
    atlas: new Reachability(clock, 'Atlas cannot be reached: what was decided is carried out once it can be.'),
  };
  const checked: CheckedOptions = { ...options, clock, reachability };
  const basePolicy: Policy = { ...defaultPolicy, ...config.policy };
  return { client, reachability, ...wire(checked, basePolicy, createProvider(checked), database) };
}

interface CheckedOptions extends Omit<ComposeOptions, 'clock'> {
  readonly clock: CheckedClock;
  readonly reachability: Reachabilities;
}

function createProvider({ config, clock, reachability, log, timeoutMs }: CheckedOptions): Provider {
  const { baseUrl, organizationId, clientId, clientSecret, block } = config.atlas;
  const provider = createAtlasProvider({
    baseUrl,
    organizationId,
    credentials: { clientId, clientSecret },
    blockCredentials: block,
    clock,
    fetch: observedFetch(reachability.atlas),
    requestTimeoutMs: timeoutMs,
    onSecret: (secret) => log.registerSecret(secret),
    onCall: (call) => log.debug(call, 'Atlas call'),
  });
  return config.mode === 'observe' ? observing(provider) : provider;
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
  const { config, clock, reachability, log, random = Math.random, timeoutMs } = options;
  const { slack } = config;
  const organizationId = config.atlas.organizationId;
  const grants = new GrantStore(database, auditGrant(log));
  const organizations = new OrganizationStore(database, auditOrganization(log));
  const directories = new DirectoryStore(database);
  const homes = new HomeStore(database);
  const ledger = new LedgerStore(database);
  const inSlack = { token: slack.botToken, apiUrl: slack.apiUrl, fetch: observedFetch(reachability.slack), log };
  const messenger = new PacedMessenger(createWebMessenger({ ...inSlack, timeoutMs }), clock);
  const people = createWebPeople({ ...inSlack, timeoutMs });
  const workplace = createWebWorkplace({ token: slack.botToken, apiUrl: slack.apiUrl, log });
  const deciders = new Deciders(directories, basePolicy, provider.capabilities.deciderRoles);
  const views = createViews(provider.capabilities);
  const now = (): Date => clock.now();
  const shared = {
    provider,
    grants,
    organizations,
    directories,
    ledger,
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
    }),
    organizations: new Worker({
      store: organizations,
      plan: createOrganizationPlan({ ...shared, homes: refresh, kick: kickGrant }),
      clock,
      log,
    }),
    directories: new Worker({
      store: directories,
      plan: createDirectoryPlan({ ...shared, kick: kickOrganization }),
      clock,
      log,
    }),
    homes: new Worker({
      store: homes,
      plan: createHomePlan({ ...shared, contentFor: (slackId) => homeContent(context, slackId) }),
      clock,
      log,
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
    ledger,
    work: {
      grant: (id) => workers.grants.kick(id),
      organization: (id) => workers.organizations.kick(id),
      home: (id) => workers.homes.kick(id),
    },
  };
  return { context, workers: Object.values(workers) };
}
