import { describe, expect, it } from 'vitest';
import { lockedDown, wantLockdown } from '../../src/grants/lockdown.ts';
import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { channelName, type Harness, hour, minute, people, startHarness } from '../support/harness.ts';
import { inAtlas, notes, readable, rootOf, submits, types } from './steps.ts';

const openToAll = { ...demoSeed, blocked: false };
const withoutBlockAccount = { ATLAS_BLOCK_CLIENT_ID: '', ATLAS_BLOCK_CLIENT_SECRET: '' };
const refusing = { kind: 'status', status: 429 } as const;

/** The reports in the channel, oldest first. */
const reports = (harness: Harness): string[] =>
  harness.sandbox.slack
    .messages(harness.channel)
    .map((message) => readable(harness, message))
    .filter((text) => text.startsWith('Lockdown:'));

/** Ids and addresses change from run to run. */
const steady = (text: string): string => text.replace(/g-\w{10}/g, 'g-…').replace(/\(https?:[^)]*\)/g, '(…)');

async function locksDown(harness: Harness, who: 'olivia' | 'oscar'): Promise<string> {
  expect(await types(harness, who, 'lockdown')).toBe('');
  return submits(harness, who);
}

const states = async (harness: Harness): Promise<Record<string, string>> =>
  Object.fromEntries((await harness.allGrants()).map((grant) => [grant.target.name, grant.state]));

/** One grant each in requested, opening, active and closing, in an organization that is not blocked, while Atlas refuses. */
async function oneOfEach() {
  const harness = await startHarness({ atlasSeed: openToAll });
  await types(harness, 'olivia', 'grant ledger-prod 8h infrastructure Disk latency on the primary');
  await harness.advance(minute);
  await types(harness, 'olivia', 'grant warehouse 8h infrastructure Disk latency on the primary');
  await harness.advance(minute);
  await types(harness, 'erin', 'request payments-prod 8h infrastructure Primary steps down');
  const calls = harness.sandbox.atlas.addFault({ ...refusing, call: ['grant', 'revoke'] });
  await types(harness, 'olivia', 'grant events-prod 8h infrastructure Disk latency on the primary');
  await types(harness, 'olivia', 'revoke warehouse');
  await submits(harness, 'olivia');
  expect(await states(harness)).toEqual({
    'ledger-prod': 'active',
    warehouse: 'closing',
    'payments-prod': 'requested',
    'events-prod': 'opening',
  });
  calls.clear();
  return { harness, fault: harness.sandbox.atlas.addFault(refusing) };
}

