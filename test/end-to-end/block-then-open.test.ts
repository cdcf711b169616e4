import { describe, expect, it } from 'vitest';
import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import type { AtlasFault } from '../../src/sandbox/atlas/faults.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { mentionsIn } from '../../src/sandbox/slack/mentions.ts';
import { CrashStage } from '../support/crash-stage.ts';
import { type Harness, hour, minute, people, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, notes, readable, rootOf, submits, thread, types } from './steps.ts';

const second = 1_000;
const offered = 'Block, then open logs';
const opensForm = 'Block, then open logs…';
const isOpen = 'payments-prod is open to MongoDB support';
const asked = 'request payments-prod 2h logs Primary steps down again';
const withoutBlockAccount = { ATLAS_BLOCK_CLIENT_ID: '', ATLAS_BLOCK_CLIENT_SECRET: '' };

/** In an organization that is open to support. */
const started = (options: Omit<SandboxOptions, 'log' | 'mongodb'> = {}): Promise<Harness> =>
  startHarness({ atlasSeed: { ...demoSeed, blocked: false }, ...options });

/** What an owner does where the button is: the form, and one confirm. */
async function fillsForm(harness: Harness): Promise<string> {
  const form = harness.olivia.modal();
  await form.searches('Cluster', 'payments-prod');
  await form.choose('Cluster', 'payments-prod');
  await form.choose('Duration', '2 h');
  await form.fill('Reason', 'Primary steps down again');
  return submits(harness, 'olivia');
}

async function blocksAndOpens(harness: Harness): Promise<string> {
  await types(harness, 'olivia', 'status');
  await clicks(harness, 'olivia', opensForm);
  return fillsForm(harness);
}

/** The changing calls that Atlas has received, and what it answered. */
const changes = ({ sandbox }: Harness): string[] =>
  sandbox.atlas.calls
    .filter(({ call }) => call === 'patchSettings' || call === 'grant' || call === 'revoke')
    .map(({ call, status }) => `${call} ${status ?? 'unanswered'}`);

/** First lines of what stands in the channel itself, without what was said at the start. */
const channelHeadlines = (harness: Harness): (string | undefined)[] =>
  harness.sandbox.slack
    .messages(harness.channel)
    .filter(({ threadTs }) => threadTs === undefined)
    .map((message) => readable(harness, message).split('\n')[0])
    .filter((line) => !line?.startsWith('Who is known here'));

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
