import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  channel,
  failureOf,
  type MessengerBench,
  message,
  otherSlack,
  startMessengerBench,
} from './messenger-bench.ts';

let bench: MessengerBench;

beforeEach(async () => {
  bench = await startMessengerBench();
});

afterEach(() => bench.slack.close());

const metadataOf = (effect: string) => ({ event_type: 'portcullis_effect', event_payload: { effect } });

describe('post', () => {
  it('posts with the effect in the metadata and no unfurling', async () => {
    const posted = await bench.post('g-1:e1');
    expect(bench.slack.messages(channel)).toMatchObject([
      {
        ts: posted.ts,
        text: 'This is g-1:e1',
        metadata: { event_type: 'portcullis_effect', event_payload: { effect: 'g-1:e1' } },
      },
    ]);
    expect(posted.channel).toBe(channel);
    const [call] = bench.callsOf('chat.postMessage');
    expect([String(call?.body.unfurl_links), String(call?.body.unfurl_media)]).toEqual(['false', 'false']);
    expect(bench.slack.warnings).toEqual([]);
  });

  it('answers in a thread, and shows it in the channel only when asked to', async () => {
    const root = await bench.post('g-1:e1');
    await bench.post('g-1:e2', { threadTs: root.ts });
    await bench.post('g-1:e3', { threadTs: root.ts, broadcast: true });
    const replies = bench.slack.messages(channel).slice(1);
    expect(replies.map(({ threadTs, broadcast }) => ({ threadTs, broadcast }))).toEqual([
      { threadTs: root.ts, broadcast: false },
      { threadTs: root.ts, broadcast: true },
    ]);
  });

  it('opens the direct message of a person and says which conversation that is', async () => {
    const posted = await bench.post('g-1:e4', { channel: 'U0ROBIN' });
    expect(posted.channel).toMatch(/^D/);
    expect(bench.slack.messages('U0ROBIN')).toMatchObject([{ ts: posted.ts, channel: posted.channel }]);
  });
});

describe('update', () => {
  it('shows the new content and keeps the metadata', async () => {
    const { ts } = await bench.post('g-1:e1');
    await expect(bench.messenger.update(channel, ts, message('Changed'))).resolves.toBe('updated');
    expect(bench.slack.messages(channel)).toMatchObject([
      { text: 'Changed', metadata: { event_payload: { effect: 'g-1:e1' } } },
    ]);
  });

  it('says that a deleted message is gone', async () => {
    const { ts } = await bench.post('g-1:e1');
    await bench.slack.deleteMessage(channel, ts);
    await expect(bench.messenger.update(channel, ts, message('Changed'))).resolves.toBe('gone');
  });

  it.each(['message_not_found', 'cant_update_message'])('says that a message is gone on %s', async (error) => {
    const { ts } = await bench.post('g-1:e1');
    bench.slack.addFault({ method: 'chat.update', kind: 'error', error });
    await expect(bench.messenger.update(channel, ts, message('Changed'))).resolves.toBe('gone');
  });

  it('does not take any other refusal for a deleted message', async () => {
    const { ts } = await bench.post('g-1:e1');
    bench.slack.addFault({ method: 'chat.update', kind: 'error', error: 'edit_window_closed' });
    const failure = await failureOf(() => bench.messenger.update(channel, ts, message('Changed')));
    expect(failure).toMatchObject({ code: 'refused', message: 'chat.update: edit_window_closed' });
  });
});

