import { describe, expect, it } from 'vitest';
import { people } from '../../src/sandbox/demo-workspace.ts';
import { report } from './report.ts';
import { scaled } from './scale.ts';
import { Crowd } from './support/crowd.ts';
import { clusterName, FaultStage } from './support/fault-stage.ts';
import { violations } from './support/invariants.ts';
import { type Random, seededRandom } from './support/random.ts';

const second = 1_000;
const minute = 60 * second;
const takenOverMs = 40 * second;
/** Both verifications of what was seen have been made by then. */
const foundWithinMs = 5 * minute;

describe('two processes', () => {
  it('that sweep hundreds of documents which are due at once: each effect exactly once', async () => {
    const random = seededRandom();
    const clusters = scaled(500, 24);
    const stage = await FaultStage.start(clusters);
    await stage.startBot();
    await stage.startBot();
    const { atlas } = stage.around;
    const names = Array.from({ length: clusters }, (_, index) => clusterName(index + 1));
    // All at one instant, so that each reminder and each end comes due at one instant too.
    for (let left = names; left.length > 0; left = await withoutGrant(stage, names))
      await grantAll(stage, random, left);
    await stage.drain({ keepsAll: true });
    const world = await stage.world(() => takenOverMs);
    expect(violations(world), stage.complaints().join('\n')).toEqual([]);
    expect(world.grants.map(({ state }) => state)).toEqual(Array.from({ length: clusters }, () => 'expired'));
    const count = (call: string): number => atlas.calls.filter((made) => made.call === call).length;
    expect({ opened: count('grant'), closed: count('revoke') }).toEqual({ opened: clusters, closed: 0 });
    const reminders = world.posts.filter(({ text }) => /for .* more$/.test(text.split('\n')[0] ?? ''));
    expect(reminders).toHaveLength(clusters);
    report({
      fault: 'two processes sweeping what is due at one instant',
      extent: `${clusters} grants, their reminders and their ends`,
      held: `${count('grant')} opening calls, ${world.posts.length} posts, each exactly once; every invariant`,
    });
  });
});

/** An owner grants access to each, some at a time, by either process. */
async function grantAll(stage: FaultStage, random: Random, names: readonly string[]): Promise<void> {
  const { channel } = stage.around;
  for (let first = 0; first < names.length; first += 8) {
    for (const name of names.slice(first, first + 8)) {
      const owner = stage.person(random.pick(stage.bots), people.olivia);
      await owner.types(`/support-access grant ${name} 1h logs The disk is failing again`, { channel });
    }
    await stage.idle();
  }
}

/** Whoever was told to try again, because the machine was too busy to be answered in time, does so. */
async function withoutGrant(stage: FaultStage, names: readonly string[]): Promise<string[]> {
  const granted = new Set((await stage.allGrants()).map(({ target }) => target.name));
  return names.filter((name) => !granted.has(name));
}

interface Late {
  readonly atMs: number;
  release(): Promise<void>;
}

/** Holds back the next opening or closing call, to let it land some minutes later. */
function heldBack(stage: FaultStage, random: Random): Late {
  const call = random.pick(['grant', 'revoke'] as const);
  const fault = stage.around.atlas.addFault({ kind: 'late', call, times: 1 });
  const atMs = stage.now.getTime() + random.int(6 * minute);
  return {
    atMs,
    async release() {
      await fault.release();
      fault.clear();
    },
  };
}

/** Lets time pass, and what is held back land at its time. */
async function passes(stage: FaultStage, ms: number, late: Late[]): Promise<number> {
  const end = stage.now.getTime() + ms;
  let landed = 0;
  for (;;) {
    const next = late.toSorted((one, other) => one.atMs - other.atMs)[0];
    const to = Math.min(end, next?.atMs ?? end);
    await stage.advance(Math.max(0, to - stage.now.getTime()));
    if (next === undefined || next.atMs > end) return landed;
    late.splice(late.indexOf(next), 1);
    await next.release();
    landed += 1;
  }
}

describe('opening and closing calls that land late, in random histories', () => {
  it.each(Array.from({ length: scaled(6, 1) }, (_, index) => index + 1))(
    'history %i: each is found and answered within five minutes',
    async (history) => {
      const random = seededRandom();
      // Few clusters, so that what lands late meets newer grants.
      const clusters = 3;
      const stage = await FaultStage.start(clusters);
      const crowd = new Crowd(stage, random, clusters);
      await stage.startBot();
      await stage.startBot();
      const late: Late[] = [];
      let landed = 0;
      for (let round = 0; round < scaled(40, 12); round++) {
        if (random.int(2) === 0) late.push(heldBack(stage, random));
        await (await crowd.act(3))();
        landed += await passes(stage, random.pick([5 * second, minute, 3 * minute, 8 * minute]), late);
      }
      landed += await passes(stage, 10 * minute, late);
      await stage.drain();
      const world = await stage.world(() => foundWithinMs + takenOverMs);
      expect(violations(world), stage.complaints().join('\n')).toEqual([]);
      report({
        fault: 'opening and closing calls that land up to six minutes late, two processes',
        extent: `history ${history}: ${landed} held back, ${world.deeds.length} commands and clicks, ${world.grants.length} grants`,
        held: 'every invariant; what landed late was answered within five minutes',
      });
    },
  );
});
