import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { activityRead, openWindow, type StaffEvent } from '../../src/grants/activity.ts';
import { deny, silenceReminders } from '../../src/grants/decide.ts';
import { deferred } from './deferred.ts';
import {
  type Bench,
  channelId,
  hour,
  minute,
  notesIn,
  openGrant,
  owner,
  requester,
  startBench,
} from './grant-bench.ts';
import { noAnswer, notInChannel, tooFast } from './memory-messenger.ts';
import { temporary } from './memory-provider.ts';

let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
  bench.messenger.members.add(requester.slackId);
});

afterEach(() => bench.close());

const inTime = (ms: number): Date => new Date(bench.clock.now().getTime() + ms);
const day = 24 * hour;
const decision = (operationId: string) => ({
  actor: owner,
  operationId,
  basis: 'fresh' as const,
  now: bench.clock.now(),
});
const denyIt = (id: string) => bench.transition(id, (grant) => deny(grant, decision(`deny ${id}`), 'Not now'));
const many = <T>(count: number, step: T): T[] => Array.from({ length: count }, () => step);
const callsOf = (name: string) => bench.messenger.calls.filter((call) => call === name).length;
const renderDueAt = async (id: string) => (await bench.read(id)).owed.find(({ kind }) => kind === 'render')?.dueAt;

describe('the message', () => {
  it('is posted with its effect and remembered', async () => {
    const id = await bench.request('one');
    await bench.work();
    const [message] = bench.messenger.messages;
    expect(message).toMatchObject({ channel: channelId, effectId: `${id}:e1` });
    expect(message?.threadTs).toBeUndefined();
    expect((await bench.read(id)).message).toEqual({
      channel: channelId,
      ts: message?.ts,
      renderedVersion: 1,
      permalink: `https://slack.example/${channelId}/${message?.ts}`,
    });
  });

  it('does not depend on its permalink', async () => {
    const id = await bench.request('one');
    bench.messenger.next('permalink', { error: noAnswer() });
    await bench.work();
    expect(await bench.read(id)).toMatchObject({ message: { renderedVersion: 1 } });
    expect(callsOf('post')).toBe(1);
  });

  it('is rendered once for all changes that came before', async () => {
    const id = await bench.request('one');
    await bench.work();
    await bench.approve(id);
    await bench.revoke(id);
    await bench.work();
    const grant = await bench.read(id);
    expect(bench.messenger.messages[0]?.text).toBe(`revoked ${grant.version}`);
    expect(grant.message?.renderedVersion).toBe(grant.version);
    expect(callsOf('post') - notesIn(bench).length).toBe(1);
    expect(callsOf('update')).toBeLessThanOrEqual(2);
  });

  it('is brought up to date when the record changes while it is sent', async () => {
    const id = await bench.request('one');
    bench.messenger.next('post', { before: () => denyIt(id) });
    await bench.work();
    expect(bench.messenger.texts(channelId)).toEqual(['denied 2', '  denied @']);
    expect((await bench.read(id)).message?.renderedVersion).toBe(2);
  });

  it('is posted again with a thread of its own when somebody deleted it', async () => {
    const id = await openGrant(bench, 'one');
    const first = bench.messenger.messages[0];
    bench.messenger.delete(first?.ts ?? '');
    await bench.revoke(id);
    await bench.work();
    const grant = await bench.read(id);
    expect(grant.message?.ts).not.toBe(first?.ts);
    const roots = bench.messenger.messages.filter(({ threadTs }) => threadTs === undefined);
    expect(roots.map(({ ts, text }) => ({ ts, text }))).toEqual([
      { ts: grant.message?.ts, text: `revoked ${grant.version}` },
    ]);
    expect(bench.messenger.messages.at(-1)).toMatchObject({ text: 'ended @', threadTs: grant.message?.ts });
  });

  it('is posted once by two processes on one database', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, (_, index) => bench.request(`r${index}`, `t${index}`)));
    const other = bench.startWorker();
    await Promise.all([bench.worker.sweep(), other.sweep(), ...ids.map((id) => other.kick(id))]);
    await Promise.all([bench.worker.idle(), other.idle()]);
    expect(bench.messenger.messages.map(({ effectId }) => effectId).toSorted()).toEqual(
      ids.map((id) => `${id}:e1`).toSorted(),
    );
  });

  it('does not wait for the provider, nor the provider for it', async () => {
    bench.messenger.next('post', ...many(3, { error: notInChannel() }));
    const id = await bench.request('one');
    await bench.approve(id);
    await bench.work();
    expect((await bench.read(id)).state).toBe('active');
    expect(bench.messenger.messages).toEqual([]);
  });
});

