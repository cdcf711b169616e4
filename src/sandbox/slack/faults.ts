import type { JsonObject } from './json.ts';

interface FaultTarget {
  /** `chat.postMessage`, …, or `*` for every method. */
  readonly method: string;
  /** How many calls it hits; every call until cleared when left out. */
  readonly times?: number;
  /** Hits only calls with such arguments. */
  readonly when?: (body: JsonObject) => boolean;
}

export type Fault = FaultTarget &
  (
    | { readonly kind: 'rate-limited'; readonly retryAfterSeconds: number }
    /** `ok: false` with this error. */
    | { readonly kind: 'error'; readonly error: string }
    | { readonly kind: 'http-status'; readonly status: number }
    /** Something that is not JSON, as from a proxy that answers by itself; the call has no effect. */
    | { readonly kind: 'garbage-before' }
    /** The call takes effect, and something that is not JSON comes back. */
    | { readonly kind: 'garbage-after' }
    /** The connection ends without an answer, before the call had any effect. */
    | { readonly kind: 'cut-before' }
    /** The call takes effect, and the connection ends without an answer. */
    | { readonly kind: 'cut-after' }
    /** Nothing happens until `release`, then the call goes on as usual. */
    | { readonly kind: 'hang-before' }
    /** The call takes effect at once, and its answer comes at `release`. */
    | { readonly kind: 'hang-after' }
  );

export interface FaultHandle {
  /** Calls hit so far. */
  readonly hits: number;
  /** Hits no further call, and lets go of those that hang. */
  clear(): void;
  /** Lets go of the calls that hang now. */
  release(): void;
}

export interface FaultHit {
  readonly fault: Fault;
  readonly released: Promise<void>;
}

interface Entry {
  readonly fault: Fault;
  hits: number;
  cleared: boolean;
  waiting: (() => void)[];
}

/** Scripted failures, tried in the order in which they were added: the first that fits a call is used. */
export class Faults {
  readonly #entries: Entry[] = [];

  add(fault: Fault): FaultHandle {
    const entry: Entry = { fault, hits: 0, cleared: false, waiting: [] };
    this.#entries.push(entry);
    const release = (): void => {
      for (const go of entry.waiting.splice(0)) go();
    };
    return {
      get hits() {
        return entry.hits;
      },
      release,
      clear() {
        entry.cleared = true;
        release();
      },
    };
  }

  take(method: string, body: JsonObject): FaultHit | undefined {
    const entry = this.#entries.find(
      ({ fault, hits, cleared }) =>
        !cleared &&
        (fault.method === '*' || fault.method === method) &&
        hits < (fault.times ?? Number.POSITIVE_INFINITY) &&
        (fault.when?.(body) ?? true),
    );
    if (entry === undefined) return undefined;
    entry.hits += 1;
    const hangs = entry.fault.kind === 'hang-before' || entry.fault.kind === 'hang-after';
    const released = hangs ? new Promise<void>((resolve) => entry.waiting.push(resolve)) : Promise.resolve();
    return { fault: entry.fault, released };
  }

  clearAll(): void {
    for (const entry of this.#entries) {
      entry.cleared = true;
      for (const go of entry.waiting.splice(0)) go();
    }
  }
}
