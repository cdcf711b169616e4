import { describe, expect, it } from 'vitest';
import type { Json, PageState } from '../../../src/sandbox/page/protocol.ts';
import { button, conversation, input, message, people, startPage, top } from './page.ts';

const { olivia, erin, dana, gus, oscar } = people;

const told = (state: PageState) => state.narration.map(({ text }) => text);

const cluster = (state: PageState, name: string) =>
  state.atlas.projects.flatMap(({ clusters }) => clusters).find((each) => each.name === name);

const ask = '/support-access request payments-prod 8h infrastructure Primary steps down';

describe('access, by the page alone', () => {
  it('is asked for, approved, brought up before its end, and ended', async () => {
    const page = await startPage();
    await page.types('erin', ask);
    const asked = await page.state('olivia');
    const root = message(asked, 'Erin Engineer asks for support access to payments-prod');
    expect(root).toMatchObject({
      author: 'Portcullis',
      isBot: true,
      at: '2026-03-02T09:00:00.000Z',
      ephemeral: false,
    });

    await page.presses('olivia', 'payments-prod', 'Approve for 8 h');
    const opened = await page.state('olivia');
    expect(cluster(opened, 'payments-prod')?.grant).toEqual({
      type: 'CLUSTER_INFRASTRUCTURE',
      typeLabel: 'infrastructure and all cluster logs',
      until: '2026-03-02T17:00:00.000Z',
    });
    expect(opened.clock).toEqual({
      now: '2026-03-02T09:00:00.000Z',
      nextReminder: '2026-03-02T13:00:00.000Z',
      nextEnd: '2026-03-02T17:00:00.000Z',
      running: false,
    });

    await page.done({ kind: 'clock', to: 'next-reminder' });
    const reminded = await page.state('olivia');
    expect(reminded.clock).toMatchObject({
      now: '2026-03-02T13:00:00.000Z',
      nextReminder: '2026-03-02T16:30:00.000Z',
    });
    const note = message(reminded, 'open to MongoDB support for 4 h more');
    expect(note).toMatchObject({ at: '2026-03-02T13:00:00.000Z', threadTs: root.ts });

    await page.done({ kind: 'clock', to: 'next-end' });
    const ended = await page.state('olivia');
    expect(ended.clock).toEqual({ now: '2026-03-02T17:00:00.000Z', running: false });
    expect(cluster(ended, 'payments-prod')).toEqual({ name: 'payments-prod' });
    expect(message(ended, 'payments-prod')).toMatchObject({ edited: expect.any(Boolean) });
    const reminder =
      'Access to payments-prod will end at 17:00, and Portcullis says so in its thread: extend it, revoke it now, or let it end by itself.';
    expect(told(ended)).toEqual([
      'Support can still enter Meridian Health at any time. An owner can shut it out: /support-access block',
      'Erin asked for infrastructure and all cluster logs on payments-prod for 8 h. Nothing is open: Portcullis has told the channel and waits for an owner.',
      "Olivia approved Erin's request. Portcullis asks Atlas to open infrastructure and all cluster logs on payments-prod, and calls it open only once Atlas shows it.",
      'Atlas opened infrastructure and all cluster logs on payments-prod. Portcullis read it back: open until 17:00.',
      'Time moves on to the next reminder: 13:00. Everything that came due on the way is done in its turn.',
      reminder,
      'Time moves on to when the next access ends: 17:00. Everything that came due on the way is done in its turn.',
      reminder,
      'Time is up for payments-prod. Atlas was given the same end, but Portcullis closes it all the same and looks for itself.',
      'Portcullis read Atlas back: payments-prod is closed.',
      "Portcullis read what Atlas recorded of MongoDB's staff while payments-prod was open: nothing. The note about the end tells of it.",
    ]);
    expect(page.errors).toEqual([]);
  });

  it('is refused to a person without the right, who alone reads why', async () => {
    const page = await startPage();
    await page.types('erin', ask);
    await page.presses('erin', 'payments-prod', 'Approve for 8 h');
    const seen = await page.state('erin');
    expect(cluster(seen, 'payments-prod')?.grant).toBeUndefined();
    expect(conversation(seen, 'support-access').messages.at(-1)).toMatchObject({ ephemeral: true });
    expect(conversation(await page.state('olivia'), 'support-access').messages.at(-1)).toMatchObject({
      ephemeral: false,
    });
    expect(told(seen).at(-1)).toBe(
      'Erin wanted to approve on payments-prod. Portcullis refused: only owners of the Atlas organization decide here. Nothing was changed.',
    );
    await page.types('gus', '/support-access status');
    expect(told(await page.state('gus')).at(-1)).toMatch(/^Gus wanted to see .+ guests of the workspace/);
  });
});

