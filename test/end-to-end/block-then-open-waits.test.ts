import { describe, expect, it } from 'vitest';
import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import type { AtlasFault } from '../../src/sandbox/atlas/faults.ts';
import { mentionsIn } from '../../src/sandbox/slack/mentions.ts';
import { CrashStage } from '../support/crash-stage.ts';
import { type Harness, hour, minute, people } from '../support/harness.ts';
import {
  asked,
  blocksAndOpens,
  changes,
  channelHeadlines,
  isOpen,
  offered,
  opensForm,
  started,
} from './block-then-open-steps.ts';
import { clicks, inAtlas, notes, readable, rootOf, submits, thread, types } from './steps.ts';

const second = 1_000;
const withoutBlockAccount = { ATLAS_BLOCK_CLIENT_ID: '', ATLAS_BLOCK_CLIENT_SECRET: '' };

describe('where Atlas does not block at once', () => {
  const slow: [string, AtlasFault][] = [
    ['has trouble', { kind: 'status', status: 503, call: 'patchSettings' }],
    ['takes no more calls', { kind: 'status', status: 429, call: 'patchSettings' }],
    ['cuts the connection', { kind: 'cut-before', call: 'patchSettings' }],
  ];

  it.each(slow)('because it %s: says what it waits for, and opens once the block was seen', async (_, fault) => {
    const harness = await started();
    const trouble = harness.sandbox.atlas.addFault(fault);
    const answer = await blocksAndOpens(harness);
    expect(answer).toContain('support access is blocked first, then payments-prod opens to MongoDB support');
    expect(answer).toContain('Portcullis gives up today at 09:15 UTC.');
    await harness.advance(3 * minute);
    const waiting = await harness.onlyGrant();
    expect(waiting).toMatchObject({ state: 'opening', sent: [] });
    expect(rootOf(harness, waiting)).toContain('Still trying: ');
    expect(rootOf(harness, waiting)).toContain('[Revoke now]');
    expect(changes(harness).some((change) => change.startsWith('grant'))).toBe(false);

    trouble.clear();
    await harness.advance(6 * minute);
    expect(harness.sandbox.atlas.state.blocked).toBe(true);
    expect(inAtlas(harness, 'payments-prod')?.expirationTime.toISOString()).toBe('2026-03-02T11:00:00.000Z');
    const grant = await harness.onlyGrant();
    expect(rootOf(harness, grant)).toContain(isOpen);
    expect(notes(harness, grant).map((note) => note.split('\n')[0])).toEqual([isOpen]);
  });

  it('is given up after 15 minutes, told, and not opened when the block comes', async () => {
    const harness = await started();
    await types(harness, 'erin', asked);
    const trouble = harness.sandbox.atlas.addFault({ kind: 'status', status: 503, call: 'patchSettings' });
    await clicks(harness, 'olivia', 'Approve for 2 h');
    await clicks(harness, 'olivia', offered);
    await harness.advance(15 * minute - second);
    expect(await harness.onlyGrant()).toMatchObject({ state: 'opening' });
    await harness.advance(minute);
    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({ state: 'failed', sent: [] });
    const [note] = thread(harness, grant);
    expect(note === undefined ? '' : readable(harness, note)).toMatch(
      /^Support access to payments-prod was not opened, because:\nThe organization was not seen blocked within 15 minutes\.\n/,
    );
    // Whoever asked, and whoever decided it.
    expect(mentionsIn(note ?? {})).toEqual([`<@${people.erin}>`, `<@${people.olivia}>`]);

    trouble.clear();
    await harness.advance(6 * minute);
    expect(harness.sandbox.atlas.state.blocked).toBe(true);
    expect(changes(harness).filter((change) => change.startsWith('grant'))).toEqual([]);
    expect(await harness.onlyGrant()).toMatchObject({ state: 'failed' });
  });

  it.each([
    [401, 'Atlas does not accept the service account that switches the block'],
    [403, 'Atlas refused: the service account that switches the block lacks Organization Owner'],
  ])('and refuses for good with %i: not opened, and the person and the channel are told why', async (status, why) => {
    const harness = await started();
    harness.sandbox.atlas.addFault({ kind: 'status', status, call: 'patchSettings' });
    const answer = await blocksAndOpens(harness);
    expect(answer).toContain('Support access to payments-prod was not opened, because:');
    expect(answer).toContain(`The organization could not be blocked first: ${why}`);
    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({ state: 'failed', sent: [] });
    expect(rootOf(harness, grant)).toContain(why);
    expect(notes(harness, grant)[0]).toContain('@Olivia Owner');
    expect(channelHeadlines(harness)).toContain('Blocking support access was given up, because:');
    // The cluster is free for the next try.
    expect(grant.slot).toBeUndefined();
  });
});

