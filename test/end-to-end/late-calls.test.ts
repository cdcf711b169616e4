import { describe, expect, it } from 'vitest';
import { demoProjects } from '../../src/sandbox/atlas/demo-seed.ts';
import { type Harness, minute, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, notes, readable, rootOf, submits, thread, types } from './steps.ts';

const oscar = { email: 'oscar.second@meridian.example' };
const { payments } = demoProjects;

async function opened(): Promise<Harness> {
  const harness = await startHarness();
  await types(harness, 'erin', 'request ledger-prod 8h logs Disk latency on the primary');
  await clicks(harness, 'olivia', 'Approve for 8 h');
  return harness;
}

const root = async (harness: Harness): Promise<string> => rootOf(harness, await harness.onlyGrant());
const lastNote = async (harness: Harness): Promise<string> => notes(harness, await harness.onlyGrant()).at(-1) ?? '';
const posts = (harness: Harness): string[] =>
  harness.sandbox.slack.messages(harness.channel).map((message) => readable(harness, message));

/** What somebody sets in the Atlas web interface. */
const setInAtlas = ({ sandbox }: Harness, grantType: string, until: string): void =>
  sandbox.atlas.state.setGrant(payments, 'ledger-prod', { grantType, expirationTime: new Date(until) }, oscar);

describe('an opening call that stalls', () => {
  async function stalled() {
    const harness = await startHarness();
    const late = harness.sandbox.atlas.addFault({ kind: 'late', call: 'grant', times: 1 });
    await types(harness, 'olivia', 'grant ledger-prod 8h logs Disk latency on the primary');
    await types(harness, 'olivia', 'revoke ledger-prod');
    const answer = await submits(harness, 'olivia');
    return { harness, late, answer };
  }

  it('and lands while the revoke is being watched is closed, and was never called open', async () => {
    const { harness, late, answer } = await stalled();
    expect(answer).toContain('ledger-prod was seen closed and is being watched');
    expect(answer).not.toContain('not seen closed yet');
    expect((await harness.onlyGrant()).state).toBe('closing');
    await late.release();
    expect(inAtlas(harness, 'ledger-prod')).toBeDefined();
    await harness.advance(5 * minute);
    expect(inAtlas(harness, 'ledger-prod')).toBeUndefined();
    expect((await harness.onlyGrant()).state).toBe('revoked');
    expect(posts(harness).filter((text) => text.includes('ledger-prod is open to'))).toEqual([]);
  });

  it('and lands after the revoke is over is found, closed, and told in the channel', async () => {
    const { harness, late } = await stalled();
    await harness.advance(2.5 * minute);
    expect((await harness.onlyGrant()).state).toBe('revoked');
    expect(await root(harness)).toContain(
      'It was never seen open, but may have been open for less than a minute, today at 09:00 UTC.',
    );
    await late.release();
    expect(inAtlas(harness, 'ledger-prod')).toBeDefined();
    await harness.advance(5 * minute);
    expect(inAtlas(harness, 'ledger-prod')).toBeUndefined();
    expect(await lastNote(harness)).toContain(
      'ledger-prod was open to MongoDB support again after its grant had ended, and has been closed\nAn earlier opening took effect late.',
    );
    expect(thread(harness, await harness.onlyGrant()).at(-1)?.broadcast).toBe(true);
    expect(await root(harness)).toContain(
      'Later an earlier opening took effect and opened it once more; seen closed again',
    );
    expect(harness.audits().filter(({ action }) => action === 'late-landing-closed')).toHaveLength(1);
    // The cluster is free for the next grant.
    expect(await types(harness, 'olivia', 'grant ledger-prod 4h logs Disk latency again today')).toContain(
      'ledger-prod is open',
    );
  });

  it('and lands on a newer grant is found, and that grant is put back as it was approved', async () => {
    const { harness, late } = await stalled();
    await harness.advance(2.5 * minute);
    await types(harness, 'olivia', 'grant ledger-prod 4h infrastructure Disk latency again today');
    const approved = inAtlas(harness, 'ledger-prod');
    expect(approved).toMatchObject({ grantType: 'CLUSTER_INFRASTRUCTURE' });
    await late.release();
    expect(inAtlas(harness, 'ledger-prod')).toMatchObject({ grantType: 'CLUSTER_DATABASE_LOGS' });
    await harness.advance(6 * minute);
    expect(inAtlas(harness, 'ledger-prod')).toEqual(approved);
    expect(posts(harness).filter((text) => text.includes('again as it was approved'))).toEqual([
      expect.stringContaining('An earlier change took effect late. Portcullis put it back with the same end;'),
    ]);
  });
});

describe('a closing call that stalls and lands on a newer grant', () => {
  it('is found, and that grant is restored with the same end', async () => {
    const harness = await opened();
    const late = harness.sandbox.atlas.addFault({ kind: 'late', call: 'revoke', times: 1 });
    await clicks(harness, 'olivia', 'Revoke now');
    await harness.advance(3 * minute);
    await types(harness, 'olivia', 'grant ledger-prod 4h infrastructure Disk latency again today');
    const approved = inAtlas(harness, 'ledger-prod');
    await late.release();
    expect(inAtlas(harness, 'ledger-prod')).toBeUndefined();
    await harness.advance(6 * minute);
    expect(inAtlas(harness, 'ledger-prod')).toEqual(approved);
    expect((await harness.allGrants()).map(({ state }) => state)).toEqual(['revoked', 'active']);
    expect(posts(harness).filter((text) => text.includes('again as it was approved'))).toEqual([
      expect.stringContaining(
        'An earlier closing, meant for another grant, took effect late and closed it. Portcullis opened it again with the same end;',
      ),
    ]);
    expect(posts(harness).join()).not.toContain('was ended in MongoDB Atlas itself');
  });
});

