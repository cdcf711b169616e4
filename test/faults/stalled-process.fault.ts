import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Grant } from '../../src/grants/grant.ts';
import { CrashStage } from '../support/crash-stage.ts';
import { hour, minute } from '../support/harness.ts';
import { report } from './report.ts';
import { scaled } from './scale.ts';
import { seededRandom } from './support/random.ts';

const terminal: readonly Grant['state'][] = ['expired', 'revoked', 'failed'];

/** How many commands of MongoDB an opening takes, about. */
const commandsOfAnOpening = 30;

interface Stall {
  /** At which command of MongoDB, counted from the approval. */
  readonly atCommand: number;
  /** Before the command takes effect, or after it with the answer still unread. */
  readonly when: 'before' | 'after';
  readonly forMs: number;
}

interface Stalling {
  /** Resolves when it stands still, if it ever does. */
  readonly frozen: Promise<void>;
  isFrozen(): boolean;
  wakeUp(): void;
}

/** Stops the bot where it is at that command; its clock shows the time when it wakes. */
function stall(stage: CrashStage, { atCommand, when, forMs }: Stall): Stalling {
  const bot = stage.bot;
  let commands = 0;
  let isFrozen = false;
  let froze = (): void => {};
  const frozen = new Promise<void>((resolve) => {
    froze = resolve;
  });
  let wake = (): void => {};
  const awake = new Promise<void>((resolve) => {
    wake = resolve;
  });
  stage.mongodb.fault = async () => {
    commands += 1;
    if (isFrozen || commands !== atCommand) return undefined;
    isFrozen = true;
    bot.freeze();
    froze();
    // Its clock is set first, so that it knows how late it is when it reads the answer.
    void bot.setClock(new Date(stage.clock.now().getTime() + forMs));
    for (let turns = 0; turns < 20; turns++) await turn();
    if (when === 'before') await awake;
    return undefined;
  };
  return {
    frozen,
    isFrozen: () => isFrozen,
    wakeUp() {
      bot.thaw();
      wake();
      delete stage.mongodb.fault;
    },
  };
}

describe('a process that stands still and wakes after its lease', () => {
  it('does nothing late and nothing twice', async () => {
    const random = seededRandom();
    const count = scaled(40, 2);
    const stage = await CrashStage.start(count);
    let stalled = 0;
    let refused = 0;
    for (let story = 0; story < count; story++) {
      const cluster = await stage.request('2h');
      const sleeper = stage.bot;
      const forMs = random.pick([40_000, 5 * minute, 14 * minute, 16 * minute, hour, 3 * hour]);
      const atCommand = 1 + random.int(commandsOfAnOpening);
      const when = random.pick(['before', 'after'] as const);
      const told = `story ${story}: ${when} command ${atCommand}, for ${forMs / minute} min`;
      const stalling = stall(stage, { atCommand, when, forMs });
      await stage.approves(cluster, '2 h');
      await Promise.race([sleeper.idle(), stalling.frozen]);
      if (stalling.isFrozen()) stalled += 1;

      // Another process goes on without it.
      await stage.startBot();
      const revokedMeanwhile = random.int(2) === 0;
      if (revokedMeanwhile) {
        await stage.person('oscar').types(`/support-access revoke ${cluster}`, { channel: stage.channel });
        await stage.bot.idle();
      }
      await stage.passes(forMs);
      const before = await stage.grantOf(cluster);
      const heldBefore = stage.held(cluster);
      stalling.wakeUp();
      await sleeper.idle();
      await stage.settle();
      const after = await stage.grantOf(cluster);
      expect(after.history.slice(0, before.history.length), told).toEqual(before.history);
      if (terminal.includes(before.state)) {
        expect(after.state, told).toBe(before.state);
        expect([heldBefore, stage.held(cluster)], told).toEqual([undefined, undefined]);
      }
      await sleeper.sweep();
      await sleeper.idle();
      await sleeper.kill();

      await stage.passes(Math.max(0, 3 * hour - forMs));
      await stage.advances(6 * minute);
      const ended = await stage.grantOf(cluster);
      // A click that stood still before it was written down is refused: by then the clock of its process is wrong.
      const approved = ended.history.some(({ action }) => action === 'approve');
      if (!approved) refused += 1;
      expect(approved ? terminal : ['requested', 'cancelled'], `${told}: ${ended.state}`).toContain(ended.state);
      expect(stage.held(cluster), told).toBeUndefined();
      const { roots, notes } = stage.messages(cluster);
      expect(roots, told).toHaveLength(1);
      expect(new Set(notes).size, `${told}:\n${notes.join('\n\n')}`).toBe(notes.length);
    }
    report({
      fault: 'A stalled process that wakes after its lease',
      extent: `${count} openings, ${stalled} stopped in the middle, 40 s to 3 h; ${refused} of them before the click was written down`,
      held: 'nothing written, opened or said by it; one root message, no note twice, closed at the end',
    });
  });
});
