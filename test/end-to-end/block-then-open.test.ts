import { describe, expect, it } from 'vitest';
import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { type Harness, minute } from '../support/harness.ts';
import {
  asked,
  blocksAndOpens,
  changes,
  channelHeadlines,
  fillsForm,
  isOpen,
  offered,
  opensForm,
  started,
} from './block-then-open-steps.ts';
import { clicks, inAtlas, rootOf, submits, types } from './steps.ts';

async function sets({ organizations }: Harness, policy: { approvalsNeeded?: number; ownApprovalCounts?: boolean }) {
  await organizations.update<never>(demoSeed.organizationId, (doc) => ({ ok: true, doc: { ...doc, policy } }));
}

describe('an owner of an organization that is open to support', () => {
  it.each(['status', 'home'])(
    'is offered both as one step in the %s: a form, one confirm, and it is open',
    async (where) => {
      const harness = await started();
      if (where === 'status') {
        expect(await types(harness, 'olivia', '')).toContain(`[Block] [${opensForm}]`);
        await clicks(harness, 'olivia', opensForm);
      } else {
        await harness.olivia.opensHome();
        await harness.idle();
        expect(harness.olivia.home().text).toContain(`[Block] [${opensForm}]`);
        await harness.olivia.home().clicks(opensForm);
        await harness.idle();
      }
      const form = harness.olivia.modal();
      expect(form.text).toContain('Access: (•) Database logs only');
      expect(form.text).toContain(
        'Before it opens (optional): [x] Block support access for the whole organization first',
      );
      expect(harness.sandbox.atlas.state.blocked).toBe(false);

      const answer = await fillsForm(harness);
      expect(answer).toContain(isOpen);
      expect(answer).toContain('Support access is blocked for the organization.');
      // Blocked first: Atlas takes no grant for logs before.
      expect(changes(harness)).toEqual(['patchSettings 200', 'grant 204']);
      expect(inAtlas(harness, 'payments-prod')).toMatchObject({ grantType: 'CLUSTER_DATABASE_LOGS' });
      expect(rootOf(harness, await harness.onlyGrant())).toContain(isOpen);
      expect(channelHeadlines(harness)).toEqual([isOpen, 'Support access is blocked for the organization']);
      expect(await types(harness, 'oscar', '')).not.toContain('Block, then');
    },
  );

  it('is offered it by the answer to a grant, once: what is sent again makes nothing new', async () => {
    const harness = await started();
    const answer = await types(harness, 'olivia', asked.replace('request', 'grant'));
    expect(answer).toContain('Your approval could not be counted, for the reason given below: it waits.');
    expect(answer.endsWith(`[${offered}]`)).toBe(true);
    const told = await clicks(harness, 'olivia', offered);
    expect(told).toContain(`${isOpen}\nIt is open until today at 11:00 UTC (in 2 hours).`);
    await harness.sandbox.workspace.replay();
    await harness.idle();
    await harness.advance(6 * minute);
    expect(changes(harness)).toEqual(['patchSettings 200', 'grant 204']);
    const grant = await harness.onlyGrant();
    expect(grant.history.map(({ action }) => action)).toEqual([
      'request',
      'approve',
      'block-first',
      'seen-blocked',
      'seen-open',
    ]);
    expect(channelHeadlines(harness)).toEqual([isOpen, 'Support access is blocked for the organization']);
    // Whoever presses the button of the old answer again is told how it stands.
    const late = await clicks(harness, 'olivia', offered);
    expect(late).toContain('Nothing was changed: this is decided already.');
    expect(late).toContain('Nothing was blocked either.');
  });

  it('is offered it where they approve what somebody else asked for, or ask for it again', async () => {
    const harness = await started();
    await types(harness, 'erin', asked);
    expect(rootOf(harness, await harness.onlyGrant())).toContain(
      'An owner who presses Approve is offered both as one step.',
    );
    expect(await types(harness, 'oscar', asked.replace('request', 'grant'))).toContain(`[${offered}]`);
    const refused = await clicks(harness, 'olivia', 'Approve for 2 h');
    expect(refused).toContain('Not approved: this type of access can be opened only while support access is blocked');
    expect(refused).toContain(`[${offered}]`);
    expect(await clicks(harness, 'olivia', offered)).toContain(isOpen);
    expect(harness.sandbox.atlas.state.blocked).toBe(true);
    expect((await harness.onlyGrant()).approvals.map(({ by }) => by.name)).toEqual(['Olivia Owner']);
  });

  it('is offered it in the form of a grant, where it need not be ticked', async () => {
    const harness = await started();
    await types(harness, 'olivia', 'grant');
    const form = harness.olivia.modal();
    expect(form.text).toContain(
      'For database logs only the organization has to be blocked: the last box does that first.',
    );
    expect(form.text).toContain(
      'Before it opens (optional): [ ] Block support access for the whole organization first',
    );
    await form.choose('Access', 'Infrastructure and all cluster logs');
    await harness.idle();
    // What the form shows follows the choice, and keeps the box.
    expect(form.text).toContain('With infrastructure and all cluster logs:');
    expect(form.text).toContain('Before it opens (optional): [ ]');
    await form.choose('Before it opens', 'Block support access for the whole organization first');
    await form.choose('Access', 'Infrastructure and App Services sync data');
    await harness.idle();
    expect(form.text).toContain('Before it opens (optional): [x]');
    await form.choose('Access', 'Infrastructure and all cluster logs');
    expect(await fillsForm(harness)).toContain(isOpen);
    expect(changes(harness)).toEqual(['patchSettings 200', 'grant 204']);
    expect(inAtlas(harness, 'payments-prod')).toMatchObject({ grantType: 'CLUSTER_INFRASTRUCTURE' });
  });

  it('opens it at once where somebody has blocked meanwhile', async () => {
    const harness = await started();
    await types(harness, 'olivia', asked.replace('request', 'grant'));
    await types(harness, 'oscar', 'block');
    await submits(harness, 'oscar');
    expect(await clicks(harness, 'olivia', offered)).toContain(isOpen);
    expect(changes(harness)).toEqual(['patchSettings 200', 'grant 204']);
    await types(harness, 'olivia', 'grant');
    expect(harness.olivia.modal().text).not.toContain('Before it opens');
  });
});

