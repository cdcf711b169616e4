import type { Clock, Timer } from './clock.ts';
import type { Logger } from './log.ts';

/** A clock that all processes share, in production the database's. */
export interface TimeReference {
  /** What time it is there. Rejects when that cannot be read. */
  read(): Promise<Date>;
}

/** How this process's clock stands to the reference. `since` is by the reference, as far as it is known. */
export type ClockStanding =
  | { readonly kind: 'agrees' }
  /** `aheadMs` is negative when this clock is behind. */
  | { readonly kind: 'off'; readonly aheadMs: number; readonly since: Date }
  /** The reference was never read, or too long ago. */
  | { readonly kind: 'unknown'; readonly since: Date };

/**
 * Two processes of which one is this much ahead and the other as much behind differ by 4 s. That is by how much the time
 * that an attempt has left of its lease (12 s) exceeds the longest single call (8 s): a lease that is taken over early by
 * so much does not meet a call of its former holder. Machines that synchronize their clocks stay far below it.
 */
const toleranceMs = 2_000;
/** The reference was read somewhere between question and answer: after a longer wait that says too little. */
const longestRoundTripMs = 2_000;
const checkEveryMs = 60_000;
/** For so long the monotonic clock alone carries on what was read last; ordinary ones drift by less than a second meanwhile. */
const holdsForMs = 10 * 60_000;

interface Reading {
  readonly referenceMs: number;
  readonly monotonicMs: number;
  /** Half the round trip. */
  readonly uncertaintyMs: number;
}

/**
 * A machine's clock, held against a reference. While the two agree, `now` is the machine's; when they do not, or the
 * machine's clock is set, `now` goes by the last reading of the reference and the monotonic clock, from that very instant
 * on: whatever is done nevertheless, because people close something, is done at the right time.
 */
export class CheckedClock implements Clock {
  readonly #clock: Clock;
  readonly #reference: TimeReference;
  readonly #log: Logger;
  #reading: Reading | undefined;
  #checking: Promise<void> | undefined;
  #unreadable = false;
  #noted: ClockStanding | undefined;

  constructor(options: { readonly clock: Clock; readonly reference: TimeReference; readonly log: Logger }) {
    this.#clock = options.clock;
    this.#reference = options.reference;
    this.#log = options.log;
  }

  now(): Date {
    const wall = this.#clock.now();
    return this.#reading === undefined || Math.abs(this.#aheadMs(this.#reading)) <= toleranceMs
      ? wall
      : new Date(this.#referenceMs(this.#reading));
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  after(delayMs: number, run: () => void): Timer {
    return this.#clock.after(delayMs, run);
  }

  /** By how much the machine's clock is ahead of the reference; undefined while that is not known. */
  get aheadMs(): number | undefined {
    return this.#reading === undefined || this.#found().kind === 'unknown' ? undefined : this.#aheadMs(this.#reading);
  }

  /** As of the last check; a clock that was set since then is noticed. */
  standing(): ClockStanding {
    const found = this.#found();
    const noted = this.#noted;
    const standing =
      noted === undefined || noted.kind === 'agrees' || found.kind !== noted.kind
        ? found
        : { ...found, since: noted.since };
    if (noted?.kind !== standing.kind) this.#tell(standing);
    this.#noted = standing;
    return standing;
  }

  /**
   * Whether this clock may be acted on. Reads the reference unless that was done within a minute and nothing looks wrong
   * since. Never rejects: where the reference cannot be read, what was read last counts for ten minutes.
   */
  async check(): Promise<boolean> {
    const reading = this.#reading;
    const isRecent = reading !== undefined && this.monotonicMs() - reading.monotonicMs < checkEveryMs;
    if (!isRecent || this.#found().kind !== 'agrees') {
      this.#checking ??= this.#read().finally(() => {
        this.#checking = undefined;
      });
      await this.#checking;
    }
    return this.standing().kind === 'agrees';
  }

  async #read(): Promise<void> {
    const askedMs = this.monotonicMs();
    try {
      const at = await this.#reference.read();
      const answeredMs = this.monotonicMs();
      const roundTripMs = answeredMs - askedMs;
      if (roundTripMs > longestRoundTripMs) throw new Error(`The answer took ${Math.round(roundTripMs)} ms`);
      const uncertaintyMs = roundTripMs / 2;
      this.#reading = { referenceMs: at.getTime(), monotonicMs: answeredMs - uncertaintyMs, uncertaintyMs };
      this.#unreadable = false;
    } catch (error) {
      if (!this.#unreadable) {
        this.#log.warn({ err: error }, 'The clock could not be compared with that of the database; trying again');
      }
      this.#unreadable = true;
    }
  }

  #found(): ClockStanding {
    const since = this.now();
    const reading = this.#reading;
    if (reading === undefined || this.monotonicMs() - reading.monotonicMs > holdsForMs) {
      return { kind: 'unknown', since };
    }
    const aheadMs = this.#aheadMs(reading);
    return Math.abs(aheadMs) - reading.uncertaintyMs > toleranceMs
      ? { kind: 'off', aheadMs, since }
      : { kind: 'agrees' };
  }

  #referenceMs({ referenceMs, monotonicMs }: Reading): number {
    return Math.round(referenceMs + this.monotonicMs() - monotonicMs);
  }

  #aheadMs(reading: Reading): number {
    return this.#clock.now().getTime() - this.#referenceMs(reading);
  }

  #tell(standing: ClockStanding): void {
    switch (standing.kind) {
      case 'agrees':
        if (this.#noted !== undefined)
          this.#log.info('The clock of this machine agrees with that of the database again');
        return;
      case 'off':
        this.#log.warn(
          { aheadMs: standing.aheadMs },
          'The clock of this machine is wrong: until it agrees with that of the database, nothing is done by time',
        );
        return;
      case 'unknown':
        this.#log.warn('Whether the clock of this machine is right is not known: until it is, nothing is done by time');
        return;
    }
  }
}
