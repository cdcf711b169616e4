import { type Collection, type Document, MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OwedEffect, type Owing, owe, replaceEffect, withoutEffect } from '../../src/grants/owed.ts';
import { createLogger } from '../../src/log.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { type Decided, OwingStore } from '../../src/store/owing-store.ts';
import { retryDelayMs } from '../../src/work/retry.ts';
import { type Attempt, type Result, Worker, type WorkPlan } from '../../src/work/worker.ts';
import { type TestDatabase, testDatabase } from '../support/mongodb.ts';
import { type Deferred, deferred } from './deferred.ts';

interface Job extends Owing<OwedEffect> {
  /** What was done, in the order in which it was written down. */
  readonly log: readonly string[];
}

const leaseMs = 30_000;
const backoff = { baseMs: 5_000, maxMs: 60_000 };
const job = (id: string): Job => ({ _id: id, rev: 0, version: 0, owed: [], effectCount: 0, log: [] });
const done =
  (effect: OwedEffect): Result<Job> =>
  (doc) => ({ ...withoutEffect(doc, effect.id), log: [...doc.log, effect.id] });

let database: TestDatabase;
let client: MongoClient;
let collection: Collection<Document & { _id: string }>;
let store: OwingStore<Job>;
let clock: ManualClock;
let ran: string[];
let lines: string[];
let run: (effect: OwedEffect, doc: Job, attempt: Attempt<Job>) => Promise<Result<Job>>;

beforeEach(async () => {
  database = await testDatabase();
  client = new MongoClient(database.uri, { ignoreUndefined: true });
  collection = client.db(database.databaseName).collection<Document & { _id: string }>('jobs');
  store = new OwingStore<Job>(collection);
  await store.createIndexes();
  clock = new ManualClock(new Date('2026-03-01T12:00:00Z'));
  ran = [];
  lines = [];
  run = async (effect) => done(effect);
});

afterEach(async () => {
  await client.close();
  await database.close();
});

/** Effects of kind `left` and `right` run beside each other; a `timer` is a pure change that comes with time. */
const plan = (name = ''): WorkPlan<Job> => ({
  name: 'jobs',
  leaseMs,
  lanes: ['left', 'right'],
  elapse(doc, now) {
    const timer = doc.owed.find((effect) => effect.kind === 'timer' && effect.dueAt <= now);
    return timer === undefined ? doc : { ...withoutEffect(doc, timer.id), log: [...doc.log, `elapsed ${timer.id}`] };
  },
  next: (_doc, lane, due) => due.find((effect) => effect.kind === lane),
  run(effect, doc, attempt) {
    ran.push(`${name}${effect.id}`);
    return run(effect, doc, attempt);
  },
  failed(doc, effect, now) {
    const dueAt = new Date(now.getTime() + retryDelayMs(effect.attempts + 1, backoff, () => 0.5));
    return replaceEffect(doc, effect.id, { dueAt, attempts: effect.attempts + 1 });
  },
});

const workerOf = (options: { store?: OwingStore<Job>; name?: string } = {}) =>
  new Worker<Job>({
    store: options.store ?? new OwingStore<Job>(collection),
    plan: plan(options.name),
    clock,
    log: createLogger({ level: 'info', destination: { write: (line) => lines.push(line) } }),
  });

/** A document that owes effects of these kinds, each due so many milliseconds from now; their ids are e1, e2, … */
const owing = (id: string, ...effects: [kind: string, inMs: number][]) =>
  store.insert(owe(job(id), ...effects.map(([kind, inMs]) => ({ kind, dueAt: inTime(inMs) }))));

const inTime = (ms: number): Date => new Date(clock.now().getTime() + ms);
const add = (id: string, kind: string) =>
  store.update<never>(id, (doc) => ({ ok: true, doc: owe(doc, { kind, dueAt: clock.now() }) }));
