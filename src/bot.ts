import type { Clock, Timer } from './clock.ts';
import { type ComposeOptions, type Composition, compose } from './compose.ts';
import { setUpProblems } from './doctor/set-up-problems.ts';
import { createDecisionServer } from './http/decision/server.ts';
import { Health } from './http/health.ts';
import { healthRoutes, type RouteServer, serveRoutes } from './http/health-routes.ts';
import { startHeartbeat } from './http/heartbeat.ts';
import { metricsRoute } from './http/metrics-route.ts';
import { createPrometheus } from './http/prometheus.ts';
import { createStandingReader } from './http/standing.ts';
import { type Metrics, noMetrics } from './metrics.ts';
import { startOpenTelemetry } from './open-telemetry.ts';
import type { OperationContext } from './operations/context.ts';
import { createSlackApp } from './slack/app.ts';
import { noTracing, tracedLog, tracedMetrics } from './tracing.ts';
import { watchSecrets } from './work/secret-watch.ts';

export interface BotOptions extends ComposeOptions {
  /** Stops waiting for MongoDB. */
  readonly signal?: AbortSignal;
  /** Where HTTP mode listens; every address unless given. */
  readonly host?: string;
  /** No more than this should pass between two sweeps; a minute unless given. */
  readonly sweepWithinMs?: number;
}

export interface Bot {
  /** In HTTP mode, where it listens. */
  readonly port?: number;
  /** Where `/healthz`, `/readyz` and `/metrics` are answered, if that was asked for. */
  readonly healthPort?: number;
  /** Where `/v1/access` is answered, if that was asked for. */
  readonly decisionPort?: number;
  /** Does everything that is due. */
  sweep(): Promise<void>;
  /** When something is due next. */
  nextDueAt(): Promise<Date | undefined>;
  /** Resolves when no handler and no work runs. */
  idle(): Promise<void>;
  /** Takes no new work, finishes what runs (10 s at most), closes connections. */
  stop(): Promise<void>;
}

/** The set-up is wrong in a way that somebody has to mend; each problem says how. */
export class SetUpError extends Error {
  override readonly name = 'SetUpError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

const stopWithinMs = 10_000;
const databaseRetryMs = 5_000;
const sweepWaitsMs = 20_000;

/**
 * Puts the objects together and starts them; what a process says of its health is answered from the beginning. Time-driven
 * work is the caller's: it calls `sweep` by a schedule.
 */
export async function startBot(given: BotOptions): Promise<Bot> {
  const { config } = given;
  const { healthPort } = config.http;
  const tracing = config.tracing === undefined ? noTracing : await startOpenTelemetry(config.tracing, given.log);
  const log = tracedLog(given.log, tracing);
  const prometheus = healthPort === undefined ? undefined : createPrometheus();
  const counted = prometheus?.metrics ?? noMetrics;
  const metrics = tracing === noTracing ? counted : tracedMetrics(counted, tracing);
  const options = { ...given, log, tracing, metrics: metrics === noMetrics ? undefined : metrics };
  const composition = compose(options);
  const { organizations, workers: all, client, clock } = composition;
  const [first, ...others] = organizations;
  const contexts = [first.context, ...others.map(({ context }) => context)] as const;
  const health = healthOf(options, composition);
  const routes = healthRoutes(health);
  const http = { port: config.http.port, host: options.host, routes };
  const app = createSlackApp({
    contexts,
    slack: config.slack,
    http,
    fetch: composition.slackFetch,
    metrics,
    tracing,
    log,
  });
  let port: number | undefined;
  let healthServer: RouteServer | undefined;
  let decisionServer: RouteServer | undefined;
  try {
    ({ port } = await app.listen());
    if (healthPort !== undefined && prometheus !== undefined) {
      const numbers = metricsRoute(prometheus.registry, standingOf(composition, health));
      healthServer = await serveRoutes([...routes, numbers], { port: healthPort, host: options.host });
    }
    log.info({ healthPort: healthServer?.port ?? port }, 'Starting');
    await databaseReady(options, composition, health);
    await checkSetUp(options, composition);
    decisionServer = await serveDecisions(options, composition, metrics);
  } catch (error) {
    await Promise.all([app.stop(), healthServer?.close(), decisionServer?.close()]);
    await Promise.all([client.close(), tracing.stop()]);
    throw error;
  }
  app.start();
  health.started();
  const heartbeat =
    config.heartbeatUrl === undefined
      ? undefined
      : startHeartbeat({ url: config.heartbeatUrl, clock, log, onTime: () => health.onTime() });
  const secretWatches = organizations.map(({ context, reachability }) =>
    watchSecrets({ ...context, lasting: reachability.secrets }),
  );
  const sweep = (): Promise<void> =>
    health.watched(() =>
      measured(metrics, clock, async () => {
        if (await clock.check()) {
          await atMost(clock, Promise.all(all.map((worker) => worker.sweep())));
          return 'done';
        }
        if (clock.standing().kind === 'unknown') {
          throw new Error('No sweep: whether the clock is right is not known');
        }
        return 'skipped';
      }),
    );
  // What was owed while no process ran is not left to the first tick of the schedule.
  void sweep().catch((error: unknown) => log.error({ err: error }, 'The first sweep failed; the next one tries again'));

  const idle = async (): Promise<void> => {
    do {
      await app.idle();
      await Promise.all(all.map((worker) => worker.idle()));
    } while (app.busy || all.some((worker) => worker.running > 0));
  };
  return {
    port,
    healthPort: healthServer?.port,
    decisionPort: decisionServer?.port,
    sweep,
    idle,
    async nextDueAt() {
      const due = await Promise.all(owing(composition).map(({ store }) => store.nextDueAt()));
      const instants = due.filter((at) => at !== undefined).map((at) => at.getTime());
      return instants.length === 0 ? undefined : new Date(Math.min(...instants));
    },
    async stop() {
      heartbeat?.cancel();
      for (const watch of secretWatches) watch.cancel();
      for (const worker of all) worker.stop();
      const enough = new Promise<void>((resolve) => setTimeout(resolve, stopWithinMs).unref());
      await Promise.race([Promise.all([app.stop(), healthServer?.close(), decisionServer?.close(), idle()]), enough]);
      await Promise.all([client.close(), tracing.stop()]);
    },
  };
}

/** Programs ask whether support may enter, of every organization. */
function serveDecisions(
  { config, log, host }: BotOptions,
  { organizations: all, tokens, clock }: Composition,
  metrics: Metrics,
): Promise<RouteServer> | undefined {
  const { decisionPort: port } = config.http;
  if (port === undefined) return undefined;
  const organizations = new Map(all.map(({ context }) => [context.key, context]));
  return createDecisionServer({ organizations, tokens, clock, log, metrics, port, host });
}

/** Every store whose documents owe something, by what the work on them is called. */
function owing({ organizations, homes }: Composition) {
  return [
    ...organizations.flatMap(({ context }) => [
      { work: 'grants', store: context.grants },
      { work: 'organizations', store: context.organizations },
      { work: 'directories', store: context.directories },
      ...(context.deliveries === undefined ? [] : [{ work: 'deliveries', store: context.deliveries }]),
    ]),
    { work: 'homes', store: homes },
  ];
}

function healthOf({ config, sweepWithinMs = 60_000 }: BotOptions, composition: Composition): Health {
  const { client, clock, slack, organizations } = composition;
  return new Health({
    clock,
    slack,
    organizations: organizations.map(({ reachability }) => reachability),
    ping: () => client.db(config.mongodb.database).command({ ping: 1 }),
    newerRecords: () => owing(composition).reduce((sum, { store }) => sum + store.newerRecords, 0),
    sweepWithinMs,
  });
}

function standingOf(composition: Composition, health: Health): ReturnType<typeof createStandingReader> {
  const { clock, organizations } = composition;
  const contexts = organizations.map(({ context }) => context);
  return createStandingReader({ clock, health, organizations: contexts, owing: owing(composition) });
}

/** A sweep as it is, measured. */
async function measured(metrics: Metrics, clock: Clock, sweep: () => Promise<'done' | 'skipped'>): Promise<void> {
  const beganMs = clock.monotonicMs();
  let outcome: Parameters<Metrics['swept']>[0] = 'failed';
  try {
    outcome = await sweep();
  } finally {
    metrics.swept(outcome, clock.monotonicMs() - beganMs);
  }
}

/** A document that takes long keeps no other from being looked at: the next sweep passes over what is worked on. */
async function atMost(clock: Clock, sweeping: Promise<unknown>): Promise<void> {
  let timer: Timer | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = clock.after(sweepWaitsMs, resolve);
  });
  try {
    await Promise.race([sweeping, enough]);
  } finally {
    timer?.cancel();
  }
}

