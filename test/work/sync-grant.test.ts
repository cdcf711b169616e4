import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Grant } from '../../src/grants/grant.ts';
import type { AccessReading } from '../../src/providers/provider.ts';
import { type Bench, closed, hour, minute, notesIn, open, openGrant, startBench, type } from './grant-bench.ts';
import { refused, temporary, unanswered } from './memory-provider.ts';

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

const inTime = (ms: number): Date => new Date(bench.clock.now().getTime() + ms);
const wanted = async (id: string): Promise<Date> => (await bench.read(id)).wanted?.until ?? new Date(Number.NaN);
const actions = (grant: Grant): string[] => grant.history.map(({ action }) => action);
const syncDueAt = async (id: string): Promise<Date | undefined> =>
  (await bench.read(id)).owed.find(({ kind }) => kind === 'sync')?.dueAt;

describe('opening', () => {
  it('opens what is closed and reads back before it says so', async () => {
    const id = await opening();
    await bench.work();
    const grant = await bench.read(id);
    const until = inTime(hour);
    expect(bench.provider.calls).toEqual(['read', `open ${type} ${until.toISOString()}`, 'read']);
    expect(grant).toMatchObject({ state: 'active', confirmed: { type, until }, openedAt: bench.clock.now() });
    expect(grant.sent).toMatchObject([{ call: 'open', terms: { type, until }, answer: 'done' }]);
    expect(notesIn(bench)).toEqual(['opened']);
  });

  it('takes what is open already as it is', async () => {
    const id = await opening();
    bench.provider.put('t1', open(await wanted(id)));
    await bench.work();
    expect(bench.provider.changes).toEqual([]);
    expect((await bench.read(id)).state).toBe('active');
  });

  it('replaces what else is open: the approval named it', async () => {
    const id = await opening();
    bench.provider.put('t1', open(inTime(2 * hour), 'EVERYTHING'));
    await bench.work();
    expect(bench.provider.held('t1')).toEqual(open(await wanted(id)));
    expect((await bench.read(id)).state).toBe('active');
  });

  it('is announced only once it is seen', async () => {
    bench.provider.next('openAccess', { lands: false });
    const id = await opening();
    await bench.work();
    expect(await bench.read(id)).toMatchObject({ state: 'opening', trouble: { code: 'not-seen' } });
    expect(notesIn(bench)).toEqual([]);
    await bench.advance(5_000);
    expect(await bench.read(id)).toMatchObject({ state: 'active' });
    expect(notesIn(bench)).toEqual(['opened']);
  });

  it('fails when it is refused for good, and was certainly never open', async () => {
    bench.provider.next('openAccess', { error: refused() });
    const id = await opening();
    await bench.work();
    const grant = await bench.read(id);
    expect(grant).toMatchObject({
      state: 'failed',
      closing: { outcome: 'failed', reason: 'It was refused for good.' },
    });
    expect(grant.maybeOpenFrom).toBeUndefined();
    expect(grant.slot).toBeUndefined();
    expect(bench.provider.changes).toHaveLength(1);
    expect(notesIn(bench)).toEqual(['failed']);
  });

  it('shows what is in the way and tries again with growing delays', async () => {
    const steps = Array.from({ length: 3 }, () => ({ error: temporary() }));
    bench.provider.next('openAccess', ...steps);
    const id = await opening();
    const delays: number[] = [];
    for (const _ of steps) {
      await bench.work();
      expect(await bench.read(id)).toMatchObject({
        state: 'opening',
        trouble: { message: 'It was too much for now.' },
      });
      delays.push(((await syncDueAt(id))?.getTime() ?? 0) - bench.clock.now().getTime());
      bench.clock.tick(delays.at(-1) ?? 0);
    }
    await bench.work();
    expect(delays).toEqual([1_500, 3_000, 6_000]);
    expect(await bench.read(id)).toMatchObject({ state: 'active' });
    expect((await bench.read(id)).trouble).toBeUndefined();
  });

  it.each(['readAccess', 'openAccess'] as const)('waits as long as the provider asks: %s', async (call) => {
    bench.provider.next(call, { error: temporary(90_000) });
    const id = await opening();
    await bench.work();
    expect(await syncDueAt(id)).toEqual(inTime(90_000));
  });

  it('adopts a call that got no answer and took effect all the same', async () => {
    bench.provider.next('openAccess', { error: unanswered(), lands: true });
    const id = await opening();
    await bench.work();
    expect((await bench.read(id)).state).toBe('opening');
    await bench.advance(2_000);
    expect((await bench.read(id)).state).toBe('active');
    expect(bench.provider.changes).toHaveLength(1);
  });

  it('gives up after 15 minutes, through closing', async () => {
    bench.provider.next('openAccess', ...Array.from({ length: 100 }, () => ({ error: temporary() })));
    const id = await opening();
    await bench.advance(15 * minute - 1);
    expect((await bench.read(id)).state).toBe('opening');
    await bench.advance(1);
    expect((await bench.read(id)).state).toBe('failed');
    const calls = bench.provider.changes.length;
    await bench.advance(hour);
    expect(bench.provider.changes).toHaveLength(calls);
    expect(notesIn(bench)).toEqual(['failed']);
  });

  it('never opens anything after a restart hours later', async () => {
    const id = await opening('one', 't1', 24 * hour);
    bench.clock.tick(3 * hour);
    await bench.work();
    expect((await bench.read(id)).state).toBe('failed');
    expect(bench.provider.changes).toEqual([]);
  });
});

