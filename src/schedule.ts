import cron, { type ScheduledTask, type TaskOptions } from 'node-cron';
import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';

/** A schedule that has not run for this long is stalled: the machine's clock may have been set back by hours. */
const stalledAfterMs = 60_000;
const watchEveryMs = 15_000;

export interface Schedule {
  stop(): Promise<void>;
}

/** How much time may pass between two runs before the schedule counts as stalled: what the expression itself asks for is no stall. */
export function longestPauseMs(expression: string): number {
  const [first, second] = cron.createTask(expression, () => {}).getNextRuns(2);
  const periodMs = first === undefined || second === undefined ? 0 : second.getTime() - first.getTime();
  return Math.max(stalledAfterMs, 3 * periodMs);
}

/**
 * Runs `run` by a cron expression, never two at a time, each at a random moment of at most a second after its time so that
 * several processes do not act as one. A watchdog by the monotonic clock restarts a schedule that a step of the wall clock
 * has stalled: cron waits for a wall-clock time that may be hours away.
 */
export function startSchedule(options: {
  readonly expression: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly run: () => Promise<void>;
}): Schedule {
  const { expression, clock, log, run } = options;
  let lastRun = clock.monotonicMs();
  let running = false;
  let stopped = false;

  async function ranOnce(): Promise<void> {
    if (running) return;
    running = true;
    try {
      await run();
    } catch (error) {
      log.error({ err: error }, 'A sweep failed; the next one tries again');
    }
    running = false;
    lastRun = clock.monotonicMs();
  }

  const start = (): ScheduledTask =>
    cron.schedule(expression, ranOnce, { maxRandomDelay: 1_000, logger: cronLogger(log) });
  let task = start();
  const allowedMs = longestPauseMs(expression);

  const watch = (): void => {
    if (stopped) return;
    if (!running && clock.monotonicMs() - lastRun > allowedMs) {
      log.warn({ expression }, 'The schedule had stalled and is started again');
      void task.destroy();
      task = start();
      void ranOnce();
    }
    watchdog = clock.after(watchEveryMs, watch);
  };
  let watchdog = clock.after(watchEveryMs, watch);

  return {
    async stop() {
      stopped = true;
      watchdog.cancel();
      await task.destroy();
    },
  };
}

/** By itself cron writes to the console. */
function cronLogger(log: Logger): NonNullable<TaskOptions['logger']> {
  return {
    debug: () => {},
    info: (message) => log.debug(message),
    warn: (message) => log.warn(message),
    error: (message, error) => log.error({ err: error ?? message }, 'The schedule reports an error'),
  };
}