describe('everybody else', () => {
  it.each(['priya', 'erin'] as const)('%s is not offered it, though they may ask', async (who) => {
    const harness = await started({ settings: { DECIDERS: 'project-roles' } });
    await types(harness, 'sam', asked);
    expect(await types(harness, who, '')).not.toContain('Block, then');
    await harness[who].opensHome();
    await harness.idle();
    expect(harness[who].home().text).not.toContain('Block, then');
    expect(await clicks(harness, who, 'Approve for 2 h')).not.toContain(offered);
    expect(await types(harness, who, asked.replace('request', 'grant'))).not.toContain(offered);
    await types(harness, who, 'grant');
    expect(harness[who].hasModal()).toBe(who === 'priya');
    if (who === 'priya') expect(harness.priya.modal().text).not.toContain('Before it opens');
    expect(changes(harness)).toEqual([]);
  });

  it.each(['gus', 'sven'] as const)('%s is shown nothing of it', async (who) => {
    const harness = await started();
    await types(harness, 'erin', asked);
    for (const words of ['', 'grant payments-prod 2h logs Primary steps down again']) {
      expect(await types(harness, who, words)).not.toContain('lock, then');
    }
    expect(await clicks(harness, who, 'Approve for 2 h')).not.toContain(offered);
    await harness[who].opensHome();
    await harness.idle();
    expect(harness[who].home().text).not.toContain('Block, then');
    expect(changes(harness)).toEqual([]);
  });

  it('who was an owner when it was offered and is none any more blocks and opens nothing', async () => {
    const harness = await started({ settings: { DECIDERS: 'project-roles' } });
    await types(harness, 'olivia', asked.replace('request', 'grant'));
    await types(harness, 'olivia', 'grant');
    harness.sandbox.atlas.state.setUserRoles('olivia.owner@meridian.example', { orgRoles: ['ORG_MEMBER'] });
    await harness.advance(11 * minute);
    const why = 'Not blocked. Only an organization owner may block support access. Ask Oscar Second.';
    expect(await clicks(harness, 'olivia', offered)).toBe(why);
    expect(harness.audits().at(-1)).toMatchObject({ action: 'block', outcome: 'refused', reason: 'not-owner' });
    expect(changes(harness)).toEqual([]);
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested', approvals: [] });
  });
});