describe('active', () => {
  it('is read again after one and five minutes, then every five', async () => {
    await openGrant(bench, 'one');
    const start = bench.clock.now().getTime();
    const readAt: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      bench.provider.next('readAccess', {
        before: async () => readAt.push((bench.clock.now().getTime() - start) / minute),
      });
    }
    await bench.advance(16 * minute);
    expect(readAt).toEqual([1, 5, 10, 15]);
    expect(bench.provider.changes).toHaveLength(1);
  });

  it('ends with its time, by a call of its own', async () => {
    const id = await openGrant(bench, 'one');
    await bench.advance(hour - 1);
    expect((await bench.read(id)).state).toBe('active');
    await bench.advance(1);
    expect(await bench.read(id)).toMatchObject({ state: 'expired', endedAt: bench.clock.now() });
    expect(bench.provider.changes.at(-1)).toBe('close');
    expect(notesIn(bench)).toContain('ended');
  });

  it('needs two readings 30 seconds apart to believe that it was ended elsewhere', async () => {
    const id = await openGrant(bench, 'one');
    bench.provider.put('t1', closed);
    await bench.advance(minute);
    expect(await bench.read(id)).toMatchObject({ state: 'active', missingSince: bench.clock.now() });
    await bench.advance(30_000 - 1);
    expect((await bench.read(id)).state).toBe('active');
    await bench.advance(1);
    expect(await bench.read(id)).toMatchObject({ state: 'revoked', closing: { by: { kind: 'outside' } } });
    expect(bench.provider.changes).toHaveLength(1);
  });

  it('forgets a first reading without it when the second shows it', async () => {
    const id = await openGrant(bench, 'one');
    const held = bench.provider.held('t1');
    bench.provider.put('t1', closed);
    await bench.advance(minute);
    bench.provider.put('t1', held);
    await bench.advance(30_000);
    const grant = await bench.read(id);
    expect(grant.state).toBe('active');
    expect(grant.missingSince).toBeUndefined();
  });

  it('says so when the target itself is gone', async () => {
    const id = await openGrant(bench, 'one');
    bench.provider.put('t1', { state: 'closed', targetExists: false });
    await bench.advance(2 * minute);
    expect(await bench.read(id)).toMatchObject({
      state: 'revoked',
      closing: { reason: expect.stringMatching(/exists/) },
    });
  });

  it('follows what a person changed elsewhere, and ends when that does', async () => {
    const id = await openGrant(bench, 'one');
    const reading = open(inTime(3 * hour), 'EVERYTHING');
    bench.provider.put('t1', reading);
    await bench.advance(minute);
    expect(await bench.read(id)).toMatchObject({ state: 'active', wanted: { type: 'EVERYTHING' } });
    expect(notesIn(bench)).toEqual(['opened', 'changed-outside']);
    expect(bench.provider.changes).toHaveLength(1);
    await bench.advance(3 * hour - minute - 1);
    expect((await bench.read(id)).state).toBe('active');
    await bench.advance(1);
    expect((await bench.read(id)).state).toBe('expired');
  });

  it('says nothing of a reading that failed while nothing has to change', async () => {
    const id = await openGrant(bench, 'one');
    bench.provider.next('readAccess', { error: temporary() });
    const { version } = await bench.read(id);
    await bench.advance(minute + 2_000);
    const grant = await bench.read(id);
    expect(grant).toMatchObject({ state: 'active', version });
    expect(grant.trouble).toBeUndefined();
  });
});

