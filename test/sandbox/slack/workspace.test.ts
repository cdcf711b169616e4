import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SlackServer } from '../../../src/sandbox/slack/server.ts';
import { Workspace } from '../../../src/sandbox/slack/workspace.ts';
import { AccessBot, request } from './access-bot.ts';
import { SIGNING_SECRET, startAcme } from './acme.ts';

let slack: SlackServer;
let bot: AccessBot;
let workspace: Workspace;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.now();
  slack = await startAcme(() => nowMs);
  bot = await AccessBot.start(slack);
  workspace = new Workspace({ slack, botUrl: bot.url, signingSecret: SIGNING_SECRET });
});

afterEach(async () => {
  await bot.stop();
  await slack.close();
});

const erin = () => workspace.person('U0ERIN');
const omar = () => workspace.person('U0OMAR');

describe('slash commands', () => {
  test('carry the documented fields', async () => {
    await erin().types('/access  nonsense <here> & "there" ', { channel: 'ops' });
    expect(bot.seen[0]?.command).toEqual({
      token: expect.any(String),
      team_id: 'T0ACME',
      team_domain: 'acme',
      channel_id: slack.channelId('ops'),
      channel_name: 'ops',
      user_id: 'U0ERIN',
      user_name: 'erin',
      command: '/access',
      text: 'nonsense &lt;here&gt; &amp; "there"',
      api_app_id: 'A0PORTCULLIS',
      is_enterprise_install: 'false',
      response_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/response\//),
      trigger_id: expect.any(String),
    });
    expect(slack.messages('ops')).toMatchObject([
      { text: 'Unknown: nonsense &lt;here&gt; &amp; "there"', user: 'U0BOT' },
    ]);
  });

  test('a private channel and direct messages do not tell their names', async () => {
    await erin().types('/access hello', { channel: 'C0ACCESS' });
    await erin().types('/access hello', { channel: 'U0ERIN' });
    expect(bot.seen).toMatchObject([
      { command: { channel_name: 'privategroup' } },
      { command: { channel_name: 'directmessage' } },
    ]);
    await expect(erin().types('/access hello', { channel: 'C0SECRET' })).rejects.toThrow('Erin is not in C0SECRET');
  });

  test('an answer in the acknowledgement is for one person', async () => {
    const reply = await erin().types('/access hello', { channel: 'C0ACCESS' });
    expect(reply.ephemerals.map((message) => message.text)).toEqual(['Hello to you alone']);
    expect(reply.ackMs).toBeLessThan(3000);
    expect(erin().sees('C0ACCESS')).toBe('Portcullis (only visible to you):\nHello to you alone');
    expect(omar().sees('C0ACCESS')).toBe('');
  });

  test('an acknowledgement that does not come in time is reported by Slackbot', async () => {
    const hasty = new Workspace({ slack, botUrl: bot.url, signingSecret: SIGNING_SECRET, ackLimitMs: 30 });
    const late = await hasty.person('U0ERIN').types('/access wait', { channel: 'C0ACCESS' });
    expect(late).toMatchObject({ status: 0, failure: 'operation_timeout' });
    expect(late.ephemerals.map((message) => message.text)).toEqual([
      '/access failed with the error "operation_timeout"',
    ]);
    expect(erin().sees('C0ACCESS')).toContain('Slackbot (only visible to you):');
  });

  test('a response URL takes 5 answers, wherever the bot is a member, within 30 minutes', async () => {
    slack.setScopes([]);
    const reply = await erin().types('/access many', { channel: 'C0GENERAL' });
    await expect.poll(() => reply.ephemerals.length).toBe(4);
    expect(slack.messages('C0GENERAL').map((message) => message.text)).toEqual(['Answer 1']);
    const { response_url } = bot.command(0);
    const post = async () => {
      const response = await fetch(response_url, {
        method: 'POST',
        body: '{"text":"Late"}',
        headers: { 'content-type': 'application/json' },
      });
      return [response.status, await response.json()];
    };
    expect(await post()).toEqual([404, { ok: false, error: 'used_url' }]);
    nowMs += 30 * 60_000;
    expect(await post()).toEqual([404, { ok: false, error: 'expired_url' }]);
  });
});

