import { describe, expect, it } from 'vitest';
import type { AtlasFault, AtlasFaultHandle } from '../../src/sandbox/atlas/faults.ts';
import { type Harness, minute, people, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, notes, readable, rootOf, types } from './steps.ts';

const status = (code: number, retryAfterSeconds?: number): AtlasFault => ({
  kind: 'status',
  status: code,
  retryAfterSeconds,
});

/** Everything that can come instead of an answer, with the sentence that people read. */
const answers: readonly (readonly [name: string, fault: AtlasFault, what: string])[] = [
  ['401', status(401), 'Atlas does not accept the service account: its secret may be wrong, expired or withdrawn.'],
  ['403', status(403), 'Atlas refused: the service account lacks Project'],
  ['404', status(404), 'Atlas does not know cluster ledger-prod.'],
  ['409', status(409), 'Atlas is busy with another change of the same thing.'],
  ['429', status(429), 'Atlas takes no more calls for the moment: there have been too many.'],
  ['429 with Retry-After', status(429, 60), 'Atlas takes no more calls for the moment: there have been too many.'],
  ['500', status(500), 'Atlas has trouble of its own (HTTP 500).'],
  ['no answer in time', { kind: 'hang' }, 'Atlas did not answer in time.'],
  [
    'a connection cut before the effect',
    { kind: 'cut-before' },
    'The connection to Atlas broke before its answer came.',
  ],
  ['a connection cut after the effect', { kind: 'cut-after' }, 'The connection to Atlas broke before its answer came.'],
  ['garbage', { kind: 'garbage' }, 'The answer from Atlas could not be understood'],
];
const forGood = ['401', '403', '404'];
const certainlyNotOpened = ['409', '429', '429 with Retry-After'];

async function asked(): Promise<Harness> {
  const harness = await startHarness({ timeoutMs: 500 });
  await types(harness, 'erin', 'request ledger-prod 8h logs Disk latency on the primary');
  return harness;
}

const root = async (harness: Harness): Promise<string> => rootOf(harness, await harness.onlyGrant());
const state = async (harness: Harness): Promise<string> => (await harness.onlyGrant()).state;

/** Every message in the channel that says that the cluster is open. */
const announcements = (harness: Harness): string[] =>
  harness.sandbox.slack
    .messages(harness.channel)
    .map((message) => readable(harness, message))
    .filter((text) => text.includes('ledger-prod is open to MongoDB support'));

/** A call that hangs is dropped, so that the bot's next attempt gets through. */
async function over(harness: Harness, fault: AtlasFaultHandle): Promise<void> {
  fault.clear();
  await harness.advance(3 * minute);
}

async function expectOpen(harness: Harness): Promise<void> {
  expect(await state(harness)).toBe('active');
  expect(inAtlas(harness, 'ledger-prod')).toMatchObject({ grantType: 'CLUSTER_DATABASE_LOGS' });
  // The message itself and the note for the support case.
  expect(announcements(harness)).toHaveLength(2);
}

describe('when roles cannot be read, nothing is opened', () => {
  it.each(answers)('%s', async (_, fault) => {
    const harness = await asked();
    const active = harness.sandbox.atlas.addFault({ ...fault, call: 'listUsers' });
    expect(await clicks(harness, 'olivia', 'Approve for 8 h')).toBe(
      `Not approved. Your roles in MongoDB Atlas cannot be read right now, and this needs them. Try again in a few minutes.\nReference for the operators of Portcullis: ${people.olivia}`,
    );
    expect(await types(harness, 'olivia', 'grant warehouse 4h logs Slow queries since noon')).toContain(
      'Not approved. Your roles in MongoDB Atlas cannot be read right now',
    );
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested', approvals: [] });
    expect(harness.sandbox.atlas.calls.filter(({ call }) => call === 'grant')).toEqual([]);
    expect(harness.audits().filter(({ reason }) => reason === 'roles-unavailable')).toHaveLength(2);
    active.clear();
    // After too many calls the bot spares Atlas: it does not know when there are any left.
    await harness.advance(minute);
    expect(await clicks(harness, 'olivia', 'Approve for 8 h')).toBe('');
    await expectOpen(harness);
  });
});

describe('the opening call', () => {
  it.each(answers.filter(([name]) => forGood.includes(name)))(
    'refused with %s fails with the reason',
    async (_, fault, what) => {
      const harness = await asked();
      harness.sandbox.atlas.addFault({ ...fault, call: 'grant' });
      await clicks(harness, 'olivia', 'Approve for 8 h');
      expect(await state(harness)).toBe('failed');
      const text = await root(harness);
      expect(text).toContain(`Support access to ledger-prod was not opened, because:\n${what}`);
      expect(text).toContain('Nothing was changed.');
      expect(text).not.toMatch(/may have been open|\[Revoke now\]/);
      expect(notes(harness, await harness.onlyGrant())).toEqual([
        expect.stringMatching(/^Support access to ledger-prod was not opened, because:\n(.*\n)+@Erin Engineer/),
      ]);
      expect(announcements(harness)).toEqual([]);
      // The operator reads of it too.
      expect(harness.logs.filter(({ level, msg }) => level === 'warn' && msg === 'A call was refused')).toHaveLength(1);
      await harness.advance(6 * minute);
      expect(inAtlas(harness, 'ledger-prod')).toBeUndefined();
    },
  );

  it.each(answers.filter(([name]) => !forGood.includes(name)))(
    '%s: still trying, until it is seen open',
    async (name, fault, what) => {
      const harness = await asked();
      const active = harness.sandbox.atlas.addFault({ ...fault, call: 'grant' });
      await clicks(harness, 'olivia', 'Approve for 8 h');
      expect(await state(harness)).toBe('opening');
      const text = await root(harness);
      expect(text).toContain(`Still trying: ${what}`);
      expect(text).toContain('Portcullis gives up today at 09:15 UTC.\n');
      expect(text).toContain('[Revoke now]');
      expect(text).toContain(
        certainlyNotOpened.includes(name)
          ? 'Nothing was changed. '
          : 'It may already be open, since today at 09:00 UTC. If it is, it ends today at 17:00 UTC (in 8 hours) at the latest.',
      );
      if (certainlyNotOpened.includes(name)) expect(text).toContain('\nPortcullis has not opened anything yet.\n');
      expect(announcements(harness)).toEqual([]);
      expect(await types(harness, 'erin', 'status')).toContain(`Still trying: ${what}`);
      await over(harness, active);
      await expectOpen(harness);
      expect(await root(harness)).not.toContain('Still trying');
    },
  );
});