describe('a lockdown', () => {
  it('ends with everything seen closed, whatever state it was in, while Atlas answers 429', async () => {
    const { harness, fault } = await oneOfEach();
    expect(await types(harness, 'oscar', 'lockdown')).toBe('');
    expect(steady(harness.oscar.modal().text)).toMatchInlineSnapshot(`
      "=== Close everything ===
      Close everything to MongoDB support?
      Make sure first that all issues which need support have been dealt with. Everything is reported in the channel.
      Blocked: the whole organization
      As read in MongoDB Atlas today at 09:00 UTC: not blocked.
      Closed, and kept trying until seen closed:
      ledger-prod: infrastructure and all cluster logs, until today at 17:00 UTC (in 8 hours), g-… (…)
      warehouse: infrastructure and all cluster logs, until today at 17:01 UTC (in 8 hours), g-… (…)
      events-prod: infrastructure and all cluster logs, until today at 17:02 UTC (in 8 hours), g-… (…)
      Cancelled:
      the request of Erin Engineer for payments-prod, g-… (…)
      [Close everything] [Cancel]"
    `);
    const shown = await submits(harness, 'oscar');
    expect(shown).toContain('Lockdown: 3 clusters are not seen closed yet');
    expect(shown).toContain('The whole organization: not seen blocked');
    expect(shown).toContain('Still trying: Atlas takes no more calls for the moment');
    expect(shown).toContain('payments-prod, project payments: the request of Erin Engineer is cancelled');
    expect(shown).toContain('Portcullis keeps trying until everything was seen closed.');
    expect(await states(harness)).toEqual({
      'ledger-prod': 'closing',
      warehouse: 'closing',
      'payments-prod': 'cancelled',
      'events-prod': 'closing',
    });
    expect(reports(harness)).toHaveLength(1);
    expect(shown).toContain(reports(harness)[0]);

    await harness.advance(2 * minute);
    expect(harness.sandbox.atlas.state.blocked).toBe(false);
    expect(reports(harness)[0]).toContain('Lockdown: 3 clusters are not seen closed yet');
    fault.clear();
    await harness.advance(15 * minute);

    expect(harness.sandbox.atlas.state.blocked).toBe(true);
    for (const cluster of ['ledger-prod', 'payments-prod']) expect(inAtlas(harness, cluster)).toBeUndefined();
    for (const cluster of ['warehouse', 'events-prod']) expect(inAtlas(harness, cluster, 'analytics')).toBeUndefined();
    expect(await states(harness)).toEqual({
      'ledger-prod': 'revoked',
      warehouse: 'revoked',
      'payments-prod': 'cancelled',
      'events-prod': 'revoked',
    });
    expect(reports(harness)).toHaveLength(1);
    const [report = ''] = reports(harness);
    expect(report).toContain('Lockdown: everything is closed, and support access is blocked');
    expect(report).toContain('events-prod, project analytics: was never opened; seen closed');
    expect(report).not.toContain('Still trying');
    const organization = await harness.organizations.find(harness.sandbox.atlas.state.id);
    expect(organization?.owed.map(({ kind }) => kind).toSorted()).toEqual(['digest-due', 'head-due', 'survey', 'sync']);
  });

  it('is told to whoever asked, with the reason, and is on the record', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request payments-prod 8h logs Primary steps down');
    const shown = await locksDown(harness, 'olivia');
    expect(shown).toContain('Lockdown: everything is closed, and support access is blocked');
    expect(shown).toContain('The same report stands in the channel.');
    const grant = await harness.onlyGrant();
    expect(rootOf(harness, grant)).toContain('It was part of a lockdown, which closed everything.');
    expect(notes(harness, grant).at(-1)).toContain('@Erin Engineer');
    expect(harness.audits()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: 'lockdown', outcome: 'done', basis: 'snapshot' }),
        expect.objectContaining({ action: 'cancel', grantId: grant._id, reason: expect.stringContaining('lockdown') }),
      ]),
    );
    // The report tells of the block: no note of its own.
    expect(harness.olivia.sees(channelName)).not.toContain('Support access is blocked for the organization');
  });

  it('leaves what is asked for afterwards to be decided', async () => {
    const { harness, fault } = await oneOfEach();
    await locksDown(harness, 'oscar');
    await types(harness, 'erin', 'request payments-prod 8h infrastructure It goes on');
    fault.clear();
    await harness.advance(15 * minute);
    expect((await harness.allGrants()).at(-1)).toMatchObject({ state: 'requested', reason: 'It goes on' });
    expect(reports(harness)[0]).toContain('Lockdown: everything is closed');
  });

  it('without the block account gives the link and the state read back; the rest goes on', async () => {
    const harness = await startHarness({ atlasSeed: openToAll, settings: withoutBlockAccount });
    await types(harness, 'olivia', 'grant ledger-prod 8h infrastructure Disk latency on the primary');
    await types(harness, 'olivia', 'lockdown');
    const page = `${harness.sandbox.atlas.url}/v2#/org/${harness.sandbox.atlas.state.id}/settings/general`;
    expect(harness.olivia.modal().text).toContain(`by hand: the setting in MongoDB Atlas (${page})`);
    const shown = await submits(harness, 'olivia');
    expect(inAtlas(harness, 'ledger-prod')).toBeUndefined();
    expect(shown).toContain('Lockdown: everything is closed, but support access was not seen blocked');
    expect(shown).toContain(page);
    expect(shown).toContain('As read in MongoDB Atlas today at 09:00 UTC: not blocked.');
    harness.sandbox.atlas.state.setBlocked(true, { email: 'olivia.owner@meridian.example' });
    await harness.advance(10 * minute);
    expect(reports(harness)).toEqual([expect.stringContaining('and support access is blocked')]);
  });

  it('with a refused block account says why, and closes the rest', async () => {
    const harness = await startHarness({ atlasSeed: openToAll });
    await types(harness, 'olivia', 'grant ledger-prod 8h infrastructure Disk latency on the primary');
    harness.sandbox.atlas.addFault({ kind: 'status', status: 403, call: 'patchSettings' });
    const shown = await locksDown(harness, 'olivia');
    expect(inAtlas(harness, 'ledger-prod')).toBeUndefined();
    expect(shown).toContain('The whole organization: not seen blocked');
    expect(shown).toContain('An organization owner can block it by hand');
  });

  it('rests on the roles last known when they cannot be read', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', 'grant ledger-prod 8h logs Disk latency on the primary');
    harness.sandbox.atlas.addFault({ kind: 'status', status: 503 });
    await harness.advance(hour);
    expect(await types(harness, 'olivia', 'unblock because the case needs it')).toContain('cannot be read right now');
    expect(await locksDown(harness, 'olivia')).toContain('Lockdown: 1 cluster is not seen closed yet');
    expect(harness.audits()).toContainEqual(
      expect.objectContaining({ action: 'lockdown', outcome: 'done', basis: 'last-known' }),
    );
  });
});

