import { type Document, MongoClient } from 'mongodb';
import { type OwedEffect, type Owing, owe, replaceEffect, withoutEffect } from '../../src/grants/owed.ts';
import { createLogger } from '../../src/log.ts';
import { type Metrics, noMetrics } from '../../src/metrics.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { type Decided, OwingStore } from '../../src/store/owing-store.ts';
import { retryDelayMs } from '../../src/work/retry.ts';
import { type Attempt, type Result, Worker, type WorkPlan } from '../../src/work/worker.ts';
import { testDatabase } from '../support/mongodb.ts';
import { type Deferred, deferred } from './deferred.ts';

export interface Job extends Owing<OwedEffect> {
  /** What was done, in the order in which it was written down. */
  readonly log: readonly string[];
}

export type JobBench = Awaited<ReturnType<typeof startJobBench>>;

type Run = (effect: OwedEffect, doc: Job, attempt: Attempt<Job>) => Promise<Result<Job>>;

export const leaseMs = 30_000;
const backoff = { baseMs: 5_000, maxMs: 60_000 };

export const done =
  (effect: OwedEffect): Result<Job> =>
  (doc) => ({ ...withoutEffect(doc, effect.id), log: [...doc.log, effect.id] });

/**
 * Documents that owe effects, worked off over a real store. Effects of kind `left` and `right` run beside each other; a
 * `timer` is a pure change that comes with time.
 */
export async function startJobBench() {
  const database = await testDatabase();
  const client = new MongoClient(database.uri, { ignoreUndefined: true });
  const collection = client.db(database.databaseName).collection<Document & { _id: string }>('jobs');
  const store = new OwingStore<Job>(collection);
  await store.createIndexes();
  const clock = new ManualClock(new Date('2026-03-01T12:00:00Z'));
  const inTime = (ms: number): Date => new Date(clock.now().getTime() + ms);

  const plan = (name: string): WorkPlan<Job> => ({
    name: 'jobs',
    leaseMs,
    lanes: ['left', 'right'],
    elapse(doc, now) {
      const timer = doc.owed.find((effect) => effect.kind === 'timer' && effect.dueAt <= now);
      return timer === undefined ? doc : { ...withoutEffect(doc, timer.id), log: [...doc.log, `elapsed ${timer.id}`] };
    },
    next: (_doc, lane, due) => due.find((effect) => effect.kind === lane),
    run(effect, doc, attempt) {
      bench.ran.push(`${name}${effect.id}`);
      return bench.run(effect, doc, attempt);
    },
    failed(doc, effect, now) {
      const dueAt = new Date(now.getTime() + retryDelayMs(effect.attempts + 1, backoff, () => 0.5));
      return replaceEffect(doc, effect.id, { dueAt, attempts: effect.attempts + 1 });
    },
  });

  const change = (id: string, how: (doc: Job) => Job) =>
    store.update<never>(id, (doc) => ({ ok: true, doc: how(doc) }));

  const bench = {
    collection,
    store,
    clock,
    inTime,
    change,
    /** The in-memory server, to script faults; undefined on a real one. */
    server: database.server,
    /** Ids of the effects that were run, with the name of the worker before them. */
    ran: [] as string[],
    /** Lines of the log. */
    lines: [] as string[],
    /** What the workers measured, in that order. */
    measured: [] as Parameters<Metrics['leased' | 'attempted']>[],
    /** What running an effect does. */
    run: (async (effect) => done(effect)) as Run,

    workerOf: (options: { store?: OwingStore<Job>; name?: string } = {}) =>
      new Worker<Job>({
        store: options.store ?? new OwingStore<Job>(collection),
        plan: plan(options.name ?? ''),
        clock,
        log: createLogger({ level: 'info', destination: { write: (line) => bench.lines.push(line) } }),
        metrics: {
          ...noMetrics,
          leased: (...event) => void bench.measured.push(event),
          attempted: (...attempt) => void bench.measured.push(attempt),
        },
      }),

    /** A document that owes effects of these kinds, each due so many milliseconds from now; their ids are e1, e2, … */
    owing(id: string, ...effects: [kind: string, inMs: number][]) {
      const job: Job = { _id: id, rev: 0, version: 0, owed: [], effectCount: 0, log: [] };
      return store.insert(owe(job, ...effects.map(([kind, inMs]) => ({ kind, dueAt: inTime(inMs) }))));
    },

    add: (id: string, kind: string) => change(id, (doc) => owe(doc, { kind, dueAt: clock.now() })),

    async read(id: string): Promise<Job> {
      const found = await store.find(id);
      if (found === undefined) throw new Error(`No job ${id}`);
      return found;
    },

    /** Makes attempts stop until they are let go; `started` resolves when one has begun. */
    gate(): { started: Deferred; open: Deferred } {
      const started = deferred();
      const open = deferred();
      bench.run = async (effect) => {
        started.resolve();
        await open.promise;
        return done(effect);
      };
      return { started, open };
    },

    async close(): Promise<void> {
      await client.close();
      await database.close();
    },
  };
  return bench;
}

/** Does something between an update and whoever made it hearing of it, until that says it is done. */
export class HookedStore extends OwingStore<Job> {
  before: ((doc: Job) => Promise<boolean>) | undefined;

  override async update<R>(id: string, decide: (doc: Job) => Decided<Job, R>) {
    const outcome = await super.update(id, decide);
    const hook = this.before;
    if (hook !== undefined && outcome.kind === 'done') {
      this.before = undefined;
      if (!(await hook(outcome.doc))) this.before = hook;
    }
    return outcome;
  }
}