describe('the reading back after the opening call', () => {
  it.each(answers)('%s: never announced unseen', async (name, fault, what) => {
    const harness = await asked();
    const { atlas } = harness.sandbox;
    const call = atlas.addFault({ kind: 'hang', call: 'grant', times: 1 });
    await harness.olivia.clicks('Approve for 8 h', { channel: harness.channel });
    await call.waitForHit();
    const active = atlas.addFault({ ...fault, call: 'readCluster' });
    await call.release();
    await harness.idle();

    expect(inAtlas(harness, 'ledger-prod')).toBeDefined();
    expect(await state(harness)).toBe('opening');
    const text = await root(harness);
    // Atlas lists the cluster, so a 404 for it contradicts the listing.
    const shown = name === '404' ? 'The answer from Atlas could not be understood' : what;
    expect(text).toContain(`Still trying: ${shown}`);
    expect(text).toContain('It may already be open, since today at 09:00 UTC.');
    expect(announcements(harness)).toEqual([]);
    expect(harness.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', msg: 'Access could not be brought to match; it is tried again' }),
    );
    await over(harness, active);
    await expectOpen(harness);
    expect(atlas.calls.filter((made) => made.call === 'grant')).toHaveLength(1);
  });
});

describe('an opening that does not succeed', () => {
  it('is given up after 15 minutes and closed; what was never seen is not claimed', async () => {
    const harness = await asked();
    const fault = harness.sandbox.atlas.addFault({ kind: 'status', status: 500, call: 'grant' });
    await clicks(harness, 'olivia', 'Approve for 8 h');
    await harness.advance(14 * minute);
    expect(await state(harness)).toBe('opening');
    await harness.advance(2 * minute);
    const hits = fault.hits();
    await harness.advance(2 * minute);
    expect(await state(harness)).toBe('failed');
    const text = await root(harness);
    expect(text).toContain(
      'Opening ledger-prod was given up, because:\nIt was not seen open within 15 minutes.\nIt was never seen open, but may have been open from today at 09:00 UTC to today at 09:15 UTC.',
    );
    fault.clear();
    await harness.advance(10 * minute);
    expect(fault.hits()).toBe(hits);
    expect(inAtlas(harness, 'ledger-prod')).toBeUndefined();
    expect(announcements(harness)).toEqual([]);
    expect(notes(harness, await harness.onlyGrant())).toHaveLength(1);
  });

  it('may still be open until its end while it cannot be read, and is closed when it can', async () => {
    const harness = await asked();
    const { atlas } = harness.sandbox;
    const call = atlas.addFault({ kind: 'hang', call: 'grant', times: 1 });
    await harness.olivia.clicks('Approve for 8 h', { channel: harness.channel });
    await call.waitForHit();
    const unread = atlas.addFault({ kind: 'status', status: 500, call: 'readCluster' });
    await call.release();
    await harness.advance(18 * minute);
    expect(await state(harness)).toBe('closing');
    const text = await root(harness);
    expect(text).toContain('Closing ledger-prod: not seen closed yet');
    expect(text).toContain('It may still be open until today at 17:00 UTC');
    expect(notes(harness, await harness.onlyGrant())).toEqual([
      expect.stringContaining('ledger-prod may be open to MongoDB support until today at 17:00 UTC'),
    ]);
    expect(inAtlas(harness, 'ledger-prod')).toBeDefined();
    unread.clear();
    await harness.advance(5 * minute);
    expect(inAtlas(harness, 'ledger-prod')).toBeUndefined();
    expect(await state(harness)).toBe('failed');
    expect(await root(harness)).toContain('may have been open from today at 09:00 UTC to today at 09:');
    expect(announcements(harness)).toEqual([]);
  });
});

describe('Retry-After', () => {
  it.each([
    ['grant', 45],
    ['readCluster', 200],
  ] as const)('of %s is honoured: no call comes before its time', async (call, seconds) => {
    const harness = await asked();
    const fault = harness.sandbox.atlas.addFault({
      kind: 'status',
      status: 429,
      retryAfterSeconds: seconds,
      call,
      times: 3,
    });
    await clicks(harness, 'olivia', 'Approve for 8 h');
    await harness.advance(12 * minute);
    expect(fault.hits()).toBe(3);
    const since = new Date('2026-03-02T09:00:00Z').getTime();
    const times = harness.sandbox.atlas.calls
      .filter((made) => made.call === call && made.path.includes('ledger-prod'))
      .map(({ at }) => at.getTime() - since)
      .slice(0, 4);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(gaps).toHaveLength(3);
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(seconds * 1000);
    await expectOpen(harness);
  });
});
