import { beforeEach, describe, expect, it } from 'vitest';
import { CheckedClock } from '../src/checked-clock.ts';
import { createLogger } from '../src/log.ts';
import { ManualClock } from '../src/sandbox/manual-clock.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

let machine: ManualClock;
let truth: ManualClock;
/** What a reading takes, or why there is none. */
let reading: { takesMs: number } | 'away';
let reads: number;
let lines: { level: string; msg: string }[];
let clock: CheckedClock;

const offBy = () => clock.now().getTime() - truth.now().getTime();
const passes = (ms: number): void => {
  machine.tick(ms);
  truth.tick(ms);
};
const steps = (ms: number): void => machine.set(new Date(machine.now().getTime() + ms));

beforeEach(() => {
  machine = new ManualClock(new Date('2026-03-02T09:00:00Z'));
  truth = new ManualClock(new Date('2026-03-02T09:00:00Z'));
  reading = { takesMs: 0 };
  reads = 0;
  lines = [];
  const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } });
  const reference = {
    read: async () => {
      reads += 1;
      if (reading === 'away') throw new Error('not now');
      passes(reading.takesMs / 2);
      const at = truth.now();
      passes(reading.takesMs / 2);
      return at;
    },
  };
  clock = new CheckedClock({ clock: machine, reference, log });
});

describe('a clock held against a reference', () => {
  it('is not trusted before the reference was read', async () => {
    expect(clock.standing()).toMatchObject({ kind: 'unknown' });
    await expect(clock.check()).resolves.toBe(true);
    expect(clock.standing()).toEqual({ kind: 'agrees' });
  });

  it('is read once a minute while it agrees, however often somebody asks, and once for all who ask at once', async () => {
    await Promise.all([clock.check(), clock.check(), clock.check()]);
    passes(59 * second);
    await clock.check();
    expect(reads).toBe(1);
    passes(second);
    await clock.check();
    expect(reads).toBe(2);
    expect(lines).toEqual([]);
  });

  it.each([
    ['ahead', 5 * hour],
    ['behind', -5 * hour],
    ['a little ahead', 3 * second],
    ['a little behind', -3 * second],
  ])('%s at the start: says so once, and tells the right time', async (_, ms) => {
    steps(ms);
    await expect(clock.check()).resolves.toBe(false);
    await expect(clock.check()).resolves.toBe(false);
    expect(clock.standing()).toEqual({ kind: 'off', aheadMs: ms, since: truth.now() });
    expect(offBy()).toBe(0);
    expect(lines.map(({ level }) => level)).toEqual(['warn']);

    passes(10 * second);
    steps(-ms);
    await expect(clock.check()).resolves.toBe(true);
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  it.each([5 * hour, -5 * hour])('is found to be set by %i ms the moment it is, before anybody reads', async (ms) => {
    await clock.check();
    steps(ms);
    expect(offBy()).toBe(0);
    expect(clock.standing()).toMatchObject({ kind: 'off', aheadMs: ms });
    expect(reads).toBe(1);
    passes(30 * second);
    expect(offBy()).toBe(0);
    await expect(clock.check()).resolves.toBe(false);
    expect(reads).toBe(2);
  });

  it('follows at the next look when the reference was set with it', async () => {
    await clock.check();
    steps(hour);
    truth.set(new Date(truth.now().getTime() + hour));
    await expect(clock.check()).resolves.toBe(true);
    expect(offBy()).toBe(0);
  });

  it('is off once a slow drift has grown to more than two seconds, and no earlier', async () => {
    const found: boolean[] = [];
    for (let minutes = 0; minutes < 30; minutes++) {
      found.push(await clock.check());
      passes(minute);
      steps(100);
    }
    expect(found).toEqual([...Array(21).fill(true), ...Array(9).fill(false)]);
  });

  it('allows for what the round trip leaves open', async () => {
    reading = { takesMs: 1_600 };
    steps(2_700);
    await expect(clock.check()).resolves.toBe(true);
    steps(200);
    await expect(clock.check()).resolves.toBe(false);
  });

  it('learns nothing from an answer that took too long', async () => {
    reading = { takesMs: 2_100 };
    await expect(clock.check()).resolves.toBe(false);
    expect(clock.standing()).toMatchObject({ kind: 'unknown' });
  });

  it('goes by the last reading for ten minutes while there is no other', async () => {
    await clock.check();
    reading = 'away';
    passes(10 * minute);
    await expect(clock.check()).resolves.toBe(true);
    steps(hour);
    await expect(clock.check()).resolves.toBe(false);
    expect(offBy()).toBe(0);
    steps(-hour);
    await expect(clock.check()).resolves.toBe(true);
    passes(second);
    await expect(clock.check()).resolves.toBe(false);
    expect(clock.standing()).toMatchObject({ kind: 'unknown' });
    reading = { takesMs: 10 };
    await expect(clock.check()).resolves.toBe(true);
    // That it could not be read is said once.
    expect(lines.filter(({ msg }) => msg.includes('could not be compared'))).toHaveLength(1);
  });
});