const change = (id: string, how: (doc: Job) => Job) => store.update<never>(id, (doc) => ({ ok: true, doc: how(doc) }));

async function read(id: string): Promise<Job> {
  const found = await store.find(id);
  if (found === undefined) throw new Error(`No job ${id}`);
  return found;
}

/** Makes attempts stop until they are let go; `started` resolves when one has begun. */
function gate(): { started: Deferred; open: Deferred } {
  const started = deferred();
  const open = deferred();
  run = async (effect) => {
    started.resolve();
    await open.promise;
    return done(effect);
  };
  return { started, open };
}

describe('kick', () => {
  it('runs what is due, in order, and leaves the rest with the time to look again', async () => {
    await owing('a', ['left', -1], ['left', 60_000], ['left', -2]);
    await workerOf().kick('a');
    expect(ran).toEqual(['e3', 'e1']);
    const after = await read('a');
    expect(after.owed.map(({ id }) => id)).toEqual(['e2']);
    expect(after.lease).toBeUndefined();
    expect(after.nextDueAt).toEqual(inTime(60_000));
  });

  it('lets time take its effect without an attempt', async () => {
    await owing('a', ['timer', -1]);
    await workerOf().kick('a');
    expect(await read('a')).toMatchObject({ log: ['elapsed e1'], owed: [] });
    expect(ran).toEqual([]);
  });

  it('does nothing about a document that is not there', async () => {
    await expect(workerOf().kick('nobody')).resolves.toBeUndefined();
    expect(lines).toEqual([]);
  });

  it('writes nothing where nothing is due but the claim and its release', async () => {
    await owing('a', ['left', 1_000]);
    await workerOf().kick('a');
    expect((await read('a')).rev).toBe(3);
    expect(ran).toEqual([]);
  });

  it('runs different lanes beside each other and one lane after another', async () => {
    const { started, open } = gate();
    const both = deferred();
    const gated = run;
    run = (effect, doc, attempt) => {
      if (ran.length === 2) both.resolve();
      return gated(effect, doc, attempt);
    };
    await owing('a', ['left', -1], ['left', -1], ['right', -1]);
    const worked = workerOf().kick('a');
    await Promise.all([started.promise, both.promise]);
    expect(ran).toEqual(['e1', 'e3']);
    open.resolve();
    await worked;
    expect(ran).toEqual(['e1', 'e3', 'e2']);
    expect((await read('a')).owed).toEqual([]);
  });

  it('does not run what time has taken away meanwhile', async () => {
    await owing('a', ['left', -1]);
    const worker = workerOf();
    const { started, open } = gate();
    const worked = worker.kick('a');
    await started.promise;
    await change('a', (doc) => owe(doc, { kind: 'left', dueAt: clock.now() }, { kind: 'right', dueAt: clock.now() }));
    await change('a', (doc) => withoutEffect(doc, 'e2'));
    open.resolve();
    await worked;
    expect(ran).toEqual(['e1', 'e3']);
  });
});

