import { ErrorCode, LogLevel, WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SlackServer } from '../../../src/sandbox/slack/server.ts';
import { BOT_TOKEN, SCOPES, startAcme } from './acme.ts';

let slack: SlackServer;
let client: WebClient;

function clientOf(token: string | undefined): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.url,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 5000,
    logLevel: LogLevel.ERROR,
    logger: {
      debug() {},
      info() {},
      warn() {},
      error() {},
      setLevel() {},
      getLevel: () => LogLevel.ERROR,
      setName() {},
    },
  });
}

/** The `error` that a call is refused with; fails when it is not refused. */
async function refusal(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const { data } = error as { data?: { error?: string } };
  if (data?.error === undefined) throw new Error(`Not refused: ${String(error)}`);
  return data.error;
}

beforeEach(async () => {
  slack = await startAcme();
  client = clientOf(BOT_TOKEN);
});

afterEach(() => slack.close());

describe('tokens and scopes', () => {
  test('auth.test names bot, workspace and scopes', async () => {
    const answer = await client.auth.test();
    expect(answer).toMatchObject({ user_id: 'U0BOT', team_id: 'T0ACME', app_id: 'A0PORTCULLIS' });
    expect(answer.response_metadata?.scopes).toEqual(SCOPES);
  });

  test('no token and a wrong token', async () => {
    expect(await refusal(clientOf(undefined).auth.test())).toBe('not_authed');
    expect(await refusal(clientOf('xoxb-other').auth.test())).toBe('invalid_auth');
  });

  test('a scope that is missing is named before anything else, and comes with a new installation', async () => {
    slack.setScopes(['users:read']);
    const error = await client.chat.postMessage({ channel: 'C0NOWHERE', text: 'Hello' }).catch((thrown) => thrown);
    expect(error.data).toMatchObject({ error: 'missing_scope', needed: 'chat:write', provided: 'users:read' });
    expect(error.data.response_metadata.acceptedScopes).toEqual(['chat:write']);
    slack.setScopes(['chat:write']);
    await expect(client.chat.postMessage({ channel: 'C0ACCESS', text: 'Hello' })).resolves.toMatchObject({ ok: true });
  });

  test.each([
    ['users.lookupByEmail', { email: 'omar@acme.example' }],
    ['conversations.open', { users: 'U0OMAR' }],
    ['conversations.history', { channel: 'C0ACCESS' }],
    ['conversations.info', { channel: 'C0ACCESS' }],
    ['usergroups.list', {}],
  ])('%s without any scope', async (method, body) => {
    slack.setScopes([]);
    expect(await refusal(client.apiCall(method, body))).toBe('missing_scope');
  });

  test('more calls than the emulator allows a token', async () => {
    for (let calls = 0; calls < 5100; calls += 100) {
      await Promise.all(Array.from({ length: 100 }, () => slack.state.emulator.callAsBot('auth.test', {})));
    }
    await expect(client.auth.test()).resolves.toMatchObject({ ok: true });
  });
});

