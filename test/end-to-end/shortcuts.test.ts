import { describe, expect, it } from 'vitest';
import { shortcuts } from '../../src/slack/shortcuts.ts';
import { channelName, people, startHarness } from '../support/harness.ts';
import { clicks, submits, types } from './steps.ts';

type Name = keyof typeof people;

const asking = 'request payments-prod 8h logs Primary steps down every few minutes';

describe('the global shortcut', () => {
  it.each<Name>(['olivia', 'oscar', 'priya', 'sam', 'erin', 'dana', 'pat'])('opens the form for %s', async (who) => {
    const harness = await startHarness();
    expect(await harness[who].usesShortcut(shortcuts.ask)).toMatchObject({ status: 200, body: '' });
    await harness.idle();
    const form = harness[who].modal();
    expect(form.title).toBe('Ask for support access');
    expect(form.fields.find(({ label }) => label === 'Reason')?.value).toMatchObject({ value: null });
  });

  it('posts the request, and tells the outcome in the modal', async () => {
    const harness = await startHarness();
    await harness.erin.usesShortcut(shortcuts.ask);
    await harness.idle();
    const form = harness.erin.modal();
    await form.fill('Reason', 'Disk latency on the primary');
    await form.submit();
    expect(form.errors).toHaveProperty('Cluster');
    await form.searches('Cluster', 'ledger');
    await form.choose('Cluster', 'ledger-prod');
    expect(await submits(harness, 'erin')).toContain('Asked for support access to ledger-prod');
    expect(harness.sandbox.slack.ephemerals()).toEqual([]);
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested', reason: 'Disk latency on the primary' });
  });

  it.each<[Name, string]>([
    ['gus', 'Guests of this workspace cannot use Portcullis. Ask a full member.'],
    ['sven', 'People of another workspace cannot use Portcullis. Ask a member of this one.'],
  ])('tells %s in a modal why not', async (who, why) => {
    const harness = await startHarness();
    await harness[who].usesShortcut(shortcuts.ask);
    await harness.idle();
    expect(harness[who].modal().text).toBe(`=== Support access ===\nNothing was asked for. ${why}\n[Close]`);
    expect(harness.sandbox.slack.ephemerals()).toEqual([]);
    expect(harness.audits()).toContainEqual(
      expect.objectContaining({
        action: 'request',
        outcome: 'refused',
        actor: expect.objectContaining({ slackId: people[who] }),
      }),
    );
  });

  it('of another version says what to type instead', async () => {
    const harness = await startHarness();
    await harness.erin.usesShortcut('ask-nicely');
    await harness.idle();
    expect(harness.erin.modal().text).toContain('Type `/support-access request` instead.');
  });
});

describe('the shortcut of a message', () => {
  it('begins the reason with a link to the message', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', asking);
    const grant = await harness.onlyGrant();
    await harness.dana.usesMessageShortcut(shortcuts.askAboutMessage, { channel: channelName });
    await harness.idle();
    const form = harness.dana.modal();
    expect(form.fields.find(({ label }) => label === 'Reason')?.value).toMatchObject({
      value: `${grant.message?.permalink} `,
    });
    await form.fill('Reason', `${grant.message?.permalink} The same happens here`);
    await form.searches('Cluster', 'warehouse');
    await form.choose('Cluster', 'warehouse');
    expect(await submits(harness, 'dana')).toContain('Asked for support access to warehouse');
    expect((await harness.allGrants()).map(({ reason }) => reason)).toContain(
      `${grant.message?.permalink} The same happens here`,
    );
    expect(harness.sandbox.slack.ephemerals(people.dana)).toEqual([]);
  });

  it.each<[string, 'error' | 'hang-before']>([
    ['cannot be had', 'error'],
    ['does not come', 'hang-before'],
  ])('does without the link where it %s', async (_, kind) => {
    const harness = await startHarness();
    await types(harness, 'erin', asking);
    const fault = harness.sandbox.slack.addFault({
      method: 'chat.getPermalink',
      ...(kind === 'error' ? { kind, error: 'channel_not_found' } : { kind }),
    });
    await harness.erin.usesMessageShortcut(shortcuts.askAboutMessage, { channel: channelName });
    await harness.idle();
    const form = harness.erin.modal();
    expect(form.title).toBe('Ask for support access');
    expect(form.fields.find(({ label }) => label === 'Reason')?.value).toMatchObject({ value: null });
    fault.clear();
  });

  it('is refused to guests before any form', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', asking);
    await harness.gus.usesMessageShortcut(shortcuts.askAboutMessage, { channel: channelName });
    await harness.idle();
    expect(harness.gus.modal().text).toContain('Guests of this workspace cannot use Portcullis');
  });
});

it('a button of a message still answers where it stands, not in a modal', async () => {
  const harness = await startHarness();
  await types(harness, 'erin', asking);
  expect(await clicks(harness, 'erin', 'Approve for 8 h')).toContain('Not approved.');
  expect(harness.erin.hasModal()).toBe(false);
});
