import type { Clock } from '../../clock.ts';
import { parseRetryAfter } from '../calls/retry-after.ts';
import { ProviderError } from '../provider.ts';

/** Never used but for closing: a reading, the call that closes, and the reading after it. */
const keptForClosing = 3;

/**
 * What a bucket is taken to be filled with where Atlas does not say: the smallest refill that its page on rate limits has
 * published, five tokens a minute.
 */
const refillMs = 12_000;

const forgetMs = 15 * 60_000;

interface Bucket {
  /** At `atMs`, calls under way taken off. */
  tokens: number;
  atMs: number;
  /** Atlas named a time before which it takes none. */
  notBeforeMs: number;
  underWay: number;
  /** How many it holds when it is full, where Atlas says so. */
  capacity: number;
  /** When Atlas last refused, or said how many are left. */
  saidMs: number;
}

/**
 * Counts what is left of Atlas's rate limits, from `RateLimit-Remaining` where Atlas sends it and by own count after that or
 * after a 429, so that the last tokens are left for closing. A set of endpoints that was never limited is not held back.
 */
export class CallBudget {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds that a call has to wait, or zero: then a token is taken. A call that closes never waits here. */
  take(path: string, closes: boolean): number {
    const bucket = this.#buckets.get(endpointSet(path));
    if (bucket === undefined) return 0;
    const nowMs = this.#clock.monotonicMs();
    // A limit of which Atlas has said nothing but no, and that not for long, holds back nothing for ever.
    if (
      bucket.capacity === Number.POSITIVE_INFINITY &&
      nowMs >= bucket.notBeforeMs &&
      nowMs - bucket.saidMs > forgetMs
    ) {
      this.#buckets.delete(endpointSet(path));
      return 0;
    }
    const tokens = Math.min(bucket.capacity, bucket.tokens + (nowMs - bucket.atMs) / refillMs);
    if (!closes) {
      const missing = 1 + keptForClosing - tokens;
      const waitMs = Math.max(missing * refillMs, bucket.notBeforeMs - nowMs);
      if (waitMs > 0) return Math.ceil(waitMs);
    }
    bucket.tokens = Math.max(0, tokens - 1);
    bucket.atMs = nowMs;
    bucket.underWay += 1;
    return 0;
  }

  /** What Atlas has said of its limits, by set of endpoints; `scarce` where only calls that close are sent. */
  known(): { readonly name: string; readonly left: number; readonly capacity: number; readonly scarce: boolean }[] {
    return [...this.#buckets].flatMap(([name, { tokens, capacity }]) =>
      capacity === Number.POSITIVE_INFINITY
        ? []
        : [{ name, left: Math.floor(tokens), capacity, scarce: tokens < 1 + keptForClosing }],
    );
  }

  /** What an answer says of the limit; without one, the call is only over. */
  answered(path: string, answer: { readonly status: number; readonly headers: Headers } | undefined): void {
    const set = endpointSet(path);
    const known = this.#buckets.get(set);
    if (known !== undefined) known.underWay = Math.max(0, known.underWay - 1);
    const left = wholeNumber(answer?.headers.get('ratelimit-remaining'));
    const refused = answer?.status === 429;
    if (answer === undefined || (left === undefined && !refused)) return;
    const nowMs = this.#clock.monotonicMs();
    const retryAfterMs = parseRetryAfter(answer.headers.get('retry-after'), this.#clock.now()) ?? 0;
    const underWay = known?.underWay ?? 0;
    this.#buckets.set(set, {
      // Calls under way may not have been counted when this was answered.
      tokens: refused ? 0 : Math.max(0, (left ?? 0) - underWay),
      atMs: nowMs,
      notBeforeMs: refused ? nowMs + retryAfterMs : 0,
      underWay,
      saidMs: nowMs,
      capacity: wholeNumber(answer.headers.get('ratelimit-limit')) ?? known?.capacity ?? Number.POSITIVE_INFINITY,
    });
  }
}

/** Atlas limits sets of endpoints ("Rate Limiting" in the Atlas documentation): those of organizations, of projects, … */
const endpointSet = (path: string): string => path.split('/')[1] ?? '';

function wholeNumber(header: string | null | undefined): number | undefined {
  return header != null && /^\d{1,9}$/.test(header.trim()) ? Number(header) : undefined;
}

/** A call that is held back: what is left of the rate limit is kept for closing. */
export function heldBack(retryAfterMs: number): ProviderError {
  return new ProviderError(
    'rate-limited',
    'Atlas takes few calls for the moment, and the last ones are kept for closing access. Nothing was sent; it is tried again in a while.',
    { effect: 'none', temporary: true, retryAfterMs },
  );
}