describe('a lockdown happens once', () => {
  it('though its payload comes twice', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', 'grant ledger-prod 8h logs Disk latency on the primary');
    await locksDown(harness, 'olivia');
    const version = (await harness.onlyGrant()).version;
    await harness.sandbox.workspace.replay();
    await harness.idle();
    expect(reports(harness)).toHaveLength(1);
    expect((await harness.onlyGrant()).version).toBe(version);
  });

  it('by two owners at once: everything is closed once, and both are told', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', 'grant ledger-prod 8h logs Disk latency on the primary');
    await types(harness, 'olivia', 'lockdown');
    await types(harness, 'oscar', 'lockdown');
    await Promise.all([harness.olivia.modal().submit(), harness.oscar.modal().submit()]);
    await harness.idle();
    await harness.advance(minute);
    const grant = await harness.onlyGrant();
    expect(grant.history.filter(({ action }) => action === 'revoke')).toHaveLength(1);
    expect(grant.state).toBe('revoked');
    for (const report of reports(harness))
      expect(report).toContain('everything is closed, and support access is blocked');
    for (const who of ['olivia', 'oscar'] as const) expect(harness[who].modal().text).toContain('Lockdown:');
  });

  it.each([
    ['right after the decision was written', 0],
    ['with some of it done', 1],
  ])('though the process dies %s', async (_, done) => {
    const harness = await startHarness();
    await types(harness, 'olivia', 'grant ledger-prod 8h logs Disk latency on the primary');
    await types(harness, 'olivia', 'grant warehouse 8h logs Disk latency on the primary');
    await types(harness, 'erin', 'request payments-prod 8h logs Primary steps down');
    await harness.sandbox.stopBot();
    const at = harness.sandbox.clock.now();
    const by = { kind: 'person', slackId: people.olivia, name: 'Olivia Owner' } as const;
    const ids = (await harness.allGrants()).map(({ _id }) => _id);
    await harness.organizations.update(harness.sandbox.atlas.state.id, (doc) => {
      const result = wantLockdown(doc, { by, at, operationId: 'V1', basis: 'snapshot', block: 'switched' });
      if (!result.ok || done === 0) return result;
      const lockdowns = result.doc.lockdowns?.map((lockdown) => ({ ...lockdown, grantIds: ids }));
      return { ok: true, doc: { ...result.doc, lockdowns } };
    });
    const lockdown = { id: 'V1', by, at, basis: 'snapshot' } as const;
    for (const id of ids.slice(0, done)) await harness.grants.update(id, (grant) => lockedDown(grant, lockdown, at));
    await harness.sandbox.startBot();
    await harness.advance(minute);
    expect(await states(harness)).toEqual({
      'ledger-prod': 'revoked',
      warehouse: 'revoked',
      'payments-prod': 'cancelled',
    });
    expect(reports(harness)).toEqual([expect.stringContaining('everything is closed, and support access is blocked')]);
  });
});

describe('a lockdown is for organization owners', () => {
  const owners = 'Ask Olivia Owner and Oscar Second.';

  it.each([
    ['priya', `Only an organization owner may close everything. ${owners}`],
    ['erin', `Only an organization owner may close everything. ${owners}`],
    [
      'pat',
      `Your account in MongoDB Atlas is not active: its invitation has not been accepted, or it is suspended. ${owners}`,
    ],
    ['gus', 'Guests of this workspace cannot use Portcullis. Ask a full member.'],
    ['sven', 'People of another workspace cannot use Portcullis. Ask a member of this one.'],
  ] as const)('%s is told why not, alone', async (who, why) => {
    const harness = await startHarness({ settings: { DECIDERS: 'project-roles' } });
    await types(harness, 'olivia', 'grant ledger-prod 8h logs Disk latency on the primary');
    expect(await types(harness, who, 'lockdown')).toBe(`Nothing was closed. ${why}`);
    expect(harness[who].hasModal()).toBe(false);
    expect(await states(harness)).toEqual({ 'ledger-prod': 'active' });
    expect(harness.audits().at(-1)).toMatchObject({ action: 'lockdown', outcome: 'refused' });
  });
});
