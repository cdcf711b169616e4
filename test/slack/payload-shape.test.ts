import { describe, expect, it } from 'vitest';
import { startHarness } from '../support/harness.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const json = { 'content-type': 'application/json' };
const interaction = (payload: unknown) => ({
  body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
  headers: form,
});

describe('what is rightly signed but cannot be handled', () => {
  it.each([
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
    ['a kind that nobody asked for', interaction({ type: 'dialog_submission', user: { id: 'U1' } })],
  ])('%s is refused, and the bot goes on', async (_what, { body, headers }) => {
    const harness = await startHarness();
    const { workspace } = harness.sandbox;
    expect(await workspace.sendWithTimestamp(0, { body, headers })).toMatchObject({ status: 400 });
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
});
