import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { claimed, dueEffects, type OwedEffect, type Owing } from '../grants/owed.ts';
import type { Logger } from '../log.ts';
import { type Metrics, noMetrics } from '../metrics.ts';
import type { Decided, OwingStore } from '../store/owing-store.ts';
import { noTracing, type TracedEffect, type Tracing } from '../tracing.ts';
import { attemptAt, type LastOperation, whatCameOf } from './attempts.ts';

/** One attempt at an effect has to fit into this; every call it makes is bounded well below. */
const attemptMs = 12_000;
const sweepLimit = 500;
const sweepConcurrency = 8;

/** What is left to do to a document after an attempt: a pure change, applied to the newest version of it. */
export type Result<D> = (doc: D, now: Date) => D;

export interface Attempt<D> {
  /**
   * Writes to the document in the middle of an attempt, if the lease is still held. `change` may refuse by returning
   * undefined. Returns the written document, or undefined when nothing was written or the lease is over by now: then the
   * attempt must stop.
   */
  write(change: (doc: D, now: Date) => D | undefined): Promise<D | undefined>;
  /** Has the document looked at again, at any time, also when the attempt is over. */
  readonly again: () => void;
}

/** How one kind of document is worked off. */
export interface WorkPlan<D extends Owing> {
  readonly name: string;
  readonly leaseMs: number;
  /** Effects of different lanes run beside each other, those of one lane one after another. */
  readonly lanes: readonly string[];
  /** Lets time take its effect. Pure; the same object when nothing was due. */
  elapse(doc: D, now: Date): D;
  /** The effect that this lane runs next, of those that are due. */
  next(doc: D, lane: string, due: readonly D['owed'][number][]): D['owed'][number] | undefined;
  /** Carries an effect out. Expected failures are results; what is thrown is a defect and is tried again. */
  run(effect: D['owed'][number], doc: D, attempt: Attempt<D>): Promise<Result<D>>;
  /** What an attempt that threw leaves behind: the effect is owed again, later. */
  failed(doc: D, effect: OwedEffect, now: Date): D;
  /** What a person did last that changed the document, where it keeps that. */
  lastOperation?(doc: D): LastOperation | undefined;
}

/** A document that this process is working on. */
interface Session {
  wake: () => void;
  /** Somebody asked for a look after the last one began. */
  again: boolean;
  done: Promise<void>;
}

/** A document whose lease this process holds. */
interface Held<D> {
  readonly id: string;
  readonly token: string;
  readonly session: Session;
  current: D;
}

/**
 * Works documents off: claims one by its lease, runs what is due, writes the results, releases it. Any number of processes
 * may do so on one database; a process that dies leaves a lease that runs out.
 */
export class Worker<D extends Owing> {
  readonly #store: OwingStore<D>;
  readonly #plan: WorkPlan<D>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #tracing: Tracing;
  readonly #sessions = new Map<string, Session>();
  #stopping = false;
  #newerTold = 0;

  constructor(options: {
    store: OwingStore<D>;
    plan: WorkPlan<D>;
    clock: Clock;
    log: Logger;
    metrics?: Metrics;
    tracing?: Tracing;
  }) {
    this.#store = options.store;
    this.#plan = options.plan;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#metrics = options.metrics ?? noMetrics;
    this.#tracing = options.tracing ?? noTracing;
  }