describe('while it waits for the block', () => {
  async function waiting(): Promise<Harness> {
    const harness = await started();
    harness.sandbox.atlas.addFault({ kind: 'status', status: 503, call: 'patchSettings' });
    await blocksAndOpens(harness);
    return harness;
  }

  it('can be revoked: then nothing is opened, and the block goes on', async () => {
    const harness = await waiting();
    await clicks(harness, 'oscar', 'Revoke now', { message: 'payments-prod' });
    expect(await harness.onlyGrant()).toMatchObject({ state: 'revoked', sent: [] });
    expect((await harness.organizations.get(demoSeed.organizationId)).wanted).toMatchObject({ blocked: true });
  });

  it('is given up when another owner decides to leave it unblocked', async () => {
    const harness = await waiting();
    await harness.advance(second);
    await types(harness, 'oscar', 'unblock 4h the case needs every cluster');
    await submits(harness, 'oscar');
    await harness.advance(minute);
    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({ state: 'failed', sent: [] });
    expect(rootOf(harness, grant)).toContain('Oscar Second decided meanwhile that the organization stays unblocked.');
  });

  it('holds its cluster: nobody opens it in another way', async () => {
    const harness = await waiting();
    expect(await types(harness, 'oscar', 'grant payments-prod 1h infrastructure Disk is slow')).toContain(
      'Your approval could not be counted',
    );
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
  });
});

describe('without the block account', () => {
  it('gives the link, and opens once somebody has blocked it in Atlas', async () => {
    const harness = await started({ settings: withoutBlockAccount });
    const { atlas } = harness.sandbox;
    const page = `the setting in MongoDB Atlas (${atlas.url}/v2#/org/${atlas.state.id}/settings/general)`;
    const status = await types(harness, 'olivia', '');
    expect(status).toContain(`[${opensForm}]`);
    expect(status).not.toContain('[Block]');
    const answer = await blocksAndOpens(harness);
    expect(answer).toContain(`An organization owner does it by hand: ${page}`);
    const grant = await harness.onlyGrant();
    expect(rootOf(harness, grant)).toContain(page);
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();

    await harness.advance(4 * minute);
    atlas.state.setBlocked(true, { email: 'olivia.owner@meridian.example' });
    await harness.advance(30 * second);
    expect(inAtlas(harness, 'payments-prod')).toMatchObject({ grantType: 'CLUSTER_DATABASE_LOGS' });
    expect(rootOf(harness, await harness.onlyGrant())).toContain(isOpen);
    expect(changes(harness)).toEqual(['grant 204']);
  });

  it('gives up after 15 minutes where nobody has', async () => {
    const harness = await started({ settings: withoutBlockAccount });
    await blocksAndOpens(harness);
    await harness.advance(16 * minute);
    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({ state: 'failed' });
    expect(notes(harness, grant)[0]).toContain('The organization was not seen blocked within 15 minutes.');
    harness.sandbox.atlas.state.setBlocked(true, { email: 'olivia.owner@meridian.example' });
    await harness.advance(10 * minute);
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
  });
});

describe('a process that is killed', { timeout: 90_000 }, () => {
  const cluster = 'cluster-001';

  /** The owner’s one click; what comes of it is not waited for. */
  async function pressed(stage: CrashStage): Promise<void> {
    stage.atlas.state.setBlocked(false, { email: 'olivia.owner@meridian.example' });
    await stage.advances(6 * minute);
    const olivia = stage.person('olivia');
    await olivia.types(`/support-access grant ${cluster} 2h logs Disk is failing`, { channel: 'support-access' });
    await stage.bot.idle();
    await olivia.clicks(offered, { channel: 'support-access' });
  }

  const calls = (stage: CrashStage) =>
    stage.atlas.calls.map(({ call }) => call).filter((call) => call === 'patchSettings' || call === 'grant');

  it.each([
    ['before the block was asked for', 1],
    ['while Atlas is blocking', 'call'],
  ] as const)('%s: the next one blocks and opens it, each once', async (_, when) => {
    const stage = await CrashStage.start(1);
    if (when === 'call') {
      const fault = stage.atlas.addFault({ call: 'patchSettings', kind: 'cut-before', times: 1 });
      void fault.waitForHit().then(() => stage.bot.kill());
      await pressed(stage);
    } else {
      stage.mongodb.fault = async ({ name, collection, body }) => {
        const update = JSON.stringify(body.update ?? {});
        if (name !== 'findAndModify' || collection !== 'organizations' || !update.includes(':block')) return undefined;
        if (stage.bot.isRunning) await stage.bot.kill();
        return 'cut-before';
      };
      await pressed(stage);
    }
    await stage.bot.idle();
    delete stage.mongodb.fault;
    expect(await stage.grantOf(cluster)).toMatchObject({ state: 'opening' });
    expect(stage.atlas.state.blocked).toBe(false);

    await stage.passes(minute);
    await stage.startBot();
    await stage.advances(2 * minute);
    expect(stage.atlas.state.blocked).toBe(true);
    expect(stage.held(cluster)).toMatchObject({ grantType: 'CLUSTER_DATABASE_LOGS' });
    expect(calls(stage).filter((call) => call === 'grant')).toHaveLength(1);
    expect(stage.messages(cluster).roots).toHaveLength(1);
  });

  it('and stays away for two hours opens nothing any more', async () => {
    const stage = await CrashStage.start(1);
    const fault = stage.atlas.addFault({ call: 'patchSettings', kind: 'cut-before', times: 1 });
    void fault.waitForHit().then(() => stage.bot.kill());
    await pressed(stage);
    await stage.bot.idle();

    await stage.passes(2 * hour);
    await stage.startBot();
    await stage.advances(10 * minute);
    expect(await stage.grantOf(cluster)).toMatchObject({ state: 'failed', sent: [] });
    expect(stage.held(cluster)).toBeUndefined();
    expect(calls(stage)).not.toContain('grant');
    // What an owner decided about the block stands: closed is the safe side.
    expect(stage.atlas.state.blocked).toBe(true);
  });
});
