import { describe, expect, it } from 'vitest';
import type { Holdings } from '../../src/sandbox/child-bot.ts';
import { CrashStage } from '../support/crash-stage.ts';
import { channelName, hour, minute } from '../support/harness.ts';
import { report } from './report.ts';
import { scaled } from './scale.ts';
import { type Random, seededRandom } from './support/random.ts';

const second = 1_000;
const mebibyte = 2 ** 20;
const sweepEveryMs = 10 * second;
/** What is owed happens within one lease and one sweep, even where a process died. */
const latestMs = 40 * second;
/** In real time: in full it takes three quarters of an hour on two cores that have nothing else to do. */
const atMostMs = 2 * hour;
/** After the first hour everything has been used once; what a leak of a few kilobytes a grant adds is more than this. */
const flatWithin = { heapBytes: 8 * mebibyte, handles: 4 };

const fates = ['runs out', 'runs out', 'revoked', 'extended', 'denied', 'cancelled', 'lapses'] as const;
const durations = [
  ['30m', '30 min'],
  ['1h', '1 h'],
  ['2h', '2 h'],
  ['4h', '4 h'],
] as const;

interface Deed {
  readonly atMs: number;
  readonly who: 'erin' | 'olivia';
  readonly words: string;
}

/** A day in the life of a large organization: its process sweeps, and people ask, decide, extend and revoke. */
class Day {
  readonly #stage: CrashStage;
  readonly #random: Random;
  #deeds: Deed[] = [];
  readonly #latenessMs: number[] = [];

  constructor(stage: CrashStage, random: Random) {
    this.#stage = stage;
    this.#random = random;
  }

  /** Of everything that came due, ascending. */
  get latenessMs(): readonly number[] {
    return this.#latenessMs.toSorted((one, other) => one - other);
  }

  /** Time passes until the next sweep; somewhere in between people do what they do, and that many ask. */
  async passes(asking: number): Promise<void> {
    const actsAfterMs = this.#random.int(sweepEveryMs);
    await this.#timePasses(actsAfterMs);
    const nowMs = this.#stage.clock.now().getTime();
    const due = this.#deeds.filter(({ atMs }) => atMs <= nowMs);
    this.#deeds = this.#deeds.filter(({ atMs }) => atMs > nowMs);
    for (const { who, words } of due) {
      await this.#stage.person(who).types(`/support-access ${words}`, { channel: channelName });
      await this.#stage.bot.idle();
    }
    for (let asked = 0; asked < asking; asked++) await this.#begins();
    await this.#timePasses(sweepEveryMs - actsAfterMs);
    this.#latenessMs.push(...(await this.#stage.overdue()));
    await this.#stage.settle();
  }

  async #timePasses(ms: number): Promise<void> {
    this.#stage.clock.tick(ms);
    await this.#stage.bot.passTime(ms);
  }

  /** Somebody asks, and is decided about. */
  async #begins(): Promise<void> {
    const [duration, words] = this.#random.pick(durations);
    const cluster = await this.#stage.request(duration);
    switch (this.#random.pick(fates)) {
      case 'lapses':
        return;
      case 'cancelled':
        return this.#later('erin', `revoke ${cluster}`);
      case 'denied':
        await this.#clicks(cluster, 'Deny');
        await this.#stage.person('olivia').modal().submit();
        await this.#stage.bot.idle();
        return;
      case 'runs out':
        return this.#clicks(cluster, `Approve for ${words}`);
      case 'revoked':
        await this.#clicks(cluster, `Approve for ${words}`);
        return this.#later('olivia', `revoke ${cluster}`);
      case 'extended':
        await this.#clicks(cluster, `Approve for ${words}`);
        return this.#later('olivia', `extend ${cluster} 2h`);
    }
  }

  #later(who: Deed['who'], words: string): void {
    const atMs = this.#stage.clock.now().getTime() + this.#random.int(25 * minute);
    this.#deeds.push({ atMs, who, words });
  }

  async #clicks(cluster: string, label: string): Promise<void> {
    const { ts } = (await this.#stage.grantOf(cluster)).message ?? {};
    await this.#stage.person('olivia').clicks(label, { channel: channelName, message: ts, thread: ts });
    await this.#stage.bot.idle();
  }
}

describe('a day of many grants', { timeout: atMostMs }, () => {
  it('leaves memory and handles as they were, and nothing late', async () => {
    const random = seededRandom();
    const grants = scaled(2_000, 12);
    const hours = scaled(24, 0.75);
    const stage = await CrashStage.start(grants);
    const day = new Day(stage, random);
    const sweeps = (hours * hour) / sweepEveryMs;
    const held: Holdings[] = [];
    let begun = 0;
    for (let sweep = 1; sweep <= sweeps; sweep++) {
      // The last ones begin early enough to be seen through.
      const asking = Math.min(grants, Math.floor((grants * sweep) / (sweeps * 0.9))) - begun;
      await day.passes(asking);
      begun += asking;
      if ([1 / 24, 1 / 2, 1].some((part) => sweep === Math.ceil(sweeps * part))) held.push(await stage.bot.measure());
    }

    const { latenessMs } = day;
    const late = (part: number): string =>
      `${(latenessMs[Math.floor((latenessMs.length - 1) * part)] ?? 0) / second} s`;
    expect(latenessMs.at(-1)).toBeLessThanOrEqual(latestMs);
    expect(await stage.overdue()).toEqual([]);
    expect(stage.bot.complaints).toBe('');
    const [first, ...later] = held;
    for (const { heapBytes, handles } of later) {
      expect(heapBytes).toBeLessThan((first?.heapBytes ?? 0) + flatWithin.heapBytes);
      expect(handles).toBeLessThanOrEqual((first?.handles ?? 0) + flatWithin.handles);
    }
    const heaps = held.map(({ heapBytes }) => (heapBytes / mebibyte).toFixed(1)).join(' → ');
    const resident = held.map(({ residentBytes }) => Math.round(residentBytes / mebibyte)).join(' → ');
    report({
      fault: 'Endurance',
      extent: `${hours} simulated h, ${begun} grants, a sweep every 10 s`,
      held: `${latenessMs.length} times due, late by p50 ${late(0.5)}, p99 ${late(0.99)}, at most ${late(1)}; heap after GC ${heaps} MiB, resident ${resident} MiB, handles ${held.map(({ handles }) => handles).join(' → ')}`,
    });
  });
});