describe('where the bot may write', () => {
  test.each([
    ['C0ACCESS', undefined],
    ['#atlas-access', undefined],
    ['ops', undefined],
    ['U0ERIN', undefined],
    ['C0GENERAL', 'not_in_channel'],
    ['C0SECRET', 'channel_not_found'],
    ['C0NOWHERE', 'channel_not_found'],
    ['U0GONE', 'channel_not_found'],
    ['U0NOBODY', 'channel_not_found'],
  ])('chat.postMessage to %s', async (channel, error) => {
    const post = client.chat.postMessage({ channel, text: 'Hello' });
    if (error === undefined) await expect(post).resolves.toMatchObject({ ok: true });
    else expect(await refusal(post)).toBe(error);
    expect(slack.messages(channel)).toHaveLength(error === undefined ? 1 : 0);
  });

  test('chat:write.public needs no membership of public channels', async () => {
    slack.setScopes(['chat:write', 'chat:write.public']);
    await expect(client.chat.postMessage({ channel: 'C0GENERAL', text: 'Hello' })).resolves.toMatchObject({
      channel: 'C0GENERAL',
    });
    expect(await refusal(client.chat.postMessage({ channel: 'C0SECRET', text: 'Hello' }))).toBe('channel_not_found');
  });

  test('an archived channel takes neither posts nor updates, and reading goes on', async () => {
    const { ts } = await client.chat.postMessage({ channel: 'C0ACCESS', text: 'Hello' });
    slack.archiveChannel('C0ACCESS');
    expect(await refusal(client.chat.postMessage({ channel: 'C0ACCESS', text: 'Again' }))).toBe('is_archived');
    expect(await refusal(client.chat.update({ channel: 'C0ACCESS', ts: String(ts), text: 'Again' }))).toBe(
      'is_inactive',
    );
    await expect(client.conversations.history({ channel: 'C0ACCESS' })).resolves.toMatchObject({
      messages: [{ text: 'Hello' }],
    });
  });

  test('a bot that was removed can no longer read or write', async () => {
    slack.removeBotFromChannel('ops');
    const channel = slack.channelId('ops');
    expect(await refusal(client.chat.postMessage({ channel, text: 'Hello' }))).toBe('not_in_channel');
    expect(await refusal(client.conversations.history({ channel }))).toBe('not_in_channel');
    await expect(client.conversations.info({ channel })).resolves.toMatchObject({ channel: { is_member: false } });
    slack.removeBotFromChannel('C0ACCESS');
    expect(await refusal(client.conversations.info({ channel: 'C0ACCESS' }))).toBe('channel_not_found');
    slack.addBotToChannel('ops');
    await expect(client.chat.postMessage({ channel, text: 'Back' })).resolves.toMatchObject({ ok: true });
  });

  test('an ephemeral message goes to members only and stays out of history', async () => {
    const post = { channel: 'C0ACCESS', text: 'For you' };
    await client.chat.postEphemeral({ ...post, user: 'U0ERIN' });
    expect(await refusal(client.chat.postEphemeral({ ...post, user: 'U0GUEST' }))).toBe('user_not_in_channel');
    expect(slack.ephemerals('U0ERIN').map((message) => message.text)).toEqual(['For you']);
    expect(slack.ephemerals('U0OMAR')).toEqual([]);
    await expect(client.conversations.history({ channel: 'C0ACCESS' })).resolves.toMatchObject({ messages: [] });
  });

  test('direct messages: posting needs no im:write, opening gives the same conversation', async () => {
    slack.setScopes(['chat:write']);
    const { channel } = await client.chat.postMessage({ channel: 'U0ERIN', text: 'Hello' });
    expect(channel).toMatch(/^D/);
    slack.setScopes(['im:write']);
    const opened = await client.conversations.open({ users: 'U0ERIN' });
    expect(opened.channel?.id).toBe(channel);
    expect(slack.messages('U0ERIN')).toMatchObject([{ channel, text: 'Hello' }]);
    expect(await refusal(client.conversations.open({ users: 'U0GONE' }))).toBe('user_disabled');
  });
});

