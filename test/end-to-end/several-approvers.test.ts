import { describe, expect, it } from 'vitest';
import type { OrganizationPolicy } from '../../src/grants/policy.ts';
import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { mentionsIn } from '../../src/sandbox/slack/mentions.ts';
import { type Harness, minute, people, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, notes, rootOf, submits, types } from './steps.ts';

async function underPolicy(policy: Partial<OrganizationPolicy>): Promise<Harness> {
  const harness = await startHarness({ settings: { DECIDERS: 'project-roles' } });
  await sets(harness, policy);
  return harness;
}

/** As if owners had set it. */
async function sets({ organizations }: Harness, policy: Partial<OrganizationPolicy>): Promise<void> {
  await organizations.update<never>(demoSeed.organizationId, (doc) => ({ ok: true, doc: { ...doc, policy } }));
}

const two = { approvalsNeeded: 2 };
const asks = (harness: Harness, words = 'payments-prod 8h infrastructure Primary steps down again') =>
  types(harness, 'erin', `request ${words}`);

describe('where two have to approve', () => {
  it('shows who has, does not count the same person twice, and opens with the second', async () => {
    const harness = await underPolicy(two);
    await asks(harness);
    expect(rootOf(harness, await harness.onlyGrant())).toContain('Approvals: 2 are needed, by different people');

    expect(await clicks(harness, 'olivia', 'Approve for 8 h')).toBe('');
    const once = await harness.onlyGrant();
    expect(once).toMatchObject({ state: 'requested' });
    expect(rootOf(harness, once)).toContain('Approvals: 1 of 2, by Olivia Owner; waits for another');
    // Who has approved is not called any more.
    const [root] = harness.sandbox.slack.messages(harness.channel).filter(({ ts }) => ts === once.message?.ts);
    expect(root === undefined ? [] : mentionsIn(root)).toEqual([`<@${people.oscar}>`, `<@${people.priya}>`]);
    expect(await clicks(harness, 'olivia', 'Approve for 8 h')).toContain(
      'You have approved this already. It waits for one more approval, by somebody else.',
    );
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();

    expect(await clicks(harness, 'priya', 'Approve for 8 h')).toBe('');
    expect(inAtlas(harness, 'payments-prod')).toBeDefined();
    expect(rootOf(harness, await harness.onlyGrant())).toContain('Approved by: Olivia Owner and Priya Project');
  });

  it.each(['erin', 'gus', 'sven'] as const)('%s counts for nothing', async (who) => {
    const harness = await underPolicy(two);
    await asks(harness);
    expect(await clicks(harness, who, 'Approve for 8 h')).toContain('Not approved.');
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested', approvals: [] });
  });

  it('ends with one denial', async () => {
    const harness = await underPolicy(two);
    await asks(harness);
    await clicks(harness, 'olivia', 'Approve for 8 h');
    await clicks(harness, 'oscar', 'Deny');
    await harness.oscar.modal().fill('Reason', 'Not this week');
    await submits(harness, 'oscar');
    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({ state: 'denied' });
    expect(rootOf(harness, grant)).not.toContain('[Approve');
  });

  it('asks those again who approved other terms, by name', async () => {
    const harness = await underPolicy(two);
    await asks(harness);
    await clicks(harness, 'olivia', 'Approve for 8 h');
    await clicks(harness, 'oscar', 'Approve with changes…');
    await harness.oscar.modal().choose('Duration', '2 h');
    await submits(harness, 'oscar');
    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({ state: 'requested', terms: { durationMs: 120 * minute } });
    expect(rootOf(harness, grant)).toContain('Approvals: 1 of 2, by Oscar Second; waits for another');
    expect(notes(harness, grant)[0]).toContain('Asked again: @Olivia Owner');
    await clicks(harness, 'olivia', 'Approve for 2 h');
    expect(inAtlas(harness, 'payments-prod')?.expirationTime).toEqual(new Date('2026-03-02T11:00:00Z'));
  });

  it("waits for another decider after an owner's grant, and says so", async () => {
    const harness = await underPolicy(two);
    const answer = await types(harness, 'olivia', 'grant payments-prod 4h logs Primary steps down again');
    expect(answer).toContain('Your approval counts, but is not enough: it is not open yet.');
    expect(answer).toContain('Approvals: 1 of 2, by Olivia Owner; waits for another');
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
    await clicks(harness, 'oscar', 'Approve for 4 h');
    expect(inAtlas(harness, 'payments-prod')).toBeDefined();
  });

  it('asks for as many for an extension and another type', async () => {
    const harness = await underPolicy(two);
    await asks(harness, 'payments-prod 2h infrastructure Primary steps down again');
    await clicks(harness, 'olivia', 'Approve for 2 h');
    await clicks(harness, 'oscar', 'Approve for 2 h');
    await harness.advance(10 * minute);
    await types(harness, 'olivia', 'extend payments-prod 4h');
    expect(rootOf(harness, await harness.onlyGrant())).toContain(
      'Approvals: 1 of 2, by Olivia Owner; waits for another',
    );
    expect(inAtlas(harness, 'payments-prod')?.expirationTime).toEqual(new Date('2026-03-02T11:00:00Z'));
    await clicks(harness, 'oscar', 'Approve change');
    expect(inAtlas(harness, 'payments-prod')?.expirationTime).toEqual(new Date('2026-03-02T13:10:00Z'));
    await types(harness, 'oscar', 'change payments-prod logs');
    expect(inAtlas(harness, 'payments-prod')?.grantType).toBe('CLUSTER_INFRASTRUCTURE');
    await clicks(harness, 'olivia', 'Approve change');
    expect(inAtlas(harness, 'payments-prod')?.grantType).toBe('CLUSTER_DATABASE_LOGS');
  });

  it('is asked of what was requested before as well, and of what is open when it is changed', async () => {
    const harness = await underPolicy({});
    await asks(harness);
    await types(harness, 'olivia', 'grant ledger-prod 2h infrastructure Slow queries since noon');
    await sets(harness, two);
    await clicks(harness, 'olivia', 'Approve for 8 h');
    const [asked, open] = await harness.allGrants();
    expect(asked).toMatchObject({ state: 'requested', approvalsNeeded: 2 });
    expect(open).toMatchObject({ state: 'active', approvalsNeeded: 1 });
    await types(harness, 'olivia', 'extend ledger-prod 4h');
    expect(inAtlas(harness, 'ledger-prod')?.expirationTime).toEqual(new Date('2026-03-02T11:00:00Z'));
    // What has become less strict changes nothing of what was asked for before.
    await sets(harness, {});
    expect(await clicks(harness, 'olivia', 'Approve for 8 h')).toContain('You have approved this already.');
    await clicks(harness, 'oscar', 'Approve for 8 h');
    expect(inAtlas(harness, 'payments-prod')).toBeDefined();
  });

  it('makes no two requests for the same out of two, and says what to do', async () => {
    const harness = await underPolicy(two);
    await asks(harness);
    await types(harness, 'dana', 'request payments-prod 1h logs Slow queries since noon', 'engineering');
    await clicks(harness, 'oscar', 'Approve with changes…', { message: 'Erin Engineer asks' });
    await harness.oscar.modal().choose('Access', 'Database logs only');
    expect(await submits(harness, 'oscar')).toContain(
      'Not approved: another request for payments-prod asks for that type of access already. Decide that one, or choose another type.',
    );
    const [asked] = await harness.allGrants();
    expect(asked).toMatchObject({ state: 'requested', terms: { type: 'CLUSTER_INFRASTRUCTURE' }, approvals: [] });
    expect(harness.audits()).toContainEqual(expect.objectContaining({ reason: 'request-exists', grantId: asked?._id }));
  });
});

