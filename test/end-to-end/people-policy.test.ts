import { describe, expect, it } from 'vitest';
import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { mentionsIn } from '../../src/sandbox/slack/mentions.ts';
import { type Harness, people, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, notes, rootOf, submits, thread, types } from './steps.ts';

const oscarIsMember = {
  ...demoSeed,
  users: demoSeed.users.map((user) => (user.email.startsWith('oscar') ? { ...user, orgRoles: ['ORG_MEMBER'] } : user)),
};

const mentions = (harness: Harness, ts: string | undefined) =>
  harness.sandbox.slack
    .messages(harness.channel)
    .filter((message) => message.ts === ts)
    .flatMap(mentionsIn);

describe('PORTCULLIS_OWNERS narrows the deciders', () => {
  it('keeps an owner who is not named out, and calls only those who are', async () => {
    const harness = await startHarness({ settings: { PORTCULLIS_OWNERS: people.olivia } });
    await types(harness, 'erin', 'request ledger-prod 8h logs Disk latency on the primary');
    const grant = await harness.onlyGrant();
    expect(mentions(harness, grant.message?.ts)).toEqual([`<@${people.olivia}>`]);

    const named = (may: string) =>
      `You have the role in MongoDB Atlas, but the settings of Portcullis name who may ${may}, and you are not among them. Ask Olivia Owner.`;
    expect(await clicks(harness, 'oscar', 'Approve for 8 h')).toBe(`Not approved. ${named('approve this')}`);
    expect(await clicks(harness, 'oscar', 'Deny')).toBe(`Not denied. ${named('deny this')}`);
    expect(await types(harness, 'oscar', 'grant warehouse 4h logs Slow queries since noon')).toBe(
      `Not approved. ${named('approve this')}`,
    );
    expect(await types(harness, 'oscar', 'block')).toBe(`Not blocked. ${named('block support access')}`);
    expect(await types(harness, 'oscar', 'unblock because the case needs it')).toBe(
      `Not unblocked. ${named('unblock support access')}`,
    );
    expect(await types(harness, 'oscar', 'whoami')).toContain(named('decide about support access'));
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested' });

    expect(await clicks(harness, 'olivia', 'Approve for 8 h')).toBe('');
    expect(await clicks(harness, 'oscar', 'Revoke now')).toBe(`Not revoked. ${named('revoke this')}`);
    expect(inAtlas(harness, 'ledger-prod')).toBeDefined();
  });

  it('gives nobody a right whom Atlas gives none', async () => {
    const harness = await startHarness({ settings: { PORTCULLIS_OWNERS: `${people.olivia},${people.erin}` } });
    expect(await types(harness, 'erin', 'grant ledger-prod 8h logs Disk latency on the primary')).toBe(
      'Not approved. Your roles in MongoDB Atlas do not let you approve this. Ask Olivia Owner.',
    );
  });
});

