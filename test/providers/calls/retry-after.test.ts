import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from '../../../src/providers/calls/retry-after.ts';

const now = new Date('2026-03-01T12:00:00Z');
const dayMs = 24 * 60 * 60 * 1000;

describe('parseRetryAfter', () => {
  it('reads any number of seconds, up to a day', () => {
    fc.assert(
      fc.property(fc.nat(), (seconds) => {
        expect(parseRetryAfter(String(seconds), now)).toBe(Math.min(seconds * 1000, dayMs));
      }),
    );
  });

  it('reads any HTTP date, never as a time gone by, up to a day', () => {
    const within = fc.integer({ min: -100_000, max: 100_000 });
    fc.assert(
      fc.property(within, (seconds) => {
        const header = new Date(now.getTime() + seconds * 1000).toUTCString();
        expect(parseRetryAfter(header, now)).toBe(Math.min(Math.max(0, seconds * 1000), dayMs));
      }),
    );
  });

  it('makes undefined or a usable time of any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{1,400}$/), fc.constant(null)), (text) => {
        const parsed = parseRetryAfter(text, now);
        expect(parsed === undefined || (parsed >= 0 && parsed <= dayMs)).toBe(true);
      }),
    );
  });

  it.each([null, '', '-1', '1.5', '1e3', '0x10', '2026-03-01T12:01:00Z', 'Sun, 99 Foo 2026 12:00:00 GMT'])(
    'makes nothing of %j',
    (text) => {
      expect(parseRetryAfter(text, now)).toBeUndefined();
    },
  );
});
