import { describe, expect, it } from 'vitest';
import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { mentionsIn } from '../../src/sandbox/slack/mentions.ts';
import { channelName, type Harness, minute, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, notes, readable, rootOf, submits, types } from './steps.ts';

const unblocked = { ...demoSeed, blocked: false };
const withoutBlockAccount = { ATLAS_BLOCK_CLIENT_ID: '', ATLAS_BLOCK_CLIENT_SECRET: '' };

/** The newest message in the channel itself. */
function newest(harness: Harness): string {
  const message = harness.sandbox.slack.messages(harness.channel).findLast(({ threadTs }) => threadTs === undefined);
  return message === undefined ? '' : readable(harness, message);
}

describe('block', () => {
  it('says what it means and what is open, and then what was read back', async () => {
    const harness = await startHarness({ atlasSeed: unblocked });
    await types(harness, 'oscar', 'grant ledger-prod 1h infrastructure Disk latency on the primary');
    expect(await types(harness, 'olivia', 'block')).toBe('');
    const { text } = harness.olivia.modal();
    expect(text).toContain('This may increase the time that support needs to respond and to resolve issues');
    expect(text).toContain('availability of your clusters');
    expect(text).toContain('As read in MongoDB Atlas today at 09:00 UTC: not blocked.');
    expect(text).toContain('ledger-prod: infrastructure and all cluster logs, until today at 10:00 UTC (in 1 hour)');
    expect(harness.sandbox.atlas.state.blocked).toBe(false);

    const shown = await submits(harness, 'olivia');
    expect(harness.sandbox.atlas.state.blocked).toBe(true);
    expect(shown).toContain('Support access is blocked for the organization');
    expect(shown).toContain('As read in MongoDB Atlas today at 09:00 UTC: blocked.');
    expect(newest(harness)).toBe(
      [
        'Support access is blocked for the organization',
        'MongoDB support can enter a cluster only while a grant is open.',
        'Decided by Olivia Owner; seen in MongoDB Atlas today at 09:00 UTC.',
      ].join('\n'),
    );
    expect(harness.audits()).toContainEqual(expect.objectContaining({ action: 'block', outcome: 'done' }));
    expect(inAtlas(harness, 'ledger-prod')).toBeDefined();
  });

  it('is offered to owners in the status, and to nobody else', async () => {
    const harness = await startHarness({ atlasSeed: unblocked });
    expect(await types(harness, 'erin', '')).not.toContain('[Block]');
    expect(await types(harness, 'olivia', '')).toContain('[Block]');
    await clicks(harness, 'olivia', 'Block');
    expect(harness.olivia.modal().title).toBe('Block support access');
    await submits(harness, 'olivia');
    expect(harness.sandbox.atlas.state.blocked).toBe(true);
    expect(await types(harness, 'oscar', '')).not.toContain('[Block]');
    expect(await types(harness, 'oscar', 'block')).toContain('Nothing to do: it is blocked already');
  });

  it.each(['block', 'unblock some good reason'])('%s is refused to who is no owner, before any form', async (words) => {
    const harness = await startHarness({ settings: { DECIDERS: 'project-roles' } });
    const told = await types(harness, 'priya', words);
    expect(told).toMatch(
      /Only an organization owner may (un)?block support access\. Ask Olivia Owner and Oscar Second\.$/,
    );
    expect(harness.priya.hasModal()).toBe(false);
    expect(harness.audits().at(-1)).toMatchObject({ outcome: 'refused', reason: 'not-owner' });
    expect(harness.sandbox.atlas.state.blocked).toBe(true);
  });
});

describe('unblock', () => {
  it('says how many clusters support can then enter, asks for a reason, and tells the channel', async () => {
    const harness = await startHarness();
    await types(harness, 'oscar', 'unblock too short');
    const form = harness.oscar.modal();
    expect(form.text).toContain('MongoDB support can then enter the infrastructure of all 6 clusters');
    expect(form.text).toContain('Reason: too short');
    await form.submit();
    expect(form.errors).toEqual({
      Reason: 'Say in at least 10 characters why support needs to enter every cluster.',
    });
    expect(harness.sandbox.atlas.state.blocked).toBe(true);
    await form.fill('Reason', 'planned maintenance <!here> & <@U0PRIYA01>');
    const shown = await submits(harness, 'oscar');
    expect(harness.sandbox.atlas.state.blocked).toBe(false);
    expect(shown).toContain('Support access is no longer blocked for the organization');
    expect(shown).toContain('As read in MongoDB Atlas today at 09:00 UTC: not blocked.');
    expect(newest(harness)).toMatch(
      /^Support access is no longer blocked: MongoDB support can enter the infrastructure of all 6 clusters now\n/,
    );
    expect(newest(harness)).toContain('Decided by Oscar Second; seen in MongoDB Atlas today at 09:00 UTC.');
    expect(newest(harness)).toContain('Reason:\n> planned maintenance <!here> & <@U0PRIYA01>');
    const announced = harness.sandbox.slack.messages(harness.channel).at(-1);
    expect(mentionsIn(announced ?? {})).toEqual([]);
  });
});

