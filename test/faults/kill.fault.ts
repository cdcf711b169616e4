import { afterAll, describe, expect, it } from 'vitest';
import type { ChildBot } from '../support/child-bot.ts';
import { report } from './report.ts';
import { scaled } from './scale.ts';
import { Crowd } from './support/crowd.ts';
import { FaultStage } from './support/fault-stage.ts';
import { violations } from './support/invariants.ts';
import { type Random, seededRandom } from './support/random.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const clusters = 6;
const killsEach = scaled(20, 6);
/** A lease and a sweep: what a dead process left lying is done by then. */
const takenOverMs = 40 * second;

const pauses = [0, 5 * second, 31 * second, 2 * minute, 10 * minute, 20 * minute];

const total = { kills: 0, grants: 0, deeds: 0, lost: 0, posts: 0 };

/** Has a process die at the nth thing from now on that any process asks of MongoDB or Slack, or after that many milliseconds. */
function armed(stage: FaultStage, victim: ChildBot, random: Random): () => Promise<void> {
  const { server } = stage.around.database;
  if (server === undefined) throw new Error('This run needs the in-memory server');
  let left = 1 + random.int(40);
  let killed: Promise<void> | undefined;
  const count = (): void => {
    left -= 1;
    if (left <= 0) killed ??= stage.kill(victim);
  };
  const byTime = random.int(3) === 0 ? setTimeout(() => (killed ??= stage.kill(victim)), random.int(60)) : undefined;
  const atSlack = stage.around.slack.addFault({
    method: '*',
    kind: 'cut-before',
    when: () => {
      count();
      return false;
    },
  });
  server.fault = async () => {
    count();
    // Carried out after its sender is dead, if it is the one that sent it.
    if (left === 0) await killed;
    return undefined;
  };
  return async () => {
    clearTimeout(byTime);
    atSlack.clear();
    delete server.fault;
    await (killed ?? stage.kill(victim));
  };
}

async function round(stage: FaultStage, crowd: Crowd, random: Random): Promise<void> {
  const wanted = 1 + random.int(3);
  while (stage.bots.length < wanted) await stage.startBot();
  for (let calm = random.int(4); calm > 0; calm--) {
    await (await crowd.act(2))();
    await stage.advance(random.pick(pauses));
  }
  const disarmed = armed(stage, random.pick(stage.bots), random);
  const settled = await crowd.act(4);
  await settled();
  await disarmed();
  // Mostly somebody else runs or is started; sometimes nobody does, for hours.
  const nobody = random.int(10) === 0;
  if (nobody) await Promise.all(stage.bots.map((bot) => stage.kill(bot)));
  await stage.advance(nobody ? 3 * hour : random.pick(pauses));
}

describe('processes that are killed at random moments', () => {
  it.each(Array.from({ length: scaled(10, 1) }, (_, index) => index + 1))(
    'world %i: every invariant holds',
    async () => {
      const random = seededRandom();
      const stage = await FaultStage.start(clusters);
      const crowd = new Crowd(stage, random, clusters);
      while (stage.deaths.length < killsEach) await round(stage, crowd, random);
      await stage.drain();
      const world = await stage.world((from, to) => {
        const died = stage.deaths.filter((at) => at >= from && at <= to).length;
        return stage.troubledMs(from, to) + takenOverMs * (1 + died);
      });
      expect(violations(world), stage.complaints().join('\n')).toEqual([]);
      total.kills += stage.deaths.length;
      total.grants += world.grants.length;
      total.deeds += world.deeds.length;
      total.lost += world.deeds.filter(({ answered, diedWithIt }) => diedWithIt && !answered).length;
      total.posts += world.posts.length;
    },
  );

  afterAll(() => {
    if (total.kills < killsEach) return;
    report({
      fault: 'kill -9 at random moments, of 1 to 3 processes',
      extent: `${total.kills} kills, ${total.deeds} commands and clicks, ${total.grants} grants`,
      held: `every invariant; ${total.posts} posts, none twice, none missing; ${total.lost} clicks died with their process`,
    });
  });
});