describe('a modal', () => {
  it('is opened by a shortcut, searched, filled, stopped at its errors and submitted', async () => {
    const page = await startPage();
    await page.done({ kind: 'shortcut', person: dana, callbackId: 'ask-for-support-access' });
    const asked = top(await page.state('dana'));
    const meridian = button(asked.view.blocks as Json[], 'Meridian Health');
    await page.done({ kind: 'view-action', person: dana, viewId: asked.id, ...meridian });
    const form = top(await page.state('dana'));
    const viewId = form.id;
    const clusterInput = input(form, 'Cluster');
    await page.done({ kind: 'view-submit', person: dana, viewId });
    expect(top(await page.state('dana')).errors[clusterInput.blockId]).toBe('Please complete this required field.');

    const search = { kind: 'search', person: dana, viewId, ...clusterInput } as const;
    const found = await page.done({ ...search, query: 'ledger' });
    const [group] = found.optionGroups ?? [];
    const [option] = (group?.options ?? found.options) as Json[];
    expect(option).toMatchObject({ text: { text: expect.stringContaining('ledger-prod') } });
    expect(await page.act({ ...search, query: 'zzzz' })).not.toHaveProperty('optionGroups.0');
    await page.done({ ...search, query: 'ledger' });

    const choose = { kind: 'view-action', person: dana, viewId, ...clusterInput } as const;
    expect(await page.act({ ...choose, value: { selected_option: { value: 'made-up' } } })).toEqual({
      ok: false,
      error: 'This choice is not on offer.',
    });
    await page.done({ ...choose, value: { selected_option: option } });
    const reason = input(top(await page.state('dana')), 'Reason');
    await page.done({ kind: 'view-action', person: dana, viewId, ...reason, value: { value: 'Disk latency' } });
    expect(top(await page.state('dana')).state).toMatchObject({
      [clusterInput.blockId]: { [clusterInput.actionId]: { selected_option: option } },
      [reason.blockId]: { [reason.actionId]: { value: 'Disk latency' } },
    });

    await page.done({ kind: 'view-submit', person: dana, viewId });
    const [outcome] = (await page.state('dana')).modals;
    expect([outcome?.id, outcome?.view.submit, outcome?.errors]).toEqual([viewId, null, {}]);
    await page.done({ kind: 'view-close', person: dana, viewId });
    expect((await page.state('dana')).modals).toEqual([]);
    expect(message(await page.state('erin'), 'ledger-prod').text).toContain('Disk latency');
  });

  it('shows what the bot says to a field, and takes a better answer', async () => {
    const page = await startPage();
    await page.types('erin', ask);
    await page.presses('oscar', 'payments-prod', 'Deny');
    const form = top(await page.state('oscar'));
    const reason = input(form, 'Reason');
    const act = { person: oscar, viewId: form.id } as const;
    await page.done({ kind: 'view-action', ...act, ...reason, value: { value: '   ' } });
    await page.done({ kind: 'view-submit', ...act });
    expect(top(await page.state('oscar')).errors).toEqual({ [reason.blockId]: expect.stringContaining('Say why') });
    await page.done({ kind: 'view-action', ...act, ...reason, value: { value: 'The nightly load explains it' } });
    await page.done({ kind: 'view-submit', ...act });
    const denied = await page.state('oscar');
    expect(JSON.stringify(top(denied).view.blocks)).toContain('Denied: support access to payments-prod');
    expect(told(denied).at(-1)).toBe(
      'Oscar denied Erin\'s request for payments-prod. Erin is told why: "The nightly load explains it"',
    );
  });

  it('is closed, and then is nobody’s any more', async () => {
    const page = await startPage();
    await page.done({ kind: 'shortcut', person: erin, callbackId: 'ask-for-support-access' });
    const { id: viewId } = top(await page.state('erin'));
    expect(await page.act({ kind: 'view-close', person: olivia, viewId })).toMatchObject({ ok: false });
    await page.done({ kind: 'view-close', person: erin, viewId });
    expect((await page.state('erin')).modals).toEqual([]);
    expect(await page.act({ kind: 'view-submit', person: erin, viewId })).toEqual({
      ok: false,
      error: 'This view is no longer open.',
    });
  });
});

