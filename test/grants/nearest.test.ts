import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestNames } from '../../src/grants/nearest.ts';

const clusters = ['web-production', 'web-staging', 'billing', 'billing-archive', 'reports', 'production-logs'];

describe('nearestNames', () => {
  it.each([
    ['web', ['web-staging', 'web-production']],
    ['production', ['production-logs', 'web-production']],
    ['biling', ['billing']],
    ['WEB-STAGNIG', ['web-staging']],
    ['reports-eu', ['reports']],
    ['zzz', []],
    ['', []],
    ['   ', []],
  ])('finds for "%s" %j', (typed, expected) => {
    expect(nearestNames(typed, clusters)).toEqual(expected);
  });

  it('gives as many as asked for, each once', () => {
    expect(nearestNames('billing', [...clusters, 'billing'], 1)).toEqual(['billing']);
    expect(nearestNames('web', [...clusters, ...clusters])).toEqual(['web-staging', 'web-production']);
  });

  it('only gives names that there are, and an exact one first', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 })), fc.string(), fc.nat(5), (names, typed, limit) => {
        const found = nearestNames(typed, names, limit);
        expect(found.length).toBeLessThanOrEqual(limit);
        for (const name of found) expect(names).toContain(name);
      }),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(clusters, { minLength: 1 }), (names) => {
        const [name = ''] = names;
        expect(nearestNames(name, names)[0]).toBe(name);
      }),
    );
  });
});