/** Waits for MongoDB, for as long as it takes, and makes what the bot needs there. */
async function databaseReady({ log, signal }: BotOptions, composition: Composition, health: Health): Promise<void> {
  const { client, clock, organizations } = composition;
  const kept = organizations.flatMap(({ context }) => [context.ledger, context.checkpoints]);
  const stores = [...owing(composition).map(({ store }) => store), ...kept, composition.tokens];
  for (;;) {
    signal?.throwIfAborted();
    try {
      await health.watched(async () => {
        // By itself the driver never connects again once its first connection could not be made.
        await client.connect();
        await clock.check();
        await Promise.all(stores.map((store) => store.createIndexes()));
        for (const { context } of organizations) await ensureRecords(context);
      });
      return;
    } catch (error) {
      log.warn({ err: error }, 'MongoDB cannot be used yet; waiting for it');
      await pause(clock, databaseRetryMs, signal);
    }
  }
}

async function ensureRecords(context: OperationContext): Promise<void> {
  const { organizations, directories, deliveries, organizationId, channelId, clock } = context;
  await directories.ensure(organizationId, clock.now());
  await organizations.ensure(organizationId, channelId, clock.now());
  await deliveries?.ensure(clock.now());
}

function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      timer.cancel();
      signal?.removeEventListener('abort', go);
      resolve();
    };
    const timer = clock.after(ms, go);
    signal?.addEventListener('abort', go);
    if (signal?.aborted === true) go();
  });
}

/** A wrong set-up stops the start, but only while nothing is open: what is open must still be closed. */
async function checkSetUp({ config, log, timeoutMs }: BotOptions, composition: Composition): Promise<void> {
  const problems = await setUpProblems({ config, composition, log, timeoutMs });
  if (problems.length === 0) return;
  const reading = composition.organizations.map(({ context }) => context.grants.live(context.organizationId));
  const live = (await Promise.all(reading)).flat();
  if (live.length === 0) throw new SetUpError(problems);
  for (const problem of problems) {
    log.error(
      { problem, liveGrants: live.length },
      'The set-up is wrong; running all the same, because access is open',
    );
  }
}
