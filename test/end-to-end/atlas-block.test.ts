import { describe, expect, it } from 'vitest';
import { demoBlockAccount, demoEverydayAccount, demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import type { AtlasFault } from '../../src/sandbox/atlas/faults.ts';
import { type Harness, minute, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, readable, submits, types } from './steps.ts';

const status = (code: number, retryAfterSeconds?: number): AtlasFault => ({
  kind: 'status',
  status: code,
  retryAfterSeconds,
});
const forGood: readonly (readonly [name: string, fault: AtlasFault, what: string])[] = [
  ['401', status(401), 'Atlas does not accept the service account that switches the block: its secret may be wrong'],
  ['403', status(403), 'Atlas refused: the service account that switches the block lacks Organization Owner'],
  ['404', status(404), 'Atlas does not know this organization.'],
];
const forNow: readonly (readonly [name: string, fault: AtlasFault, what: string])[] = [
  ['409', status(409), 'Atlas is busy with another change of the same thing.'],
  ['429', status(429), 'Atlas takes no more calls for the moment: there have been too many.'],
  ['429 with Retry-After', status(429, 60), 'Atlas takes no more calls for the moment: there have been too many.'],
  ['500', status(500), 'Atlas has trouble of its own (HTTP 500).'],
  ['no answer in time', { kind: 'hang' }, 'Atlas did not answer in time.'],
  ['a cut before the effect', { kind: 'cut-before' }, 'The connection to Atlas broke before its answer came.'],
  ['a cut after the effect', { kind: 'cut-after' }, 'The connection to Atlas broke before its answer came.'],
  ['garbage', { kind: 'garbage' }, 'The answer from Atlas could not be understood.'],
];
const unblocked = { ...demoSeed, blocked: false };

const posts = (harness: Harness, start: string): string[] =>
  harness.sandbox.slack
    .messages(harness.channel)
    .map((message) => readable(harness, message))
    .filter((text) => text.startsWith(start));

const isNow = {
  block: 'Support access is blocked for the organization',
  unblock: 'Support access is no longer blocked',
};

async function asked(word: 'block' | 'unblock', fault?: AtlasFault) {
  const harness = await startHarness({ timeoutMs: 500, atlasSeed: word === 'block' ? unblocked : demoSeed });
  const active = fault && harness.sandbox.atlas.addFault(fault);
  await types(harness, 'olivia', word === 'block' ? 'block' : 'unblock because the case needs it');
  return { harness, active, answer: await submits(harness, 'olivia') };
}

describe.each(['block', 'unblock'] as const)('the call to %s', (word) => {
  it.each(forGood)('refused with %s: not done, why, and how to do it by hand', async (_, fault, what) => {
    const { harness, answer } = await asked(word, { ...fault, call: 'patchSettings' });
    expect(answer).toContain(`Not ${word}ed, because:\n${what}`);
    expect(answer).toContain(
      `As read in MongoDB Atlas today at 09:00 UTC: ${word === 'block' ? 'not blocked' : 'blocked'}.`,
    );
    expect(answer).toContain('To do it by hand: the setting in MongoDB Atlas (');
    const title = word === 'block' ? 'Blocking' : 'Unblocking';
    expect(posts(harness, `${title} support access was given up, because:`)).toHaveLength(1);
    await harness.advance(6 * minute);
    expect(harness.sandbox.atlas.state.blocked).toBe(word === 'unblock');
    expect(posts(harness, isNow[word])).toEqual([]);
  });

  it.each(forNow)('%s: still trying, and announced when it is seen', async (_, fault, what) => {
    const { harness, active, answer } = await asked(word, { ...fault, call: 'patchSettings' });
    expect(answer).toContain(`Accepted, but not seen ${word}ed yet\nStill trying: ${what}`);
    expect(answer).toContain(
      `As read in MongoDB Atlas today at 09:00 UTC: ${word === 'block' ? 'not blocked' : 'blocked'}.`,
    );
    expect(posts(harness, isNow[word])).toEqual([]);
    // Operators read why in their log.
    expect(harness.logs).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        msg: expect.stringMatching(/^The block could not be brought to match/),
      }),
    );
    const shown = await types(harness, 'erin', 'status');
    expect(shown).toContain('\nAs read today at 09:00 UTC (now).\n');
    expect(shown).toContain(`Olivia Owner decided today at 09:00 UTC to ${word} it; not seen in MongoDB Atlas yet.`);
    active?.clear();
    await harness.advance(2 * minute);
    expect(harness.sandbox.atlas.state.blocked).toBe(word === 'block');
    expect(posts(harness, isNow[word])).toHaveLength(1);
  });

  it.each([...forGood, ...forNow])('whose reading back fails with %s is not called done', async (_, fault) => {
    const harness = await startHarness({ timeoutMs: 500, atlasSeed: word === 'block' ? unblocked : demoSeed });
    const { atlas } = harness.sandbox;
    await types(harness, 'olivia', word === 'block' ? 'block' : 'unblock because the case needs it');
    const call = atlas.addFault({ kind: 'hang', call: 'patchSettings', times: 1 });
    await harness.olivia.modal().submit();
    await call.waitForHit();
    const active = atlas.addFault({ ...fault, call: 'readSettings' });
    await call.release();
    await harness.idle();
    expect(atlas.state.blocked).toBe(word === 'block');
    expect(harness.olivia.modal().text).toContain(`Accepted, but not seen ${word}ed yet\nStill trying: `);
    expect(posts(harness, isNow[word])).toEqual([]);
    active.clear();
    await harness.advance(2 * minute);
    expect(posts(harness, isNow[word])).toHaveLength(1);
  });
});

