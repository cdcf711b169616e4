import type { Clock } from '../../clock.ts';
import { bounded } from '../../store/bounded.ts';

/** What was read under a key. `value` is undefined where there was nothing. */
interface Reading<V> {
  readonly value: V | undefined;
  /** When the reading began, by the monotonic clock and by the wall clock: what was changed later may be missing. */
  readonly atMs: number;
  readonly at: Date;
}

/** `isNew`: read for whoever asked just now. */
export type Recalled<V> = Reading<V> & { readonly isNew: boolean };

interface RememberedOptions {
  readonly clock: Clock;
  /** What was read less long ago is not read again. */
  readonly freshForMs: number;
  /** Told of each reading, and with what it failed. */
  readonly onRead: (failure?: unknown) => void;
}

/** In real time: a gate waits for the answer. */
const readWithinMs = 2_000;
/** Those that were read first are forgotten first. */
const mostRemembered = 10_000;

/** Reads values from the database, and has what was read last for when it cannot be read now. */
export class Remembered<V extends object> {
  readonly #options: RememberedOptions;
  readonly #known = new Map<string, Reading<V>>();
  readonly #reading = new Map<string, Promise<Reading<V>>>();

  constructor(options: RememberedOptions) {
    this.#options = options;
  }

  /** What was read last where nothing can be read now, however long ago that was; undefined where nothing ever was. */
  async get(key: string, read: () => Promise<V | undefined>): Promise<Recalled<V> | undefined> {
    const { clock, freshForMs, onRead } = this.#options;
    const known = this.#known.get(key);
    if (known !== undefined && clock.monotonicMs() - known.atMs < freshForMs) {
      return { ...known, isNew: false };
    }
    try {
      const reading = await this.#shared(key, read);
      onRead();
      return { ...reading, isNew: true };
    } catch (error) {
      onRead(error);
      const last = this.#known.get(key);
      return last && { ...last, isNew: false };
    }
  }

  /** Whoever wants the very newest shares no reading that has begun before. */
  #shared(key: string, read: () => Promise<V | undefined>): Promise<Reading<V>> {
    if (this.#options.freshForMs === 0) return this.#read(key, read);
    const begun = this.#reading.get(key);
    if (begun !== undefined) return begun;
    const reading = this.#read(key, read).finally(() => this.#reading.delete(key));
    this.#reading.set(key, reading);
    return reading;
  }

  async #read(key: string, read: () => Promise<V | undefined>): Promise<Reading<V>> {
    const { clock } = this.#options;
    const begun = { atMs: clock.monotonicMs(), at: clock.now() };
    const reading = { ...begun, value: await bounded(read(), readWithinMs) };
    // Of readings that cross, the one that began later stays.
    if ((this.#known.get(key)?.atMs ?? Number.NEGATIVE_INFINITY) <= reading.atMs) {
      this.#known.delete(key);
      this.#known.set(key, reading);
    }
    const [first] = this.#known.keys();
    if (this.#known.size > mostRemembered && first !== undefined) this.#known.delete(first);
    return reading;
  }
}
