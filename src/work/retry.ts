/** A number from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;

export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/**
 * How long to wait before the next attempt: doubling from `baseMs` up to `maxMs`, with jitter over the upper half so that
 * what failed together is not tried together, and never less than the other side asked for.
 *
 * @param attempts how many attempts have failed, the last one included
 */
export function retryDelayMs(attempts: number, backoff: Backoff, random: Random, retryAfterMs = 0): number {
  const ceiling = Math.min(backoff.maxMs, backoff.baseMs * 2 ** Math.min(attempts - 1, 30));
  return Math.max(retryAfterMs, Math.round(ceiling / 2 + (ceiling / 2) * random()));
}
