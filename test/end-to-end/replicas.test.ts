import { describe, expect, it } from 'vitest';
import type { Bot } from '../../src/bot.ts';
import { Workspace } from '../../src/sandbox/slack/workspace.ts';
import { type Harness, hour, minute, people, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, notes, readable, types } from './steps.ts';

const second = 1_000;
const request = 'request payments-prod 1h infrastructure Primary steps down every few minutes';

interface Pair {
  readonly harness: Harness;
  readonly replica: Bot;
}

async function startPair(): Promise<Pair> {
  const harness = await startHarness({ timeoutMs: 500 });
  const replica = await harness.sandbox.startReplica();
  return { harness, replica };
}

/** Lets time pass; both processes sweep at the same instants. */
async function advance({ harness, replica }: Pair, ms: number): Promise<void> {
  const { bot, clock } = harness.sandbox;
  const end = clock.now().getTime() + ms;
  for (;;) {
    await Promise.all([bot.idle(), replica.idle()]);
    const next = (await bot.nextDueAt())?.getTime() ?? end;
    const now = clock.now().getTime();
    clock.tick(Math.max(0, Math.min(next, end) - now));
    await Promise.all([bot.sweep(), replica.sweep()]);
    if (next >= end) break;
  }
  await Promise.all([bot.idle(), replica.idle()]);
}

const rootsOf = ({ sandbox, ...harness }: Harness) =>
  sandbox.slack
    .messages(harness.channel)
    .filter((message) => message.threadTs === undefined)
    .filter((message) => readable({ sandbox, ...harness } as Harness, message).includes('payments-prod'));

const headlines = async (harness: Harness) =>
  notes(harness, await harness.onlyGrant()).map((note) => note.split('\n')[0]);

describe('two processes on one database', { timeout: 90_000 }, () => {
  it('open once, remind once, end once, whoever sweeps first', async () => {
    const pair = await startPair();
    const { harness, replica } = pair;
    await types(harness, 'erin', request);
    await clicks(harness, 'olivia', 'Approve for 1 h');
    await advance(pair, hour + minute);
    await replica.stop();

    expect(await headlines(harness)).toEqual([
      'payments-prod is open to MongoDB support',
      'payments-prod is open to MongoDB support for 30 min more',
      'Support access to payments-prod ended by itself',
    ]);
    expect(rootsOf(harness)).toHaveLength(1);
    expect(harness.sandbox.atlas.calls.filter(({ call }) => call === 'grant')).toHaveLength(1);
    const transitions = harness.audits().filter(({ grantId }) => grantId !== undefined);
    const actions = ['request', 'approve', 'seen-open', 'end', 'seen-closed', 'activity-recorded'];
    expect(transitions.map(({ action }) => action)).toEqual(actions);
    // Each link is announced once, although both processes read the directory.
    const links = harness.audits().filter(({ action }) => action === 'link');
    expect(links.map(({ reason }) => reason)).toHaveLength(new Set(links.map(({ reason }) => reason)).size);
  });

  it('lose nothing when one of them is gone for good in the middle of a call', async () => {
    const pair = await startPair();
    const { harness, replica } = pair;
    const { sandbox } = harness;
    await types(harness, 'erin', request);
    // The process that holds the lease is stuck for longer than its lease: the other one takes over.
    const stuck = sandbox.slack.addFault({ method: 'chat.update', kind: 'hang-before', times: 1 });
    const opening = sandbox.atlas.addFault({ call: 'grant', kind: 'hang', times: 1 });
    await harness.olivia.clicks('Approve for 1 h', { channel: harness.channel });
    await opening.waitForHit();
    sandbox.clock.tick(40 * second);
    await replica.sweep();
    await replica.idle();
    expect(inAtlas(harness, 'payments-prod')).toBeDefined();
    expect(await harness.onlyGrant()).toMatchObject({ state: 'active' });

    // The first one wakes up; what it was about to do is no longer its to write.
    opening.clear();
    stuck.release();
    await harness.idle();
    await advance(pair, 2 * minute);
    await replica.stop();
    expect(rootsOf(harness)).toHaveLength(1);
    expect(await headlines(harness)).toEqual(['payments-prod is open to MongoDB support']);
    expect(await harness.onlyGrant()).toMatchObject({ state: 'active' });
    const { history } = await harness.onlyGrant();
    expect(history.map(({ action }) => action)).toEqual(['request', 'approve', 'seen-open']);
  });

  it('decide once when two people decide by different processes', async () => {
    const pair = await startPair();
    const { harness, replica } = pair;
    await types(harness, 'erin', request);
    const { sandbox, channel } = harness;
    const signingSecret = sandbox.config.slack.signingSecret ?? '';
    const botUrl = `http://127.0.0.1:${replica.port}`;
    const elsewhere = new Workspace({ slack: sandbox.slack, botUrl, signingSecret, now: () => sandbox.clock.now() });
    const [first, second] = await Promise.all([
      harness.olivia.clicks('Approve for 1 h', { channel }),
      elsewhere.person(people.oscar).clicks('Approve for 1 h', { channel }),
    ]);
    await Promise.all([harness.idle(), replica.idle()]);
    await Promise.all([sandbox.bot.sweep(), replica.sweep()]);
    await replica.stop();
    // Whoever came second is told who was first.
    expect([...first.ephemerals, ...second.ephemerals]).toHaveLength(1);
    expect((await harness.onlyGrant()).approvals).toHaveLength(1);
    expect(harness.sandbox.atlas.calls.filter(({ call }) => call === 'grant')).toHaveLength(1);
    expect(rootsOf(harness)).toHaveLength(1);
    expect(await headlines(harness)).toHaveLength(1);
  });
});
