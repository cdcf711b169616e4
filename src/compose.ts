import { MongoClient } from 'mongodb';
import { CheckedClock, type TimeReference } from './checked-clock.ts';
import type { Clock } from './clock.ts';
import { type AnyWorker, composeOrganization, type OrganizationComposition } from './compose-organization.ts';
import type { Config, OrganizationConfig } from './config.ts';
import type { Logger } from './log.ts';
import { countingAudits, type Metrics, noMetrics } from './metrics.ts';
import type { OrganizationLabel } from './operations/context.ts';
import { Studio } from './reports/studio.ts';
import { countedFetch } from './slack/counted-fetch.ts';
import { homeContent } from './slack/home/home-content.ts';
import { createWebFiles } from './slack/web-files.ts';
import { createWebMessenger } from './slack/web-messenger.ts';
import { createWebPeople } from './slack/web-people.ts';
import { createWebWorkplace } from './slack/web-workplace.ts';
import { databaseTime } from './store/database-time.ts';
import { HomeStore } from './store/homes.ts';
import { KnownOrganizations } from './store/known-organizations.ts';
import { TokenStore } from './store/tokens.ts';
import { noTracing, type Tracing } from './tracing.ts';
import { createHomePlan } from './work/home-plan.ts';
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
  /** Nobody keeps traces unless given. */
  readonly tracing?: Tracing;
  /** From 0 to 1, for jitter. */
  readonly random?: Random;
  /** Whether this process may write a file; the operating system is asked unless given. */
  readonly mayWrite?: (path: string) => Promise<boolean>;
  /** Bounds each call to Slack and the providers, in real time; each has its own default. */
  readonly timeoutMs?: number;
}

export interface Composition {
  readonly client: MongoClient;
  readonly clock: CheckedClock;
  /** Whether Slack was there when it was called last. */
  readonly slack: Reachability;
  /** For calls to Slack. */
  readonly slackFetch: typeof fetch;
  readonly homes: HomeStore;
  readonly tokens: TokenStore;
  readonly known: KnownOrganizations;
  readonly organizations: readonly [OrganizationComposition, ...OrganizationComposition[]];
  /** Of everything. */
  readonly workers: readonly AnyWorker[];
}

/** Puts the objects together that the bot and the command line share. Nothing is connected yet. */
export function compose(options: ComposeOptions): Composition {
  const { config, metrics = noMetrics, tracing = noTracing, random = Math.random, mayWrite, timeoutMs } = options;
  const log = countingAudits(options.log, metrics);
  const client = createMongoClient(config.mongodb.uri);
  const database = client.db(config.mongodb.database);
  const reference = options.timeReference ?? { read: () => databaseTime(database) };
  const clock = new CheckedClock({ clock: options.clock, reference, log });
  const slack = new Reachability(
    clock,
    'Slack cannot be reached: people are told what there is to tell once it can be.',
  );
  const slackFetch = options.metrics === undefined ? fetch : countedFetch(metrics, config.slack.apiUrl);
  const inSlack = {
    token: config.slack.botToken,
    apiUrl: config.slack.apiUrl,
    fetch: observedFetch(slack, slackFetch),
    log,
  };
  const messenger = new PacedMessenger(createWebMessenger({ ...inSlack, timeoutMs }), clock);
  const people = createWebPeople({ ...inSlack, timeoutMs });
  const homes = new HomeStore(database);
  const contexts = () => organizations.map(({ context }) => context);
  const homePlan = createHomePlan({
    messenger,
    log,
    random,
    contentFor: (slackId) => homeContent(contexts(), slackId),
  });
  const homeWorker = new Worker({ store: homes, plan: homePlan, clock, log, metrics, tracing });
  const shared = {
    client,
    clock,
    log,
    metrics,
    tracing,
    random,
    messenger,
    people,
    workplace: createWebWorkplace({ ...inSlack, fetch: slackFetch }),
    postFiles: createWebFiles({ ...inSlack, timeoutMs }),
    studio: new Studio(),
    homes,
    workOnHome: (id: string) => homeWorker.kick(id),
    mayWrite,
    timeoutMs,
  };
  const composed = (one: OrganizationConfig): OrganizationComposition =>
    composeOrganization(shared, one, labelOf(one, config));
  const [first, ...others] = config.organizations;
  const organizations = [composed(first), ...others.map(composed)] as const;
  const workers = [...organizations.flatMap((one) => one.workers), homeWorker];
  return {
    client,
    clock,
    slack,
    slackFetch,
    homes,
    tokens: new TokenStore(database),
    known: new KnownOrganizations(client, database),
    organizations,
    workers,
  };
}

/** Where there is only one, nobody has to be told which. */
const labelOf = ({ key, name }: OrganizationConfig, { organizations }: Config): OrganizationLabel | undefined =>
  organizations.length === 1 ? undefined : { key, name };

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
