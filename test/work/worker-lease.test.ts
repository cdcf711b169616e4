import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { owe, replaceEffect } from '../../src/grants/owed.ts';
import { done, type Job, type JobBench, leaseMs, startJobBench } from './job-bench.ts';

const hour = 60 * 60_000;

let bench: JobBench;

beforeEach(async () => {
  bench = await startJobBench();
});

afterEach(() => bench.close());

describe('the lease', () => {
  it('is held during an attempt and tells the sweep when to look', async () => {
    await bench.owing('a', ['left', -1]);
    const { started, open } = bench.gate();
    const worked = bench.workerOf().kick('a');
    await started.promise;
    const held = await bench.read('a');
    expect(held.lease?.until).toEqual(bench.inTime(leaseMs));
    expect(held.nextDueAt).toEqual(bench.inTime(leaseMs));
    open.resolve();
    await worked;
    expect((await bench.read('a')).lease).toBeUndefined();
  });

  it('keeps others away while it runs', async () => {
    await bench.owing('a', ['left', -1]);
    const { started, open } = bench.gate();
    const worked = bench.workerOf().kick('a');
    await started.promise;
    bench.clock.tick(leaseMs - 1);
    await bench.workerOf({ name: 'other ' }).kick('a');
    expect(bench.ran).toEqual(['e1']);
    open.resolve();
    await worked;
  });

  it('lets two processes on one database run each effect once', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => `a${index}`);
    for (const id of ids) await bench.owing(id, ['left', -1], ['right', -1]);
    const workers = [bench.workerOf({ name: '1 ' }), bench.workerOf({ name: '2 ' })];
    await Promise.all(workers.flatMap((worker) => [worker.sweep(), ...ids.map((id) => worker.kick(id))]));
    expect(bench.ran).toHaveLength(20);
    for (const id of ids) {
      expect(bench.ran.filter((entry) => entry.endsWith('e1'))).toHaveLength(10);
      expect((await bench.read(id)).log.toSorted()).toEqual(['e1', 'e2']);
    }
  });

  it('runs out when its process dies; whoever goes on counts what was due as attempted', async () => {
    await bench.owing('a', ['left', -1], ['left', 20_000], ['left', 90_000]);
    const { started } = bench.gate();
    const dead = bench.workerOf({ name: 'dead ' });
    void dead.kick('a');
    await started.promise;

    const seen: [string, number][] = [];
    bench.run = async (effect) => {
      seen.push([effect.id, effect.attempts]);
      return done(effect);
    };
    const other = bench.workerOf();
    bench.clock.tick(leaseMs - 1);
    await other.sweep();
    expect(seen).toEqual([]);
    bench.clock.tick(1);
    await other.sweep();
    expect(seen).toEqual([
      ['e1', 1],
      ['e2', 1],
    ]);
    expect((await bench.read('a')).owed).toMatchObject([{ id: 'e3', attempts: 0 }]);
  });

  it('counts nothing when it was given back in order', async () => {
    await bench.owing('a', ['left', 10]);
    await bench.workerOf().kick('a');
    bench.clock.tick(leaseMs * 2);
    await bench.workerOf().kick('a');
    expect(await bench.read('a')).toMatchObject({ owed: [], log: ['e1'] });
  });

  it('is renewed before an attempt that it might not outlast', async () => {
    await bench.owing('a', ['left', -1], ['left', -1]);
    const until: (Date | undefined)[] = [];
    bench.run = async (effect) => {
      until.push((await bench.read('a')).lease?.until);
      bench.clock.tick(20_000);
      return done(effect);
    };
    const start = bench.clock.now().getTime();
    await bench.workerOf().kick('a');
    expect(until).toEqual([new Date(start + leaseMs), new Date(start + 20_000 + leaseMs)]);
  });

  it('is renewed by a write in the middle of a long attempt', async () => {
    await bench.owing('a', ['left', -1]);
    bench.run = async (effect, _doc, attempt) => {
      bench.clock.tick(20_000);
      const written = await attempt.write((doc) => ({ ...doc, log: ['marked'] }));
      expect(written?.lease?.until).toEqual(bench.inTime(leaseMs));
      return done(effect);
    };
    await bench.workerOf().kick('a');
    expect((await bench.read('a')).log).toEqual(['marked', 'e1']);
  });

  it('once lost, lets the attempt write nothing any more', async () => {
    await bench.owing('a', ['left', -1]);
    const { started, open } = bench.gate();
    const writes: unknown[] = [];
    const gated = bench.run;
    bench.run = async (effect, doc, attempt) => {
      const result = await gated(effect, doc, attempt);
      writes.push(await attempt.write((newest) => ({ ...newest, log: [...newest.log, 'late'] })));
      return result;
    };
    const slow = bench.workerOf({ name: 'slow ' }).kick('a');
    await started.promise;

    bench.run = async (effect) => (doc) => ({ ...done(effect)(doc, bench.clock.now()), log: ['other'] });
    bench.clock.tick(leaseMs);
    await bench.workerOf({ name: 'other ' }).kick('a');
    open.resolve();
    await slow;
    expect(writes).toEqual([undefined]);
    expect(await bench.read('a')).toMatchObject({ owed: [], log: ['other'] });
  });

  it('is over for a process that stood still while it wrote, even if nobody else has taken the document', async () => {
    await bench.owing('a', ['left', -1]);
    const written: unknown[] = [];
    bench.run = async (effect, _doc, attempt) => {
      const standing = (doc: Job): Job => {
        bench.clock.tick(leaseMs);
        return { ...doc, log: ['marked'] };
      };
      if (written.length > 0) return done(effect);
      written.push(await attempt.write(standing));
      return (doc) => doc;
    };
    await bench.workerOf().kick('a');
    expect(written).toEqual([undefined]);
    expect(await bench.read('a')).toMatchObject({ log: ['marked', 'e1'], owed: [] });
  });

  it('lets a change refuse without losing the lease', async () => {
    await bench.owing('a', ['left', -1]);
    bench.run = async (effect, _doc, attempt) => {
      expect(await attempt.write(() => undefined)).toBeUndefined();
      return done(effect);
    };
    await bench.workerOf().kick('a');
    expect((await bench.read('a')).log).toEqual(['e1']);
  });

  it('leaves a transition that came meanwhile in place', async () => {
    await bench.owing('a', ['left', -1]);
    const { started, open } = bench.gate();
    const worked = bench.workerOf().kick('a');
    await started.promise;
    await bench.change('a', (doc) => owe({ ...doc, log: ['decided'] }, { kind: 'left', dueAt: bench.inTime(500) }));
    expect((await bench.read('a')).nextDueAt).toEqual(bench.inTime(leaseMs));
    open.resolve();
    await worked;
    const after = await bench.read('a');
    expect(after.log).toEqual(['decided', 'e1']);
    expect(after.nextDueAt).toEqual(bench.inTime(500));
  });
});

