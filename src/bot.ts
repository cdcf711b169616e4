import type { Clock, Timer } from './clock.ts';
import { type ComposeOptions, type Composition, compose } from './compose.ts';
import { setUpProblems } from './doctor/set-up-problems.ts';
import { Health } from './http/health.ts';
import { healthRoutes, type RouteServer, serveRoutes } from './http/health-routes.ts';
import { startHeartbeat } from './http/heartbeat.ts';
import { metricsRoute } from './http/metrics-route.ts';
import { createPrometheus } from './http/prometheus.ts';
import { createStandingReader } from './http/standing.ts';
import { type Metrics, noMetrics } from './metrics.ts';
import type { OperationContext } from './operations/context.ts';
import { createSlackApp } from './slack/app.ts';
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
export async function startBot(options: BotOptions): Promise<Bot> {
  const { config, log } = options;
  const { healthPort } = config.http;
  const prometheus = healthPort === undefined ? undefined : createPrometheus();
  const metrics = prometheus?.metrics ?? noMetrics;
  const composition = compose({ ...options, metrics: prometheus?.metrics });
  const { context, workers: all, client } = composition;
  const health = healthOf(options, composition);
  const routes = healthRoutes(health);
  const http = { port: config.http.port, host: options.host, routes };
  const app = createSlackApp({ context, slack: config.slack, http, fetch: composition.slackFetch, metrics, log });
  let port: number | undefined;
  let healthServer: RouteServer | undefined;
  try {
    ({ port } = await app.listen());
    if (healthPort !== undefined && prometheus !== undefined) {
      const numbers = metricsRoute(prometheus.registry, standingOf(composition, health));
      healthServer = await serveRoutes([...routes, numbers], { port: healthPort, host: options.host });
    }
    log.info({ healthPort: healthServer?.port ?? port }, 'Starting');
    await databaseReady(options, composition, health);
    await checkSetUp(options, composition);
  } catch (error) {
    await Promise.all([app.stop(), healthServer?.close()]);
    await client.close();
    throw error;
  }
  app.start();
  health.started();
  const heartbeat =
    config.heartbeatUrl === undefined
      ? undefined
      : startHeartbeat({ url: config.heartbeatUrl, clock: context.clock, log, onTime: () => health.onTime() });
  const secretWatch = watchSecrets({ ...context, log, lasting: composition.reachability.secrets });
  const sweep = (): Promise<void> =>
    health.watched(() =>
      measured(metrics, context.clock, async () => {
        if (await context.clock.check()) {
          await atMost(context.clock, Promise.all(all.map((worker) => worker.sweep())));
          return 'done';
        }
        if (context.clock.standing().kind === 'unknown') {
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
    sweep,
    idle,
    async nextDueAt() {
      const due = await Promise.all(owing(context).map(({ store }) => store.nextDueAt()));
      const instants = due.filter((at) => at !== undefined).map((at) => at.getTime());
      return instants.length === 0 ? undefined : new Date(Math.min(...instants));
    },
    async stop() {
      heartbeat?.cancel();
      secretWatch.cancel();
      for (const worker of all) worker.stop();
      const enough = new Promise<void>((resolve) => setTimeout(resolve, stopWithinMs).unref());
      await Promise.race([Promise.all([app.stop(), healthServer?.close(), idle()]), enough]);
      await client.close();
    },
  };
}

/** Every store whose documents owe something, by what the work on them is called. */
function owing({ grants, organizations, directories, homes, deliveries }: OperationContext) {
  return [
    { work: 'grants', store: grants },
    { work: 'organizations', store: organizations },
    { work: 'directories', store: directories },
    { work: 'homes', store: homes },
    ...(deliveries === undefined ? [] : [{ work: 'deliveries', store: deliveries }]),
  ];
}

function healthOf(
  { config, sweepWithinMs = 60_000 }: BotOptions,
  { context, client, reachability }: Composition,
): Health {
  return new Health({
    clock: context.clock,
    ...reachability,
    ping: () => client.db(config.mongodb.database).command({ ping: 1 }),
    newerRecords: () => owing(context).reduce((sum, { store }) => sum + store.newerRecords, 0),
    sweepWithinMs,
  });
}

function standingOf({ context }: Composition, health: Health): ReturnType<typeof createStandingReader> {
  const { organizationId, clock, grants } = context;
  return createStandingReader({ organizationId, clock, health, grants, owing: owing(context) });
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
async function databaseReady(
  { log, signal }: BotOptions,
  { client, context }: Composition,
  health: Health,
): Promise<void> {
  const { organizations, directories, deliveries, ledger, checkpoints, organizationId, channelId, clock } = context;
  const stores = [...owing(context).map(({ store }) => store), ledger, checkpoints];
  for (;;) {
    signal?.throwIfAborted();
    try {
      await health.watched(async () => {
        // By itself the driver never connects again once its first connection could not be made.
        await client.connect();
        await clock.check();
        await Promise.all(stores.map((store) => store.createIndexes()));
        await directories.ensure(organizationId, clock.now());
        await organizations.ensure(organizationId, channelId, clock.now());
        await deliveries?.ensure(clock.now());
      });
      return;
    } catch (error) {
      log.warn({ err: error }, 'MongoDB cannot be used yet; waiting for it');
      await pause(clock, databaseRetryMs, signal);
    }
  }
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
async function checkSetUp({ config, log, timeoutMs }: BotOptions, { context, client }: Composition): Promise<void> {
  const problems = await setUpProblems({ config, context, client, timeoutMs });
  if (problems.length === 0) return;
  const live = await context.grants.live(context.organizationId);
  if (live.length === 0) throw new SetUpError(problems);
  for (const problem of problems) {
    log.error(
      { problem, liveGrants: live.length },
      'The set-up is wrong; running all the same, because access is open',
    );
  }
}
