import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Grant } from '../../src/grants/grant.ts';
import { type Deferred, deferred } from './deferred.ts';
import {
  approval,
  type Bench,
  closed,
  hour,
  minute,
  notesIn,
  open,
  openGrant,
  owner,
  startBench,
} from './grant-bench.ts';
import { noAnswer } from './memory-messenger.ts';
import { temporary, unanswered } from './memory-provider.ts';

let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
});

afterEach(() => bench.close());

/** An approved request that nobody has worked on. */
async function opening(operationId = 'one', target = 't1', durationMs = hour): Promise<string> {
  const id = await bench.request(operationId, target, durationMs);
  await bench.approve(id);
  return id;
}

const wanted = async (id: string): Promise<Date> => (await bench.read(id)).wanted?.until ?? new Date(Number.NaN);

describe('a call that got no answer', () => {
  /** An opening whose only call got no answer and has not landed; then it was revoked. */
  async function revokedUnanswered(operationId = 'one'): Promise<string> {
    const id = await opening(operationId);
    bench.provider.next('openAccess', { error: unanswered() });
    await bench.work();
    await bench.revoke(id);
    await bench.work();
    return id;
  }

  it('keeps the slot for two minutes although the target is seen closed', async () => {
    const id = await revokedUnanswered();
    expect(await bench.read(id)).toMatchObject({ state: 'closing', seenClosedAt: bench.clock.now() });
    const second = await bench.request('two');
    await bench.advance(2 * minute - 1);
    await expect(bench.grants.update(second, approval(second, bench.clock.now()))).resolves.toMatchObject({
      kind: 'duplicate',
      index: 'slot',
    });
    await bench.advance(1);
    expect((await bench.read(id)).state).toBe('revoked');
    await expect(bench.grants.update(second, approval(second, bench.clock.now()))).resolves.toMatchObject({
      kind: 'done',
    });
  });

  it('is closed when it lands within the two minutes', async () => {
    const id = await revokedUnanswered();
    bench.provider.put('t1', open(await wanted(id)));
    await bench.advance(2 * minute);
    expect((await bench.read(id)).state).toBe('revoked');
    expect(bench.provider.changes.at(-1)).toBe('close');
    expect(bench.provider.held('t1')).toEqual(closed);
  });

  it('is closed again when it lands after the end, with the slot retaken meanwhile', async () => {
    const id = await revokedUnanswered();
    await bench.advance(2 * minute);
    bench.provider.put('t1', open(await wanted(id)));
    let meanwhile: Grant | undefined;
    bench.provider.next('closeAccess', {
      before: async () => {
        meanwhile = await bench.read(id);
      },
    });
    await bench.advance(minute);
    expect(meanwhile).toMatchObject({ state: 'revoked', slot: 'o1/t1', reopened: { at: bench.clock.now() } });
    const grant = await bench.read(id);
    expect(grant.state).toBe('revoked');
    expect(grant.slot).toBeUndefined();
    expect(grant.reopened).toBeUndefined();
    expect(bench.provider.held('t1')).toEqual(closed);
    expect(notesIn(bench)).toEqual(['ended', 'landed-late']);
  });

  it('is closed again after a close of its own that got no answer either', async () => {
    const id = await revokedUnanswered();
    await bench.advance(2 * minute);
    bench.provider.put('t1', open(await wanted(id)));
    bench.provider.next('closeAccess', { error: unanswered() });
    await bench.advance(minute);
    expect(await bench.read(id)).toMatchObject({ slot: 'o1/t1', trouble: { code: 'timeout' } });
    await bench.advance(3 * minute);
    expect(bench.provider.held('t1')).toEqual(closed);
    expect((await bench.read(id)).slot).toBeUndefined();
    expect(notesIn(bench)).toEqual(['ended', 'landed-late']);
  });

  it('is left to the holder of the slot when it lands under another grant, which is looked at at once', async () => {
    const first = await revokedUnanswered();
    await bench.advance(2 * minute + 10_000);
    const second = await openGrant(bench, 'two', 't1', 2 * hour);
    bench.provider.put('t1', open(await wanted(first)));
    // The next look at the first comes ten seconds before the next look at the second.
    await bench.advance(50_000);
    expect(bench.provider.held('t1')).toEqual(open(await wanted(second)));
    expect(await bench.read(second)).toMatchObject({ state: 'active' });
    expect(notesIn(bench)).toEqual(['ended', 'opened', 'restored']);
    expect(bench.provider.changes).not.toContain('close');
  });

  /** A grant that is open while the close of the one before it may still land. */
  async function openAfterStalledClose(): Promise<string> {
    const first = await openGrant(bench, 'one');
    bench.provider.next('closeAccess', { error: unanswered() });
    await bench.revoke(first);
    await bench.advance(2 * minute);
    expect((await bench.read(first)).state).toBe('revoked');
    return openGrant(bench, 'two', 't1', 2 * hour);
  }

  it('is undone when it was a close that lands on a newer grant', async () => {
    const second = await openAfterStalledClose();
    bench.provider.put('t1', closed);
    await bench.advance(minute);
    expect(await bench.read(second)).toMatchObject({ state: 'active' });
    expect(bench.provider.held('t1')).toEqual(open(await wanted(second)));
    expect(notesIn(bench)).toEqual(['opened', 'ended', 'opened', 'restored']);
  });

  it('explains one closing only: the next one was a person', async () => {
    const second = await openAfterStalledClose();
    bench.provider.put('t1', closed);
    await bench.advance(minute);
    bench.provider.put('t1', closed);
    await bench.advance(6 * minute);
    expect(await bench.read(second)).toMatchObject({ state: 'revoked', closing: { by: { kind: 'outside' } } });
  });

  it.each([
    ['was refused for now', { error: temporary() }],
    ['got no answer', { error: unanswered() }],
    ['is not shown yet', { lands: false }],
  ])('is undone even when the first call to do so %s', async (_, step) => {
    const second = await openAfterStalledClose();
    bench.provider.put('t1', closed);
    bench.provider.next('openAccess', step);
    await bench.advance(2 * minute);
    expect(await bench.read(second)).toMatchObject({ state: 'active' });
    expect(bench.provider.held('t1')).toEqual(open(await wanted(second)));
    expect(notesIn(bench)).toEqual(['opened', 'ended', 'opened', 'restored']);
  });
});

