import { describe, expect, it } from 'vitest';
import { countdown, formatSlackDate, type Reader } from '../../../src/sandbox/page/dates.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

const inUtc: Reader = { now: new Date('2026-03-02T09:00:00Z'), locale: 'en-GB', timeZone: 'UTC' };
const unix = (iso: string): number => Date.parse(iso) / second;

describe('a date as the reader sees it', () => {
  const at = unix('2026-03-02T17:05:09Z');

  it.each([
    ['{date_num}', '2026-03-02'],
    ['{date_slash}', '2026/03/02'],
    ['{date}', '2 March 2026'],
    ['{date_short}', '2 Mar 2026'],
    ['{date_short_pretty} at {time}', 'today at 17:05'],
    ['{time_secs}', '17:05:09'],
    ['{ago}', 'in 8 hours'],
    ['{date_fancy}', 'the fallback'],
    ['', 'the fallback'],
  ])('%s', (format, shown) => {
    expect(formatSlackDate(at, format, 'the fallback', inUtc)).toBe(shown);
  });

  it('is today or tomorrow by the reader’s own midnight', () => {
    const late = unix('2026-03-02T16:00:00Z');
    const shown = (timeZone: string): string =>
      formatSlackDate(late, '{date_short_pretty} at {time}', '', { ...inUtc, timeZone });
    expect(shown('Europe/Zurich')).toBe('today at 17:00');
    expect(shown('Asia/Tokyo')).toBe('tomorrow at 01:00');
    expect(formatSlackDate(unix('2026-03-01T12:00:00Z'), '{date_pretty}', '', inUtc)).toBe('yesterday');
    expect(formatSlackDate(unix('2026-03-04T12:00:00Z'), '{date_short_pretty}', '', inUtc)).toBe('4 Mar 2026');
  });

  it('follows the way the reader writes time', () => {
    const american = { ...inUtc, locale: 'en-US' };
    // Newer data of the languages put a narrow space before AM and PM.
    expect(formatSlackDate(at, '{time}', '', american).replace(/\s/g, ' ')).toBe('5:05 PM');
    expect(formatSlackDate(at, '{date_long}', '', american)).toBe('Monday, March 2, 2026');
  });

  it.each([
    ['2026-03-02T09:00:00Z', 'now'],
    ['2026-03-02T08:59:59Z', '1 second ago'],
    ['2026-03-02T08:15:00Z', '45 minutes ago'],
    ['2026-03-02T10:00:00Z', 'in 1 hour'],
    ['2026-03-04T09:00:00Z', 'in 2 days'],
  ])('says of %s how far away it is: %s', (iso, shown) => {
    expect(formatSlackDate(unix(iso), '{ago}', '', inUtc)).toBe(shown);
  });

  it('is its fallback where it is no date', () => {
    expect(formatSlackDate(Number.NaN, '{time}', 'some time', inUtc)).toBe('some time');
  });
});

describe('a countdown', () => {
  it.each([
    [-1, 'over'],
    [0, 'over'],
    [1, '1 s'],
    [59 * second, '59 s'],
    [minute, '1 min'],
    [hour - 1, '59 min'],
    [hour, '1 h'],
    [4 * hour - second, '3 h 59 min'],
    [24 * hour, '24 h'],
    [7 * 24 * hour, '7 d'],
    [50 * hour + 5 * minute, '2 d 2 h'],
  ])('with %i ms left reads %s', (left, shown) => {
    expect(countdown(new Date(inUtc.now.getTime() + left), inUtc.now)).toBe(shown);
  });
});
