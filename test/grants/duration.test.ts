import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDuration, formatDuration, looksLikeDuration, parseDuration } from '../../src/grants/duration.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('parseDuration', () => {
  it.each([
    ['30m', 30 * minute],
    ['4h', 4 * hour],
    ['24h', 24 * hour],
    ['1d', 24 * hour],
    ['90min', 90 * minute],
    ['90 MIN', 90 * minute],
    ['2hours', 2 * hour],
    ['2 Hrs', 2 * hour],
    ['1.5h', 90 * minute],
    ['1,5h', 90 * minute],
    ['1h30m', 90 * minute],
    ['1 h 30 min', 90 * minute],
    ['+4h', 4 * hour],
    ['99h', 99 * hour],
    ['1week', 168 * hour],
    ['  4h ', 4 * hour],
  ])('reads %s', (text, durationMs) => {
    expect(parseDuration(text)).toEqual({ ok: true, durationMs });
  });

  it.each(['0h', '0 min', '-4h', '−4h', '–4h', '0h0m', '0.000000001m'])('says that %s is not positive', (text) => {
    expect(parseDuration(text)).toEqual({ ok: false, problem: 'not-positive' });
  });

  it.each(['', 'h', '4', '4x', '4hh', '4h30', '1.2.3h', '.5h', 'four hours', '4h-', '30s', '1234567890h', '4h please'])(
    'cannot read "%s"',
    (text) => {
      expect(parseDuration(text)).toEqual({ ok: false, problem: 'unreadable' });
    },
  );
});

describe('looksLikeDuration', () => {
  it.each([
    '30m',
    '4H',
    '90min',
    '2hours',
    '1.5h',
    '1h30m',
    '0h',
    '-4h',
    '−4h',
    '99h',
    '2w',
    '1.2.3h',
    '4h30',
    '1..5h',
  ])('takes %s for one', (word) => {
    expect(looksLikeDuration(word)).toBe(true);
  });

  it.each(['', '500', '3rd', '2x', '4th', '500s', '5xx', '10k', '-500', 'h', 'web-4h', '4h-web', '4hx', 'm30', 'disk'])(
    'takes "%s" for an ordinary word',
    (word) => {
      expect(looksLikeDuration(word)).toBe(false);
    },
  );

  it('covers every single word that can be read', () => {
    const word = fc.stringMatching(/^[-+−]?([0-9.,]{1,4}(m|min|H|hours|d|days|w)){1,3}$/);
    fc.assert(
      fc.property(fc.oneof(word, fc.string()), (text) => {
        const parsed = parseDuration(text);
        if ((parsed.ok || parsed.problem === 'not-positive') && !/\s/.test(text)) {
          expect(looksLikeDuration(text)).toBe(true);
        }
      }),
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [30 * minute, '30 min'],
    [90 * minute, '1 h 30 min'],
    [4 * hour, '4 h'],
    [24 * hour, '24 h'],
    [25 * hour, '25 h'],
    [48 * hour - minute, '47 h 59 min'],
    [48 * hour, '2 days'],
    [60 * hour + 5 * minute, '60 h 5 min'],
    [60 * hour, '2 days 12 h'],
    [7 * 24 * hour, '7 days'],
    [2 * minute + 59_999, '2 min'],
    [59_999, 'less than 1 min'],
  ])('says %d ms as %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });

  it('is read back as what it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 * 24 * 365 }), (minutes) => {
        const durationMs = minutes * minute;
        expect(parseDuration(formatDuration(durationMs))).toEqual({ ok: true, durationMs });
      }),
    );
  });
});

describe('checkDuration', () => {
  const bounds = { minDurationMs: 30 * minute, maxDurationMs: 24 * hour };

  it.each([
    [30 * minute - 1, 'too-short'],
    [24 * hour + 1, 'too-long'],
  ])('refuses %d ms as %s', (durationMs, problem) => {
    expect(checkDuration(durationMs, bounds)).toEqual({ ok: false, problem });
  });

  it.each([30 * minute, 4 * hour, 24 * hour])('accepts %d ms', (durationMs) => {
    expect(checkDuration(durationMs, bounds)).toEqual({ ok: true });
  });
});

it('answers any text, quickly', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const parsed = parseDuration(text);
      if (parsed.ok) expect(parsed.durationMs).toBeGreaterThan(0);
      expect(typeof looksLikeDuration(text)).toBe('boolean');
    }),
  );
  const started = performance.now();
  for (const unit of ['1', '1h', '1.', ',', ' ', '1 h']) {
    parseDuration(`1h${unit.repeat(3000)}x`);
    looksLikeDuration(`1h${unit.repeat(3000)}x`);
  }
  expect(performance.now() - started).toBeLessThan(2000);
});
