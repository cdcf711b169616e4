import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../src/log.ts';
import { ManualClock } from '../src/sandbox/manual-clock.ts';
import { type Schedule, startSchedule } from '../src/schedule.ts';
import { type Deferred, deferred } from './work/deferred.ts';

const second = 1_000;
const hour = 3_600 * second;
const start = new Date('2026-03-02T09:00:00.500Z');

/** The wall clock of the process is faked for cron; the watchdog goes by the clock it is given. */
describe('a schedule', () => {
  let clock: ManualClock;
  let lines: { level: string; msg: string }[];
  let runs: number;
  let run: () => Promise<void>;
  let schedule: Schedule;

  const begin = (expression = '*/10 * * * * *'): void => {
    const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } });
    schedule = startSchedule({
      expression,
      clock,
      log,
      run: () => {
        runs += 1;
        return run();
      },
    });
  };
  /** Lets time pass for cron and the watchdog alike. */
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= second) {
      await vi.advanceTimersByTimeAsync(Math.min(second, left));
      clock.tick(Math.min(second, left));
    }
  };

  beforeEach(() => {
    vi.useFakeTimers({ now: start });
    vi.spyOn(Math, 'random').mockReturnValue(0.2);
    clock = new ManualClock(start);
    lines = [];
    runs = 0;
    run = () => Promise.resolve();
  });
  afterEach(async () => {
    await schedule.stop();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('runs at each of its times, at most a second late', async () => {
    begin();
    await pass(9 * second);
    expect(runs).toBe(0);
    await pass(2 * second);
    expect(runs).toBe(1);
    await pass(60 * second);
    expect(runs).toBe(7);
    expect(lines).toEqual([]);
  });

  it('never runs two at a time, and a long run is no stall', async () => {
    const gate: Deferred = deferred();
    run = () => gate.promise;
    begin();
    await pass(200 * second);
    expect(runs).toBe(1);
    expect(lines).toEqual([]);
    gate.resolve();
    await pass(10 * second);
    expect(runs).toBe(2);
  });

  it('goes on after a run that failed, and logs it', async () => {
    run = () => Promise.reject(new Error('MongoDB is away'));
    begin();
    await pass(21 * second);
    expect(runs).toBe(2);
    expect(lines).toMatchObject([
      { level: 'error', msg: 'A sweep failed; the next one tries again', err: { message: 'MongoDB is away' } },
      { level: 'error' },
    ]);
  });

  it('is started again when the clock of the machine was set back', async () => {
    begin();
    await pass(11 * second);
    expect(runs).toBe(1);
    vi.setSystemTime(new Date(start.getTime() - 5 * hour));
    await pass(80 * second);
    expect(lines).toMatchObject([{ level: 'warn', msg: 'The schedule had stalled and is started again' }]);
    const after = runs;
    expect(after).toBeGreaterThan(1);
    await pass(30 * second);
    expect(runs).toBe(after + 3);
  });

  it('is started again, and run at once, when nothing has run for a minute by the monotonic clock', async () => {
    begin();
    clock.tick(80 * second);
    await vi.advanceTimersByTimeAsync(0);
    expect(runs).toBe(1);
    expect(lines).toMatchObject([{ level: 'warn', msg: 'The schedule had stalled and is started again' }]);
    await pass(11 * second);
    expect(runs).toBe(2);
  });

  it('is not taken for stalled while its own expression makes it wait', async () => {
    begin('0 */5 * * * *');
    clock.tick(14 * 60 * second);
    expect(runs).toBe(0);
    expect(lines).toEqual([]);
    clock.tick(2 * 60 * second);
    expect(runs).toBe(1);
  });

  it('runs no more once it was stopped', async () => {
    begin();
    await pass(11 * second);
    await schedule.stop();
    await pass(300 * second);
    expect(runs).toBe(1);
    expect(lines).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