describe('an attempt that failed', () => {
  it('is made again with growing delays, and says in the log what to mend', async () => {
    const id = await bench.request('one');
    bench.messenger.next('post', ...many(3, { error: notInChannel() }));
    const delays: number[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await bench.work();
      delays.push(((await renderDueAt(id))?.getTime() ?? 0) - bench.clock.now().getTime());
      bench.clock.tick(delays.at(-1) ?? 0);
    }
    await bench.work();
    expect(delays).toEqual([750, 1_500, 3_000]);
    expect(bench.messenger.texts(channelId)).toEqual(['requested 1']);
    expect(bench.lines.filter((line) => line.includes('/invite @Portcullis'))).toHaveLength(3);
  });

  it('waits as long as Slack asks', async () => {
    const id = await bench.request('one');
    bench.messenger.next('post', { error: tooFast(42_000) });
    await bench.work();
    expect(await renderDueAt(id)).toEqual(inTime(42_000));
  });

  it('looks for its post before it posts again, and adopts what it finds', async () => {
    const id = await bench.request('one');
    bench.messenger.next('post', { error: noAnswer(), lands: true });
    // As long as a lease Slack may still carry it out: a search before that could miss it, and a post would double it.
    await bench.advance(29_000);
    expect(bench.messenger.calls).toEqual(['post']);
    await bench.advance(1_000);
    expect(bench.messenger.calls.slice(0, 2)).toEqual(['post', 'find']);
    expect(bench.messenger.messages).toHaveLength(1);
    expect((await bench.read(id)).message?.ts).toBe(bench.messenger.messages[0]?.ts);
  });

  it('posts again when the search finds nothing', async () => {
    await bench.request('one');
    bench.messenger.next('post', { error: noAnswer() });
    await bench.advance(30_000);
    expect(bench.messenger.calls.slice(0, 3)).toEqual(['post', 'find', 'post']);
    expect(bench.messenger.messages).toHaveLength(1);
  });

  it('does not post while the search fails', async () => {
    await bench.request('one');
    bench.messenger.next('post', { error: noAnswer(), lands: true });
    bench.messenger.next('find', ...many(3, { error: tooFast(5_000) }));
    await bench.advance(44_000);
    expect(callsOf('post')).toBe(1);
    await bench.advance(minute);
    expect(callsOf('post')).toBe(1);
    expect(bench.messenger.messages).toHaveLength(1);
  });

  it('does not search the first time', async () => {
    const id = await bench.request('one');
    await denyIt(id);
    await bench.work();
    expect(callsOf('find')).toBe(0);
  });

  it('searches the thread for a note', async () => {
    const id = await bench.request('one');
    await bench.work();
    bench.messenger.next('post', { error: noAnswer(), lands: true });
    await denyIt(id);
    await bench.advance(30_000);
    expect(notesIn(bench)).toEqual(['denied']);
    expect(callsOf('find')).toBe(1);
    expect((await bench.read(id)).owed.filter(({ kind }) => kind === 'note')).toEqual([]);
  });

  it('renders once more a minute after an attempt without an answer, which may have landed late', async () => {
    const id = await bench.request('one');
    await bench.work();
    bench.messenger.next('update', { error: noAnswer() });
    await denyIt(id);
    await bench.advance(2_000);
    const { version } = await bench.read(id);
    expect(bench.messenger.messages[0]?.text).toBe(`denied ${version}`);
    // The lost attempt lands now, with what it carried.
    const [root] = bench.messenger.messages;
    if (root !== undefined) root.text = 'something older';
    await bench.advance(minute);
    expect(bench.messenger.messages[0]?.text).toBe(`denied ${version}`);
    expect((await bench.read(id)).owed).toEqual([]);
  });

  it('is known to whoever goes on after its process died', async () => {
    const id = await bench.request('one');
    const posted = deferred();
    const never = deferred();
    bench.messenger.next('permalink', {
      before: () => {
        posted.resolve();
        return never.promise;
      },
    });
    void bench.startWorker().kick(id);
    await posted.promise;
    // What the process does beside it is done by then: it is dead for all that the others can see.
    await expect.poll(async () => (await bench.read(id)).owed.some(({ kind }) => kind === 'ledger')).toBe(false);
    bench.clock.tick(30_000);
    await bench.work();
    expect(bench.messenger.messages).toHaveLength(1);
    expect((await bench.read(id)).message?.ts).toBe(bench.messenger.messages[0]?.ts);
  });

  it('posts nothing once its lease is lost', async () => {
    const id = await bench.request('one');
    bench.messenger.next('post', { error: noAnswer() });
    await bench.work();
    bench.clock.tick(minute);
    const searching = deferred();
    const goOn = deferred();
    bench.messenger.next('find', {
      before: () => {
        searching.resolve();
        return goOn.promise;
      },
    });
    const slow = bench.startWorker().kick(id);
    await searching.promise;
    bench.clock.tick(30_000);
    await bench.work();
    goOn.resolve();
    await slow;
    expect(bench.messenger.texts(channelId)).toEqual(['requested 1']);
  });

  it('that nobody expected is tried again too', async () => {
    const id = await bench.request('one');
    bench.messenger.next('post', { before: () => Promise.reject(new TypeError('A defect')) });
    await bench.work();
    expect(await renderDueAt(id)).toEqual(inTime(3_750));
    await bench.advance(3_750);
    expect(bench.messenger.texts(channelId)).toEqual(['requested 1']);
  });
});