describe('buttons in messages', () => {
  const post = (until: string) => bot.client.chat.postMessage({ channel: 'C0ACCESS', ...request(until) });

  test('the newest message that has one, with its confirm dialog', async () => {
    const first = await post('16:00');
    const second = await post('18:00');
    const cancelled = await omar().clicks('Approve', { channel: 'C0ACCESS', confirm: 'cancel' });
    expect(cancelled).toMatchObject({ sent: false, confirm: 'Open access?\nFor 4 hours\n[Open] [No]' });
    expect(bot.seen).toEqual([]);
    const reply = await omar().clicks('Approve', { channel: 'C0ACCESS' });
    expect(reply).toMatchObject({ sent: true, status: 200, confirm: cancelled.confirm });
    expect(bot.lastBody).toMatchObject({
      type: 'block_actions',
      team: { id: 'T0ACME', domain: 'acme' },
      user: { id: 'U0OMAR', team_id: 'T0ACME' },
      container: { type: 'message', message_ts: second.ts, channel_id: 'C0ACCESS', is_ephemeral: false },
      channel: { id: 'C0ACCESS', name: 'privategroup' },
      message: { ts: second.ts, text: 'Erin asks for access' },
      actions: [
        { type: 'button', block_id: 'decide', action_id: 'approve', value: 'grant-1', action_ts: expect.any(String) },
      ],
      trigger_id: expect.any(String),
      response_url: expect.any(String),
    });
    await expect.poll(() => slack.messages('C0ACCESS')[1]?.text).toBe('Approved');
    expect(slack.messages('C0ACCESS')[1]).toMatchObject({ ts: second.ts, blocks: [], edited: true });
    await omar().clicks('Approve', { channel: 'C0ACCESS', message: 'until 16:00' });
    await expect.poll(() => slack.messages('C0ACCESS')[0]?.text).toBe('Approved');
    expect(bot.lastBody).toMatchObject({ container: { message_ts: first.ts } });
    await expect(omar().clicks('Approve', { channel: 'C0ACCESS' })).rejects.toThrow('Omar sees no [Approve]');
  });

  test('an answer for the one who clicked', async () => {
    await post('18:00');
    const reply = await erin().clicks('Deny', { channel: 'C0ACCESS' });
    await expect.poll(() => reply.ephemerals.map((message) => message.text)).toEqual(['You may not decide']);
    expect(slack.messages('C0ACCESS')).toHaveLength(1);
  });

  test('an ephemeral message is replaced by its response URL, and its payload has no copy of it', async () => {
    await bot.client.chat.postEphemeral({ channel: 'C0ACCESS', user: 'U0ERIN', ...request('18:00') });
    await expect(omar().clicks('Approve', { channel: 'C0ACCESS' })).rejects.toThrow('Omar sees no [Approve]');
    await erin().clicks('Approve', { channel: 'C0ACCESS' });
    expect(bot.lastBody).toMatchObject({ container: { is_ephemeral: true } });
    expect(bot.lastBody).not.toHaveProperty('message');
    await expect.poll(() => erin().sees('C0ACCESS')).toBe('Portcullis (only visible to you):\nApproved');
  });

  test('people see what they are members of, threads in place', async () => {
    const { ts } = await post('18:00');
    await bot.client.chat.postMessage({ channel: 'C0ACCESS', text: 'Root two' });
    await bot.client.chat.postMessage({ channel: 'C0ACCESS', text: 'In the thread', thread_ts: String(ts) });
    expect(erin().sees('C0ACCESS')).toBe(`Portcullis:
@Erin asks for payments-prod until 18:00
[Approve] [Deny]

  ↳ Portcullis:
    In the thread

Portcullis:
Root two`);
    expect(workspace.person('U0GUEST').sees('C0ACCESS')).toBe('');
    await bot.client.chat.postMessage({ channel: 'U0ERIN', text: 'Yours' });
    expect([erin().directMessages().length, omar().directMessages().length]).toEqual([1, 0]);
  });
});

