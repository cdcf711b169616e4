import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebAPIRequestError } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../src/log.ts';
import type { Fault } from '../../src/sandbox/slack/faults.ts';
import { type SlackServer, startSlack } from '../../src/sandbox/slack/server.ts';
import { messengerError } from '../../src/slack/messenger-errors.ts';
import { createWebMessenger, type WebMessengerOptions } from '../../src/slack/web-messenger.ts';
import { type Messenger, MessengerError } from '../../src/work/messenger.ts';

const token = 'xoxb-test-token';
const channel = 'C0ACCESS';
const scopes = [
  'chat:write',
  'channels:read',
  'channels:history',
  'groups:read',
  'groups:history',
  'im:read',
  'im:history',
  'im:write',
];
const message = (text: string) => ({ text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] });

let slack: SlackServer;
let messenger: Messenger;
let lines: string[];

const log = () => createLogger({ level: 'trace', destination: { write: (line) => lines.push(line) } });

const messengerOf = (options: Partial<WebMessengerOptions> = {}) =>
  createWebMessenger({ token, apiUrl: slack.url, log: log(), ...options });

beforeEach(async () => {
  slack = await startSlack({
    seed: {
      signingSecret: 'a-signing-secret',
      bot: { userId: 'U0BOT', token, scopes, appId: 'A0PORTCULLIS' },
      users: [
        { id: 'U0ALEX', name: 'alex', realName: 'Alex' },
        { id: 'U0ROBIN', name: 'robin', realName: 'Robin' },
      ],
      channels: [
        { id: channel, name: 'access', members: ['U0ALEX'], botIsMember: true },
        { id: 'C0OTHER', name: 'other', members: ['U0ALEX'], botIsMember: false },
        { id: 'G0SECRET', name: 'secret', isPrivate: true, members: ['U0ALEX'], botIsMember: false },
      ],
    },
  });
  lines = [];
  messenger = messengerOf();
});

afterEach(() => slack.close());

const post = (effectId: string, more: { threadTs?: string; broadcast?: boolean; channel?: string } = {}) =>
  messenger.post({ channel, message: message(`This is ${effectId}`), effectId, ...more });

const callsOf = (method: string) => slack.calls.filter((call) => call.method === method);

async function failureOf(run: () => Promise<unknown>): Promise<MessengerError> {
  try {
    await run();
  } catch (error) {
    expect(error).toBeInstanceOf(MessengerError);
    return error as MessengerError;
  }
  throw new Error('Nothing was thrown');
}

describe('post', () => {
  it('posts with the effect in the metadata and no unfurling', async () => {
    const posted = await post('g-1:e1');
    expect(slack.messages(channel)).toMatchObject([
      {
        ts: posted.ts,
        text: 'This is g-1:e1',
        metadata: { event_type: 'portcullis_effect', event_payload: { effect: 'g-1:e1' } },
      },
    ]);
    expect(posted.channel).toBe(channel);
    const [call] = callsOf('chat.postMessage');
    expect([String(call?.body.unfurl_links), String(call?.body.unfurl_media)]).toEqual(['false', 'false']);
    expect(slack.warnings).toEqual([]);
  });

  it('answers in a thread, and shows it in the channel only when asked to', async () => {
    const root = await post('g-1:e1');
    await post('g-1:e2', { threadTs: root.ts });
    await post('g-1:e3', { threadTs: root.ts, broadcast: true });
    const replies = slack.messages(channel).slice(1);
    expect(replies.map(({ threadTs, broadcast }) => ({ threadTs, broadcast }))).toEqual([
      { threadTs: root.ts, broadcast: false },
      { threadTs: root.ts, broadcast: true },
    ]);
  });

  it('opens the direct message of a person and says which conversation that is', async () => {
    const posted = await post('g-1:e4', { channel: 'U0ROBIN' });
    expect(posted.channel).toMatch(/^D/);
    expect(slack.messages('U0ROBIN')).toMatchObject([{ ts: posted.ts, channel: posted.channel }]);
  });
});

