import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SlackServer } from '../../../src/sandbox/slack/server.ts';
import { Workspace } from '../../../src/sandbox/slack/workspace.ts';
import { AccessBot, form, option, plain } from './access-bot.ts';
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

async function erinAsks() {
  const reply = await erin().types('/access ask', { channel: 'C0ACCESS' });
  expect(reply).toMatchObject({ sent: true, status: 200, body: '' });
  await expect.poll(() => erin().hasModal()).toBe(true);
  return erin().modal();
}

test('are opened by trigger, filled, submitted and closed', async () => {
  const modal = await erinAsks();
  expect(modal.title).toBe('Ask for access');
  expect(modal.fields.map((field) => [field.label, field.type, field.options])).toEqual([
    ['Cluster', 'external_select', []],
    ['Access type', 'static_select', ['infrastructure', 'database logs only']],
    ['Reason', 'plain_text_input', []],
  ]);
  expect(await modal.searches('Cluster', 'pa')).toEqual([]);
  expect(await modal.searches('Cluster', 'payments')).toEqual(['payments-prod', 'payments-test']);
  await modal.choose('Cluster', 'payments-prod');
  await modal.choose('Access type', 'database logs only');
  await modal.fill('Reason', 'Case 01234');
  expect(modal.text).toBe(`=== Ask for access ===
Cluster: [payments-prod ▾]
Access type: [database logs only ▾]
Reason: Case 01234
[More]
[Ask] [Cancel]`);
  expect(await modal.submit()).toMatchObject({ sent: true, status: 200 });
  expect(bot.seen.at(-1)).toEqual({
    metadata: 'from-command',
    submitted: {
      cluster: { cluster: { type: 'external_select', selected_option: option('payments-prod', 'payments-prod') } },
      type: { type: { type: 'static_select', selected_option: option('database logs only', 'l') } },
      reason: { reason: { type: 'plain_text_input', value: 'Case 01234' } },
    },
  });
  expect(bot.lastBody).toMatchObject({
    type: 'view_submission',
    user: { id: 'U0ERIN' },
    view: { callback_id: 'ask', hash: expect.any(String) },
  });
  expect([modal.isOpen, erin().hasModal()]).toEqual([false, false]);
});

test('required and overlong fields are stopped by Slack', async () => {
  const modal = await erinAsks();
  await modal.fill('Reason', 'x'.repeat(21));
  expect(await modal.submit()).toMatchObject({ sent: false });
  expect(modal.errors).toEqual({
    Cluster: 'Please complete this required field.',
    Reason: 'Please enter no more than 20 characters.',
  });
  expect(bot.seen.some((entry) => 'submitted' in entry)).toBe(false);
  await expect(modal.choose('Access type', 'everything')).rejects.toThrow('"everything" is not on offer');
  await expect(modal.fill('Resaon', 'x')).rejects.toThrow('There is no field "Resaon"');
});

test('the answer to a submission: errors, update, push, clear', async () => {
  const modal = await erinAsks();
  await modal.searches('Cluster', 'orders');
  await modal.choose('Cluster', 'orders-prod');
  await modal.fill('Reason', 'x');
  bot.answerSubmission = { response_action: 'errors', errors: { reason: 'Say more' } };
  await modal.submit();
  expect(modal.errors).toEqual({ Reason: 'Say more' });
  bot.answerSubmission = { response_action: 'update', view: { ...form, title: plain('Sure?'), blocks: [] } };
  await modal.submit();
  expect([modal.title, modal.fields, modal.errors]).toEqual(['Sure?', [], {}]);
  bot.answerSubmission = { response_action: 'push', view: { ...form, title: plain('Really?'), blocks: [] } };
  await modal.submit();
  expect(erin().modal().title).toBe('Really?');
  expect(erin().modal().view.view).toMatchObject({ root_view_id: modal.view.id, previous_view_id: modal.view.id });
  bot.answerSubmission = { response_action: 'update', view: { ...form, title: plain('x'.repeat(25)), blocks: [] } };
  const top = erin().modal();
  await top.submit();
  expect(top.notice).toBe('We had some trouble connecting. Try again?');
  bot.answerSubmission = { response_action: 'clear' };
  await top.submit();
  expect(erin().hasModal()).toBe(false);
});

test('an update keeps what was typed, and buttons reach the bot with it', async () => {
  const modal = await erinAsks();
  await modal.fill('Reason', 'typed');
  await modal.clicks('More');
  await expect.poll(() => modal.fields.map((field) => field.label)).toEqual(['Reason, in full']);
  expect(bot.seen.at(-1)).toMatchObject({ more: { reason: { reason: { value: 'typed' } } } });
  expect(modal.fields[0]?.value).toEqual({ type: 'plain_text_input', value: 'typed' });
});

test('closing tells a bot that asked for it, and a closed view cannot be updated', async () => {
  const modal = await erinAsks();
  const { id } = modal.view;
  await modal.close();
  expect(bot.seen.at(-1)).toEqual({ closed: id });
  const update = bot.client.views.update({ view_id: id, view: form });
  await expect(update).rejects.toMatchObject({ data: { error: 'not_found' } });
});

test('a trigger is good for one view within 3 seconds', async () => {
  await erin().types('/access nonsense', { channel: 'C0ACCESS' });
  const open = (trigger_id: string) => bot.client.views.open({ trigger_id, view: form });
  const first = bot.command(0).trigger_id;
  await open(first);
  await expect(open(first)).rejects.toMatchObject({ data: { error: 'exchanged_trigger_id' } });
  await expect(open('1.2.3')).rejects.toMatchObject({ data: { error: 'invalid_trigger_id' } });
  await erin().types('/access nonsense', { channel: 'C0ACCESS' });
  nowMs += 3000;
  const second = bot.command(1).trigger_id;
  await expect(open(second)).rejects.toMatchObject({ data: { error: 'expired_trigger_id' } });
});

test('a stack holds three views, however many were there before', async () => {
  const { client } = bot.app;
  const trigger = () => slack.state.triggers.issue('U0ERIN');
  const view = { ...form, blocks: [] };
  await client.views.open({ trigger_id: trigger(), view });
  for (let times = 0; times < 3; times += 1) {
    await client.views.push({ trigger_id: trigger(), view });
    await erin().modal().close();
  }
  await client.views.push({ trigger_id: trigger(), view });
  await client.views.push({ trigger_id: trigger(), view });
  const fourth = client.views.push({ trigger_id: trigger(), view });
  await expect(fourth).rejects.toMatchObject({ data: { error: 'push_limit_reached' } });
});

test('a view over the limits is refused as invalid arguments', async () => {
  const view = { ...form, title: plain('x'.repeat(25)) };
  const open = bot.client.views.open({ trigger_id: slack.state.triggers.issue('U0ERIN'), view });
  await expect(open).rejects.toMatchObject({
    data: {
      error: 'invalid_arguments',
      response_metadata: { messages: ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'] },
    },
  });
  const stale = await bot.client.views.open({ trigger_id: slack.state.triggers.issue('U0ERIN'), view: form });
  const update = bot.client.views.update({ view_id: String(stale.view?.id), hash: '1.old', view: form });
  await expect(update).rejects.toMatchObject({ data: { error: 'hash_conflict' } });
});
