import { describe, expect, it } from 'vitest';
import { approve } from '../../src/grants/decide.ts';
import type { PersonActor } from '../../src/grants/grant.ts';
import { defaultPolicy } from '../../src/grants/policy.ts';
import { newRequest } from '../../src/grants/request.ts';
import { demoProjects, demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import type { SlackCall } from '../../src/sandbox/slack/server.ts';
import { type Harness, hour, minute, people, startHarness, withoutLabel } from '../support/harness.ts';
import { leaps, notes, readable, types } from './steps.ts';

const count = 20;
const { payments } = demoProjects;
const clusters = Array.from({ length: count }, (_, index) => `shard-${String(index + 1).padStart(2, '0')}`);
const [firstProject, ...projects] = demoSeed.projects;
const atlasSeed = {
  ...demoSeed,
  projects: [
    {
      ...firstProject,
      id: payments,
      name: 'payments',
      clusters: [...clusters, 'ledger-prod'].map((name) => ({ name })),
    },
    ...projects,
  ],
};
const olivia: PersonActor = { kind: 'person', slackId: people.olivia, name: 'Olivia Owner' };

/** A post as Slack was asked for it, at what instant of the bot's time, and whether it took it. */
interface Asked {
  readonly call: SlackCall;
  readonly atMs: number;
  readonly taken: boolean;
}

/** From now on Slack takes one message a second in a channel, and answers every other as rate limited. */
function strictly({ sandbox }: Harness): Asked[] {
  const asked: Asked[] = [];
  const last = new Map<unknown, number>();
  sandbox.slack.addFault({
    kind: 'rate-limited',
    method: 'chat.postMessage',
    retryAfterSeconds: 1,
    when(body) {
      const atMs = sandbox.clock.now().getTime();
      const taken = atMs - (last.get(body.channel) ?? 0) >= 1_000;
      if (taken) last.set(body.channel, atMs);
      const call = sandbox.slack.calls.at(-1);
      if (call !== undefined) asked.push({ call, atMs, taken });
      return !taken;
    },
  });
  return asked;
}

/** As if each had been asked for and approved at this instant, for an hour. */
async function approvedAtOnce({ grants, sandbox, channel }: Harness): Promise<void> {
  const now = sandbox.clock.now();
  for (const name of clusters) {
    const request = newRequest(
      {
        organizationId: sandbox.atlas.state.id,
        channelId: channel,
        operationId: `asked-${name}`,
        target: {
          id: `${payments}/${name}`,
          name,
          projectId: payments,
          projectName: 'payments',
          url: `https://cloud.example/${name}`,
        },
        type: 'CLUSTER_DATABASE_LOGS',
        durationMs: hour,
        reason: 'Disk latency on the primary',
        by: olivia,
      },
      defaultPolicy,
      now,
    );
    const approved = approve(
      request,
      { actor: olivia, operationId: `approved-${name}`, basis: 'fresh', now },
      { termsVersion: 1, type: { needsBlock: false }, blocked: true },
    );
    if (!approved.ok) throw new Error(approved.refusal.code);
    await grants.insert(approved.doc);
  }
}

const textOf = (harness: Harness, { body }: SlackCall): string => withoutLabel(harness, String(body.text ?? ''));
const seconds = (asked: readonly Asked[]): number => ((asked.at(-1)?.atMs ?? 0) - (asked[0]?.atMs ?? 0)) / 1_000;

describe(`${count} grants that end within a minute, in a channel that takes one message a second`, () => {
  it('are all told, none twice, what somebody must act on first, and together in the channel', async () => {
    const harness = await startHarness({ atlasSeed });
    await approvedAtOnce(harness);
    await harness.advance(3 * minute);
    expect((await harness.allGrants()).filter(({ state }) => state === 'active')).toHaveLength(count);

    await leaps(harness, 35 * minute);
    await harness.advance(2 * minute);
    const asked = strictly(harness);
    await leaps(harness, 20 * minute);
    await harness.advance(5_000);
    // While the rest waits, somebody asks for something.
    await types(harness, 'erin', 'request ledger-prod 4h logs Disk latency on the primary');
    await harness.advance(3 * minute);

    const taken = asked.filter((one) => one.taken);
    const ended = taken.filter(({ call }) =>
      /^Support access to shard-\d+ ended by itself\n/.test(textOf(harness, call)),
    );
    expect(new Set(ended.map(({ call }) => textOf(harness, call).split('\n')[0]))).toHaveLength(count);
    expect(ended).toHaveLength(count);
    for (const grant of await harness.allGrants()) {
      if (grant.target.name === 'ledger-prod') continue;
      expect(grant.state).toBe('expired');
      expect(notes(harness, grant).filter((text) => text.includes('ended by itself'))).toHaveLength(1);
      expect(grant.owed.filter(({ kind }) => kind === 'note' || kind === 'render')).toEqual([]);
    }
    const inChannel = harness.sandbox.slack
      .messages(harness.channel)
      .filter((message) => message.threadTs === undefined || message.broadcast)
      .map((message) => readable(harness, message));
    expect(
      inChannel.filter((text) => text.includes(`Support access to ${count} clusters ended by itself`)),
    ).toHaveLength(1);
    for (const name of clusters) expect(inChannel.join('\n')).toContain(name);

    // What waits for a decision does not wait behind what only tells.
    const request = taken.findIndex(({ call }) =>
      textOf(harness, call).includes('asks for support access to ledger-prod'),
    );
    expect(request).toBeGreaterThanOrEqual(0);
    // One a second, and nothing beyond what it takes: the notes, the line in the channel, the request.
    expect(taken).toHaveLength(count + 2);
    expect(seconds(ended)).toBeLessThanOrEqual(count + 20);
    // Slack refuses only what the burst was too much for.
    expect(asked.length - taken.length).toBeLessThanOrEqual(10);
  }, 300_000);
});