  /** Runs what the document owes now. Resolves when it has been worked off, or somebody else holds it; never rejects. */
  kick(id: string): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    const running = this.#sessions.get(id);
    if (running !== undefined) {
      running.again = true;
      running.wake();
      return running.done;
    }
    return this.#start(id);
  }

  /** Runs everything that is due, in any process's documents. */
  async sweep(): Promise<void> {
    const ids = await this.#store.due(this.#clock.now(), sweepLimit);
    this.#tellOfNewer(this.#store.newerRecords);
    const waiting = ids.filter((id) => !this.#sessions.has(id));
    const lane = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined && !this.#stopping; id = waiting.shift()) await this.kick(id);
    };
    await Promise.all(Array.from({ length: sweepConcurrency }, lane));
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    while (this.#sessions.size > 0) await Promise.all([...this.#sessions.values()].map((session) => session.done));
  }

  get running(): number {
    return this.#sessions.size;
  }

  /** Takes no new work; what runs is finished by `idle`. */
  stop(): void {
    this.#stopping = true;
  }

  #tellOfNewer(records: number): void {
    if (records > this.#newerTold) {
      const fields = { records, work: this.#plan.name };
      this.#log.warn(fields, 'A newer version of Portcullis has written records, which this process leaves alone');
    }
    this.#newerTold = records;
  }

  #start(id: string): Promise<void> {
    const session: Session = { wake: () => {}, again: false, done: Promise.resolve() };
    session.done = this.#workUntilQuiet(id, session).catch((error: unknown) => {
      // The lease runs out and somebody else goes on: nothing that was owed is lost.
      this.#log.error({ err: error, document: id, work: this.#plan.name }, 'Work on a document stopped');
    });
    this.#sessions.set(id, session);
    return session.done;
  }

  async #workUntilQuiet(id: string, session: Session): Promise<void> {
    try {
      do {
        session.again = false;
        await this.#work(id, session);
      } while (session.again && !this.#stopping);
    } finally {
      // At once after the last look: a kick that comes any later has to start anew.
      this.#sessions.delete(id);
    }
  }

  async #work(id: string, session: Session): Promise<void> {
    const token = randomUUID();
    let isFree = true;
    const claim = await this.#store.update(id, (doc) => {
      const now = this.#clock.now();
      isFree = doc.lease === undefined;
      const mine = claimed(doc, { token, until: this.#leaseEnd(now) }, now);
      return mine === undefined ? { ok: false, refusal: 'held' } : { ok: true, doc: this.#plan.elapse(mine, now) };
    });
    if (claim.kind !== 'done') return;
    this.#metrics.leased(this.#plan.name, isFree ? 'claimed' : 'taken-over');
    const held: Held<D> = { id, token, session, current: claim.doc };
    const lanes = new Map<string, Promise<boolean>>();
    try {
      await this.#workLanes(held, lanes);
    } finally {
      await Promise.allSettled(lanes.values());
    }
  }

  /** Returns when the document is given back or its lease is lost; then attempts may still be running in `lanes`. */
  async #workLanes(held: Held<D>, lanes: Map<string, Promise<boolean>>): Promise<void> {
    const { session } = held;
    for (;;) {
      const woken = new Promise<boolean>((resolve) => {
        session.wake = () => resolve(true);
      });
      if (session.again) session.wake();
      for (const lane of this.#stopping ? [] : this.#plan.lanes.filter((name) => !lanes.has(name))) {
        const effect = this.#nextIn(held.current, lane);
        if (effect === undefined) continue;
        const running = this.#attempt(held, effect).finally(() => lanes.delete(lane));
        lanes.set(lane, running);
      }
      if (lanes.size === 0) {
        if (await this.#release(held)) return;
        continue;
      }
      if (!(await Promise.race([...lanes.values(), woken]))) return;
      // Somebody decided something meanwhile: what is due now is in the newest version.
      if (session.again && !(await this.#refresh(held))) return;
    }
  }

  #leaseEnd(now: Date): Date {
    return new Date(now.getTime() + this.#plan.leaseMs);
  }

  #nextIn(doc: D, lane: string): D['owed'][number] | undefined {
    return this.#plan.next(doc, lane, dueEffects(doc, this.#clock.now()));
  }

  /** Reads the document again and lets time take its effect. */
  async #refresh(held: Held<D>): Promise<boolean> {
    held.session.again = false;
    return this.#write(held, (doc, now) => this.#plan.elapse(doc, now), { reload: true });
  }

  /** One attempt at one effect. False when the lease was lost: then somebody else goes on. */
  async #attempt(held: Held<D>, effect: D['owed'][number]): Promise<boolean> {
    if (!(await this.#refresh(held))) return false;
    const doc = held.current;
    // Time may have taken the effect away in between.
    if (doc.owed.every((other) => other.id !== effect.id)) return true;
    const last = this.#plan.lastOperation?.(doc);
    const about = attemptAt(this.#clock.now(), { work: this.#plan.name, doc, effect, last });
    return this.#tracing.effect(about, () => this.#carryOut(held, effect, about));
  }

  async #carryOut(held: Held<D>, effect: D['owed'][number], about: TracedEffect): Promise<boolean> {
    const attempt: Attempt<D> = {
      write: async (change) => {
        const written = await this.#write(held, change);
        return written ? held.current : undefined;
      },
      again: () => void this.kick(held.id),
    };
    const { work, lateMs } = about;
    let result: Result<D>;
    try {
      result = await this.#plan.run(effect, held.current, attempt);
    } catch (error) {
      this.#log.error({ err: error, document: held.id, effect: effect.kind, work }, 'An effect failed');
      result = (newest, now) => this.#plan.failed(newest, effect, now);
    }
    const written = await this.#write(held, result);
    const outcome = written ? whatCameOf(effect, held.current) : 'lost';
    this.#metrics.attempted({ work, effect: effect.kind, lateMs, isRetry: effect.attempts > 0, outcome });
    this.#tracing.cameTo(outcome);
    return written;
  }

  /** Changes the document while its lease is held, and renews the lease if what comes next might outlast it. */
  async #write(
    held: Held<D>,
    change: (doc: D, now: Date) => D | undefined,
    { reload = false }: { readonly reload?: boolean } = {},
  ): Promise<boolean> {
    const decide = (doc: D): Decided<D, 'lost' | 'refused'> => {
      if (doc.lease?.token !== held.token) return { ok: false, refusal: 'lost' };
      const now = this.#clock.now();
      const next = change(doc, now);
      if (next === undefined) return { ok: false, refusal: 'refused' };
      const left = doc.lease.until.getTime() - now.getTime();
      if (left > attemptMs) return { ok: true, doc: next };
      return { ok: true, doc: { ...next, lease: { token: held.token, until: this.#leaseEnd(now) } } };
    };
    const outcome = await this.#store.update(held.id, decide, reload ? undefined : held.current);
    if (outcome.kind === 'refused' && outcome.refusal === 'lost') this.#metrics.leased(this.#plan.name, 'lost');
    if (outcome.kind !== 'done') return false;
    held.current = outcome.doc;
    // A process that stood still until long after its write acts no more on it: by now the document may be another's.
    const { lease } = outcome.doc;
    return lease !== undefined && this.#clock.now() < lease.until;
  }

  /** Gives the document back unless something is due by now. False when there is more to do. */
  async #release(held: Held<D>): Promise<boolean> {
    const decide = (doc: D): Decided<D, 'lost'> => {
      const now = this.#clock.now();
      if (doc.lease?.token !== held.token) return { ok: false, refusal: 'lost' };
      const elapsed = this.#plan.elapse(doc, now);
      const due = dueEffects(elapsed, now);
      const more = this.#plan.lanes.some((lane) => this.#plan.next(elapsed, lane, due) !== undefined);
      if (more && !this.#stopping) return { ok: true, doc: elapsed };
      return { ok: true, doc: { ...elapsed, lease: undefined } };
    };
    const outcome = await this.#store.update(held.id, decide, held.current);
    if (outcome.kind !== 'done') return true;
    held.current = outcome.doc;
    return outcome.doc.lease === undefined;
  }
}
