import { expect, it } from 'vitest';
import { dayBegin } from '../../src/grants/weeks.ts';

it.each([
  ['UTC', '2026-03-01', '2026-03-01T00:00:00Z'],
  ['Asia/Tokyo', '2026-03-01', '2026-02-28T15:00:00Z'],
  // Clocks go forward on 8 March in New York, and on 29 March in Berlin.
  ['America/New_York', '2026-03-08', '2026-03-08T05:00:00Z'],
  ['America/New_York', '2026-03-09', '2026-03-09T04:00:00Z'],
  ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00Z'],
  ['Europe/Berlin', '2026-03-30', '2026-03-29T22:00:00Z'],
  ['Nowhere/At_All', '2026-03-01', '2026-03-01T00:00:00Z'],
])('in %s %s begins at %s', (timeZone, day, begin) => {
  expect(dayBegin(day, timeZone)).toEqual(new Date(begin));
});

it('the day after begins a day of that zone later', () => {
  expect(dayBegin('2026-03-29', 'Europe/Berlin', 1)).toEqual(dayBegin('2026-03-30', 'Europe/Berlin'));
  expect(dayBegin('2026-02-28', 'Asia/Tokyo', 1)).toEqual(dayBegin('2026-03-01', 'Asia/Tokyo'));
});