describe('update', () => {
  it('shows the new content and keeps the metadata', async () => {
    const { ts } = await post('g-1:e1');
    await expect(messenger.update(channel, ts, message('Changed'))).resolves.toBe('updated');
    expect(slack.messages(channel)).toMatchObject([
      { text: 'Changed', metadata: { event_payload: { effect: 'g-1:e1' } } },
    ]);
  });

  it('says that a deleted message is gone', async () => {
    const { ts } = await post('g-1:e1');
    await slack.deleteMessage(channel, ts);
    await expect(messenger.update(channel, ts, message('Changed'))).resolves.toBe('gone');
  });

  it.each(['message_not_found', 'cant_update_message'])('says that a message is gone on %s', async (error) => {
    const { ts } = await post('g-1:e1');
    slack.addFault({ method: 'chat.update', kind: 'error', error });
    await expect(messenger.update(channel, ts, message('Changed'))).resolves.toBe('gone');
  });

  it('does not take any other refusal for a deleted message', async () => {
    const { ts } = await post('g-1:e1');
    slack.addFault({ method: 'chat.update', kind: 'error', error: 'edit_window_closed' });
    const failure = await failureOf(() => messenger.update(channel, ts, message('Changed')));
    expect(failure).toMatchObject({ code: 'refused', message: 'chat.update: edit_window_closed' });
  });
});

describe('find', () => {
  it('finds a post whose answer was lost', async () => {
    slack.addFault({ method: 'chat.postMessage', kind: 'cut-after', times: 1 });
    expect(await failureOf(() => post('g-1:e1'))).toMatchObject({ code: 'connection', effect: 'unknown' });
    const [lost] = slack.messages(channel);
    await expect(messenger.find({ channel, effectId: 'g-1:e1' })).resolves.toEqual({ ts: lost?.ts });
  });

  it('finds nothing where nothing was posted', async () => {
    await post('g-1:e1');
    await expect(messenger.find({ channel, effectId: 'g-1:e2' })).resolves.toBeUndefined();
    await expect(messenger.find({ channel, effectId: 'g-1:e' })).resolves.toBeUndefined();
  });

  it('finds the oldest of several', async () => {
    const first = await post('g-1:e1');
    await post('g-1:e1');
    await expect(messenger.find({ channel, effectId: 'g-1:e1' })).resolves.toEqual({ ts: first.ts });
  });

  it('looks no further back than it is told', async () => {
    const first = await post('g-1:e1');
    const second = await post('g-1:e1');
    const third = await post('g-1:e2');
    const search = { channel, effectId: 'g-1:e1' };
    await expect(messenger.find({ ...search, oldestTs: first.ts })).resolves.toEqual({ ts: first.ts });
    await expect(messenger.find({ ...search, oldestTs: second.ts })).resolves.toEqual({ ts: second.ts });
    await expect(messenger.find({ ...search, oldestTs: third.ts })).resolves.toBeUndefined();
  });

  it('looks in the thread it is given and nowhere else', async () => {
    const root = await post('g-1:e1');
    const other = await post('g-2:e1');
    const reply = await post('g-1:e2', { threadTs: root.ts });
    const search = { channel, effectId: 'g-1:e2', oldestTs: root.ts };
    await expect(messenger.find({ ...search, threadTs: root.ts })).resolves.toEqual({ ts: reply.ts });
    await expect(messenger.find({ ...search, threadTs: other.ts })).resolves.toBeUndefined();
    await expect(messenger.find({ ...search, threadTs: undefined })).resolves.toBeUndefined();
  });

  it('finds the direct message to a person', async () => {
    const posted = await post('g-1:e4', { channel: 'U0ROBIN' });
    await expect(messenger.find({ channel: 'U0ROBIN', effectId: 'g-1:e4' })).resolves.toEqual({ ts: posted.ts });
    await expect(messenger.find({ channel: 'U0ALEX', effectId: 'g-1:e4' })).resolves.toBeUndefined();
  });

  it('reads a bounded number of the newest messages of a channel', async () => {
    const lost = await post('g-1:e1');
    for (let count = 0; count < 199; count += 1) await post('g-2:e1');
    await expect(messenger.find({ channel, effectId: 'g-1:e1' })).resolves.toEqual({ ts: lost.ts });
    await post('g-2:e1');
    await expect(messenger.find({ channel, effectId: 'g-1:e1' })).resolves.toBeUndefined();
    expect(callsOf('conversations.history')).toHaveLength(2);
  });

  it('reads a long thread page by page', async () => {
    const root = await post('g-1:e1');
    for (let count = 0; count < 250; count += 1) await post('g-1:e2', { threadTs: root.ts });
    const last = await post('g-1:e3', { threadTs: root.ts });
    const found = await messenger.find({ channel, effectId: 'g-1:e3', threadTs: root.ts, oldestTs: root.ts });
    expect(found).toEqual({ ts: last.ts });
    expect(callsOf('conversations.replies')).toHaveLength(2);
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
      await expect(messengerOf({ apiUrl: elsewhere.url }).find(search)).resolves.toBeUndefined();
    } finally {
      elsewhere.close();
    }
  });

  it('says that a search failed instead of that nothing was found', async () => {
    slack.addFault({ method: 'conversations.history', kind: 'cut-before' });
    const failure = await failureOf(() => messenger.find({ channel, effectId: 'g-1:e1' }));
    expect(failure).toMatchObject({ code: 'connection', effect: 'none' });
  });
});