describe('find', () => {
  it('finds a post whose answer was lost', async () => {
    bench.slack.addFault({ method: 'chat.postMessage', kind: 'cut-after', times: 1 });
    expect(await failureOf(() => bench.post('g-1:e1'))).toMatchObject({ code: 'connection', effect: 'unknown' });
    const [lost] = bench.slack.messages(channel);
    await expect(bench.messenger.find({ channel, effectId: 'g-1:e1' })).resolves.toEqual({ ts: lost?.ts });
  });

  it('finds nothing where nothing was posted', async () => {
    await bench.post('g-1:e1');
    await expect(bench.messenger.find({ channel, effectId: 'g-1:e2' })).resolves.toBeUndefined();
    await expect(bench.messenger.find({ channel, effectId: 'g-1:e' })).resolves.toBeUndefined();
  });

  it('finds the oldest of several', async () => {
    const first = await bench.post('g-1:e1');
    await bench.post('g-1:e1');
    await expect(bench.messenger.find({ channel, effectId: 'g-1:e1' })).resolves.toEqual({ ts: first.ts });
  });

  it('looks no further back than it is told', async () => {
    const first = await bench.post('g-1:e1');
    const second = await bench.post('g-1:e1');
    const third = await bench.post('g-1:e2');
    const search = { channel, effectId: 'g-1:e1' };
    await expect(bench.messenger.find({ ...search, oldestTs: first.ts })).resolves.toEqual({ ts: first.ts });
    await expect(bench.messenger.find({ ...search, oldestTs: second.ts })).resolves.toEqual({ ts: second.ts });
    await expect(bench.messenger.find({ ...search, oldestTs: third.ts })).resolves.toBeUndefined();
  });

  it('looks in the thread it is given and nowhere else', async () => {
    const root = await bench.post('g-1:e1');
    const other = await bench.post('g-2:e1');
    const reply = await bench.post('g-1:e2', { threadTs: root.ts });
    const search = { channel, effectId: 'g-1:e2', oldestTs: root.ts };
    await expect(bench.messenger.find({ ...search, threadTs: root.ts })).resolves.toEqual({ ts: reply.ts });
    await expect(bench.messenger.find({ ...search, threadTs: other.ts })).resolves.toBeUndefined();
    await expect(bench.messenger.find({ ...search, threadTs: undefined })).resolves.toBeUndefined();
  });

  it('finds the direct message to a person', async () => {
    const posted = await bench.post('g-1:e4', { channel: 'U0ROBIN' });
    await expect(bench.messenger.find({ channel: 'U0ROBIN', effectId: 'g-1:e4' })).resolves.toEqual({ ts: posted.ts });
    await expect(bench.messenger.find({ channel: 'U0ALEX', effectId: 'g-1:e4' })).resolves.toBeUndefined();
  });

  it('reads a bounded number of the newest messages of a channel', async () => {
    const lost = await bench.post('g-1:e1');
    for (let count = 0; count < 199; count += 1) await bench.post('g-2:e1');
    await expect(bench.messenger.find({ channel, effectId: 'g-1:e1' })).resolves.toEqual({ ts: lost.ts });
    await bench.post('g-2:e1');
    await expect(bench.messenger.find({ channel, effectId: 'g-1:e1' })).resolves.toBeUndefined();
    expect(bench.callsOf('conversations.history')).toHaveLength(2);
  });

  it('reads a long thread page by page', async () => {
    const root = await bench.post('g-1:e1');
    for (let count = 0; count < 250; count += 1) await bench.post('g-1:e2', { threadTs: root.ts });
    const last = await bench.post('g-1:e3', { threadTs: root.ts });
    const found = await bench.messenger.find({ channel, effectId: 'g-1:e3', threadTs: root.ts, oldestTs: root.ts });
    expect(found).toEqual({ ts: last.ts });
    expect(bench.callsOf('conversations.replies')).toHaveLength(2);
  });

  it('leaves out what carries the same metadata and is not the own post', async () => {
    const elsewhere = await otherSlack({
      'auth.test': { ok: true, bot_id: 'B0OURS' },
      'conversations.history': {
        ok: true,
        messages: [
          { ts: '1700000003.000000', bot_id: 'B0OTHER', metadata: metadataOf('g-1:e1') },
          { ts: '1700000002.000000', user: 'U0ALEX', text: 'g-1:e1' },
          { ts: '1700000001.000000', bot_id: 'B0OURS', metadata: { ...metadataOf('g-1:e1'), event_type: 'other' } },
        ],
      },
    });
    try {
      const search = { channel, effectId: 'g-1:e1' };
      await expect(bench.messengerOf({ apiUrl: elsewhere.url }).find(search)).resolves.toBeUndefined();
    } finally {
      elsewhere.close();
    }
  });

  it('says that a search failed instead of that nothing was found', async () => {
    bench.slack.addFault({ method: 'conversations.history', kind: 'cut-before' });
    const failure = await failureOf(() => bench.messenger.find({ channel, effectId: 'g-1:e1' }));
    expect(failure).toMatchObject({ code: 'connection', effect: 'none' });
  });
});

describe('permalink', () => {
  it('links to the message', async () => {
    const { ts } = await bench.post('g-1:e1');
    expect(await bench.messenger.permalink(channel, ts)).toContain(`/archives/${channel}/p${ts.replace('.', '')}`);
  });
});

describe('isInChannel', () => {
  it('tells members from others', async () => {
    await expect(bench.messenger.isInChannel(channel, 'U0ALEX')).resolves.toBe(true);
    await expect(bench.messenger.isInChannel(channel, 'U0ROBIN')).resolves.toBe(false);
  });

  it('reads on until it finds somebody, and stops after 5,000 members', async () => {
    const many = Array.from({ length: 6_000 }, (_, index) => `U${index}`);
    bench.slack.state.directory.setChannel(channel, { members: many });
    await expect(bench.messenger.isInChannel(channel, 'U1200')).resolves.toBe(true);
    expect(bench.callsOf('conversations.members')).toHaveLength(2);
    await expect(bench.messenger.isInChannel(channel, 'U5999')).resolves.toBe(false);
    expect(bench.callsOf('conversations.members')).toHaveLength(2 + 6);
  });
});

it('writes neither messages nor the token to the log', async () => {
  await bench.post('g-1:e1');
  bench.slack.addFault({ method: 'chat.postMessage', kind: 'error', error: 'not_in_channel' });
  bench.slack.addFault({ method: 'chat.update', kind: 'cut-before' });
  await failureOf(() => bench.post('g-1:e2'));
  await failureOf(() => bench.messenger.update(channel, '1.0', message('This is new')));
  expect(bench.lines.join('')).toContain('http request failed');
  expect(bench.lines.join('')).not.toMatch(/This is|xoxb/);
});

it('does not sleep through a rate limit, and is free for the next call', async () => {
  bench.slack.addFault({ method: 'chat.postMessage', kind: 'rate-limited', retryAfterSeconds: 3_600, times: 1 });
  expect(await failureOf(() => bench.post('g-1:e1'))).toMatchObject({ retryAfterMs: 3_600_000 });
  await expect(bench.post('g-1:e1')).resolves.toMatchObject({ channel });
});