describe('home, shortcuts and events', () => {
  test('the home tab, and one of several buttons in it', async () => {
    await erin().opensHome();
    await expect.poll(() => slack.views().length).toBe(1);
    expect(erin().home().text).toBe('payments-prod is open  [Revoke]\norders-prod is open  [Revoke]');
    await expect(erin().home().clicks('Revoke')).rejects.toThrow('There are 2 [Revoke]: say what it stands beside');
    await erin().home().clicks('Revoke', { beside: 'orders-prod' });
    expect(bot.seen.at(-1)).toMatchObject({ revoked: { value: 'orders-prod' } });
  });

  test('shortcuts', async () => {
    await erin().usesShortcut('ask_anywhere');
    await expect.poll(() => erin().hasModal()).toBe(true);
    const { ts } = await bot.client.chat.postMessage({ channel: 'C0ACCESS', text: 'Hello' });
    await erin().usesMessageShortcut('ask_about_message', { channel: 'C0ACCESS' });
    expect(bot.lastBody).toMatchObject({ type: 'message_action', message_ts: ts, message: { text: 'Hello' } });
  });

  test('an event that is sent again keeps its id', async () => {
    const event = { type: 'app_home_opened', user: 'U0OMAR', channel: 'D1', tab: 'home', event_ts: '1.000000' };
    await workspace.sendsEvent(event, { eventId: 'Ev1' });
    await workspace.sendsEvent(event, { eventId: 'Ev1', retry: { num: 1, reason: 'http_timeout' } });
    await expect
      .poll(() => bot.seen)
      .toEqual([
        { home: 'U0OMAR', id: 'Ev1' },
        { home: 'U0OMAR', id: 'Ev1' },
      ]);
    expect(workspace.deliveries[1]?.headers).toMatchObject({
      'x-slack-retry-num': '1',
      'x-slack-retry-reason': 'http_timeout',
    });
  });
});

describe('what did not come from Slack', () => {
  beforeEach(async () => {
    await erin().types('/access hello', { channel: 'C0ACCESS' });
    bot.seen.length = 0;
  });

  test('a forged signature', async () => {
    expect(await workspace.forge()).toMatchObject({ status: 401, failure: 'dispatch_failed' });
    expect(bot.seen).toEqual([]);
  });

  test('an old timestamp, and one within five minutes', async () => {
    expect(await workspace.sendWithTimestamp(-301)).toMatchObject({ status: 401 });
    expect(bot.seen).toEqual([]);
    expect(await workspace.sendWithTimestamp(-200)).toMatchObject({ status: 200 });
    expect(bot.seen).toHaveLength(1);
  });

  test('no signature at all', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await workspace.sendRaw('command=%2Faccess', headers)).toMatchObject({ status: 401 });
  });

  test('the same payload a second time goes through: it is up to the bot', async () => {
    expect(await workspace.replay()).toMatchObject({ status: 200 });
    expect(bot.seen).toHaveLength(1);
  });

  test('a bot that is not there', async () => {
    const nowhere = new Workspace({ slack, botUrl: 'http://127.0.0.1:9', signingSecret: SIGNING_SECRET });
    const reply = await nowhere.person('U0ERIN').types('/access hello', { channel: 'C0ACCESS' });
    expect(reply).toMatchObject({ status: 0, failure: 'dispatch_failed' });
    expect(reply.ephemerals.map((message) => message.text)).toEqual([
      '/access failed with the error "dispatch_failed"',
    ]);
  });
});
