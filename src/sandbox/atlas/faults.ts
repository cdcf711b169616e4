import type { AtlasCall } from './endpoint.ts';

interface FaultScope {
  /** Which calls it applies to; all when left out. */
  call?: AtlasCall | AtlasCall[];
  /** Only calls that name this cluster. */
  cluster?: string;
  /** How many calls it hits; without it, every one until it is cleared. */
  times?: number;
}

/**
 * What goes wrong on the way to Atlas or back:
 *
 * - `status`: refused with that status, an error body in Atlas's form and no effect.
 * - `garbage`: 200 with a body that is not JSON, and no effect, as from a proxy that answers by itself.
 * - `wrong-shape`: the same with JSON that is no answer to the call.
 * - `slow`: carried out and answered `delayMs` later, in real time, if the caller still waits; cleared or not.
 * - `hang`: no answer until released. A released call is carried out and answered if the caller still waits, and dropped
 *   without effect if not. Clearing the fault drops the connection, without effect.
 * - `cut-before`: the connection ends before the call takes effect.
 * - `cut-after`: the call takes effect and the connection ends without an answer.
 * - `late`: the connection ends at once; the call takes effect when it is released, judged by the state and the time of
 *   that moment. Clearing the fault first makes it never take effect.
 */
export type AtlasFault = FaultScope &
  (
    | { kind: 'status'; status: number; errorCode?: string; retryAfterSeconds?: number }
    | { kind: 'slow'; delayMs: number }
    | { kind: 'garbage' | 'wrong-shape' | 'hang' | 'cut-before' | 'cut-after' | 'late' }
  );

export interface AtlasFaultHandle {
  /** Ends the fault and drops what it holds back. */
  clear(): void;
  /** How many calls it has hit. */
  hits(): number;
  /** Carries out the calls held back by `hang` and `late`, in the order in which they came; resolves when done. */
  release(): Promise<void>;
  /** Resolves when it has hit that many calls (1), at once if it already has. */
  waitForHit(count?: number): Promise<void>;
  /** Resolves when every caller that `hang` keeps waiting has given up: from then on a release drops their calls. */
  waitForHangUp(): Promise<void>;
}

/** A call that a fault holds back. */
interface HeldCall {
  carryOut(): Promise<void>;
  drop(): void;
  /** Resolves when the connection of the caller has ended. */
  readonly hangUp: Promise<unknown>;
}

/** A fault that is set up. */
export class ActiveFault implements AtlasFaultHandle {
  readonly fault: AtlasFault;
  #hits = 0;
  #cleared = false;
  #held: HeldCall[] = [];
  #waiting: { count: number; resolve: () => void }[] = [];

  constructor(fault: AtlasFault) {
    this.fault = fault;
  }

  applies(call: AtlasCall | undefined, cluster: string | undefined): boolean {
    const { fault } = this;
    if (this.#cleared || this.#hits >= (fault.times ?? Number.POSITIVE_INFINITY)) return false;
    if (fault.cluster !== undefined && fault.cluster !== cluster) return false;
    return fault.call === undefined || (call !== undefined && [fault.call].flat().includes(call));
  }

  hit(): void {
    this.#hits += 1;
    for (const waiter of this.#waiting) if (waiter.count <= this.#hits) waiter.resolve();
    this.#waiting = this.#waiting.filter((waiter) => waiter.count > this.#hits);
  }

  hold(call: HeldCall): void {
    this.#held.push(call);
  }

  hits(): number {
    return this.#hits;
  }

  async release(): Promise<void> {
    for (let next = this.#held.shift(); next !== undefined; next = this.#held.shift()) await next.carryOut();
  }

  waitForHit(count = 1): Promise<void> {
    if (this.#hits >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  async waitForHangUp(): Promise<void> {
    await Promise.all(this.#held.map((call) => call.hangUp));
  }

  clear(): void {
    this.#cleared = true;
    for (const call of this.#held.splice(0)) call.drop();
  }
}

/** The faults in force; of several that apply, the one set up first hits. */
export class FaultBoard {
  #faults: ActiveFault[] = [];

  add(fault: AtlasFault): AtlasFaultHandle {
    const active = new ActiveFault(fault);
    this.#faults.push(active);
    return active;
  }

  take(call: AtlasCall | undefined, cluster: string | undefined): ActiveFault | undefined {
    const active = this.#faults.find((candidate) => candidate.applies(call, cluster));
    active?.hit();
    return active;
  }

  clear(): void {
    for (const active of this.#faults.splice(0)) active.clear();
  }
}