describe('messages', () => {
  test('what is deleted cannot be updated', async () => {
    const { ts } = await client.chat.postMessage({ channel: 'C0ACCESS', text: 'Hello' });
    await slack.deleteMessage('C0ACCESS', String(ts));
    expect(slack.messages('C0ACCESS')).toEqual([]);
    expect(await refusal(client.chat.update({ channel: 'C0ACCESS', ts: String(ts), text: 'x' }))).toBe(
      'message_not_found',
    );
    const second = await client.chat.postMessage({ channel: 'C0ACCESS', text: 'Hello' });
    await client.chat.delete({ channel: 'C0ACCESS', ts: String(second.ts) });
    expect(slack.messages('C0ACCESS')).toEqual([]);
  });

  test('an update keeps metadata that it does not name, and drops blocks when it names text alone', async () => {
    const metadata = { event_type: 'note', event_payload: { effect: 'e1' } };
    const blocks = [{ type: 'divider' as const }];
    const { ts } = await client.chat.postMessage({ channel: 'C0ACCESS', text: 'One', blocks, metadata });
    await client.chat.update({ channel: 'C0ACCESS', ts: String(ts), text: 'Two' });
    expect(slack.messages('C0ACCESS')).toMatchObject([{ text: 'Two', blocks: [], metadata, edited: true }]);
    await client.chat.update({ channel: 'C0ACCESS', ts: String(ts), text: 'Three', metadata: {} as never });
    expect(slack.messages('C0ACCESS')[0]).not.toHaveProperty('metadata');
  });

  test('metadata comes only to those who ask for it', async () => {
    const metadata = { event_type: 'note', event_payload: { effect: 'e1' } };
    const { ts } = await client.chat.postMessage({ channel: 'C0ACCESS', text: 'One', metadata });
    await client.chat.postMessage({ channel: 'C0ACCESS', text: 'Two', thread_ts: String(ts), metadata });
    const plain = await client.conversations.history({ channel: 'C0ACCESS' });
    expect(plain.messages?.[0]).not.toHaveProperty('metadata');
    const all = { channel: 'C0ACCESS', include_all_metadata: true };
    expect((await client.conversations.history(all)).messages).toMatchObject([{ metadata }]);
    const replies = await client.conversations.replies({ ...all, ts: String(ts) });
    expect(replies.messages).toMatchObject([{ metadata }, { metadata }]);
    const bad = { event_type: 'note' } as never;
    expect(await refusal(client.chat.postMessage({ channel: 'C0ACCESS', text: 'x', metadata: bad }))).toBe(
      'invalid_metadata_format',
    );
  });

  test('replies are in the thread, and in history only when broadcast', async () => {
    const root = String((await client.chat.postMessage({ channel: 'C0ACCESS', text: 'Root' })).ts);
    await client.chat.postMessage({ channel: 'C0ACCESS', text: 'Quiet', thread_ts: root });
    await client.chat.postMessage({ channel: 'C0ACCESS', text: 'Loud', thread_ts: root, reply_broadcast: true });
    const history = await client.conversations.history({ channel: 'C0ACCESS' });
    expect(history.messages).toMatchObject([{ text: 'Loud', subtype: 'thread_broadcast' }, { text: 'Root' }]);
    expect(history.messages).toHaveLength(2);
    expect(history.messages?.[1]).toMatchObject({ reply_count: 2, thread_ts: root });
    const replies = await client.conversations.replies({ channel: 'C0ACCESS', ts: root });
    expect(replies.messages?.map((message) => message.text)).toEqual(['Root', 'Quiet', 'Loud']);
    await slack.deleteMessage('C0ACCESS', root);
    const orphans = await client.conversations.replies({ channel: 'C0ACCESS', ts: root });
    expect(orphans.messages).toMatchObject([{ subtype: 'tombstone' }, { text: 'Quiet' }, { text: 'Loud' }]);
    expect(await refusal(client.conversations.replies({ channel: 'C0ACCESS', ts: '1.000000' }))).toBe(
      'thread_not_found',
    );
  });

  test('history by time, by page and by both', async () => {
    const posted: string[] = [];
    for (const text of ['1', '2', '3', '4', '5']) {
      posted.push(String((await client.chat.postMessage({ channel: 'C0ACCESS', text })).ts));
    }
    const [, second, third, fourth] = posted;
    const texts = async (options: object): Promise<string> => {
      const answer = await client.conversations.history({ channel: 'C0ACCESS', ...options });
      return (answer.messages ?? []).map((message) => message.text).join('');
    };
    expect(await texts({})).toBe('54321');
    expect(await texts({ limit: 2 })).toBe('54');
    expect(await texts({ oldest: second })).toBe('543');
    expect(await texts({ oldest: second, inclusive: true })).toBe('5432');
    expect(await texts({ latest: fourth, limit: 2 })).toBe('32');
    expect(await texts({ oldest: second, latest: fourth })).toBe('3');
    expect(await texts({ oldest: third, latest: third, inclusive: true })).toBe('3');
    expect(await texts({ oldest: second, limit: 2 })).toBe('43');
    const pages: string[] = [];
    for await (const answer of client.paginate('conversations.history', { channel: 'C0ACCESS', limit: 2 })) {
      pages.push(
        (answer as unknown as { messages: { text: string }[] }).messages.map((message) => message.text).join(''),
      );
    }
    expect(pages).toEqual(['54', '32', '1']);
  });

  test('a permalink under the ids the app knows', async () => {
    const { ts } = await client.chat.postMessage({ channel: 'C0ACCESS', text: 'Hello' });
    const { permalink } = await client.chat.getPermalink({ channel: 'C0ACCESS', message_ts: String(ts) });
    expect(permalink).toBe(`https://acme.slack.com/archives/C0ACCESS/p${String(ts).replace('.', '')}`);
  });

  test('what Slack lets pass and an app should not do is noted', async () => {
    await client.chat.postMessage({ channel: 'C0ACCESS', blocks: [{ type: 'divider' }] } as never);
    expect(slack.warnings).toEqual([
      'chat.postMessage has blocks and no text: notifications and screen readers get nothing',
    ]);
  });

  test('too much text, and no content at all', async () => {
    expect(await refusal(client.chat.postMessage({ channel: 'C0ACCESS', text: 'x'.repeat(40_001) }))).toBe(
      'msg_too_long',
    );
    expect(await refusal(client.chat.postMessage({ channel: 'C0ACCESS', text: '' }))).toBe('no_text');
  });

  test('blocks that are each short enough and too long together', async () => {
    const blocks = Array.from({ length: 5 }, () => ({
      type: 'section' as const,
      text: { type: 'mrkdwn' as const, text: 'x'.repeat(2_900) },
    }));
    const post = (count: number) =>
      client.chat.postMessage({ channel: 'C0ACCESS', text: 'x', blocks: blocks.slice(0, count) });
    expect(await post(4)).toMatchObject({ ok: true });
    expect(await refusal(post(5))).toBe('msg_blocks_too_long');
  });

  test('a refused block is pointed at', async () => {
    const blocks = [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }] as never;
    const error = await client.chat.postMessage({ channel: 'C0ACCESS', text: 'x', blocks }).catch((thrown) => thrown);
    expect(error.data).toMatchObject({
      error: 'invalid_blocks',
      response_metadata: { messages: ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]'] },
    });
  });
});

