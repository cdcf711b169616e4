import { WebAPIRequestError } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../src/sandbox/slack/faults.ts';
import { messengerError } from '../../src/slack/messenger-errors.ts';
import type { Messenger } from '../../src/work/messenger.ts';
import {
  channel,
  failureOf,
  type MessengerBench,
  message,
  otherSlack,
  scopes,
  startMessengerBench,
} from './messenger-bench.ts';

let bench: MessengerBench;

beforeEach(async () => {
  bench = await startMessengerBench();
});

afterEach(() => bench.slack.close());

const queued = { dueAt: new Date(0), call: () => {} };

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
    bench.slack.addFault({ method: 'chat.postMessage', kind: 'error', error });
    const failure = await failureOf(() => bench.post('g-1:e1'));
    expect(failure).toMatchObject({ code: 'refused', effect: 'none', message: `chat.postMessage: ${error}` });
    expect(failure.hint).toMatch(hint);
    expect(bench.callsOf('chat.postMessage')).toHaveLength(1);
  });

  it('names the scope that is missing', async () => {
    await bench.slack.setScopes(scopes.filter((scope) => scope !== 'chat:write'));
    const failure = await failureOf(() => bench.post('g-1:e1'));
    expect(failure).toMatchObject({ code: 'refused', effect: 'none', message: 'chat.postMessage: missing_scope' });
    expect(failure.hint).toContain('the scope chat:write ');
  });

  it('tells a wrong token, a bot that was not invited, and an archived channel, as Slack answers them', async () => {
    const refused = async (run: () => Promise<unknown>) => (await failureOf(run)).message;
    const wrongToken = bench.messengerOf({ token: 'xoxb-other' });
    expect(await refused(() => wrongToken.permalink(channel, '1.0'))).toBe('chat.getPermalink: invalid_auth');
    expect(await refused(() => bench.post('g-1:e1', { channel: 'C0OTHER' }))).toBe('chat.postMessage: not_in_channel');
    expect(await refused(() => bench.post('g-1:e1', { channel: 'G0SECRET' }))).toBe(
      'chat.postMessage: channel_not_found',
    );
    bench.slack.archiveChannel(channel);
    expect(await refused(() => bench.post('g-1:e1'))).toBe('chat.postMessage: is_archived');
  });

  it("carries Slack's own words about blocks that it does not take", async () => {
    const odd = { text: 'Odd', blocks: [{ type: 'no-such-block' }] };
    const failure = await failureOf(() =>
      bench.messenger.post({ channel, message: odd, effectId: 'g-1:e1', ...queued }),
    );
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
    bench.slack.addFault({ method: 'chat.postMessage', ...fault } as Fault);
    expect(await failureOf(() => bench.post('g-1:e1'))).toMatchObject(expected);
    expect(bench.callsOf('chat.postMessage')).toHaveLength(1);
  });

  it.each(['hang-before', 'hang-after'] as const)('gives up waiting for an answer: %s', async (kind) => {
    bench.slack.addFault({ method: 'chat.postMessage', kind });
    bench.messenger = bench.messengerOf({ timeoutMs: 200 });
    expect(await failureOf(() => bench.post('g-1:e1'))).toMatchObject({ code: 'timeout', effect: 'unknown' });
    expect(bench.callsOf('chat.postMessage')).toHaveLength(1);
  });

  it('gives up a search in many pages, each of them slow', async () => {
    const slow = await otherSlack({
      'conversations.members': { ok: true, members: [], response_metadata: { next_cursor: 'again' } },
    });
    try {
      const impatient = bench.messengerOf({ apiUrl: slow.url, timeoutMs: 200 });
      const failure = await failureOf(() => impatient.isInChannel(channel, 'U0ALEX'));
      expect(failure).toMatchObject({ code: 'timeout', effect: 'none' });
    } finally {
      slow.close();
    }
  });

  it('knows that nothing happened where nobody listens', async () => {
    const gone = await otherSlack({});
    gone.close();
    bench.messenger = bench.messengerOf({ apiUrl: gone.url });
    const failure = await failureOf(() => bench.post('g-1:e1'));
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
      bench.messenger = bench.messengerOf({ apiUrl: half.url });
      expect(await failureOf(() => bench.post('g-1:e1'))).toMatchObject({ code: 'connection', effect: 'unknown' });
    } finally {
      half.close();
    }
  });

  it('never leaves the effect of a mere reading unknown', async () => {
    bench.slack.addFault({ method: '*', kind: 'http-status', status: 500 });
    expect(await failureOf(() => bench.messenger.permalink(channel, '1.0'))).toMatchObject({ effect: 'none' });
    expect(await failureOf(() => bench.messenger.isInChannel(channel, 'U0ALEX'))).toMatchObject({ effect: 'none' });
    expect(await failureOf(() => bench.messenger.find({ channel, effectId: 'g-1:e1' }))).toMatchObject({
      effect: 'none',
    });
  });

  it.each([
    [
      'chat.postMessage',
      (some: Messenger) => some.post({ channel, message: message('Hi'), effectId: 'e', ...queued }),
      'unknown',
    ],
    ['chat.getPermalink', (some: Messenger) => some.permalink(channel, '1.0'), 'none'],
  ] as const)('takes an answer of %s that lacks what it is for as a failure', async (_, call, effect) => {
    const empty = await otherSlack({}, { status: 200, body: '{"ok":true}' });
    try {
      const failure = await failureOf(() => call(bench.messengerOf({ apiUrl: empty.url })));
      expect(failure).toMatchObject({ code: 'unavailable', effect });
    } finally {
      empty.close();
    }
  });
});

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
