import { describe, expect, it } from 'vitest';
import { demoEverydayAccount, demoProjects, demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { type Harness, hour, minute, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, leaps, notes, rootOf, types } from './steps.ts';

const infrastructure = 'CLUSTER_INFRASTRUCTURE';
const tara = { email: 'tara.terraform@meridian.example' };

interface Opening {
  readonly cluster?: string;
  readonly type?: string;
  readonly by?: { readonly email: string };
}

const keep = 'Keep until its end';

/** Opens it in the place of somebody who works in Atlas itself. */
function opensInAtlas({ sandbox }: Harness, ms: number, how: Opening = {}): void {
  const { cluster = 'payments-prod', type = infrastructure, by = tara } = how;
  const expirationTime = new Date(Math.floor((sandbox.clock.now().getTime() + ms) / 1000) * 1000);
  sandbox.atlas.state.setGrant(demoProjects.payments, cluster, { grantType: type, expirationTime }, by);
}

async function started(options: Parameters<typeof startHarness>[0] = {}): Promise<Harness> {
  const harness = await startHarness(options);
  await harness.idle();
  return harness;
}

/** Until everything has been looked at once more. */
const looked = (harness: Harness): Promise<void> => leaps(harness, hour + minute);

const callsTo = ({ sandbox }: Harness, call: string): number =>
  sandbox.atlas.calls.filter((made) => made.call === call).length;

describe('access that was opened in Atlas itself', { timeout: 90_000 }, () => {
  it('is found within the hour, told with who opened it, and brought up until it ends', async () => {
    const harness = await started();
    opensInAtlas(harness, 10 * hour);
    await looked(harness);
    const grant = await harness.onlyGrant();
    const root = rootOf(harness, grant);
    expect(root).toContain('payments-prod is open to MongoDB support, and nobody here has decided that');
    expect(root).toContain(
      'tara.terraform@meridian.example opened it in MongoDB Atlas itself, not through Portcullis; found today at 10:01 UTC.',
    );
    expect(root).toContain('It is open until today at 19:00 UTC');
    expect(root).toContain('To decide: @Olivia Owner and @Oscar Second');
    expect(root).toContain('[Keep until its end] [Revoke now]');
    expect(root).not.toMatch(/Asked by|Extend/);
    expect(await types(harness, 'erin', 'status')).toContain('nobody here has decided that');
    await leaps(harness, 5 * hour);
    const [reminder] = notes(harness, grant);
    expect(reminder).toContain('payments-prod is open to MongoDB support for 3 h 59 min more, and nobody has kept it');
    expect(reminder).toContain('[Keep until its end] [Revoke now]');
    await leaps(harness, 4 * hour);
    await harness.advance(minute);
    const ended = await harness.onlyGrant();
    expect(ended.state).toBe('expired');
    expect(rootOf(harness, ended)).toContain('Support access to payments-prod ended by itself');
    expect(callsTo(harness, 'revoke')).toBe(0);
    const history = await types(harness, 'erin', 'history');
    expect(history).not.toContain('undefined');
  });

  it('is found at the start', async () => {
    const harness = await started();
    await harness.sandbox.stopBot();
    opensInAtlas(harness, 10 * hour);
    await harness.sandbox.startBot();
    await harness.idle();
    expect((await harness.onlyGrant()).found?.who).toBe(tara.email);
  });

  it('is kept by somebody who may decide, and nothing is sent to Atlas for it', async () => {
    const harness = await started();
    opensInAtlas(harness, 10 * hour);
    await looked(harness);
    expect(await clicks(harness, 'erin', keep)).toContain('Not approved.');
    const changing = callsTo(harness, 'grant') + callsTo(harness, 'revoke');
    expect(await clicks(harness, 'olivia', keep)).toBe('');
    const root = rootOf(harness, await harness.onlyGrant());
    expect(root).toContain('Kept by: Olivia Owner, today at 10:01 UTC');
    expect(root).toContain('[Extend] [Change type] [Revoke now]');
    expect(callsTo(harness, 'grant') + callsTo(harness, 'revoke')).toBe(changing);
    expect(harness.audits().map(({ action }) => action)).toEqual(expect.arrayContaining(['found', 'keep']));
  });

  it('is kept only by as many as opening it takes, and by whoever opened it only where that counts', async () => {
    const harness = await started();
    await harness.organizations.update<never>(demoSeed.organizationId, (doc) => ({
      ok: true,
      doc: { ...doc, policy: { approvalsNeeded: 2, ownApprovalCounts: false } },
    }));
    opensInAtlas(harness, 10 * hour, { by: { email: 'oscar.second@meridian.example' } });
    await looked(harness);
    await clicks(harness, 'olivia', keep);
    expect(rootOf(harness, await harness.onlyGrant())).toContain(
      'Approvals: 1 of 2, by Olivia Owner; waits for another',
    );
    expect(await clicks(harness, 'olivia', keep)).toContain('You have approved this already.');
    expect(await clicks(harness, 'oscar', keep)).toContain('your own approval does not count');
    expect(rootOf(harness, await harness.onlyGrant())).toContain('1 of 2');
  });

  it('is revoked with one click', async () => {
    const harness = await started();
    opensInAtlas(harness, 10 * hour);
    await looked(harness);
    await clicks(harness, 'olivia', 'Revoke now');
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
    const root = rootOf(harness, await harness.onlyGrant());
    expect(root).toContain('Olivia Owner revoked support access to payments-prod');
    expect(root).toContain('From when it was found it was open for');
  });

  it('holds its cluster: a request for it waits until it has ended', async () => {
    const harness = await started();
    await types(harness, 'erin', 'request payments-prod 1h infrastructure Primary steps down');
    opensInAtlas(harness, 10 * hour);
    await looked(harness);
    const [request] = (await harness.allGrants()).filter(({ state }) => state === 'requested');
    expect(rootOf(harness, request ?? expect.fail())).toContain(
      'payments-prod has one grant at a time: this can be approved once',
    );
    expect(await clicks(harness, 'olivia', 'Approve for 1 h')).toContain('a cluster has one grant at a time');
    expect(inAtlas(harness, 'payments-prod')?.expirationTime).toEqual(new Date('2026-03-02T19:00:00Z'));
  });

  it('is kept as it is read beyond 24 h and with a type nobody knows, escaped, with a word of warning', async () => {
    const harness = await started();
    opensInAtlas(harness, 72 * hour, { type: 'NEW_<!channel>_*TYPE*' });
    await looked(harness);
    const grant = await harness.onlyGrant();
    const root = rootOf(harness, grant);
    expect(root).toContain('NEW_<!channel>_*TYPE*, an access type that Portcullis does not know');
    expect(root).toContain('Look at the end: it is further off than the 24 h that can be asked for here.');
    await leaps(harness, 24 * hour);
    expect(notes(harness, grant)).toHaveLength(1);
  });

  it('is one record where two processes look at the same time', async () => {
    const harness = await started({ timeoutMs: 500 });
    const replica = await harness.sandbox.startReplica();
    opensInAtlas(harness, 10 * hour);
    opensInAtlas(harness, 10 * hour, { cluster: 'ledger-prod' });
    harness.sandbox.clock.tick(hour + minute);
    await Promise.all([harness.sandbox.bot.sweep(), replica.sweep()]);
    await Promise.all([harness.sandbox.bot.idle(), replica.idle()]);
    await replica.stop();
    expect((await harness.allGrants()).map(({ target }) => target.name).sort()).toEqual([
      'ledger-prod',
      'payments-prod',
    ]);
    const found = harness.audits().filter(({ action }) => action === 'found');
    expect(found).toHaveLength(2);
  });
});

describe('a look at all clusters', { timeout: 90_000 }, () => {
  it('names a project that it may not read, takes nothing there for closed, and finds the rest', async () => {
    const harness = await started();
    opensInAtlas(harness, 10 * hour);
    await looked(harness);
    const { state } = harness.sandbox.atlas;
    state.setServiceAccountRoles(demoEverydayAccount.clientId, {
      projectRoles: (demoEverydayAccount.projectRoles ?? []).filter(
        ({ projectId }) => projectId !== demoProjects.payments,
      ),
    });
    const expirationTime = new Date('2026-03-02T19:00:00Z');
    state.setGrant(demoProjects.analytics, 'warehouse', { grantType: infrastructure, expirationTime }, tara);
    await looked(harness);
    expect((await harness.allGrants()).map((grant) => [grant.target.name, grant.state])).toEqual([
      ['payments-prod', 'active'],
      ['warehouse', 'active'],
    ]);
    expect(await types(harness, 'erin', 'status')).toContain('Not read today at 11:02 UTC: project payments.');
    state.setServiceAccountRoles(demoEverydayAccount.clientId, {
      projectRoles: demoEverydayAccount.projectRoles ?? [],
    });
    await looked(harness);
    expect(await types(harness, 'erin', 'status')).not.toContain('Not read');
  });

  it('does not believe a listing that is cut short or cannot be understood', async () => {
    const harness = await started();
    opensInAtlas(harness, 10 * hour);
    const fault = harness.sandbox.atlas.addFault({ call: 'listClusters', kind: 'wrong-shape' });
    await looked(harness);
    expect(await harness.allGrants()).toEqual([]);
    expect(await types(harness, 'erin', 'status')).toContain(
      'Not read today at 10:01 UTC: projects payments, analytics and platform.',
    );
    fault.clear();
    await looked(harness);
    expect((await harness.onlyGrant()).state).toBe('active');
  });

  it('waits while the rate limit is used up, and leaves three calls for closing', async () => {
    const harness = await started({ atlasRateLimits: { project: { capacity: 10, refillPerMinute: 5 } } });
    await types(harness, 'olivia', 'grant ledger-prod 4h infrastructure Disk latency, case open');
    // Opening waits, as reading does.
    expect(inAtlas(harness, 'ledger-prod')).toBeUndefined();
    await harness.advance(20 * minute);
    expect(inAtlas(harness, 'ledger-prod')).toBeDefined();
    for (const cluster of ['payments-prod', 'staging']) opensInAtlas(harness, 10 * hour, { cluster });
    await looked(harness);
    await clicks(harness, 'olivia', 'Revoke now', { message: 'ledger-prod is open to MongoDB support' });
    expect(inAtlas(harness, 'ledger-prod')).toBeUndefined();
    await harness.advance(30 * minute);
    expect((await harness.grants.live(harness.sandbox.atlas.state.id)).length).toBe(2);
    const refused = harness.sandbox.atlas.calls.filter(({ status }) => status === 429);
    expect(refused).toEqual([]);
  });

  it('takes one listing a project and hour; a round takes one settings call and one reading of each open grant', async () => {
    const harness = await started();
    for (const cluster of ['ledger-prod', 'payments-prod']) {
      await types(harness, 'olivia', `grant ${cluster} 8h infrastructure Disk latency, case open`);
    }
    // What was seen open is verified first.
    await harness.advance(10 * minute);
    const calls = ['readSettings', 'readCluster', 'listClusters', 'listProjects', 'projectEvents'];
    const before = calls.map((call) => callsTo(harness, call));
    await harness.advance(hour);
    const made = calls.map((call, index) => callsTo(harness, call) - (before[index] ?? 0));
    expect(Object.fromEntries(calls.map((call, index) => [call, made[index]]))).toEqual({
      readSettings: 12,
      readCluster: 2 * 12,
      listClusters: 3,
      listProjects: expect.any(Number),
      projectEvents: 0,
    });
  });
});

describe('what somebody does to an open grant in Atlas itself', { timeout: 90_000 }, () => {
  async function open(): Promise<Harness> {
    const harness = await started();
    await types(harness, 'olivia', 'grant payments-prod 8h infrastructure Disk latency, case open');
    await harness.advance(6 * minute);
    return harness;
  }

  it('is told once, with who did it: longer', async () => {
    const harness = await open();
    opensInAtlas(harness, 12 * hour);
    await harness.advance(16 * minute);
    const told = notes(harness, await harness.onlyGrant()).filter((note) => note.includes('changed support access'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(
      'tara.terraform@meridian.example changed support access to payments-prod in MongoDB Atlas itself',
    );
  });

  it('is told once, with who did it: removed, after two readings', async () => {
    const harness = await open();
    harness.sandbox.atlas.state.removeGrant(demoProjects.payments, 'payments-prod', tara);
    await harness.advance(16 * minute);
    const grant = await harness.onlyGrant();
    expect(grant.state).toBe('revoked');
    const words =
      'Support access to payments-prod was ended by tara.terraform@meridian.example in MongoDB Atlas itself, not through Portcullis';
    expect(notes(harness, grant).filter((note) => note.includes(words))).toHaveLength(1);
    expect(rootOf(harness, grant)).toContain(words);
  });

  it('is told all the same where the events cannot be read', async () => {
    const harness = await open();
    harness.sandbox.atlas.addFault({ call: 'projectEvents', kind: 'status', status: 403 });
    opensInAtlas(harness, 12 * hour);
    await harness.advance(6 * minute);
    expect(notes(harness, await harness.onlyGrant()).at(-1)).toContain(
      'Somebody changed support access to payments-prod',
    );
  });
});

describe('access that Atlas does not end', { timeout: 90_000 }, () => {
  it('is closed by force, and people are told how late', async () => {
    const harness = await started();
    await types(harness, 'olivia', 'grant payments-prod 1h infrastructure Disk latency, case open');
    await harness.sandbox.stopBot();
    harness.sandbox.atlas.state.endsGrants = false;
    harness.sandbox.clock.tick(hour + 7 * minute);
    await harness.sandbox.startBot();
    await harness.advance(minute);
    const grant = await harness.onlyGrant();
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
    expect(rootOf(harness, grant)).toContain(
      'Support access to payments-prod was still open after its end, and has been closed',
    );
    expect(notes(harness, grant).at(-1)).toContain('7 min after its end');
  });

  it('that was taken for closed at its end is found by the look after it', async () => {
    const harness = await started();
    await types(harness, 'olivia', 'grant payments-prod 1h infrastructure Disk latency, case open');
    harness.sandbox.atlas.state.endsGrants = false;
    await harness.advance(hour + 10 * minute);
    const grant = await harness.onlyGrant();
    expect(grant.state).toBe('expired');
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
    const late = notes(harness, grant).find((note) => note.includes('was still open to MongoDB support after its end'));
    expect(late).toMatch(/closed [1-9]\d* min after it/);
  });
});