describe('what somebody changes in Atlas itself is followed, never fought', () => {
  it.each([
    ['shortened', 'CLUSTER_DATABASE_LOGS', '2026-03-02T12:00:00Z', 'database logs only, until today at 12:00 UTC'],
    ['extended', 'CLUSTER_DATABASE_LOGS', '2026-03-02T20:00:00Z', 'database logs only, until today at 20:00 UTC'],
    [
      'of another type',
      'CLUSTER_INFRASTRUCTURE',
      '2026-03-02T17:00:00Z',
      'infrastructure and all cluster logs, until today at 17:00 UTC',
    ],
  ])('%s', async (_, type, until, now) => {
    const harness = await opened();
    setInAtlas(harness, type, until);
    await harness.advance(6 * minute);
    expect(await lastNote(harness)).toContain(
      `oscar.second@meridian.example changed support access to ledger-prod in MongoDB Atlas itself\nBefore: database logs only, until today at 17:00 UTC\nNow: ${now}\n`,
    );
    expect(await lastNote(harness)).toContain('@Erin Engineer');
    const end = now.split(', until ')[1];
    expect(await root(harness)).toContain(`It is open until ${end}`);
    expect(await root(harness)).toContain('After the approval somebody changed it in MongoDB Atlas itself.');
    expect(inAtlas(harness, 'ledger-prod')).toEqual({ grantType: type, expirationTime: new Date(until) });
    expect(harness.sandbox.atlas.calls.filter(({ call }) => call === 'grant')).toHaveLength(1);
    await clicks(harness, 'erin', 'Revoke now');
    expect(inAtlas(harness, 'ledger-prod')).toBeUndefined();
  });

  it('ended: settled by two readings 30 seconds apart, then revoked by somebody outside', async () => {
    const harness = await opened();
    await harness.advance(6 * minute);
    harness.sandbox.atlas.state.removeGrant(payments, 'ledger-prod', oscar);
    await harness.advance(4 * minute);
    expect((await harness.onlyGrant()).state).toBe('active');
    expect(await types(harness, 'erin', 'status')).toContain('MongoDB Atlas did not show it at the last reading');
    await harness.advance(minute);
    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({ state: 'revoked', closing: { outcome: 'revoked', by: { kind: 'outside' } } });
    expect(harness.audits().filter(({ action }) => action === 'ended-outside')).toMatchObject([
      { outcome: 'done', grantId: grant._id, actor: { kind: 'outside' }, from: 'active', to: 'closing' },
    ]);
    const readings = harness.sandbox.atlas.calls.filter((made) => made.call === 'readCluster').slice(-2);
    expect(Number(readings[1]?.at) - Number(readings[0]?.at)).toBeGreaterThanOrEqual(30_000);
    expect(await lastNote(harness)).toContain(
      'Support access to ledger-prod was ended by oscar.second@meridian.example in MongoDB Atlas itself, not through Portcullis\nSeen closed',
    );
    expect(harness.sandbox.atlas.calls.filter(({ call }) => call === 'revoke')).toEqual([]);
  });

  it('missing at one reading only: nothing is said', async () => {
    const harness = await opened();
    await harness.advance(6 * minute);
    const held = inAtlas(harness, 'ledger-prod');
    harness.sandbox.atlas.state.removeGrant(payments, 'ledger-prod', oscar);
    await harness.advance(4 * minute);
    setInAtlas(harness, held?.grantType ?? '', held?.expirationTime.toISOString() ?? '');
    await harness.advance(6 * minute);
    expect((await harness.onlyGrant()).state).toBe('active');
    expect(notes(harness, await harness.onlyGrant())).toHaveLength(1);
  });

  it('the cluster deleted', async () => {
    const harness = await opened();
    harness.sandbox.atlas.state.removeCluster(payments, 'ledger-prod');
    await harness.advance(6 * minute);
    expect((await harness.onlyGrant()).state).toBe('revoked');
    expect(await lastNote(harness)).toContain('The cluster no longer exists.');
    expect(await root(harness)).not.toContain('[Revoke now]');
  });

  it('the block, both ways', async () => {
    const harness = await startHarness();
    const { state } = harness.sandbox.atlas;
    state.setBlocked(false, oscar);
    await harness.advance(6 * minute);
    expect(posts(harness).at(-1)).toContain(
      'Somebody unblocked support access in MongoDB Atlas itself\nMongoDB support can enter the infrastructure of all 6 clusters now.',
    );
    state.setBlocked(true, oscar);
    await harness.advance(6 * minute);
    expect(posts(harness).at(-1)).toContain(
      'Somebody blocked support access in MongoDB Atlas itself\nMongoDB support can enter a cluster only while a grant is open.',
    );
    expect(state.blocked).toBe(true);
    expect(harness.audits().filter(({ action }) => action === 'block-changed-outside')).toMatchObject([
      { actor: { kind: 'outside' }, reason: 'unblocked' },
      { actor: { kind: 'outside' }, reason: 'blocked' },
    ]);
  });
});