describe('closing', () => {
  it('closes what is open', async () => {
    const id = await openGrant(bench, 'one');
    await bench.revoke(id);
    await bench.work();
    const grant = await bench.read(id);
    expect(grant).toMatchObject({ state: 'revoked', endedAt: bench.clock.now() });
    expect(grant.slot).toBeUndefined();
    expect(grant.confirmed).toBeUndefined();
    expect(bench.provider.held('t1')).toEqual(closed);
    expect(notesIn(bench)).toEqual(['opened', 'ended']);
  });

  it('closes whatever else it finds open', async () => {
    const id = await openGrant(bench, 'one');
    bench.provider.put('t1', open(inTime(9 * hour), 'EVERYTHING'));
    await bench.revoke(id);
    await bench.work();
    expect((await bench.read(id)).state).toBe('revoked');
    expect(bench.provider.held('t1')).toEqual(closed);
  });

  it.each<[string, AccessReading]>([
    ['is closed already', closed],
    ['no longer exists', { state: 'closed', targetExists: false }],
  ])('sends no call where the target %s', async (_, reading) => {
    const id = await openGrant(bench, 'one');
    bench.provider.put('t1', reading);
    await bench.revoke(id);
    await bench.work();
    expect((await bench.read(id)).state).toBe('revoked');
    expect(bench.provider.changes).toHaveLength(1);
  });

  it('goes on until it is seen closed', async () => {
    const id = await openGrant(bench, 'one');
    bench.provider.next('closeAccess', { lands: false });
    await bench.revoke(id);
    await bench.work();
    expect(await bench.read(id)).toMatchObject({ state: 'closing', trouble: { code: 'still-open' } });
    await bench.advance(5_000);
    expect((await bench.read(id)).state).toBe('revoked');
  });

  it('never gives up, with pauses of up to five minutes, and tells deciders once after a minute', async () => {
    const id = await openGrant(bench, 'one', 't1', 24 * hour);
    bench.provider.next('closeAccess', ...Array.from({ length: 60 }, () => ({ error: temporary() })));
    await bench.revoke(id);
    await bench.advance(minute - 1);
    expect(notesIn(bench)).not.toContain('closing-trouble');
    await bench.advance(2 * hour);
    expect((await bench.read(id)).state).toBe('closing');
    expect(notesIn(bench).filter((note) => note === 'closing-trouble')).toHaveLength(1);
    const calls = bench.provider.changes.length;
    await bench.advance(hour);
    expect(bench.provider.changes.length - calls).toBe(16);
    await bench.advance(2 * hour);
    expect((await bench.read(id)).state).toBe('revoked');
  });

  it('does not hammer a provider that refuses for good, and goes on all the same', async () => {
    const id = await openGrant(bench, 'one', 't1', 24 * hour);
    bench.provider.next('closeAccess', ...Array.from({ length: 5 }, () => ({ error: refused() })));
    await bench.revoke(id);
    await bench.work();
    expect(bench.provider.changes.filter((change) => change === 'close')).toHaveLength(1);
    expect(await bench.read(id)).toMatchObject({ state: 'closing', trouble: { message: 'It was refused for good.' } });
    expect(await syncDueAt(id)).toEqual(inTime(1_500));
    await bench.advance(10 * minute);
    expect((await bench.read(id)).state).toBe('revoked');
    expect(notesIn(bench)).toEqual(['opened', 'ended']);
  });

  it('is not held up by the failure of the opening that it ends', async () => {
    const id = await opening();
    bench.provider.next('openAccess', { error: temporary(90_000), before: () => bench.revoke(id) });
    await bench.work();
    const grant = await bench.read(id);
    expect(grant.state).toBe('revoked');
    expect(actions(grant)).not.toContain('seen-open');
  });
});

describe('ended', () => {
  it('is verified after one and five minutes, then left alone', async () => {
    const id = await openGrant(bench, 'one');
    await bench.revoke(id);
    await bench.work();
    const before = bench.provider.calls.length;
    await bench.advance(minute);
    expect(bench.provider.calls.length - before).toBe(1);
    await bench.advance(4 * minute);
    expect(bench.provider.calls.length - before).toBe(2);
    await bench.advance(25 * hour);
    expect(bench.provider.calls.length - before).toBe(2);
    expect((await bench.read(id)).owed).toEqual([]);
    await expect(bench.grants.nextDueAt()).resolves.toBeUndefined();
  });

  it('makes a record of access that nobody here explains, once, and does not touch it', async () => {
    const id = await openGrant(bench, 'one');
    await bench.revoke(id);
    await bench.work();
    const found = open(inTime(9 * hour), 'EVERYTHING');
    bench.provider.put('t1', found);
    await bench.advance(10 * minute);
    expect(bench.provider.held('t1')).toEqual(found);
    expect((await bench.read(id)).state).toBe('revoked');
    expect(notesIn(bench)).toEqual(['opened', 'ended']);
    const [made, ...others] = await bench.grants.live('o1');
    expect(made).toMatchObject({
      state: 'active',
      wanted: { type: 'EVERYTHING' },
      found: { terms: { type: 'EVERYTHING' } },
    });
    expect(made?.requestedBy).toBeUndefined();
    expect(others).toEqual([]);
  });

  it('is read again when a verification failed', async () => {
    const id = await openGrant(bench, 'one');
    await bench.revoke(id);
    await bench.work();
    bench.provider.next('readAccess', { error: temporary() });
    await bench.advance(minute);
    expect(await syncDueAt(id)).toEqual(inTime(1_500));
    expect((await bench.read(id)).trouble).toBeUndefined();
    await bench.advance(25 * hour);
    expect((await bench.read(id)).owed).toEqual([]);
  });
});