describe('where one person may open only so many grants in an hour', () => {
  it('refuses one too many, says when the next is possible, and lets somebody else open it', async () => {
    const harness = await underPolicy({ grantsPerHour: 1 });
    await types(harness, 'olivia', 'grant ledger-prod 1h infrastructure Slow queries since noon');
    await harness.advance(10 * minute);
    await asks(harness);
    const refused = await clicks(harness, 'olivia', 'Approve for 8 h');
    expect(refused).toContain('Not approved. The settings let one person open one grant in an hour');
    expect(refused).toContain(
      'You can approve the next today at 10:00 UTC; somebody else who may decide can do it now.',
    );
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
    expect(harness.audits()).toContainEqual(expect.objectContaining({ reason: 'too-many-opened' }));
    await clicks(harness, 'oscar', 'Approve for 8 h');
    expect(inAtlas(harness, 'payments-prod')).toBeDefined();
  });

  it("keeps an owner's grant as a request, and counts anew after an hour", async () => {
    const harness = await underPolicy({ grantsPerHour: 1 });
    await types(harness, 'olivia', 'grant ledger-prod 30m infrastructure Slow queries since noon');
    const answer = await types(harness, 'olivia', 'grant payments-prod 4h infrastructure Primary steps down again');
    expect(answer).toContain('Your approval was not counted: it waits. The settings let one person open one grant');
    await harness.advance(61 * minute);
    expect(await clicks(harness, 'olivia', 'Approve for 4 h')).toBe('');
    expect(inAtlas(harness, 'payments-prod')).toBeDefined();
  });
});
