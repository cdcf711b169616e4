import type { Clock, Timer } from './clock.ts';
import { type ComposeOptions, type Composition, compose } from './compose.ts';
import { createDecisionServer } from './http/decision/server.ts';
import { Health } from './http/health.ts';
import { healthRoutes, type RouteServer, serveRoutes } from './http/health-routes.ts';
import { startHeartbeat } from './http/heartbeat.ts';
import { metricsRoute } from './http/metrics-route.ts';
import { createPrometheus } from './http/prometheus.ts';
import { createStandingReader } from './http/standing.ts';
import { type Metrics, noMetrics } from './metrics.ts';
import { startOpenTelemetry } from './open-telemetry.ts';
import { checkSetUp, prepareRecords } from './prepare.ts';
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

const stopWithinMs = 10_000;
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
  // Buttons that name no organization are from when there was one: it has kept its database.
  const inheritor = organizations.find(({ config: own }) => own.database === config.mongodb.database)?.context;
  const health = healthOf(options, composition);
  const routes = healthRoutes(health);
  const http = { port: config.http.port, host: options.host, routes };
  const app = createSlackApp({
    contexts,
    inheritor,
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
    await prepareRecords(options, composition, health);
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
