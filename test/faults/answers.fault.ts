import { describe, expect, it } from 'vitest';
import type { AtlasFault } from '../../src/sandbox/atlas/faults.ts';
import type { Fault } from '../../src/sandbox/slack/faults.ts';
import { report } from './report.ts';
import { scaled } from './scale.ts';
import { Crowd } from './support/crowd.ts';
import { FaultStage } from './support/fault-stage.ts';
import { violations } from './support/invariants.ts';
import { lowestLevel, mostWithin, organizationBucket } from './support/limits.ts';
import { type Random, seededRandom } from './support/random.ts';

const second = 1_000;
const minute = 60 * second;
const clusters = 6;
/** What failed is tried again after five minutes at the latest, and then a lost call is waited for. */
const mendedMs = 8 * minute;

const atAtlas: readonly AtlasFault[] = [
  { kind: 'status', status: 429, errorCode: 'RATE_LIMITED_TOKEN_BUCKET', retryAfterSeconds: 20 },
  { kind: 'status', status: 429 },
  { kind: 'status', status: 500 },
  { kind: 'garbage' },
  { kind: 'wrong-shape' },
  { kind: 'slow', delayMs: 400 },
  { kind: 'cut-after' },
];

const atSlack: readonly Fault[] = [
  { method: '*', kind: 'rate-limited', retryAfterSeconds: 20 },
  { method: '*', kind: 'http-status', status: 500 },
  { method: '*', kind: 'error', error: 'internal_error' },
  { method: '*', kind: 'garbage-before' },
  { method: 'chat.postMessage', kind: 'garbage-after' },
  { method: 'chat.postMessage', kind: 'cut-after' },
];

interface Side {
  readonly name: 'Atlas' | 'Slack';
  readonly cases: number;
  /** Has that side answer badly, until the function returned is called. */
  spoil(stage: FaultStage, which: number): () => void;
}

const sides: readonly Side[] = [
  {
    name: 'Atlas',
    cases: atAtlas.length,
    spoil: ({ around }, which) => {
      const handle = around.atlas.addFault(atAtlas[which % atAtlas.length] ?? { kind: 'garbage' });
      return () => handle.clear();
    },
  },
  {
    name: 'Slack',
    cases: atSlack.length,
    spoil: ({ around }, which) => {
      const handle = around.slack.addFault(atSlack[which % atSlack.length] ?? { method: '*', kind: 'garbage-before' });
      return () => handle.clear();
    },
  },
];

/** People go on while the answers are bad, for one to six minutes, and after. */
async function round(stage: FaultStage, crowd: Crowd, random: Random, spoil: () => () => void): Promise<void> {
  await (await crowd.act(2))();
  await stage.advance(random.pick([5 * second, 2 * minute]));
  const over = stage.trouble();
  const mend = spoil();
  for (let left = 1 + random.int(3); left > 0; left--) {
    await (await crowd.act(2))();
    await stage.advance(random.pick([30 * second, minute, 2 * minute]));
  }
  mend();
  over();
  await stage.advance(random.pick([minute, 10 * minute]));
}

describe('answers that are refusals, errors, garbage and slow, for minutes', () => {
  it.each(sides)('of $name: every invariant holds', async ({ name, cases, spoil }) => {
    const random = seededRandom();
    const stage = await FaultStage.start(clusters);
    const crowd = new Crowd(stage, random, clusters);
    await stage.startBot();
    const rounds = scaled(3 * cases, 3);
    const first = random.int(cases);
    for (let which = first; which < first + rounds; which++) {
      await round(stage, crowd, random, () => spoil(stage, which));
    }
    await stage.drain();
    const world = await stage.world((from, to) => mendedMs + stage.troubledMs(from, to));
    expect(violations(world), stage.complaints().join('\n')).toEqual([]);

    const calls = stage.around.atlas.calls.filter(({ path }) => path.startsWith('/api/atlas/v2/orgs'));
    const lowest = lowestLevel(
      calls.map(({ at }) => at),
      organizationBucket,
    );
    const inChannel = world.posts.filter(({ channel }) => channel === stage.around.channel).map(({ at }) => at);
    const aMinute = mostWithin(inChannel, minute);
    expect(aMinute).toBeLessThanOrEqual(60);
    report({
      fault: `429, 500, garbage, wrong shape, slow and lost answers of ${name}, for 1 to 6 minutes`,
      extent: `${rounds} times, ${world.deeds.length} commands and clicks, ${world.grants.length} grants`,
      held: `every invariant; ${world.posts.length} posts, none twice, none missing; at most ${aMinute} in the channel a minute; organization bucket never below ${lowest.toFixed(1)} of ${organizationBucket.capacity}`,
    });
  });
});