describe('where own approvals do not count', () => {
  const settings = { OWN_APPROVAL_COUNTS: 'false' };

  it('a grant waits for another decider, says for whom, and calls nobody who cannot approve it', async () => {
    const harness = await startHarness({ settings });
    const answer = await types(harness, 'olivia', 'grant ledger-prod 8h logs Disk latency on the primary');
    expect(answer).toContain('Asked for support access to ledger-prod');
    const own =
      'Not approved. You asked for this yourself, and your own approval does not count here. Ask Oscar Second.';
    expect(answer).toContain(own);
    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({ state: 'requested', approvals: [] });
    expect(mentions(harness, grant.message?.ts)).toEqual([`<@${people.oscar}>`]);
    expect(await clicks(harness, 'olivia', 'Approve for 8 h')).toBe(own);
    expect(inAtlas(harness, 'ledger-prod')).toBeUndefined();

    expect(await clicks(harness, 'oscar', 'Approve for 8 h')).toBe('');
    expect(rootOf(harness, await harness.onlyGrant())).toContain('Approved by: Oscar Second');
    expect(inAtlas(harness, 'ledger-prod')).toBeDefined();
  });

  it('who asked may still deny and revoke', async () => {
    const harness = await startHarness({ settings });
    await types(harness, 'olivia', 'request ledger-prod 8h logs Disk latency on the primary');
    await clicks(harness, 'olivia', 'Deny');
    await harness.olivia.modal().fill('Reason', 'I found it myself.');
    expect(await submits(harness, 'olivia')).toContain('Denied');
    expect(notes(harness, await harness.onlyGrant()).join()).toContain('Olivia Owner denied support access');
  });

  it('a sole decider is told so, and what to change', async () => {
    const harness = await startHarness({ settings, atlasSeed: oscarIsMember });
    const sole =
      'Not approved. You asked for this yourself, and your own approval does not count here. You are the only one who may decide: add a second organization owner in MongoDB Atlas, or let own approvals count: `/support-access settings`';
    expect(await types(harness, 'olivia', 'grant ledger-prod 8h logs Disk latency on the primary')).toContain(sole);
    expect(await clicks(harness, 'olivia', 'Approve for 8 h')).toBe(sole);
    const grant = await harness.onlyGrant();
    expect(rootOf(harness, grant)).toContain('Nobody in this workspace was found yet who may approve this.');
    expect(mentions(harness, grant.message?.ts)).toEqual([]);
    expect(
      harness.audits().filter(({ action, outcome }) => action === 'approve' && outcome === 'refused'),
    ).toMatchObject([{ reason: 'own-request', grantId: grant._id, from: 'requested' }]);
  });
});

describe('a role that was lost since the message was posted', () => {
  it('opens nothing: it is read again at the approval, and the refusal is on the record', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request ledger-prod 8h logs Disk latency on the primary');
    harness.sandbox.atlas.state.setUserRoles('oscar.second@meridian.example', { orgRoles: ['ORG_MEMBER'] });

    expect(await clicks(harness, 'oscar', 'Approve for 8 h')).toBe(
      'Not approved. Your roles in MongoDB Atlas do not let you approve this. Ask Olivia Owner.',
    );
    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({ state: 'requested', approvals: [] });
    expect(inAtlas(harness, 'ledger-prod')).toBeUndefined();
    expect(harness.audits().filter(({ outcome }) => outcome === 'refused')).toMatchObject([
      {
        action: 'approve',
        reason: 'not-decider',
        grantId: grant._id,
        from: 'requested',
        actor: { slackId: people.oscar },
      },
    ]);
    expect(harness.sandbox.atlas.calls.filter(({ call }) => call === 'grant')).toEqual([]);
  });

  it('no longer decides anything once the directory has been read again, and is no longer called', async () => {
    const harness = await startHarness();
    harness.sandbox.atlas.state.removeUser('oscar.second@meridian.example');
    await harness.advance(11 * 60_000);
    await types(harness, 'erin', 'request ledger-prod 8h logs Disk latency on the primary');
    expect(mentions(harness, (await harness.onlyGrant()).message?.ts)).toEqual([`<@${people.olivia}>`]);
    expect(await clicks(harness, 'oscar', 'Deny')).toBe(
      'Not denied. No account of your organization in MongoDB Atlas has your Slack e-mail address. Ask Olivia Owner.',
    );
    await clicks(harness, 'olivia', 'Approve for 8 h');
    expect(thread(harness, await harness.onlyGrant()).flatMap(mentionsIn)).toEqual([`<@${people.erin}>`]);
  });

  it('counts again as soon as it is given', async () => {
    const harness = await startHarness();
    harness.sandbox.atlas.state.setUserRoles('erin.engineer@meridian.example', { orgRoles: ['ORG_OWNER'] });
    expect(await types(harness, 'erin', 'grant ledger-prod 8h logs Disk latency on the primary')).toContain(
      'ledger-prod is open to MongoDB support',
    );
  });
});
