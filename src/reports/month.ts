import type { Span } from '../grants/open-spans.ts';
import { clockTime, dayBegin } from '../grants/weeks.ts';

/** A month of the calendar. */
export interface Month {
  readonly year: number;
  /** From 1. */
  readonly month: number;
}

const names = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
/** As many letters of a name as tell it from every other one. */
const fewestLetters = 3;

/** For example `October 2026`. */
export const monthName = ({ year, month }: Month): string => `${names[month - 1]} ${year}`;

/** For example `Oct`. */
export const shortMonthName = ({ month }: Month): string => (names[month - 1] ?? '').slice(0, fewestLetters);

/** For example `2026-10`. */
export const monthCode = ({ year, month }: Month): string =>
  `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`;

/** The month that the clocks of a time zone (IANA name) show. */
export function monthAt(instant: Date, timeZone: string): Month {
  const [year, month] = clockTime(instant, timeZone).split('-').map(Number);
  return { year: year ?? 0, month: month ?? 0 };
}

/** A month so many months later; earlier where that is negative. */
export function monthsLater({ year, month }: Month, count: number): Month {
  const sum = year * 12 + (month - 1) + count;
  return { year: Math.floor(sum / 12), month: (sum % 12) + 1 };
}

/** From its first midnight until that of the next month, by the clocks of a time zone. */
export function monthSpan(month: Month, timeZone: string): Span {
  const begin = (of: Month): Date => dayBegin(`${monthCode(of)}-01`, timeZone);
  return { from: begin(month), to: begin(monthsLater(month, 1)) };
}

export const isLater = (one: Month, other: Month): boolean => monthCode(one) > monthCode(other);

/**
 * Reads `2026-10`, `october 2026`, `oct`, `this month` or `last month`, in any letter case. A month without a year is the
 * last one of that name, the current one included. Undefined for anything else.
 */
export function parseMonth(typed: string, current: Month): Month | undefined {
  const words = typed.trim().toLowerCase().replace(/\s+/g, ' ');
  if (words === 'this month') return current;
  if (words === 'last month') return monthsLater(current, -1);
  const [, codeYear, codeMonth] = /^(\d{4})-(\d{1,2})$/.exec(words) ?? [];
  if (codeYear !== undefined && codeMonth !== undefined) return existing(Number(codeYear), Number(codeMonth));
  const [, name = '', year] = /^([a-z]+)(?: (\d{4}))?$/.exec(words) ?? [];
  const month = names.findIndex((known) => name.length >= fewestLetters && known.toLowerCase().startsWith(name)) + 1;
  if (month === 0) return undefined;
  if (year !== undefined) return existing(Number(year), month);
  return { year: month > current.month ? current.year - 1 : current.year, month };
}

/** Nothing that this software could have recorded is older than this. */
const firstYear = 2000;

const existing = (year: number, month: number): Month | undefined =>
  year >= firstYear && month >= 1 && month <= 12 ? { year, month } : undefined;