describe('being woken', () => {
  it('sees what is owed during a run, in the other lane at once', async () => {
    await owing('a', ['left', -1]);
    const worker = workerOf();
    const { started, open } = gate();
    const worked = worker.kick('a');
    await started.promise;
    const right = deferred();
    const gated = run;
    run = async (effect, doc, attempt) => {
      if (effect.kind === 'left') return gated(effect, doc, attempt);
      right.resolve();
      return done(effect);
    };
    await add('a', 'right');
    void worker.kick('a');
    await right.promise;
    await add('a', 'left');
    const again = worker.kick('a');
    open.resolve();
    await Promise.all([worked, again]);
    expect(ran).toEqual(['e1', 'e2', 'e3']);
    expect(await read('a')).toMatchObject({ owed: [], log: ['e2', 'e1', 'e3'] });
  });

  it('resolves for everybody who kicked once all is done, and is one session', async () => {
    await owing('a', ['left', -1]);
    const worker = workerOf();
    const { started, open } = gate();
    const kicks = [worker.kick('a')];
    await started.promise;
    kicks.push(worker.kick('a'), worker.kick('a'));
    expect(worker.running).toBe(1);
    open.resolve();
    await Promise.all(kicks);
    expect(ran).toEqual(['e1']);
    expect(worker.running).toBe(0);
  });

  it('loses no kick, however close to the end of the session it comes', async () => {
    for (let turns = 0; turns < 25; turns += 1) {
      const id = `a${turns}`;
      await owing(id, ['left', -1]);
      const hooked = new HookedStore(collection);
      const worker = workerOf({ store: hooked });
      let kicked = Promise.resolve();
      hooked.before = async (doc) => {
        if (doc.lease !== undefined) return false;
        // The document has been given back; something new is owed, and whoever owed it kicks a moment later.
        await add(id, 'left');
        let turn = Promise.resolve();
        for (let count = 0; count < turns; count += 1) turn = turn.then(() => {});
        kicked = turn.then(() => worker.kick(id));
        return true;
      };
      await worker.kick(id);
      await kicked;
      expect((await read(id)).owed, `a kick ${turns} turns later`).toEqual([]);
    }
  });

  it('sees at once what is owed just after it has read the document', async () => {
    await owing('a', ['left', -1]);
    const hooked = new HookedStore(collection);
    const worker = workerOf({ store: hooked });
    const { started, open } = gate();
    const worked = worker.kick('a');
    await started.promise;
    const gated = run;
    const right = deferred();
    run = async (effect, doc, attempt) => {
      if (effect.kind === 'left') return gated(effect, doc, attempt);
      right.resolve();
      return done(effect);
    };
    hooked.before = async () => {
      await add('a', 'right');
      void worker.kick('a');
      return true;
    };
    void worker.kick('a');
    await right.promise;
    open.resolve();
    await worked;
    expect((await read('a')).log).toEqual(['e2', 'e1']);
  });
});

/** Does something between an update and whoever made it hearing of it, until that says it is done. */
class HookedStore extends OwingStore<Job> {
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

describe('the lease', () => {
  it('is held during an attempt and tells the sweep when to look', async () => {
    await owing('a', ['left', -1]);
    const { started, open } = gate();
    const worked = workerOf().kick('a');
    await started.promise;
    const held = await read('a');
    expect(held.lease?.until).toEqual(inTime(leaseMs));
    expect(held.nextDueAt).toEqual(inTime(leaseMs));
    open.resolve();
    await worked;
    expect((await read('a')).lease).toBeUndefined();
  });

  it('keeps others away while it runs', async () => {
    await owing('a', ['left', -1]);
    const { started, open } = gate();
    const worked = workerOf().kick('a');
    await started.promise;
    clock.tick(leaseMs - 1);
    await workerOf({ name: 'other ' }).kick('a');
    expect(ran).toEqual(['e1']);
    open.resolve();
    await worked;
  });

  it('lets two processes on one database run each effect once', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => `a${index}`);
    for (const id of ids) await owing(id, ['left', -1], ['right', -1]);
    const workers = [workerOf({ name: '1 ' }), workerOf({ name: '2 ' })];
    await Promise.all(workers.flatMap((worker) => [worker.sweep(), ...ids.map((id) => worker.kick(id))]));
    expect(ran).toHaveLength(20);
    for (const id of ids) {
      expect(ran.filter((entry) => entry.endsWith('e1'))).toHaveLength(10);
      expect((await read(id)).log.toSorted()).toEqual(['e1', 'e2']);
    }
  });