describe('people and channels', () => {
  test.each([
    ['U0ERIN', { is_restricted: false, is_bot: false, deleted: false, team_id: 'T0ACME' }],
    ['U0GUEST', { is_restricted: true, is_ultra_restricted: false }],
    ['U0SINGLE', { is_restricted: true, is_ultra_restricted: true }],
    ['U0ELSE', { is_stranger: true, team_id: 'T0ELSE' }],
    ['U0GONE', { deleted: true }],
    ['U0BOT', { is_bot: true }],
  ])('users.info of %s', async (user, flags) => {
    await expect(client.users.info({ user })).resolves.toMatchObject({ user: { id: user, ...flags } });
  });

  test('an e-mail address is shown only under users:read.email', async () => {
    await expect(client.users.info({ user: 'U0ERIN' })).resolves.toMatchObject({
      user: { profile: { email: 'Erin@acme.example' } },
    });
    slack.setScopes(['users:read']);
    const answer = await client.users.info({ user: 'U0ERIN' });
    expect(answer.user?.profile).not.toHaveProperty('email');
    expect(await refusal(client.users.info({ user: 'U0NOBODY' }))).toBe('user_not_found');
  });

  test('users.lookupByEmail finds active members of this workspace', async () => {
    await expect(client.users.lookupByEmail({ email: 'erin@acme.example' })).resolves.toMatchObject({
      user: { id: 'U0ERIN' },
    });
    for (const email of ['gwen@acme.example', 'elsa@else.example', 'nobody@acme.example']) {
      expect(await refusal(client.users.lookupByEmail({ email }))).toBe('users_not_found');
    }
    slack.setUser('U0ERIN', { deleted: true });
    expect(await refusal(client.users.lookupByEmail({ email: 'erin@acme.example' }))).toBe('users_not_found');
  });

  test('users.list has everybody, page by page', async () => {
    const ids: (string | undefined)[] = [];
    for await (const answer of client.paginate('users.list', { limit: 3 })) {
      ids.push(...(answer as unknown as { members: { id: string }[] }).members.map((member) => member.id));
    }
    expect(ids).toEqual(['U0BOT', 'U0ERIN', 'U0OMAR', 'U0GUEST', 'U0SINGLE', 'U0ELSE', 'U0GONE']);
  });

  test('members, channels and user groups', async () => {
    await expect(client.conversations.members({ channel: 'C0ACCESS' })).resolves.toMatchObject({
      members: ['U0ERIN', 'U0OMAR', 'U0BOT'],
    });
    const list = await client.conversations.list({ types: 'public_channel,private_channel' });
    expect(list.channels?.map((channel) => channel.name)).toEqual(['atlas-access', 'general', 'ops']);
    await expect(client.usergroups.list({ include_users: true })).resolves.toMatchObject({
      usergroups: [{ id: 'S0DBA', handle: 'dba', users: ['U0OMAR'] }],
    });
  });
});

