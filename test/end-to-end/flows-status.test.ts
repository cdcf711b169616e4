import { describe, expect, it } from 'vitest';
import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { hour, minute, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, submits, types } from './steps.ts';

const blocked = 'Support access is blocked for the organization';

describe('status', () => {
  it('of an organization in which nothing happens', async () => {
    const harness = await startHarness();
    const status = [
      blocked,
      'MongoDB support can enter a cluster only while a grant is open.',
      'No grant is open. No requests wait.',
    ].join('\n');
    expect(await types(harness, 'erin', '')).toBe(status);
    expect(await types(harness, 'dana', 'status', 'engineering')).toBe(status);
  });

  it('begins with all that support can enter while it is not blocked', async () => {
    const harness = await startHarness({ atlasSeed: { ...demoSeed, blocked: false } });
    expect(await types(harness, 'erin', 'status')).toMatch(
      /^Support access is not blocked: MongoDB support can already enter the infrastructure of all 6 clusters\n/,
    );
  });

  it('says what is open, what exactly and until when, and which requests wait since when', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request warehouse 4h logs Queries are slow today');
    await harness.advance(10 * minute);
    expect(await types(harness, 'erin', 'status')).toMatch(
      /\nNo grant is open\.\nErin Engineer asks for .*\nWaits since/,
    );
    await types(harness, 'olivia', 'grant ledger-prod 2h infrastructure Disk latency on the primary');
    const [request, open] = await harness.allGrants();
    await harness.advance(20 * minute);
    expect(await types(harness, 'erin', 'status')).toBe(
      [
        blocked,
        'MongoDB support can enter a cluster only while a grant is open.',
        'ledger-prod is open to MongoDB support',
        'It is open until today at 11:10 UTC (in 2 hours).',
        'Access: infrastructure and all cluster logs',
        `${open?._id} (${open?.message?.permalink})`,
        'Erin Engineer asks for support access to warehouse',
        'Waits since today at 09:00 UTC (30 minutes ago): database logs only for 4 h.',
        `${request?._id} (${request?.message?.permalink})`,
      ].join('\n'),
    );
    const ledger = await types(harness, 'erin', 'status LEDGER-prod');
    expect(ledger).toContain('ledger-prod is open');
    expect(ledger).not.toContain('warehouse');
    expect(ledger).toContain('No requests wait on ledger-prod, project payments.');
    const warehouse = await types(harness, 'erin', 'status warehouse');
    expect(warehouse).toContain('Waits since');
    expect(warehouse).toContain('No grant is open on warehouse, project analytics.');
  });

  it('says what may be open and why, while an opening was not answered', async () => {
    const harness = await startHarness();
    const late = harness.sandbox.atlas.addFault({ call: 'grant', kind: 'late' });
    await types(harness, 'erin', 'request ledger-prod 1h infrastructure Disk is slow');
    await clicks(harness, 'olivia', 'Approve for 1 h');
    const status = await types(harness, 'erin', 'status');
    expect(status).toContain('Approved by Olivia Owner: opening ledger-prod to MongoDB support');
    expect(status).toContain('It may already be open, since today at 09:00 UTC.');
    expect(status).toContain('Still trying: ');
    expect(status).not.toContain('ledger-prod is open');
    late.clear();
  });

  it('of an unknown cluster names the nearest, and of a name in two projects covers both', async () => {
    const harness = await startHarness();
    expect(await types(harness, 'erin', 'status leger-prd')).toBe(
      'There is no cluster called “leger-prd”. The nearest: ledger-prod.',
    );
    expect(await types(harness, 'erin', 'status staging')).toContain(
      'No grant is open on staging, project payments and platform.',
    );
  });
});