const metadataOf = (effect: string) => ({ event_type: 'portcullis_effect', event_payload: { effect } });

/** Something at Slack's address that answers each method always the same. */
async function otherSlack(answers: Record<string, unknown>, raw?: { status: number; body: string; cut?: true }) {
  const server: Server = createServer((request, response) => {
    request.resume();
    const method = request.url?.split('/').at(-1) ?? '';
    response.writeHead(raw?.status ?? 200, { 'content-type': 'application/json' });
    if (raw?.cut) {
      response.write(raw.body, () => response.destroy());
      return;
    }
    response.end(raw?.body ?? JSON.stringify(answers[method] ?? { ok: false, error: 'unknown_method' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/api/`, close: () => server.close() };
}

describe('permalink', () => {
  it('links to the message', async () => {
    const { ts } = await post('g-1:e1');
    expect(await messenger.permalink(channel, ts)).toContain(`/archives/${channel}/p${ts.replace('.', '')}`);
  });
});

describe('isInChannel', () => {
  it('tells members from others', async () => {
    await expect(messenger.isInChannel(channel, 'U0ALEX')).resolves.toBe(true);
    await expect(messenger.isInChannel(channel, 'U0ROBIN')).resolves.toBe(false);
  });

  it('reads on until it finds somebody, and stops after 5,000 members', async () => {
    const many = Array.from({ length: 6_000 }, (_, index) => `U${index}`);
    slack.state.directory.setChannel(channel, { members: many });
    await expect(messenger.isInChannel(channel, 'U1200')).resolves.toBe(true);
    expect(callsOf('conversations.members')).toHaveLength(2);
    await expect(messenger.isInChannel(channel, 'U5999')).resolves.toBe(false);
    expect(callsOf('conversations.members')).toHaveLength(2 + 6);
  });
});

describe('errors', () => {
  const refusals: [string, RegExp][] = [
    ['not_in_channel', /\/invite @Portcullis/],
    ['channel_not_found', /SLACK_CHANNEL_ID/],
    ['is_archived', /unarchive/],
    ['is_inactive', /unarchive/],
    ['invalid_auth', /SLACK_BOT_TOKEN/],
    ['not_authed', /SLACK_BOT_TOKEN/],
    ['account_inactive', /SLACK_BOT_TOKEN/],
    ['token_revoked', /SLACK_BOT_TOKEN/],
    ['token_expired', /SLACK_BOT_TOKEN/],
    ['restricted_action', /posting permissions/],
    ['restricted_action_read_only_channel', /posting permissions/],
    ['user_not_found', /no such person/],
    ['messages_tab_disabled', /App Home/],
    ['invalid_blocks', /maintains Portcullis/],
    ['msg_too_long', /maintains Portcullis/],
    ['some_new_error', /some_new_error/],
  ];
  it.each(refusals)('names what to mend on %s', async (error, hint) => {
    slack.addFault({ method: 'chat.postMessage', kind: 'error', error });
    const failure = await failureOf(() => post('g-1:e1'));
    expect(failure).toMatchObject({ code: 'refused', effect: 'none', message: `chat.postMessage: ${error}` });
    expect(failure.hint).toMatch(hint);
    expect(callsOf('chat.postMessage')).toHaveLength(1);
  });

  it('names the scope that is missing', async () => {
    await slack.setScopes(scopes.filter((scope) => scope !== 'chat:write'));
    const failure = await failureOf(() => post('g-1:e1'));
    expect(failure).toMatchObject({ code: 'refused', effect: 'none', message: 'chat.postMessage: missing_scope' });
    expect(failure.hint).toContain('the scope chat:write ');
  });

  it('tells a wrong token, a bot that was not invited, and an archived channel, as Slack answers them', async () => {
    const refused = async (run: () => Promise<unknown>) => (await failureOf(run)).message;
    const wrongToken = messengerOf({ token: 'xoxb-other' });
    expect(await refused(() => wrongToken.permalink(channel, '1.0'))).toBe('chat.getPermalink: invalid_auth');
    expect(await refused(() => post('g-1:e1', { channel: 'C0OTHER' }))).toBe('chat.postMessage: not_in_channel');
    expect(await refused(() => post('g-1:e1', { channel: 'G0SECRET' }))).toBe('chat.postMessage: channel_not_found');
    slack.archiveChannel(channel);
    expect(await refused(() => post('g-1:e1'))).toBe('chat.postMessage: is_archived');
  });

  it("carries Slack's own words about blocks that it does not take", async () => {
    const odd = { text: 'Odd', blocks: [{ type: 'no-such-block' }] };
    const failure = await failureOf(() => messenger.post({ channel, message: odd, effectId: 'g-1:e1' }));
    expect(failure.message).toMatch(/^chat\.postMessage: invalid_blocks \[ERROR\] ./);
  });

  type Row = readonly [string, DistributiveOmit<Fault, 'method'>, object];
  const failures: Row[] = [
    [
      'a rate limit',
      { kind: 'rate-limited', retryAfterSeconds: 7 },
      { code: 'rate-limited', effect: 'none', retryAfterMs: 7_000 },
    ],
    [
      'a rate limit of this channel',
      { kind: 'error', error: 'rate_limited' },
      { code: 'rate-limited', effect: 'none', retryAfterMs: undefined },
    ],
    ['a broken gateway', { kind: 'http-status', status: 503 }, { code: 'unavailable', effect: 'unknown' }],
    ['a proxy that refuses', { kind: 'http-status', status: 403 }, { code: 'unavailable', effect: 'none' }],
    ['an error within Slack', { kind: 'error', error: 'internal_error' }, { code: 'unavailable', effect: 'unknown' }],
    ['a catastrophe in Slack', { kind: 'error', error: 'fatal_error' }, { code: 'unavailable', effect: 'unknown' }],
    ['a pause of Slack', { kind: 'error', error: 'service_unavailable' }, { code: 'unavailable', effect: 'none' }],
    ['a page instead of JSON', { kind: 'error', error: '<html>No</html>' }, { code: 'unavailable', effect: 'unknown' }],
    ['a cut connection', { kind: 'cut-before' }, { code: 'connection', effect: 'unknown' }],
    ['a cut connection after the fact', { kind: 'cut-after' }, { code: 'connection', effect: 'unknown' }],
  ];
  it.each(failures)('maps %s', async (_, fault, expected) => {
    slack.addFault({ method: 'chat.postMessage', ...fault } as Fault);
    expect(await failureOf(() => post('g-1:e1'))).toMatchObject(expected);
    expect(callsOf('chat.postMessage')).toHaveLength(1);
  });

  it.each(['hang-before', 'hang-after'] as const)('gives up waiting for an answer: %s', async (kind) => {
    slack.addFault({ method: 'chat.postMessage', kind });
    messenger = messengerOf({ timeoutMs: 200 });
    expect(await failureOf(() => post('g-1:e1'))).toMatchObject({ code: 'timeout', effect: 'unknown' });
    expect(callsOf('chat.postMessage')).toHaveLength(1);
  });

  it('gives up a search in many pages, each of them slow', async () => {
    const slow = await otherSlack({
      'conversations.members': { ok: true, members: [], response_metadata: { next_cursor: 'again' } },
    });
    try {
      const impatient = messengerOf({ apiUrl: slow.url, timeoutMs: 200 });
      const failure = await failureOf(() => impatient.isInChannel(channel, 'U0ALEX'));
      expect(failure).toMatchObject({ code: 'timeout', effect: 'none' });
    } finally {
      slow.close();
    }
  });

  it('knows that nothing happened where nobody listens', async () => {
    const gone = await otherSlack({});
    gone.close();
    messenger = messengerOf({ apiUrl: gone.url });
    const failure = await failureOf(() => post('g-1:e1'));
    expect(failure).toMatchObject({ code: 'connection', effect: 'none' });
    expect(failure.message).toContain('ECONNREFUSED');
    expect(failure.hint).toContain('network');
  });

  const failed = (code: string) => Object.assign(new Error(code), { code });
  it.each([
    ['a name that does not resolve', failed('ENOTFOUND'), 'none'],
    ['a resolver that does not answer', failed('EAI_AGAIN'), 'none'],
    ['a connection that was reset', failed('ECONNRESET'), 'unknown'],
    ['two addresses that refuse', new AggregateError([failed('ECONNREFUSED'), failed('ECONNREFUSED')]), 'none'],
    ['two addresses of which one broke', new AggregateError([failed('ECONNREFUSED'), failed('ECONNRESET')]), 'unknown'],
    ['no reason at all', new Error('other'), 'unknown'],
  ] as const)('judges %s', (_, cause, effect) => {
    const thrown = new WebAPIRequestError(new TypeError('fetch failed', { cause }));
    const facts = { method: 'chat.postMessage', changes: true };
    expect(messengerError(facts, thrown)).toMatchObject({ code: 'connection', effect });
    expect(messengerError({ ...facts, changes: false }, thrown).effect).toBe('none');
  });

  it('knows no more where the connection breaks in the middle of an answer', async () => {
    const half = await otherSlack({}, { status: 200, body: '{"ok":tr', cut: true });
    try {
      messenger = messengerOf({ apiUrl: half.url });
      expect(await failureOf(() => post('g-1:e1'))).toMatchObject({ code: 'connection', effect: 'unknown' });
    } finally {
      half.close();
    }
  });

  it('never leaves the effect of a mere reading unknown', async () => {
    slack.addFault({ method: '*', kind: 'http-status', status: 500 });
    expect(await failureOf(() => messenger.permalink(channel, '1.0'))).toMatchObject({ effect: 'none' });
    expect(await failureOf(() => messenger.isInChannel(channel, 'U0ALEX'))).toMatchObject({ effect: 'none' });
    expect(await failureOf(() => messenger.find({ channel, effectId: 'g-1:e1' }))).toMatchObject({ effect: 'none' });
  });

  it.each([
    ['chat.postMessage', (some: Messenger) => some.post({ channel, message: message('Hi'), effectId: 'e' }), 'unknown'],
    ['chat.getPermalink', (some: Messenger) => some.permalink(channel, '1.0'), 'none'],
  ] as const)('takes an answer of %s that lacks what it is for as a failure', async (_, call, effect) => {
    const empty = await otherSlack({}, { status: 200, body: '{"ok":true}' });
    try {
      const failure = await failureOf(() => call(messengerOf({ apiUrl: empty.url })));
      expect(failure).toMatchObject({ code: 'unavailable', effect });
    } finally {
      empty.close();
    }
  });
});

it('writes neither messages nor the token to the log', async () => {
  await post('g-1:e1');
  slack.addFault({ method: 'chat.postMessage', kind: 'error', error: 'not_in_channel' });
  slack.addFault({ method: 'chat.update', kind: 'cut-before' });
  await failureOf(() => post('g-1:e2'));
  await failureOf(() => messenger.update(channel, '1.0', message('This is new')));
  expect(lines.join('')).toContain('http request failed');
  expect(lines.join('')).not.toMatch(/This is|xoxb/);
});

it('does not sleep through a rate limit, and is free for the next call', async () => {
  slack.addFault({ method: 'chat.postMessage', kind: 'rate-limited', retryAfterSeconds: 3_600, times: 1 });
  expect(await failureOf(() => post('g-1:e1'))).toMatchObject({ retryAfterMs: 3_600_000 });
  await expect(post('g-1:e1')).resolves.toMatchObject({ channel });
});

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
