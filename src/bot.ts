import type { MongoClient } from 'mongodb';
import type { Clock, Timer } from './clock.ts';
import { type ComposeOptions, type Composition, compose } from './compose.ts';
import { Health } from './http/health.ts';
import { healthRoutes, serveRoutes } from './http/health-routes.ts';
import { startHeartbeat } from './http/heartbeat.ts';
import type { OperationContext } from './operations/context.ts';
import { setUpProblems } from './preflight.ts';
import { createSlackApp } from './slack/app.ts';

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
  /** Where `/healthz` and `/readyz` are answered, if anywhere. */
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

/** Puts the objects together and starts them. Time-driven work is the caller's: it calls `sweep` by a schedule. */
export async function startBot(options: BotOptions): Promise<Bot> {
  const { config, log } = options;
  const composition = compose(options);
  const { context, workers: all, client } = composition;
  try {
    await databaseReady(options, client, context);
    await checkSetUp(options, context);
  } catch (error) {
    await client.close();
    throw error;
  }
  const health = healthOf(options, composition);
  const routes = healthRoutes(health);
  const app = createSlackApp({
    context,
    slack: config.slack,
    http: { port: config.http.port, host: options.host, routes },
    log,
  });
  const { port } = await app.start();
  const { healthPort } = config.http;
  const healthServer =
    port === undefined && healthPort !== undefined
      ? await serveRoutes(routes, { port: healthPort, host: options.host })
      : undefined;
  const heartbeat =
    config.heartbeatUrl === undefined
      ? undefined
      : startHeartbeat({ url: config.heartbeatUrl, clock: context.clock, log, onTime: () => health.onTime() });
  const sweep = (): Promise<void> =>
    health.watched(async () => {
      if (await context.clock.check()) await atMost(context.clock, Promise.all(all.map((worker) => worker.sweep())));
      else if (context.clock.standing().kind === 'unknown')
        throw new Error('No sweep: whether the clock is right is not known');
    });
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
    healthPort: port ?? healthServer?.port,
    sweep,
    idle,
    async nextDueAt() {
      const { grants, organizations, directories, homes } = context;
      const due = await Promise.all([grants, organizations, directories, homes].map((store) => store.nextDueAt()));
      const instants = due.filter((at) => at !== undefined).map((at) => at.getTime());
      return instants.length === 0 ? undefined : new Date(Math.min(...instants));
    },
    async stop() {
      heartbeat?.cancel();
      for (const worker of all) worker.stop();
      const enough = new Promise<void>((resolve) => setTimeout(resolve, stopWithinMs).unref());
      await Promise.race([Promise.all([app.stop(), healthServer?.close(), idle()]), enough]);
      await client.close();
    },
  };
}

function healthOf(
  { config, sweepWithinMs = 60_000 }: BotOptions,
  { context, client, reachability }: Composition,
): Health {
  const { clock, grants, organizations, directories, homes } = context;
  return new Health({
    clock,
    ...reachability,
    ping: () => client.db(config.mongodb.database).command({ ping: 1 }),
    newerRecords: () => [grants, organizations, directories, homes].reduce((sum, store) => sum + store.newerRecords, 0),
    sweepWithinMs,
  });
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
  client: MongoClient,
  context: OperationContext,
): Promise<void> {
  const { grants, organizations, directories, homes, ledger, organizationId, channelId, clock } = context;
  for (;;) {
    signal?.throwIfAborted();
    try {
      // By itself the driver never connects again once its first connection could not be made.
      await client.connect();
      await clock.check();
      await Promise.all([grants, organizations, directories, homes, ledger].map((store) => store.createIndexes()));
      await directories.ensure(organizationId, clock.now());
      await organizations.ensure(organizationId, channelId, clock.now());
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
async function checkSetUp({ config, log }: BotOptions, context: OperationContext): Promise<void> {
  const { channelChosen } = await context.organizations.get(context.organizationId);
  const problems = await setUpProblems(config.slack, context.provider, log, { channelChosen });
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