describe('where the owner’s approval is not enough', () => {
  it.each([
    ['two have to approve', { approvalsNeeded: 2 }, 'Your approval counts, but is not enough: it is not open yet.'],
    ['own approvals do not count', { ownApprovalCounts: false }, 'your own approval does not count here'],
  ])('because %s: blocked at once, and the grant waits for another decider', async (_, policy, why) => {
    const harness = await started();
    await sets(harness, policy);
    const answer = await blocksAndOpens(harness);
    expect(answer).toContain(why);
    expect(answer).toContain('Support access is blocked for the organization.');
    expect(harness.sandbox.atlas.state.blocked).toBe(true);
    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({ state: 'requested' });
    expect(rootOf(harness, grant)).not.toContain('cannot be approved yet');
    expect(await clicks(harness, 'oscar', 'Approve for 2 h')).toBe('');
    expect(inAtlas(harness, 'payments-prod')).toBeDefined();
    expect(changes(harness)).toEqual(['patchSettings 200', 'grant 204']);
  });

  it('because the cluster has a grant: blocked at once, and what is open is not replaced', async () => {
    const harness = await started();
    await types(harness, 'oscar', 'grant payments-prod 1h infrastructure Disk is slow');
    const answer = await blocksAndOpens(harness);
    expect(answer).toContain('The request can be approved once that has ended.');
    expect(answer).toContain('Support access is blocked for the organization.');
    expect(inAtlas(harness, 'payments-prod')).toMatchObject({ grantType: 'CLUSTER_INFRASTRUCTURE' });
    expect(harness.sandbox.atlas.state.blocked).toBe(true);
  });
});

describe('who approves with changes, down to logs', () => {
  /** Erin asks for infrastructure, and Olivia chooses logs. */
  async function choosesLogs(): Promise<Harness> {
    const harness = await started();
    await types(harness, 'erin', asked.replace('logs', 'infrastructure'));
    await clicks(harness, 'olivia', 'Approve with changes…');
    await harness.olivia.modal().choose('Access', 'Database logs only');
    await harness.idle();
    return harness;
  }

  it('is offered the block in the same form, and told at its box that it takes one', async () => {
    const harness = await choosesLogs();
    const form = harness.olivia.modal();
    expect(form.text).toContain(
      'For database logs only the organization has to be blocked: the last box does that first.',
    );
    await form.submit();
    const why = 'For database logs only the organization has to be blocked first: tick this, or choose other access.';
    expect(form.errors).toEqual({ 'Before it opens': why });
    expect(changes(harness)).toEqual([]);
    await form.choose('Before it opens', 'Block support access for the whole organization first');
    const answer = await submits(harness, 'olivia');
    expect(answer).toContain(isOpen);
    expect(answer).toContain('Support access is blocked for the organization.');
    expect(changes(harness)).toEqual(['patchSettings 200', 'grant 204']);
    expect(inAtlas(harness, 'payments-prod')).toMatchObject({ grantType: 'CLUSTER_DATABASE_LOGS' });
    expect(await harness.onlyGrant()).toMatchObject({ narrowed: { by: { name: 'Olivia Owner' } } });
  });

  it('and may not block, is not offered it, and told why the approval does not count', async () => {
    const harness = await started({ settings: { DECIDERS: 'project-roles' } });
    await types(harness, 'erin', asked.replace('logs', 'infrastructure'));
    await clicks(harness, 'priya', 'Approve with changes…');
    const form = harness.priya.modal();
    expect(form.text).not.toContain('Before it opens');
    await form.choose('Access', 'Database logs only');
    await harness.idle();
    expect(form.text).toContain('This cannot be approved until the organization is blocked: `/support-access block`');
    expect(await submits(harness, 'priya')).toContain(
      'Not approved: this type of access can be opened only while support access is blocked',
    );
    expect(changes(harness)).toEqual([]);
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested', termsVersion: 1 });
  });

  it('and was an owner when the form was opened, and is none any more, blocks and opens nothing', async () => {
    const harness = await choosesLogs();
    await harness.olivia.modal().choose('Before it opens', 'Block support access for the whole organization first');
    harness.sandbox.atlas.state.setUserRoles('olivia.owner@meridian.example', { orgRoles: ['ORG_MEMBER'] });
    await harness.advance(11 * minute);
    expect(await submits(harness, 'olivia')).toContain(
      'Not blocked. Only an organization owner may block support access.',
    );
    expect(changes(harness)).toEqual([]);
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested', termsVersion: 1 });
  });
});