describe('what is measured', () => {
  const attempt = (change: object) => [
    { work: 'jobs', effect: 'left', lateMs: 0, isRetry: false, outcome: 'done', ...change },
  ];

  it('is each attempt, how late it was and what came of it', async () => {
    await bench.owing('a', ['left', -3_000]);
    const worker = bench.workerOf();
    bench.run = async () => {
      throw new Error('Does not work');
    };
    await worker.kick('a');
    bench.clock.tick(hour);
    const { owed } = await bench.read('a');
    bench.run = async (effect) => done(effect);
    await worker.kick('a');
    await bench.add('a', 'left');
    bench.run = async (effect) => (doc) => replaceEffect(doc, effect.id, { dueAt: bench.inTime(hour) });
    await worker.kick('a');
    expect(bench.measured).toEqual([
      ['jobs', 'claimed'],
      attempt({ lateMs: 3_000, outcome: 'failed' }),
      ['jobs', 'claimed'],
      attempt({ lateMs: bench.clock.now().getTime() - Number(owed[0]?.dueAt), isRetry: true }),
      ['jobs', 'claimed'],
      attempt({ outcome: 'waits' }),
    ]);
  });

  it('is a document that is taken over, and lost to whoever held it', async () => {
    await bench.owing('a', ['left', -1_000]);
    const { started, open } = bench.gate();
    const stuck = bench.workerOf().kick('a');
    await started.promise;
    bench.clock.tick(leaseMs);
    bench.run = async (effect) => done(effect);
    await bench.workerOf().sweep();
    open.resolve();
    await stuck;
    expect(bench.measured).toEqual([
      ['jobs', 'claimed'],
      ['jobs', 'taken-over'],
      attempt({ lateMs: 1_000 + leaseMs, isRetry: true }),
      ['jobs', 'lost'],
      attempt({ lateMs: 1_000, outcome: 'lost' }),
    ]);
  });
});
