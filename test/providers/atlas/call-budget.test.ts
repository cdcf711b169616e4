import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallBudget } from '../../../src/providers/atlas/call-budget.ts';
import { RateLimiter } from '../../../src/sandbox/atlas/rate-limiter.ts';
import { ManualClock } from '../../../src/sandbox/manual-clock.ts';

const path = '/groups/64f0a1b2c3d4e5f600000101/clusters';
const start = new Date('2026-03-01T12:00:00Z');

/** Calls that a bucket of this size meets, each answered before the next one is made. */
function setUp(capacity: number, { headers = true } = {}) {
  const clock = new ManualClock(start);
  const limiter = new RateLimiter(clock, { project: { capacity, refillPerMinute: 5 } });
  const budget = new CallBudget(clock);
  const call = (closes: boolean): 'waits' | 'answered' | 'refused' => {
    if (budget.take(path, closes) > 0) return 'waits';
    const verdict = limiter.take('project', 'account');
    const sent = headers ? verdict.headers : {};
    budget.answered(path, { status: verdict.allowed ? 200 : 429, headers: new Headers(sent) });
    return verdict.allowed ? 'answered' : 'refused';
  };
  return { clock, budget, call };
}

describe('what is left of a rate limit', () => {
  it('is no question before Atlas has said anything of it', () => {
    const budget = new CallBudget(new ManualClock(start));
    for (let calls = 0; calls < 100; calls += 1) {
      expect(budget.take(path, false)).toBe(0);
      budget.answered(path, { status: 200, headers: new Headers() });
    }
  });

  it('is forgotten after a quarter of an hour where Atlas said nothing but no', () => {
    const { clock, budget, call } = setUp(1, { headers: false });
    expect([call(false), call(false)]).toEqual(['answered', 'refused']);
    expect(budget.take(path, false)).toBeGreaterThan(0);
    clock.tick(16 * 60_000);
    for (let calls = 0; calls < 100; calls += 1) expect(budget.take(path, false)).toBe(0);
  });

  it('is left for closing when three are left, and used for it', () => {
    const { call } = setUp(10);
    const reads = Array.from({ length: 12 }, () => call(false));
    expect(reads.filter((outcome) => outcome === 'answered')).toHaveLength(7);
    expect(reads.slice(7)).toEqual(Array(5).fill('waits'));
    expect([call(true), call(true), call(true)]).toEqual(['answered', 'answered', 'answered']);
  });

  it('is counted as three that are being sent at once', () => {
    const { budget } = setUp(10);
    budget.answered(path, { status: 200, headers: new Headers({ 'RateLimit-Remaining': '5' }) });
    expect([budget.take(path, false), budget.take(path, false)]).toEqual([0, 0]);
    expect(budget.take(path, false)).toBeGreaterThan(0);
  });

  it('after a refusal without a word is filled up before anything but closing is sent', () => {
    const { clock, budget, call } = setUp(1, { headers: false });
    expect([call(false), call(false)]).toEqual(['answered', 'refused']);
    const waitMs = budget.take(path, false);
    expect(waitMs).toBe(48_000);
    expect(budget.take(path, true)).toBe(0);
    clock.tick(60_000);
    expect(budget.take(path, false)).toBe(0);
  });

  it('waits as long as Atlas asks for', () => {
    const { budget } = setUp(10);
    budget.answered(path, { status: 429, headers: new Headers({ 'Retry-After': '90' }) });
    expect(budget.take(path, false)).toBe(90_000);
  });

  it('is of one set of endpoints', () => {
    const { budget } = setUp(10);
    budget.answered(path, { status: 200, headers: new Headers({ 'RateLimit-Remaining': '0' }) });
    expect(budget.take('/orgs/1/settings', false)).toBe(0);
  });

  it('always holds three for closing, whatever is read and however long is waited', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 30 }),
        fc.array(fc.nat({ max: 40_000 }), { maxLength: 80 }),
        (capacity, pauses) => {
          const { clock, call } = setUp(capacity);
          for (const ms of pauses) {
            clock.tick(ms);
            call(false);
          }
          expect([call(true), call(true), call(true)]).toEqual(['answered', 'answered', 'answered']);
        },
      ),
    );
  });
});
