const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;

const unitPattern = '(?:m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)';
const unitMs: Readonly<Record<string, number>> = { m: minuteMs, h: hourMs, d: dayMs, w: weekMs };

/** One part, for example `1.5h`. Nine digits are enough for any duration, and few enough to stay exact. */
const partPattern = `(\\d{1,9}(?:[.,]\\d{1,9})?)\\s*(${unitPattern})`;
const part = new RegExp(partPattern, 'gi');
const wholeDuration = new RegExp(`^([+-]?)((?:${partPattern}\\s*)+)$`, 'i');
const durationLike = new RegExp(`^[+-]?\\d[\\d.,]*${unitPattern}(?:[\\d.,]+${unitPattern})*[\\d.,]*$`, 'i');

interface DurationBounds {
  readonly minDurationMs: number;
  readonly maxDurationMs: number;
}

/** How durations can be typed, where only hours can be asked for and where days can. */
export const typedDurations = ({ maxDurationMs }: Pick<DurationBounds, 'maxDurationMs'>): string =>
  maxDurationMs > dayMs ? '12h, 3d or 1d12h' : '90m, 6h or 1h30m';

export type ParsedDuration =
  | { readonly ok: true; readonly durationMs: number }
  | { readonly ok: false; readonly problem: 'unreadable' | 'not-positive' };

/**
 * Reads what a person typed: numbers with units, in any letter case, for example `30m`, `90min`, `4 hours`, `1d`, `1.5h`,
 * `1h30m`, `1d 12h`. Minutes, hours, days and weeks; no seconds, since no access is that short. What is longer than a
 * provider allows is read too, so that people are told that it is too long. Bounds are a question for `checkDuration`.
 */
export function parseDuration(text: string): ParsedDuration {
  const match = wholeDuration.exec(withPlainSigns(text).trim());
  if (match === null) return { ok: false, problem: 'unreadable' };
  const [, sign, parts = ''] = match;
  let durationMs = 0;
  for (const [, number = '', unit = ''] of parts.matchAll(part)) {
    durationMs += Number(number.replace(',', '.')) * (unitMs[unit.charAt(0).toLowerCase()] ?? 0);
  }
  durationMs = Math.round(durationMs);
  return sign === '-' || durationMs === 0 ? { ok: false, problem: 'not-positive' } : { ok: true, durationMs };
}

/**
 * Whether a word was meant as a duration: a number followed by one of the units and nothing else, a sign before it
 * allowed. So `0h`, `-4h`, `99h`, `1.2.3h` and `4h30` are answered as mistakes instead of starting a reason, while
 * `500`, `3rd`, `2x`, `500s` and `4th` are words like others.
 */
export function looksLikeDuration(word: string): boolean {
  return durationLike.test(withPlainSigns(word));
}

export function checkDuration(
  durationMs: number,
  { minDurationMs, maxDurationMs }: DurationBounds,
): { readonly ok: true } | { readonly ok: false; readonly problem: 'too-short' | 'too-long' } {
  if (durationMs < minDurationMs) return { ok: false, problem: 'too-short' };
  if (durationMs > maxDurationMs) return { ok: false, problem: 'too-long' };
  return { ok: true };
}

/**
 * A duration for people, whole minutes, rounded down: `30 min`, `1 h 30 min`, `36 h`, and from two days on days where these
 * and hours say it exactly: `2 days`, `5 days 12 h`, but `60 h 5 min`.
 */
export function formatDuration(durationMs: number): string {
  if (durationMs < minuteMs) return 'less than 1 min';
  const inDays = durationMs >= 2 * dayMs && durationMs % hourMs === 0;
  const days = inDays ? Math.floor(durationMs / dayMs) : 0;
  const hours = Math.floor((durationMs - days * dayMs) / hourMs);
  const minutes = Math.floor((durationMs % hourMs) / minuteMs);
  const parts = [
    { count: days, unit: 'days' },
    { count: hours, unit: 'h' },
    { count: minutes, unit: 'min' },
  ];
  return parts.flatMap(({ count, unit }) => (count > 0 ? [`${count} ${unit}`] : [])).join(' ');
}

/** Keyboards that correct what is typed make a minus sign or a dash of a hyphen. */
function withPlainSigns(text: string): string {
  return text.replace(/^\s*[−–—]/, '-');
}