describe('notes', () => {
  it('come after the message, however long that takes, and in order', async () => {
    bench.messenger.next('post', ...many(3, { error: notInChannel() }));
    const id = await bench.request('one');
    await bench.approve(id);
    await bench.work();
    await bench.revoke(id);
    await bench.work();
    expect(bench.messenger.messages).toEqual([]);
    await bench.advance(minute);
    expect(bench.messenger.texts(channelId).map((text) => text.split(' ').at(-1))).toEqual([
      expect.stringMatching(/^\d+$/),
      '@',
      '@',
    ]);
    expect(notesIn(bench)).toEqual(['opened', 'ended']);
  });

  it('wait for a note before them that failed', async () => {
    const id = await bench.request('one');
    await bench.work();
    bench.messenger.next('post', { error: tooFast(10_000) });
    await bench.approve(id);
    await bench.work();
    await bench.revoke(id);
    await bench.advance(10_000 - 1);
    expect(notesIn(bench)).toEqual([]);
    await bench.advance(1);
    expect(notesIn(bench)).toEqual(['opened', 'ended']);
    expect(callsOf('post')).toBe(4);
  });

  it('do not wait while the message only cannot be updated', async () => {
    const id = await openGrant(bench, 'one');
    bench.messenger.next('update', ...many(50, { error: notInChannel() }));
    await bench.revoke(id);
    await bench.advance(minute);
    expect(notesIn(bench)).toEqual(['opened', 'ended']);
  });

  it('are shown in the channel too when they are meant to', async () => {
    const id = await bench.request('one');
    bench.provider.next('openAccess', { lands: false }, ...many(200, { lands: false }));
    await bench.approve(id);
    await bench.advance(16 * minute);
    expect(bench.messenger.messages.map(({ text, broadcast }) => [text, broadcast])).toContainEqual(['failed @', true]);
  });

  it('mention whoever asked, when they are in the channel', async () => {
    await openGrant(bench, 'one');
    expect(bench.messenger.texts(channelId).at(-1)).toBe('  opened @');
    expect(bench.messenger.texts(requester.slackId)).toEqual([]);
  });

  it('go to whoever asked as a direct message when they are not', async () => {
    bench.messenger.members.clear();
    await openGrant(bench, 'one');
    expect(bench.messenger.texts(channelId).at(-1)).toBe('  opened');
    expect(bench.messenger.texts(requester.slackId)).toEqual(['opened']);
  });

  it('do not wait for a direct message that fails', async () => {
    bench.messenger.members.clear();
    const id = await openGrant(bench, 'one');
    bench.messenger.next('post', {}, ...many(1, { error: notInChannel() }));
    await bench.revoke(id);
    await bench.work();
    expect(notesIn(bench)).toEqual(['opened', 'ended']);
    expect(bench.messenger.texts(requester.slackId)).toEqual(['opened']);
    await bench.advance(5_000);
    expect(bench.messenger.texts(requester.slackId)).toEqual(['opened', 'ended']);
  });

  it('remind in time, unless reminders were silenced', async () => {
    const id = await openGrant(bench, 'one', 't1', 2 * hour);
    await openGrant(bench, 'two', 't2', 2 * hour);
    await bench.transition(id, (grant) => silenceReminders(grant, decision('silence')));
    await bench.advance(90 * minute - 1);
    expect(notesIn(bench)).toEqual(['opened', 'opened']);
    await bench.advance(1);
    expect(notesIn(bench)).toEqual(['opened', 'opened', 'reminder']);
  });

  it('that no longer make sense are not posted', async () => {
    const asked = await bench.request('one', 't1');
    const opened = await openGrant(bench, 'two', 't2', 2 * hour);
    await bench.advance(hour - minute);
    expect(notesIn(bench)).toEqual(['opened']);
    // Slack takes nothing while the nudge and the reminder come due; meanwhile both have become pointless.
    bench.messenger.next('post', ...many(3, { error: tooFast(35 * minute) }));
    await bench.advance(32 * minute);
    await denyIt(asked);
    await bench.revoke(opened);
    await bench.advance(2 * hour);
    expect(notesIn(bench).toSorted()).toEqual(['denied', 'ended', 'opened']);
  });
});

