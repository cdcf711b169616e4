import type { Clock } from '../../clock.ts';

/** A group of endpoints that share a bucket: calls under `/orgs`, under `/groups`, the rest, and the token call. */
export type AtlasEndpointSet = 'organization' | 'project' | 'general' | 'token';

export interface AtlasRateLimit {
  /** Calls that may be made at once. */
  capacity: number;
  refillPerMinute: number;
}

interface Verdict {
  readonly allowed: boolean;
  readonly headers: Record<string, string>;
}

/** Token buckets per endpoint set and account, as the Atlas page on rate limits describes them. */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #limits: Partial<Record<AtlasEndpointSet, AtlasRateLimit>>;
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();

  constructor(clock: Clock, limits: Partial<Record<AtlasEndpointSet, AtlasRateLimit>>) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Takes one token. The headers belong on the answer either way; without a limit there are none. */
  take(set: AtlasEndpointSet, account: string): Verdict {
    const limit = this.#limits[set];
    if (limit === undefined) return { allowed: true, headers: {} };
    const nowMs = this.#clock.monotonicMs();
    const key = `${set} ${account}`;
    const before = this.#buckets.get(key) ?? { tokens: limit.capacity, atMs: nowMs };
    const tokens = Math.min(limit.capacity, before.tokens + ((nowMs - before.atMs) * limit.refillPerMinute) / 60_000);
    const allowed = tokens >= 1;
    const left = allowed ? tokens - 1 : tokens;
    this.#buckets.set(key, { tokens: left, atMs: nowMs });
    return {
      allowed,
      headers: {
        'RateLimit-Limit': String(limit.capacity),
        'RateLimit-Remaining': String(Math.floor(left)),
        ...(!allowed && { 'Retry-After': String(Math.ceil(((1 - tokens) * 60) / limit.refillPerMinute)) }),
      },
    };
  }
}