describe('decisions and leases in the middle of an attempt', () => {
  /** Stops the next worker in both its lanes: resolves when it has come that far, and lets it go on. */
  function hang(call: 'readAccess' | 'openAccess'): [Promise<unknown>, () => void] {
    const provider = deferred();
    const messenger = deferred();
    const goOn = deferred();
    const until = (reached: Deferred) => () => {
      reached.resolve();
      return goOn.promise;
    };
    bench.provider.next(call, { before: until(provider) });
    bench.messenger.next('post', { before: until(messenger), error: noAnswer() });
    return [Promise.all([provider.promise, messenger.promise]), goOn.resolve];
  }

  it('makes no call for a decision that was taken back before it', async () => {
    const id = await opening();
    bench.provider.next('readAccess', { before: () => bench.revoke(id) });
    await bench.work();
    expect((await bench.read(id)).state).toBe('revoked');
    expect(bench.provider.changes).toEqual([]);
  });

  it('does not announce what was taken back while it was read', async () => {
    const id = await opening();
    bench.provider.next('readAccess', {}, { before: () => bench.revoke(id) });
    await bench.work();
    expect((await bench.read(id)).state).toBe('revoked');
    expect(bench.provider.changes.at(-1)).toBe('close');
    expect(notesIn(bench)).toEqual(['ended']);
  });

  it('makes no call once the lease is lost', async () => {
    const id = await opening();
    const [reading, goOn] = hang('readAccess');
    const worked = bench.startWorker().kick(id);
    await reading;
    // What the process does beside it is done by then: it is dead for all that the others can see.
    await expect.poll(async () => (await bench.read(id)).owed.some(({ kind }) => kind === 'ledger')).toBe(false);
    bench.clock.tick(30_000);
    await bench.work();
    expect((await bench.read(id)).state).toBe('active');
    bench.provider.put('t1', closed);
    goOn();
    await worked;
    expect(bench.provider.changes).toHaveLength(1);
    expect((await bench.read(id)).sent).toHaveLength(1);
  });

  it('knows of a call whose process died in the middle of it', async () => {
    const id = await opening();
    const [calling] = hang('openAccess');
    void bench.startWorker().kick(id);
    await calling;
    await bench.revoke(id);
    bench.clock.tick(30_000);
    await bench.work();
    expect(await bench.read(id)).toMatchObject({ state: 'closing', sent: [{ call: 'open' }] });
    await bench.advance(90_000 - 1);
    expect((await bench.read(id)).state).toBe('closing');
    await bench.advance(1);
    expect(await bench.read(id)).toMatchObject({ state: 'revoked', closing: { by: owner } });
  });
});
