import { describe, expect, it } from 'vitest';
import type { AtlasCall } from '../../src/sandbox/atlas/endpoint.ts';
import { CrashStage } from '../support/crash-stage.ts';

const second = 1_000;
/** A lease and a sweep. */
const takenOver = 40 * second;

type Side = 'before' | 'after';

/** Kills the process at something that its approval causes, before or after that has taken effect. */
interface Step {
  readonly what: string;
  /** Whether the approval had been written down by then. */
  readonly decided: boolean;
  /** Returns when, and whether, the process was killed. */
  arm(stage: CrashStage, grantId: string): () => Promise<boolean>;
}

function atWrite(nth: number, side: Side): Step {
  return {
    what: `${side} write ${nth} of the record`,
    decided: nth > 1 || side === 'after',
    arm(stage, grantId) {
      let writes = 0;
      let killed = false;
      stage.mongodb.fault = async ({ name, collection, body }) => {
        if (name !== 'findAndModify' || collection !== 'grants' || body.query?._id !== grantId) return undefined;
        writes += 1;
        if (writes !== nth) return undefined;
        killed = true;
        await stage.bot.kill();
        return side === 'before' ? 'cut-before' : undefined;
      };
      return async () => {
        await stage.bot.idle();
        delete stage.mongodb.fault;
        return killed;
      };
    },
  };
}

function atSlack(method: string, nth: number, side: Side): Step {
  return {
    what: `${side} call ${nth} of ${method}`,
    decided: true,
    arm(stage) {
      let calls = 0;
      const fault = stage.slack.addFault({
        method,
        kind: side === 'before' ? 'cut-before' : 'cut-after',
        when() {
          calls += 1;
          if (calls === nth) void stage.bot.kill();
          return calls === nth;
        },
      });
      return async () => {
        await stage.bot.idle();
        fault.clear();
        return fault.hits === 1;
      };
    },
  };
}

function atAtlas(call: AtlasCall, side: Side, decided: boolean): Step {
  return {
    what: `${side} Atlas's ${call}`,
    decided,
    arm(stage) {
      const fault = stage.atlas.addFault({ call, kind: side === 'before' ? 'hang' : 'cut-after', times: 1 });
      void fault.waitForHit().then(() => stage.bot.kill());
      return async () => {
        await stage.bot.idle();
        fault.clear();
        return fault.hits() === 1;
      };
    },
  };
}

const sides: readonly Side[] = ['before', 'after'];
/** More than an approval makes: the last ones are expected to come to nothing. */
const mostWrites = 16;

async function recoversFrom(stage: CrashStage, step: Step): Promise<boolean> {
  const cluster = await stage.request();
  const { _id } = await stage.grantOf(cluster);
  const disarm = step.arm(stage, _id);
  await stage.approves(cluster);
  const killed = await disarm();
  if (!killed) return false;
  expect(stage.bot.isRunning, step.what).toBe(false);

  await stage.startBot();
  await stage.passes(takenOver);
  if (!step.decided) {
    expect(await stage.grantOf(cluster), step.what).toMatchObject({ state: 'requested', approvals: [] });
    expect(stage.held(cluster), step.what).toBeUndefined();
    await stage.approves(cluster);
    await stage.bot.idle();
  }
  const grant = await stage.grantOf(cluster);
  const { roots, notes } = stage.messages(cluster);
  expect(grant.state, step.what).toBe('active');
  expect(stage.held(cluster), step.what).toEqual({
    grantType: 'CLUSTER_INFRASTRUCTURE',
    expirationTime: grant.wanted?.until,
  });
  expect(
    grant.history.map(({ action }) => action),
    step.what,
  ).toEqual(['request', 'approve', 'seen-open']);
  expect(roots, step.what).toHaveLength(1);
  expect(roots[0], step.what).toContain(`${cluster} is open to MongoDB support`);
  expect(notes, step.what).toHaveLength(1);
  return true;
}

describe.each(sides)('a process killed %s each step of an approval', { timeout: 180_000 }, (side) => {
  it('takes effect, a write of the record: the next process finishes within a lease and a sweep', async () => {
    const stage = await CrashStage.start(mostWrites);
    let steps = 0;
    while (steps < mostWrites && (await recoversFrom(stage, atWrite(steps + 1, side)))) steps += 1;
    // Among them: the approval, the claim, the mark before the call, its answer, what was seen, the note.
    expect(steps).toBeGreaterThan(6);
    expect(steps).toBeLessThan(mostWrites);
  });

  it('takes effect, a call of Slack or Atlas: the next process finishes within a lease and a sweep', async () => {
    const steps = [
      atSlack('chat.update', 1, side),
      atSlack('chat.update', 2, side),
      atSlack('conversations.members', 1, side),
      atSlack('chat.postMessage', 1, side),
      atAtlas('listUsers', side, false),
      atAtlas('readCluster', side, true),
      atAtlas('grant', side, true),
    ];
    const stage = await CrashStage.start(steps.length);
    for (const step of steps) expect(await recoversFrom(stage, step), step.what).toBe(true);
  });
});