describe('without the block account', () => {
  it('unblock gives the link to the Atlas page and the state read back', async () => {
    const harness = await startHarness({ settings: withoutBlockAccount });
    const { atlas } = harness.sandbox;
    const page = `${atlas.url}/v2#/org/${atlas.state.id}/settings/general`;
    const words = await types(harness, 'olivia', 'unblock planned maintenance with support');
    const unblock = harness.olivia.hasModal() ? await submits(harness, 'olivia') : words;
    expect(unblock).toContain(`the setting in MongoDB Atlas (${page})`);
    expect(unblock).toContain('As read in MongoDB Atlas today at 09:00 UTC: blocked.');
    expect(atlas.state.blocked).toBe(true);
    atlas.state.setBlocked(false, { email: 'olivia.owner@meridian.example' });
    await types(harness, 'olivia', 'block');
    // The unblock was announced here before it was made there.
    expect(newest(harness)).toContain('Decided by Olivia Owner; seen in MongoDB Atlas today at 09:00 UTC.');
  });

  it('block does the same, and so does the status', async () => {
    const harness = await startHarness({ settings: withoutBlockAccount });
    const { atlas } = harness.sandbox;
    const page = `${atlas.url}/v2#/org/${atlas.state.id}/settings/general`;
    expect(await types(harness, 'olivia', 'block')).toContain('Nothing to do: it is blocked already');

    atlas.state.setBlocked(false, { email: 'olivia.owner@meridian.example' });
    const block = await types(harness, 'olivia', 'block');
    expect(block).toContain(page);
    expect(block).toContain('As read in MongoDB Atlas today at 09:00 UTC: not blocked.');
    expect(newest(harness)).toContain('Somebody unblocked support access in MongoDB Atlas itself');
    const status = await types(harness, 'olivia', 'status');
    expect(status).toContain('MongoDB support can already enter the infrastructure of all 6 clusters');
    expect(status).toContain(page);
    expect(status).not.toContain('[Block]');
    expect(await types(harness, 'erin', 'block')).toMatch(/^Not blocked\./);
  });

  it('the rest works, and a block made in Atlas is told', async () => {
    const harness = await startHarness({ settings: withoutBlockAccount, atlasSeed: unblocked });
    await types(harness, 'olivia', 'grant ledger-prod 1h infrastructure Disk latency on the primary');
    expect(inAtlas(harness, 'ledger-prod')).toBeDefined();
    harness.sandbox.atlas.state.setBlocked(true, { email: 'olivia.owner@meridian.example' });
    await harness.advance(10 * minute);
    expect(newest(harness)).toContain('Somebody blocked support access in MongoDB Atlas itself');
    expect(await types(harness, 'erin', '')).toContain('Support access is blocked for the organization');
  });
});

describe('while support access is not blocked', () => {
  const needs = 'This cannot be approved yet. Support access is not blocked for the organization';

  it('logs may be asked for but not approved, until the organization is blocked', async () => {
    const harness = await startHarness({ atlasSeed: unblocked });
    expect(await types(harness, 'erin', 'request payments-prod 1h logs Primary steps down again')).toContain(needs);
    expect(rootOf(harness, await harness.onlyGrant())).toContain(needs);
    const refused = await clicks(harness, 'olivia', 'Approve for 1 h');
    expect(refused).toContain('Not approved: this type of access can be opened only while support access is blocked');
    expect(harness.audits().at(-1)).toMatchObject({ action: 'approve', outcome: 'refused', reason: 'needs-block' });
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();

    await types(harness, 'olivia', 'block');
    await submits(harness, 'olivia');
    expect(rootOf(harness, await harness.onlyGrant())).not.toContain('cannot be approved');
    expect(await clicks(harness, 'olivia', 'Approve for 1 h')).toBe('');
    expect(inAtlas(harness, 'payments-prod')).toMatchObject({ grantType: 'CLUSTER_DATABASE_LOGS' });
  });

  it('an owner’s own grant for logs waits, and says why', async () => {
    const harness = await startHarness({ atlasSeed: unblocked });
    const answer = await types(harness, 'olivia', 'grant ledger-prod 1h logs Primary steps down again');
    expect(answer).toContain('Your approval could not be counted, for the reason given below: it waits.');
    expect(answer).toContain(needs);
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested', approvals: [] });
  });

  it('infrastructure is allowed, with the plain statement that support can enter anyway', async () => {
    const harness = await startHarness({ atlasSeed: unblocked });
    const anyway = 'MongoDB support can enter the infrastructure of every cluster anyway, with or without this grant.';
    await types(harness, 'erin', 'request');
    expect(harness.erin.modal().text).toContain(
      'MongoDB support can enter the infrastructure of all 6 clusters anyway',
    );
    expect(await types(harness, 'erin', 'request payments-prod 1h infrastructure Disk is slow')).toContain(anyway);
    expect(rootOf(harness, await harness.onlyGrant())).toContain(anyway);
    await clicks(harness, 'olivia', 'Approve for 1 h');
    const grant = await harness.onlyGrant();
    expect(grant.state).toBe('active');
    expect(notes(harness, grant)).toHaveLength(1);
    const own = await types(harness, 'olivia', 'grant ledger-prod 1h infrastructure Disk is slow', channelName);
    expect(own).toContain(anyway);
  });
});