describe('the note about the end', () => {
  const event = (): StaffEvent => ({ id: 'e1', at: bench.clock.now(), type: 'T', on: 'target' });
  const brought = async (id: string) => {
    const { receipt } = await bench.read(id);
    return vi.mocked(bench.messenger.update).mock.calls.filter(([, ts]) => ts === receipt?.ts).length;
  };

  beforeEach(() => {
    vi.spyOn(bench.messenger, 'update');
    bench.provider.recorded = temporary();
  });

  it('is brought up to date at once with what was read while it was posted', async () => {
    const id = await openGrant(bench, 'one');
    await bench.revoke(id);
    const reading = (): Promise<void> =>
      bench.transition(id, (grant) => {
        const window = openWindow(grant);
        if (window === undefined) throw new Error('It was never open');
        return { ok: true, doc: activityRead(grant, window, [event()], bench.clock.now()) };
      });
    bench.messenger.next('post', { before: reading });
    await bench.work();
    expect(notesIn(bench).at(-1)).toBe('ended');
    expect(await brought(id)).toBe(1);
  });

  it('is brought up to date where an attempt that got no answer had posted it before that was read', async () => {
    const id = await openGrant(bench, 'one');
    await bench.revoke(id);
    bench.messenger.next('post', { error: noAnswer(), lands: true });
    await bench.work();
    bench.provider.recorded = [event()];
    await bench.advance(minute);
    expect(await bench.read(id)).toMatchObject({ activity: { events: [{ id: 'e1' }] } });
    expect(notesIn(bench).filter((note) => note === 'ended')).toHaveLength(1);
    expect(await brought(id)).toBe(1);
  });
});

describe('giving up', () => {
  const forEver = 1_000;

  it('comes after a day of failures, is logged, and leaves nothing behind', async () => {
    bench.messenger.next('post', ...many(forEver, { error: notInChannel() }));
    const id = await bench.request('one');
    await bench.work();
    await denyIt(id);
    await bench.advance(day - minute);
    expect((await bench.read(id)).owed.map(({ kind }) => kind).toSorted()).toEqual(['note', 'render']);
    await bench.advance(10 * minute);
    expect((await bench.read(id)).owed).toEqual([]);
    await expect(bench.grants.nextDueAt()).resolves.toBeUndefined();
    expect(bench.lines.filter((line) => line.includes('given up'))).toHaveLength(1);
  });

  it('lets the next note have its turn', async () => {
    bench.messenger.refuses = ({ message }) => (message.text.startsWith('opened') ? notInChannel() : undefined);
    const id = await openGrant(bench, 'one', 't1', 2 * day);
    await bench.revoke(id);
    await bench.advance(day - minute);
    expect(notesIn(bench)).toEqual([]);
    await bench.advance(10 * minute);
    expect(notesIn(bench)).toEqual(['ended']);
    expect((await bench.read(id)).owed).toEqual([]);
  });
});