  it('runs out when its process dies; whoever goes on counts what was due as attempted', async () => {
    await owing('a', ['left', -1], ['left', 20_000], ['left', 90_000]);
    const { started } = gate();
    const dead = workerOf({ name: 'dead ' });
    void dead.kick('a');
    await started.promise;

    const seen: [string, number][] = [];
    run = async (effect) => {
      seen.push([effect.id, effect.attempts]);
      return done(effect);
    };
    const other = workerOf();
    clock.tick(leaseMs - 1);
    await other.sweep();
    expect(seen).toEqual([]);
    clock.tick(1);
    await other.sweep();
    expect(seen).toEqual([
      ['e1', 1],
      ['e2', 1],
    ]);
    expect((await read('a')).owed).toMatchObject([{ id: 'e3', attempts: 0 }]);
  });

  it('counts nothing when it was given back in order', async () => {
    await owing('a', ['left', 10]);
    await workerOf().kick('a');
    clock.tick(leaseMs * 2);
    await workerOf().kick('a');
    expect(await read('a')).toMatchObject({ owed: [], log: ['e1'] });
  });

  it('is renewed before an attempt that it might not outlast', async () => {
    await owing('a', ['left', -1], ['left', -1]);
    const until: (Date | undefined)[] = [];
    run = async (effect) => {
      until.push((await read('a')).lease?.until);
      clock.tick(20_000);
      return done(effect);
    };
    const start = clock.now().getTime();
    await workerOf().kick('a');
    expect(until).toEqual([new Date(start + leaseMs), new Date(start + 20_000 + leaseMs)]);
  });

  it('is renewed by a write in the middle of a long attempt', async () => {
    await owing('a', ['left', -1]);
    run = async (effect, _doc, attempt) => {
      clock.tick(20_000);
      const written = await attempt.write((doc) => ({ ...doc, log: ['marked'] }));
      expect(written?.lease?.until).toEqual(inTime(leaseMs));
      return done(effect);
    };
    await workerOf().kick('a');
    expect((await read('a')).log).toEqual(['marked', 'e1']);
  });

  it('once lost, lets the attempt write nothing any more', async () => {
    await owing('a', ['left', -1]);
    const { started, open } = gate();
    const writes: unknown[] = [];
    const gated = run;
    run = async (effect, doc, attempt) => {
      const result = await gated(effect, doc, attempt);
      writes.push(await attempt.write((newest) => ({ ...newest, log: [...newest.log, 'late'] })));
      return result;
    };
    const slow = workerOf({ name: 'slow ' }).kick('a');
    await started.promise;

    run = async (effect) => (doc) => ({ ...done(effect)(doc, clock.now()), log: ['other'] });
    clock.tick(leaseMs);
    await workerOf({ name: 'other ' }).kick('a');
    open.resolve();
    await slow;
    expect(writes).toEqual([undefined]);
    expect(await read('a')).toMatchObject({ owed: [], log: ['other'] });
  });

  it('lets a change refuse without losing the lease', async () => {
    await owing('a', ['left', -1]);
    run = async (effect, _doc, attempt) => {
      expect(await attempt.write(() => undefined)).toBeUndefined();
      return done(effect);
    };
    await workerOf().kick('a');
    expect((await read('a')).log).toEqual(['e1']);
  });

  it('leaves a transition that came meanwhile in place', async () => {
    await owing('a', ['left', -1]);
    const { started, open } = gate();
    const worked = workerOf().kick('a');
    await started.promise;
    await change('a', (doc) => owe({ ...doc, log: ['decided'] }, { kind: 'left', dueAt: inTime(500) }));
    expect((await read('a')).nextDueAt).toEqual(inTime(leaseMs));
    open.resolve();
    await worked;
    const after = await read('a');
    expect(after.log).toEqual(['decided', 'e1']);
    expect(after.nextDueAt).toEqual(inTime(500));
  });
});

