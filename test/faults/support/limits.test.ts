import { describe, expect, it } from 'vitest';
import { lowestLevel, mostWithin } from './limits.ts';

const at = (...seconds: number[]): Date[] => seconds.map((second) => new Date(second * 1_000));
const bucket = { capacity: 3, refillPerMinute: 6 };

describe('the level of a token bucket', () => {
  it('is that of its worst moment', () => {
    expect(lowestLevel([], bucket)).toBe(3);
    expect(lowestLevel(at(0, 0, 600, 600), bucket)).toBe(1);
    expect(lowestLevel(at(0, 0, 0, 10), bucket)).toBe(0);
    expect(lowestLevel(at(0, 0, 0, 5), bucket)).toBe(-0.5);
  });
});

describe('how many fall into a stretch', () => {
  it('counts at its busiest', () => {
    expect(mostWithin([], 1_000)).toBe(0);
    expect(mostWithin(at(0, 1, 2), 1_000)).toBe(1);
    expect(mostWithin(at(0, 5, 5.5, 5.9, 6, 9), 1_000)).toBe(3);
  });
});