describe('an unblock that is not seen within 15 minutes', () => {
  it('is given up and not made later; a block goes on', async () => {
    const { harness, active } = await asked('unblock', { kind: 'status', status: 409, call: 'patchSettings' });
    await harness.advance(16 * minute);
    expect(
      posts(harness, 'Unblocking support access was given up, because:\nIt was not seen within 15 minutes.'),
    ).toHaveLength(1);
    active?.clear();
    await harness.advance(11 * minute);
    expect(harness.sandbox.atlas.state.blocked).toBe(true);

    const other = await asked('block', { kind: 'status', status: 409, call: 'patchSettings' });
    await other.harness.advance(16 * minute);
    other.active?.clear();
    await other.harness.advance(6 * minute);
    expect(other.harness.sandbox.atlas.state.blocked).toBe(true);
    expect(posts(other.harness, isNow.block)).toHaveLength(1);
  });
});

describe('the block account', () => {
  const settings = { ATLAS_BLOCK_CLIENT_ID: '', ATLAS_BLOCK_CLIENT_SECRET: '' };

  it('missing: people get the link and the state read back; everything else works', async () => {
    const harness = await startHarness({ settings });
    const byHand = [
      'Portcullis has no account that may switch this',
      `An organization owner does it by hand: the setting in MongoDB Atlas (${harness.sandbox.atlas.url}/v2#/org/${demoSeed.organizationId}/settings/general)`,
    ].join('\n');
    expect(await types(harness, 'olivia', 'block')).toContain('Nothing to do: it is blocked already');
    harness.sandbox.atlas.state.setBlocked(false, { email: 'olivia.owner@meridian.example' });
    expect(await types(harness, 'olivia', 'block')).toContain(
      `${byHand}\nAs read in MongoDB Atlas today at 09:00 UTC: not blocked.`,
    );
    expect(harness.olivia.hasModal()).toBe(false);
    expect(posts(harness, 'Somebody unblocked support access in MongoDB Atlas itself')).toHaveLength(1);
    expect(await types(harness, 'olivia', 'status')).toContain('To block it: the setting in MongoDB Atlas (');

    await types(harness, 'erin', 'request ledger-prod 8h infrastructure Disk latency on the primary');
    await clicks(harness, 'olivia', 'Approve for 8 h');
    expect(inAtlas(harness, 'ledger-prod')).toBeDefined();
    await clicks(harness, 'olivia', 'Revoke now');
    expect(inAtlas(harness, 'ledger-prod')).toBeUndefined();
    expect(harness.sandbox.atlas.calls.filter(({ call }) => call === 'patchSettings')).toEqual([]);

    harness.sandbox.atlas.state.setBlocked(true, { email: 'olivia.owner@meridian.example' });
    await harness.advance(6 * minute);
    await types(harness, 'olivia', 'unblock because the case needs it');
    expect(await submits(harness, 'olivia')).toMatch(
      /An organization owner does it by hand: [^\n]+\nAs read .*: blocked\./,
    );
    expect(harness.sandbox.atlas.state.blocked).toBe(true);
  });

  it('refused by Atlas: the link, and everything else works', async () => {
    const harness = await startHarness({ settings: { ATLAS_BLOCK_CLIENT_SECRET: 'mdb_sa_sk_no-longer-valid' } });
    await types(harness, 'olivia', 'unblock because the case needs it');
    const answer = await submits(harness, 'olivia');
    expect(answer).toContain(
      'Not unblocked, because:\nAtlas does not accept the service account that switches the block',
    );
    expect(answer).toContain('To do it by hand: the setting in MongoDB Atlas (');
    await types(harness, 'olivia', 'grant ledger-prod 8h logs Disk latency on the primary');
    expect(inAtlas(harness, 'ledger-prod')).toBeDefined();
  });

  it('makes the one call and no other: nothing else needs Organization Owner', async () => {
    const { harness } = await asked('unblock');
    await harness.olivia.modal().close();
    await types(harness, 'erin', 'request ledger-prod 8h infrastructure Disk latency on the primary');
    await clicks(harness, 'oscar', 'Approve for 8 h');
    await clicks(harness, 'olivia', 'Revoke now');
    await types(harness, 'olivia', 'block');
    await submits(harness, 'olivia');
    await harness.advance(11 * minute);

    const { calls } = harness.sandbox.atlas;
    const by = (clientId: string) =>
      new Set(calls.filter((made) => made.clientId === clientId).map(({ call }) => call));
    expect(by(demoBlockAccount.clientId)).toEqual(new Set(['token', 'patchSettings']));
    expect(by(demoEverydayAccount.clientId)).not.toContain('patchSettings');
    expect(by(demoEverydayAccount.clientId)).toEqual(
      new Set([
        'token',
        'readSettings',
        'listAllClusters',
        'listProjects',
        'listClusters',
        'listUsers',
        'listTeams',
        'readCluster',
        'grant',
        'revoke',
        'orgEvents',
        'projectEvents',
      ]),
    );
    expect(calls.filter(({ call }) => call === 'patchSettings').map(({ body }) => body)).toEqual([
      { restrictEmployeeAccess: false },
      { restrictEmployeeAccess: true },
    ]);
    expect(calls.filter((made) => made.status === 401 || made.status === 403)).toEqual([]);
  });
});