describe('an effect that throws', () => {
  it('is tried again with growing delays, and logged', async () => {
    await owing('a', ['left', 0], ['right', 0]);
    run = async (effect) => {
      if (effect.kind === 'left' && effect.attempts < 3) throw new Error('A defect');
      return done(effect);
    };
    const worker = workerOf();
    const delays: number[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await worker.sweep();
      const { nextDueAt } = await read('a');
      delays.push((nextDueAt?.getTime() ?? 0) - clock.now().getTime());
      clock.tick(delays.at(-1) ?? 0);
    }
    await worker.sweep();
    expect(delays).toEqual([3_750, 7_500, 15_000]);
    expect(await read('a')).toMatchObject({ owed: [], log: ['e2', 'e1'] });
    expect(lines.filter((line) => line.includes('A defect'))).toHaveLength(3);
  });
});

describe('a store that fails', () => {
  it('stops the work, and the lease running out brings it back', async (context) => {
    const { server } = database;
    if (server === undefined) return context.skip();
    await owing('a', ['left', -1]);
    run = async (effect) => {
      server.fault = ({ name }) => (name === 'find' ? 'cut-before' : undefined);
      return done(effect);
    };
    const worker = workerOf();
    await worker.kick('a');
    expect(worker.running).toBe(0);
    expect(lines.join('')).toContain('Work on a document stopped');
    server.fault = undefined;
    run = async (effect) => done(effect);
    clock.tick(leaseMs);
    await worker.sweep();
    expect(await read('a')).toMatchObject({ owed: [], log: ['e1'] });
  });

  it('does not end the session while the other lane still works', async (context) => {
    const { server } = database;
    if (server === undefined) return context.skip();
    await owing('a', ['left', -1], ['right', -1]);
    const broken = deferred();
    const open = deferred();
    run = async (effect) => {
      if (effect.kind === 'right') {
        await open.promise;
        return done(effect);
      }
      return () => {
        broken.resolve();
        throw new Error('A result that cannot be applied');
      };
    };
    const worker = workerOf();
    const worked = worker.kick('a').then(() => 'settled');
    await broken.promise;
    await store.find('a');
    await store.find('a');
    expect(worker.running).toBe(1);
    open.resolve();
    await worked;
    expect(await read('a')).toMatchObject({ log: ['e2'] });
  });
});

describe('sweep', () => {
  it('runs what is due in every document and nothing else', async () => {
    await owing('a', ['left', -1]);
    await owing('b', ['right', 0]);
    await owing('c', ['left', 1]);
    await workerOf().sweep();
    expect((await read('a')).log).toEqual(['e1']);
    expect((await read('b')).log).toEqual(['e1']);
    expect((await read('c')).log).toEqual([]);
    clock.tick(1);
    await workerOf().sweep();
    expect((await read('c')).log).toEqual(['e1']);
  });

  it('works on no more than eight documents at once', async () => {
    for (let index = 0; index < 20; index += 1) await owing(`a${index}`, ['left', -1]);
    let now = 0;
    let most = 0;
    run = async (effect) => {
      now += 1;
      most = Math.max(most, now);
      await store.find('a0');
      now -= 1;
      return done(effect);
    };
    await workerOf().sweep();
    expect(ran).toHaveLength(20);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(8);
  });
});

describe('stop', () => {
  it('finishes what runs, gives the document back and takes nothing new', async () => {
    await owing('a', ['left', -1], ['left', -1]);
    await owing('b', ['left', -1]);
    const { started, open } = gate();
    const worker = workerOf();
    void worker.kick('a');
    await started.promise;
    worker.stop();
    await worker.kick('b');
    await worker.sweep();
    open.resolve();
    await worker.idle();
    expect(ran).toEqual(['e1']);
    const after = await read('a');
    expect(after.log).toEqual(['e1']);
    expect(after.lease).toBeUndefined();
    // What is left is due now for any other process, and nothing counts as attempted.
    expect(after.owed).toMatchObject([{ id: 'e2', attempts: 0 }]);
    expect(after.nextDueAt).toEqual(inTime(-1));
    expect((await read('b')).log).toEqual([]);
  });

  it('is idle when nothing runs', async () => {
    await expect(workerOf().idle()).resolves.toBeUndefined();
  });
});