describe('people', () => {
  it('chat, and have unread marks until they look', async () => {
    const page = await startPage();
    const channel = conversation(await page.state('erin'), 'support-access').id;
    for (const person of [erin, olivia]) await page.done({ kind: 'read', person, conversation: channel });
    await page.types('erin', 'Has anybody seen <the alert> & looked?');
    const mine = await page.state('erin');
    expect(message(mine, 'Has anybody')).toMatchObject({
      author: 'Erin Engineer',
      isBot: false,
      text: 'Has anybody seen &lt;the alert&gt; &amp; looked?',
      blocks: [],
    });
    expect(conversation(mine, 'support-access').unread).toBe(0);
    const hers = await page.state('olivia');
    expect(conversation(hers, 'support-access').unread).toBe(1);
    expect(hers.people.find(({ id }) => id === olivia)?.unread).toBe(1);
    await page.done({ kind: 'read', person: olivia, conversation: channel });
    expect(conversation(await page.state('olivia'), 'support-access').unread).toBe(0);
  });

  it('see the conversations that they are in, and write nowhere else', async () => {
    const page = await startPage();
    const hers = await page.state('dana');
    expect(hers.conversations.map(({ name, kind }) => [name, kind])).toEqual([
      ['engineering', 'channel'],
      ['Portcullis', 'direct'],
    ]);
    const { conversations } = await page.state('gus');
    const text = 'Hello';
    const elsewhere = [conversations[0]?.id ?? '', conversations.at(-1)?.id ?? '', 'C0NOWHERE'];
    for (const id of elsewhere) {
      const outcome = await page.act({ kind: 'send', person: dana, conversation: id, text });
      expect(outcome).toEqual({
        ok: false,
        error: 'Only those who are in a conversation can read and write there.',
      });
      expect(await page.act({ kind: 'read', person: dana, conversation: id })).toMatchObject({ ok: false });
    }
  });

  it('command the bot in their direct messages, and are told of a slip', async () => {
    const page = await startPage();
    await page.types('erin', '/support-access meridian whoami', 'Portcullis');
    expect(message(await page.state('erin'), 'Erin', 'Portcullis')).toMatchObject({ ephemeral: true });
    const direct = conversation(await page.state('gus'), 'Portcullis').id;
    expect(await page.act({ kind: 'send', person: gus, conversation: direct, text: '/suport-access' })).toEqual({
      ok: false,
      error: '/suport-access is not a valid command. Try /support-access.',
    });
  });

  it('open the app’s Home, and ask from there and from a message', async () => {
    const page = await startPage();
    expect((await page.state('olivia')).home).toBeUndefined();
    await page.done({ kind: 'open-home', person: olivia });
    expect((await page.state('olivia')).home?.view).toMatchObject({ type: 'home' });

    await page.types('erin', 'payments-prod steps down all the time');
    const state = await page.state('olivia');
    await page.done({
      kind: 'message-shortcut',
      person: olivia,
      callbackId: 'ask-for-support-access-about-message',
      conversation: conversation(state, 'support-access').id,
      ts: message(state, 'steps down').ts,
    });
    expect(JSON.stringify(top(await page.state('olivia')).state)).toMatch(/https:\/\/acme\.slack\.com\/archives\//);
  });

  it('cannot use what has changed meanwhile', async () => {
    const page = await startPage();
    await page.types('erin', ask);
    const before = await page.state('oscar');
    const { ts, blocks } = message(before, 'payments-prod');
    const stale = {
      kind: 'message-action',
      person: oscar,
      conversation: conversation(before, 'support-access').id,
      ts,
      ...button(blocks, 'Approve for 8 h'),
    } as const;
    await page.presses('olivia', 'payments-prod', 'Approve for 8 h');
    expect(await page.act(stale)).toEqual({ ok: false, error: 'This has changed meanwhile: look again.' });
    expect(await page.act({ ...stale, ts: '1.000001' })).toMatchObject({ ok: false });
  });
});
