import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isLater, monthAt, monthCode, monthName, monthsLater, parseMonth } from '../../src/reports/month.ts';

const november = { year: 2026, month: 11 };
const anyMonth = fc.record({ year: fc.integer({ min: 2000, max: 2100 }), month: fc.integer({ min: 1, max: 12 }) });

it.each([
  ['2026-10', '2026-10'],
  ['2025-3', '2025-03'],
  ['october', '2026-10'],
  ['OCT', '2026-10'],
  ['  Nov ', '2026-11'],
  ['december', '2025-12'],
  ['dec 2026', '2026-12'],
  ['this month', '2026-11'],
  ['last  month', '2026-10'],
])('reads %j', (typed, expected) => {
  const month = parseMonth(typed, november);
  expect(month === undefined ? undefined : monthCode(month)).toBe(expected);
});

it.each([
  '',
  'ma',
  'octobre',
  'payments-prod',
  '2026-13',
  '2026-00',
  '1999-01',
  '10',
  '2026',
  'october 26',
  'next month',
])('does not take %j for a month', (typed) => {
  expect(parseMonth(typed, november)).toBeUndefined();
});

it('reads what it writes', () => {
  fc.assert(
    fc.property(anyMonth, (month) => {
      expect(parseMonth(monthCode(month), november)).toEqual(month);
      expect(parseMonth(monthName(month), november)).toEqual(month);
    }),
  );
});

it('the last month of a name is never later than the current one, nor a year or more before it', () => {
  fc.assert(
    fc.property(anyMonth, anyMonth, (current, { month }) => {
      const name = monthName({ year: 2000, month }).split(' ')[0] ?? '';
      const found = parseMonth(name, current);
      expect(found === undefined || isLater(found, current)).toBe(false);
      expect(found === undefined || isLater(monthsLater(current, -11), found)).toBe(false);
    }),
  );
});

it('is the month that the clocks of the zone show', () => {
  const at = new Date('2026-10-31T23:30:00Z');
  expect(monthCode(monthAt(at, 'UTC'))).toBe('2026-10');
  expect(monthCode(monthAt(at, 'Europe/Berlin'))).toBe('2026-11');
  expect(monthCode(monthAt(at, 'No/Such_Zone'))).toBe('2026-10');
});
