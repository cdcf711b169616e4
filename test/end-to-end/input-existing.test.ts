import { describe, expect, it } from 'vitest';
import { type Harness, hour, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, rootOf, submits, types } from './steps.ts';

const grantsMade = ({ sandbox }: Harness): number =>
  sandbox.atlas.state.events.filter(({ eventTypeName }) => eventTypeName === 'EMPLOYEE_ACCESS_GRANTED').length;

describe('a second request for the same cluster and type', () => {
  it('leads to the first, linked, and makes nothing new', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request payments-prod 4h logs Primary steps down again');
    const first = await harness.onlyGrant();
    const posted = harness.sandbox.slack.messages(harness.channel).length;
    expect(await types(harness, 'sam', 'request payments-prod 1h logs Another reason altogether')).toBe(
      [
        'Nothing new was made: this has been asked for already',
        `Erin Engineer asked for support access to payments-prod today at 09:00 UTC, database logs only for 4 h: ${first._id} (${first.message?.permalink}).`,
        'It waits for a decision.',
      ].join('\n'),
    );
    expect(await harness.onlyGrant()).toEqual(first);
    expect(harness.sandbox.slack.messages(harness.channel)).toHaveLength(posted);
  });

  it('from the form leads there too', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request payments-prod 4h infrastructure Primary steps down again');
    await types(harness, 'sam', 'request payments-prod infrastructure');
    await harness.sam.modal().fill('Reason', 'Another reason altogether');
    const shown = await submits(harness, 'sam');
    expect(shown).toContain('Nothing new was made: this has been asked for already');
    expect(shown).toContain((await harness.onlyGrant()).message?.permalink);
  });

  it('by an owner’s grant leads there, where it can be approved', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request payments-prod 4h logs Primary steps down again');
    const told = await types(harness, 'olivia', 'grant payments-prod 1h logs Another reason altogether');
    expect(told).toContain('Nothing new was made: this has been asked for already');
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested', approvals: [] });
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
  });

  it('at the same moment makes one', async () => {
    const harness = await startHarness();
    await Promise.all(
      (['erin', 'sam', 'priya', 'olivia'] as const).map((who) =>
        types(harness, who, 'request payments-prod 4h logs Primary steps down again'),
      ),
    );
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested' });
  });

  it('for another type, or after the first was decided, is a new one', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request payments-prod 4h logs Primary steps down again');
    await types(harness, 'erin', 'request payments-prod 4h infrastructure Primary steps down again');
    await clicks(harness, 'olivia', 'Deny', { message: 'database logs only' });
    await harness.olivia.modal().fill('Reason', 'Not this week');
    await submits(harness, 'olivia');
    await types(harness, 'erin', 'request payments-prod 4h logs Primary steps down again');
    expect((await harness.allGrants()).map(({ state }) => state)).toEqual(['denied', 'requested', 'requested']);
  });
});

describe('a request for a cluster that is open', () => {
  async function open(): Promise<Harness> {
    const harness = await startHarness();
    await types(harness, 'olivia', 'grant payments-prod 1h logs Primary steps down again');
    return harness;
  }

  it('is taken with a link to what is open, for who asked and for who decides', async () => {
    const harness = await open();
    const told = await types(harness, 'erin', 'request payments-prod 2h infrastructure Disk is failing');
    const [holder, request] = await harness.allGrants();
    const link = `${holder?._id} (${holder?.message?.permalink})`;
    expect(told).toContain(
      `payments-prod is open to MongoDB support. It is open until today at 10:00 UTC (in 1 hour). See ${link}.`,
    );
    expect(told).toContain('The request can be approved once that has ended.');
    expect(request && rootOf(harness, request)).toContain(
      `payments-prod has one grant at a time: this can be approved once ${link} has ended.`,
    );
  });

  it('cannot be approved until that has ended, and then can', async () => {
    const harness = await open();
    await types(harness, 'erin', 'request payments-prod 2h infrastructure Disk is failing');
    const [holder] = await harness.allGrants();
    const refused = await clicks(harness, 'oscar', 'Approve for 2 h');
    expect(refused).toContain('Not approved: a cluster has one grant at a time, and payments-prod still has another.');
    expect(refused).toContain(holder?.message?.permalink);
    expect(harness.audits().at(-1)).toMatchObject({ action: 'approve', outcome: 'refused', reason: 'target-open' });
    expect(inAtlas(harness, 'payments-prod')).toMatchObject({ grantType: 'CLUSTER_DATABASE_LOGS' });
    expect(grantsMade(harness)).toBe(1);

    await harness.advance(hour);
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
    expect(await clicks(harness, 'oscar', 'Approve for 2 h')).toBe('');
    expect(inAtlas(harness, 'payments-prod')).toMatchObject({ grantType: 'CLUSTER_INFRASTRUCTURE' });
    expect((await harness.allGrants()).map(({ state }) => state)).toEqual(['expired', 'active']);
    expect(grantsMade(harness)).toBe(2);
  });

  it('that was posted before it opened says so once somebody tries to approve it', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request payments-prod 2h infrastructure Disk is failing');
    await types(harness, 'olivia', 'grant payments-prod 1h logs Primary steps down again');
    const [request] = await harness.allGrants();
    await clicks(harness, 'oscar', 'Approve for 2 h');
    expect(request && rootOf(harness, request)).toContain('this can be approved once');
  });

  it('by an owner’s grant waits, and says why', async () => {
    const harness = await open();
    const told = await types(harness, 'oscar', 'grant payments-prod 2h infrastructure Disk is failing');
    expect(told).toContain('Your approval could not be counted, for the reason given below: it waits.');
    expect(told).toContain('The request can be approved once that has ended.');
    expect((await harness.allGrants()).map(({ state }) => state)).toEqual(['active', 'requested']);
    expect(inAtlas(harness, 'payments-prod')).toMatchObject({ grantType: 'CLUSTER_DATABASE_LOGS' });
  });

  it('opens neither twice when two requests for it are approved at once', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request payments-prod 2h infrastructure Disk is failing');
    await types(harness, 'erin', 'request payments-prod 1h logs Primary steps down again');
    await Promise.all([clicks(harness, 'olivia', 'Approve for 2 h'), clicks(harness, 'oscar', 'Approve for 1 h')]);
    await harness.idle();
    expect((await harness.allGrants()).map(({ state }) => state).sort()).toEqual(['active', 'requested']);
    expect(grantsMade(harness)).toBe(1);
  });
});
