import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryDelayMs } from '../../src/work/retry.ts';

const backoff = { baseMs: 2_000, maxMs: 30_000 };

describe('retryDelayMs', () => {
  it.each([
    [1, 1_000, 2_000],
    [2, 2_000, 4_000],
    [3, 4_000, 8_000],
    [4, 8_000, 16_000],
    [5, 15_000, 30_000],
    [6, 15_000, 30_000],
    [10_000, 15_000, 30_000],
  ])('waits after failure %i from %i to %i ms', (attempts, least, most) => {
    expect(retryDelayMs(attempts, backoff, () => 0)).toBe(least);
    expect(retryDelayMs(attempts, backoff, () => 1)).toBe(most);
  });

  it('waits as long as the other side asks, when that is longer', () => {
    expect(retryDelayMs(1, backoff, () => 0, 60_000)).toBe(60_000);
    expect(retryDelayMs(5, backoff, () => 0, 1_000)).toBe(15_000);
  });

  it('is a whole number within its bounds, whatever happened before', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), random, fc.nat(100_000), (attempts, chance, retryAfterMs) => {
        const delay = retryDelayMs(attempts, backoff, () => chance, retryAfterMs);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(Math.max(backoff.baseMs / 2, retryAfterMs));
        expect(delay).toBeLessThanOrEqual(Math.max(backoff.maxMs, retryAfterMs));
      }),
    );
  });
});