describe('whoami', () => {
  it.each([
    ['olivia', /may decide about support access to every cluster\n.*also block.*\n[\s\S]*ORG_OWNER/],
    ['oscar', /may decide about support access to every cluster/],
    ['priya', /may not decide about support access\nYour roles in MongoDB Atlas do not let you/],
    ['sam', /may not decide about support access\nYour roles in MongoDB Atlas do not let you/],
    ['erin', /may not decide about support access\nYour roles in MongoDB Atlas do not let you/],
    ['dana', /may not decide about support access\nNo account of your organization/],
    [
      'pat',
      /may not decide about support access\nYour account in MongoDB Atlas is not active[\s\S]*Atlas: pending\.pat@meridian\.example, not active\n/,
    ],
    ['gus', /Guests of this workspace cannot use Portcullis/],
    ['sven', /People of another workspace cannot use Portcullis/],
  ] as const)('tells %s how they are known and what they may decide, or why not', async (who, expected) => {
    const harness = await startHarness();
    const channel = who === 'dana' ? 'engineering' : undefined;
    const told = await types(harness, who, 'whoami', channel);
    expect(told).toMatch(expected);
    expect(told.includes('Link between the two: confirmed')).toBe(who === 'olivia' || who === 'oscar');
  });

  it('tells who decides through a project of which', async () => {
    const harness = await startHarness({ settings: { DECIDERS: 'project-roles' } });
    expect(await types(harness, 'priya', 'whoami')).toContain(
      'You, Priya Project, may decide about support access to the clusters of payments',
    );
    expect(await types(harness, 'sam', 'whoami')).toContain('to the clusters of analytics');
  });
});

describe('help', () => {
  it('lists every command with examples, and a misspelt command leads there', async () => {
    const harness = await startHarness();
    const help = await types(harness, 'erin', 'help');
    for (const command of ['status', 'request', 'grant', 'revoke', 'block', 'unblock', 'whoami', 'help']) {
      expect(help).toContain(`/support-access ${command}`);
    }
    expect(help).toContain('Examples');
    expect(help).toContain('from 30 min to 24 h. 24 h when nothing is said.');
    const misspelt = await types(harness, 'erin', 'stauts');
    expect(misspelt).toContain('There is no command “stauts”. Did you mean `/support-access status`?');
    expect(misspelt).toContain('Examples');
  });
});

describe('revoke', () => {
  it('of nothing says so', async () => {
    const harness = await startHarness();
    expect(await types(harness, 'olivia', 'revoke')).toBe(
      'Nothing to revoke: nothing is open, and no request of yours waits.',
    );
    expect(await types(harness, 'olivia', 'revoke ledger-prod')).toContain('nothing is open on “ledger-prod”');
    expect(await types(harness, 'olivia', 'revoke leger-prod')).toContain(
      'Nothing was revoked. There is no cluster called “leger-prod”. The nearest: ledger-prod',
    );
    expect(await types(harness, 'olivia', 'revoke g-0000000000')).toBe(
      'Nothing was changed: Portcullis has no such record.',
    );
    expect(harness.olivia.hasModal()).toBe(false);
  });

  it('takes an id, and says of what has ended that it has', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', 'grant ledger-prod 1h infrastructure Disk latency on the primary');
    const { _id: id } = await harness.onlyGrant();
    await types(harness, 'oscar', `revoke ${id.toUpperCase()}`);
    expect(harness.oscar.modal().text).toContain('ledger-prod is open to MongoDB support');
    expect(await submits(harness, 'oscar')).toContain('ledger-prod is closed');
    await harness.oscar.modal().close();
    expect(await types(harness, 'oscar', `revoke ${id}`)).toContain(
      'Nothing was revoked: nothing is open here. Oscar Second revoked support access to ledger-prod.',
    );
  });

  it('of several asks which, then asks once more, and closes that one', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', 'grant ledger-prod 1h infrastructure Disk latency on the primary');
    await types(harness, 'olivia', 'grant payments-prod 1h infrastructure Disk latency on the primary');
    await types(harness, 'olivia', 'request warehouse 1h infrastructure Disk latency on the primary');
    await types(harness, 'olivia', 'revoke');
    const choice = harness.olivia.modal();
    expect(choice.fields[0]?.options.toSorted()).toEqual([
      'ledger-prod (payments): open',
      'payments-prod (payments): open',
      'warehouse (analytics): your request',
    ]);
    await choice.choose('What to revoke', 'payments-prod (payments): open');
    expect(await submits(harness, 'olivia')).toContain('Make sure first that all issues');
    expect(inAtlas(harness, 'payments-prod')).toBeDefined();
    expect(await submits(harness, 'olivia')).toContain('payments-prod is closed');
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
    expect(inAtlas(harness, 'ledger-prod')?.expirationTime).toEqual(
      new Date(harness.sandbox.clock.now().getTime() + hour),
    );
  });
});
