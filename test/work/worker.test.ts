import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { owe, withoutEffect } from '../../src/grants/owed.ts';
import { deferred } from './deferred.ts';
import { done, HookedStore, type JobBench, leaseMs, startJobBench } from './job-bench.ts';

let bench: JobBench;

beforeEach(async () => {
  bench = await startJobBench();
});

afterEach(() => bench.close());

describe('kick', () => {
  it('runs what is due, in order, and leaves the rest with the time to look again', async () => {
    await bench.owing('a', ['left', -1], ['left', 60_000], ['left', -2]);
    await bench.workerOf().kick('a');
    expect(bench.ran).toEqual(['e3', 'e1']);
    const after = await bench.read('a');
    expect(after.owed.map(({ id }) => id)).toEqual(['e2']);
    expect(after.lease).toBeUndefined();
    expect(after.nextDueAt).toEqual(bench.inTime(60_000));
  });

  it('lets time take its effect without an attempt', async () => {
    await bench.owing('a', ['timer', -1]);
    await bench.workerOf().kick('a');
    expect(await bench.read('a')).toMatchObject({ log: ['elapsed e1'], owed: [] });
    expect(bench.ran).toEqual([]);
  });

  it('does nothing about a document that is not there', async () => {
    await expect(bench.workerOf().kick('nobody')).resolves.toBeUndefined();
    expect(bench.lines).toEqual([]);
  });

  it('writes nothing where nothing is due but the claim and its release', async () => {
    await bench.owing('a', ['left', 1_000]);
    await bench.workerOf().kick('a');
    expect((await bench.read('a')).rev).toBe(3);
    expect(bench.ran).toEqual([]);
  });

  it('runs different lanes beside each other and one lane after another', async () => {
    const { started, open } = bench.gate();
    const both = deferred();
    const gated = bench.run;
    bench.run = (effect, doc, attempt) => {
      if (bench.ran.length === 2) both.resolve();
      return gated(effect, doc, attempt);
    };
    await bench.owing('a', ['left', -1], ['left', -1], ['right', -1]);
    const worked = bench.workerOf().kick('a');
    await Promise.all([started.promise, both.promise]);
    expect(bench.ran).toEqual(['e1', 'e3']);
    open.resolve();
    await worked;
    expect(bench.ran).toEqual(['e1', 'e3', 'e2']);
    expect((await bench.read('a')).owed).toEqual([]);
  });

  it('does not run what time has taken away meanwhile', async () => {
    await bench.owing('a', ['left', -1]);
    const worker = bench.workerOf();
    const { started, open } = bench.gate();
    const worked = worker.kick('a');
    await started.promise;
    await bench.change('a', (doc) =>
      owe(doc, { kind: 'left', dueAt: bench.clock.now() }, { kind: 'right', dueAt: bench.clock.now() }),
    );
    await bench.change('a', (doc) => withoutEffect(doc, 'e2'));
    open.resolve();
    await worked;
    expect(bench.ran).toEqual(['e1', 'e3']);
  });
});

describe('being woken', () => {
  it('sees what is owed during a run, in the other lane at once', async () => {
    await bench.owing('a', ['left', -1]);
    const worker = bench.workerOf();
    const { started, open } = bench.gate();
    const worked = worker.kick('a');
    await started.promise;
    const right = deferred();
    const gated = bench.run;
    bench.run = async (effect, doc, attempt) => {
      if (effect.kind === 'left') return gated(effect, doc, attempt);
      right.resolve();
      return done(effect);
    };
    await bench.add('a', 'right');
    void worker.kick('a');
    await right.promise;
    await bench.add('a', 'left');
    const again = worker.kick('a');
    open.resolve();
    await Promise.all([worked, again]);
    expect(bench.ran).toEqual(['e1', 'e2', 'e3']);
    expect(await bench.read('a')).toMatchObject({ owed: [], log: ['e2', 'e1', 'e3'] });
  });

  it('resolves for everybody who kicked once all is done, and is one session', async () => {
    await bench.owing('a', ['left', -1]);
    const worker = bench.workerOf();
    const { started, open } = bench.gate();
    const kicks = [worker.kick('a')];
    await started.promise;
    kicks.push(worker.kick('a'), worker.kick('a'));
    expect(worker.running).toBe(1);
    open.resolve();
    await Promise.all(kicks);
    expect(bench.ran).toEqual(['e1']);
    expect(worker.running).toBe(0);
  });

  it('loses no kick, however close to the end of the session it comes', async () => {
    for (let turns = 0; turns < 25; turns += 1) {
      const id = `a${turns}`;
      await bench.owing(id, ['left', -1]);
      const hooked = new HookedStore(bench.collection);
      const worker = bench.workerOf({ store: hooked });
      let kicked = Promise.resolve();
      hooked.before = async (doc) => {
        if (doc.lease !== undefined) return false;
        // The document has been given back; something new is owed, and whoever owed it kicks a moment later.
        await bench.add(id, 'left');
        let turn = Promise.resolve();
        for (let count = 0; count < turns; count += 1) turn = turn.then(() => {});
        kicked = turn.then(() => worker.kick(id));
        return true;
      };
      await worker.kick(id);
      await kicked;
      expect((await bench.read(id)).owed, `a kick ${turns} turns later`).toEqual([]);
    }
  });

  it('sees at once what is owed just after it has read the document', async () => {
    await bench.owing('a', ['left', -1]);
    const hooked = new HookedStore(bench.collection);
    const worker = bench.workerOf({ store: hooked });
    const { started, open } = bench.gate();
    const worked = worker.kick('a');
    await started.promise;
    const gated = bench.run;
    const right = deferred();
    bench.run = async (effect, doc, attempt) => {
      if (effect.kind === 'left') return gated(effect, doc, attempt);
      right.resolve();
      return done(effect);
    };
    hooked.before = async () => {
      await bench.add('a', 'right');
      void worker.kick('a');
      return true;
    };
    void worker.kick('a');
    await right.promise;
    open.resolve();
    await worked;
    expect((await bench.read('a')).log).toEqual(['e2', 'e1']);
  });
});

