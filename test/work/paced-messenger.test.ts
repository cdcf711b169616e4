import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { MessengerError, type Post } from '../../src/work/messenger.ts';
import { PacedMessenger } from '../../src/work/paced-messenger.ts';
import { MemoryMessenger, tooFast } from './memory-messenger.ts';

const start = new Date('2026-03-01T12:00:00Z');
const second = 1_000;

/** Posts that are tried again whenever they are called, with what was posted when, in seconds from the start. */
function bench() {
  const clock = new ManualClock(start);
  const memory = new MemoryMessenger();
  const messenger = new PacedMessenger(memory, clock);
  const posted: [string, number][] = [];
  const waits = new Map<string, number>();
  const now = (): number => (clock.now().getTime() - start.getTime()) / second;
  const bench = {
    clock,
    memory,
    posted,
    /** By effect: how long it was told to wait, when it was last told to. */
    waits,
    async post(effectId: string, more: { urgent?: boolean; channel?: string; dueAt?: Date } = {}): Promise<void> {
      const post: Post = {
        channel: 'C1',
        message: { text: effectId, blocks: [] },
        effectId,
        dueAt: start,
        ...more,
        call: () => void bench.post(effectId, more),
      };
      try {
        await messenger.post(post);
        posted.push([effectId, now()]);
      } catch (error) {
        if (!(error instanceof MessengerError) || error.code !== 'not-its-turn') throw error;
        waits.set(effectId, error.retryAfterMs ?? Number.NaN);
      }
    },
    async pass(seconds: number): Promise<void> {
      for (let passed = 0; passed < seconds; passed++) {
        clock.tick(second);
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    },
  };
  return bench;
}

const named = (count: number, name = 'e'): string[] =>
  Array.from({ length: count }, (_, index) => `${name}${index + 1}`);

describe('posts to one channel', () => {
  it('go out at once in a quiet channel, and one a second beyond that, in order, none lost and none twice', async () => {
    const { post, posted, pass } = bench();
    for (const effectId of named(60)) await post(effectId);
    expect(posted).toHaveLength(10);
    await pass(49);
    expect(posted).toHaveLength(59);
    await pass(1);
    expect(posted.map(([effectId]) => effectId)).toEqual(named(60));
    expect(posted.slice(9).map(([, at]) => at)).toEqual(Array.from({ length: 51 }, (_, index) => index));
  });

  it('are told how long they wait, so that they are due again when they are called', async () => {
    const { post, waits } = bench();
    for (const effectId of named(13)) await post(effectId);
    expect([...waits]).toEqual([
      ['e11', 1 * second],
      ['e12', 2 * second],
      ['e13', 3 * second],
    ]);
  });

  it('asked for again before their turn keep their place', async () => {
    const { post, posted, pass } = bench();
    for (const effectId of named(13)) await post(effectId);
    await post('e11');
    await post('e13');
    await pass(3);
    expect(posted.map(([effectId]) => effectId)).toEqual(named(13));
  });

  it('that somebody must act on go first, and the rest by due time', async () => {
    const { post, posted, pass } = bench();
    for (const effectId of named(12)) await post(effectId);
    await post('urgent', { urgent: true });
    await post('overdue', { dueAt: new Date(start.getTime() - 1) });
    await pass(4);
    expect(posted.slice(10).map(([effectId]) => effectId)).toEqual(['urgent', 'overdue', 'e11', 'e12']);
  });

  it('do not hold up another channel', async () => {
    const { post, posted } = bench();
    for (const effectId of named(20)) await post(effectId);
    await post('elsewhere', { channel: 'C2' });
    expect(posted.at(-1)).toEqual(['elsewhere', 0]);
  });
});

describe('a channel that Slack says is busy', () => {
  it('is left alone for as long as Slack asks, and then gets one a second', async () => {
    const { post, posted, pass, memory } = bench();
    memory.next('post', {}, { error: tooFast(30 * second) });
    for (const effectId of named(4)) await post(effectId);
    expect(posted).toEqual([['e1', 0]]);
    await pass(29);
    expect(posted).toHaveLength(1);
    await pass(3);
    expect(posted.slice(1)).toEqual([
      ['e2', 30],
      ['e3', 31],
      ['e4', 32],
    ]);
    expect(memory.calls.filter((call) => call === 'post')).toHaveLength(5);
  });

  it('leaves every other failure to whoever posts', async () => {
    const { post, memory, posted, pass } = bench();
    memory.next('post', { error: new MessengerError('refused', 'chat.postMessage: is_archived', { effect: 'none' }) });
    await expect(post('e1')).rejects.toThrow('is_archived');
    await pass(5);
    expect(posted).toEqual([]);
  });
});