describe('faults', () => {
  const post = { channel: 'C0ACCESS', text: 'Hello' };

  test('a rate limit says when to come back, as often as told', async () => {
    const fault = slack.addFault({ method: 'chat.postMessage', kind: 'rate-limited', retryAfterSeconds: 7, times: 1 });
    const error = await client.chat.postMessage(post).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: ErrorCode.RateLimitedError, retryAfter: 7 });
    await client.chat.postMessage(post);
    expect(fault.hits).toBe(1);
    expect(slack.messages('C0ACCESS')).toHaveLength(1);
  });

  test.each([
    ['garbage-before', 0],
    ['garbage-after', 1],
  ] as const)('%s: what comes back cannot be read, and %i messages stand there', async (kind, standing) => {
    slack.addFault({ method: 'chat.postMessage', kind, times: 1 });
    await expect(client.chat.postMessage(post)).rejects.toThrow();
    expect(slack.messages('C0ACCESS')).toHaveLength(standing);
  });

  test('errors and statuses, until cleared', async () => {
    const fault = slack.addFault({ method: '*', kind: 'error', error: 'fatal_error' });
    expect(await refusal(client.chat.postMessage(post))).toBe('fatal_error');
    expect(await refusal(client.auth.test())).toBe('fatal_error');
    fault.clear();
    slack.addFault({ method: 'chat.postMessage', kind: 'http-status', status: 500, times: 1 });
    await expect(client.chat.postMessage(post)).rejects.toMatchObject({ code: ErrorCode.HTTPError, statusCode: 500 });
    await expect(client.chat.postMessage(post)).resolves.toMatchObject({ ok: true });
  });

  test.each([
    ['cut-before', 0],
    ['cut-after', 1],
  ] as const)('%s', async (kind, effects) => {
    slack.addFault({ method: 'chat.postMessage', kind, times: 1 });
    await expect(client.chat.postMessage(post)).rejects.toMatchObject({ code: ErrorCode.RequestError });
    expect(slack.messages('C0ACCESS')).toHaveLength(effects);
  });

  test.each([
    ['hang-before', 0],
    ['hang-after', 1],
  ] as const)('%s', async (kind, effectsBeforeRelease) => {
    const fault = slack.addFault({ method: 'chat.postMessage', kind, when: (body) => body.text === 'Hello' });
    const hanging = client.chat.postMessage(post);
    await client.chat.postMessage({ ...post, text: 'Another' });
    await expect.poll(() => slack.messages('C0ACCESS').length).toBe(1 + effectsBeforeRelease);
    expect(fault.hits).toBe(1);
    fault.release();
    await expect(hanging).resolves.toMatchObject({ ok: true });
    expect(slack.messages('C0ACCESS')).toHaveLength(2);
  });

  test('down and up', async () => {
    slack.down();
    await expect(client.auth.test()).rejects.toMatchObject({ code: ErrorCode.RequestError });
    slack.up();
    await expect(client.auth.test()).resolves.toMatchObject({ ok: true });
  });

  test('every call is kept, with its arguments decoded and what was answered', async () => {
    await client.chat.postMessage({ ...post, blocks: [{ type: 'divider' }] });
    await client.apiCall('admin.users.list').catch(() => {});
    expect(slack.calls).toMatchObject([
      { method: 'chat.postMessage', token: BOT_TOKEN, body: { blocks: [{ type: 'divider' }] }, answer: { ok: true } },
      { method: 'admin.users.list', answer: { ok: false, error: 'unknown_method' } },
    ]);
    expect(slack.calls[0]?.at).toBeInstanceOf(Date);
  });
});