describe('an effect that throws', () => {
  it('is tried again with growing delays, and logged', async () => {
    await bench.owing('a', ['left', 0], ['right', 0]);
    bench.run = async (effect) => {
      if (effect.kind === 'left' && effect.attempts < 3) throw new Error('A defect');
      return done(effect);
    };
    const worker = bench.workerOf();
    const delays: number[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await worker.sweep();
      const { nextDueAt } = await bench.read('a');
      delays.push((nextDueAt?.getTime() ?? 0) - bench.clock.now().getTime());
      bench.clock.tick(delays.at(-1) ?? 0);
    }
    await worker.sweep();
    expect(delays).toEqual([3_750, 7_500, 15_000]);
    expect(await bench.read('a')).toMatchObject({ owed: [], log: ['e2', 'e1'] });
    expect(bench.lines.filter((line) => line.includes('A defect'))).toHaveLength(3);
  });
});

describe('a store that fails', () => {
  it('stops the work, and the lease running out brings it back', async (context) => {
    const { server } = bench;
    if (server === undefined) return context.skip();
    await bench.owing('a', ['left', -1]);
    bench.run = async (effect) => {
      server.fault = ({ name }) => (name.startsWith('find') ? 'cut-before' : undefined);
      return done(effect);
    };
    const worker = bench.workerOf();
    await worker.kick('a');
    expect(worker.running).toBe(0);
    expect(bench.lines.join('')).toContain('Work on a document stopped');
    server.fault = undefined;
    bench.run = async (effect) => done(effect);
    bench.clock.tick(leaseMs);
    await worker.sweep();
    expect(await bench.read('a')).toMatchObject({ owed: [], log: ['e1'] });
  });

  it('does not end the session while the other lane still works', async (context) => {
    const { server } = bench;
    if (server === undefined) return context.skip();
    await bench.owing('a', ['left', -1], ['right', -1]);
    const broken = deferred();
    const open = deferred();
    bench.run = async (effect) => {
      if (effect.kind === 'right') {
        await open.promise;
        return done(effect);
      }
      return () => {
        broken.resolve();
        throw new Error('A result that cannot be applied');
      };
    };
    const worker = bench.workerOf();
    const worked = worker.kick('a').then(() => 'settled');
    await broken.promise;
    await bench.store.find('a');
    await bench.store.find('a');
    expect(worker.running).toBe(1);
    open.resolve();
    await worked;
    expect(await bench.read('a')).toMatchObject({ log: ['e2'] });
  });
});

describe('sweep', () => {
  it('runs what is due in every document and nothing else', async () => {
    await bench.owing('a', ['left', -1]);
    await bench.owing('b', ['right', 0]);
    await bench.owing('c', ['left', 1]);
    await bench.workerOf().sweep();
    expect((await bench.read('a')).log).toEqual(['e1']);
    expect((await bench.read('b')).log).toEqual(['e1']);
    expect((await bench.read('c')).log).toEqual([]);
    bench.clock.tick(1);
    await bench.workerOf().sweep();
    expect((await bench.read('c')).log).toEqual(['e1']);
  });

  it('works on no more than eight documents at once', async () => {
    for (let index = 0; index < 20; index += 1) await bench.owing(`a${index}`, ['left', -1]);
    let now = 0;
    let most = 0;
    bench.run = async (effect) => {
      now += 1;
      most = Math.max(most, now);
      await bench.store.find('a0');
      now -= 1;
      return done(effect);
    };
    await bench.workerOf().sweep();
    expect(bench.ran).toHaveLength(20);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(8);
  });
});

describe('stop', () => {
  it('finishes what runs, gives the document back and takes nothing new', async () => {
    await bench.owing('a', ['left', -1], ['left', -1]);
    await bench.owing('b', ['left', -1]);
    const { started, open } = bench.gate();
    const worker = bench.workerOf();
    void worker.kick('a');
    await started.promise;
    worker.stop();
    await worker.kick('b');
    await worker.sweep();
    open.resolve();
    await worker.idle();
    expect(bench.ran).toEqual(['e1']);
    const after = await bench.read('a');
    expect(after.log).toEqual(['e1']);
    expect(after.lease).toBeUndefined();
    // What is left is due now for any other process, and nothing counts as attempted.
    expect(after.owed).toMatchObject([{ id: 'e2', attempts: 0 }]);
    expect(after.nextDueAt).toEqual(bench.inTime(-1));
    expect((await bench.read('b')).log).toEqual([]);
  });

  it('is idle when nothing runs', async () => {
    await expect(bench.workerOf().idle()).resolves.toBeUndefined();
  });
});
