/** A pending timer; `cancel` is idempotent. */
export interface Timer {
  cancel(): void;
}

/**
 * Where time comes from. Everything outside `grants/` receives one, so that the sandbox and the tests can move time.
 * Slack's own instants (signatures, trigger ids, message `ts`) stay real time and never go through here.
 */
export interface Clock {
  /** Wall-clock time, UTC. May jump when the machine's clock is set. */
  now(): Date;
  /** Milliseconds since an arbitrary start; never goes backwards. */
  monotonicMs(): number;
  /** Runs `run` once, `delayMs` from now. */
  after(delayMs: number, run: () => void): Timer;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    const handle = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Ends early when the signal is given. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
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
