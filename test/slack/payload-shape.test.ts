import { describe, expect, it } from 'vitest';
import { startHarness } from '../support/harness.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const json = { 'content-type': 'application/json' };
const interaction = (payload: unknown) => ({
  body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
  headers: form,
});

const unfit = [
  ['null', { body: 'null', headers: json }],
  ['null in a form', interaction(null)],
  ['a number', { body: '7', headers: json }],
  ['a list', { body: '[]', headers: json }],
  ['half a text', { body: '{"type":', headers: json }],
  ['an event without its event', { body: '{"type":"event_callback","event":"Ev1"}', headers: json }],
  [
    'a click by nobody',
    interaction({ type: 'block_actions', trigger_id: '1', actions: [{ type: 'button', action_id: 'a' }] }),
  ],
  ['a click on nothing', interaction({ type: 'block_actions', user: { id: 'U1' }, trigger_id: '1', actions: [] })],
  ['a submission without its view', interaction({ type: 'view_submission', user: { id: 'U1' }, trigger_id: '1' })],
  ['a command without a person', { body: 'command=/support-access&text=&trigger_id=1', headers: form }],
  [
    'a command by another name',
    { body: 'command=/else&text=&user_id=U1&trigger_id=1&response_url=https://hooks.slack.com/1', headers: form },
  ],
  [
    'a submission with addresses that are none',
    interaction({
      type: 'view_submission',
      user: { id: 'U1' },
      trigger_id: '1',
      view: { id: 'V1', callback_id: 'a', state: { values: {} } },
      response_urls: null,
    }),
  ],
  [
    'a click in a channel that is none',
    interaction({
      type: 'block_actions',
      user: { id: 'U1' },
      trigger_id: '1',
      actions: [{ type: 'button', action_id: 'a' }],
      channel: null,
    }),
  ],
  ['a kind that nobody asked for', interaction({ type: 'dialog_submission', user: { id: 'U1' } })],
] as const;

describe('what is rightly signed but cannot be handled', () => {
  it('is refused, and the bot goes on', async () => {
    const harness = await startHarness();
    const { workspace } = harness.sandbox;
    const statuses: Record<string, number> = {};
    for (const [what, message] of unfit) {
      statuses[what] = (await workspace.sendWithTimestamp(0, message)).status;
    }
    expect(statuses).toEqual(Object.fromEntries(unfit.map(([what]) => [what, 400])));
    const reply = await harness.erin.types('/support-access help', { channel: harness.channel });
    expect(reply.status).toBe(200);
  });

  it('is refused for its signature first', async () => {
    const { sandbox } = await startHarness();
    expect(await sandbox.workspace.sendRaw('null', json)).toMatchObject({ status: 401 });
  });

  it('goes nowhere else than to the address that Slack is given', async () => {
    const harness = await startHarness();
    await harness.erin.types('/support-access help', { channel: harness.channel });
    const { body = '', headers = {} } = harness.sandbox.workspace.deliveries.at(-1) ?? {};
    const elsewhere = `http://127.0.0.1:${harness.sandbox.bot.port}/elsewhere`;
    expect((await fetch(elsewhere, { method: 'POST', body, headers })).status).toBe(404);
    expect((await fetch(elsewhere)).status).toBe(404);
  });

  it('is told to whoever sent it where only the answers in a form cannot be read', async () => {
    const harness = await startHarness();
    const { olivia, sandbox } = harness;
    await olivia.types('/support-access settings', { channel: harness.channel });
    await harness.idle();
    await olivia.modal().submit();
    await harness.idle();
    const { body = '', headers = {} } = sandbox.workspace.deliveries.at(-1) ?? {};
    const payload = JSON.parse(new URLSearchParams(body).get('payload') ?? '');
    const group = { 'setting-group': { 'setting-group': { selected_option: { value: 'S1' } } } };
    payload.view.state.values = { ...payload.view.state.values, ...group };
    const sent = await sandbox.workspace.sendWithTimestamp(0, { ...interaction(payload), headers });
    expect(sent.status).toBe(200);
    await harness.idle();
    expect(olivia.modal().text).toContain('Something in Portcullis went wrong');
    expect(harness.logs).toContainEqual(
      expect.objectContaining({ msg: 'A handler failed', handler: 'change-settings' }),
    );
  });
});
