const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;

/** When a week begins, and what is told daily, after midnight. */
const beginsAfterMs = 9 * hourMs;

/** The first Monday 09:00 after an instant, by the clocks of a time zone (IANA name). */
export function weekBeginAfter(instant: Date, timeZone: string): Date {
  const found = beginningsAround(instant, timeZone).find((begin) => begin > instant);
  if (found === undefined) throw new Error(`No week begins after ${instant.toISOString()} in ${timeZone}`);
  return found;
}

/** The last Monday 09:00 before an instant. */
export function weekBeginBefore(instant: Date, timeZone: string): Date {
  const found = beginningsAround(instant, timeZone).findLast((begin) => begin < instant);
  if (found === undefined) throw new Error(`No week begins before ${instant.toISOString()} in ${timeZone}`);
  return found;
}

/** The last Monday 09:00 that has come at that instant. */
export const weekBeginBy = (instant: Date, timeZone: string): Date =>
  weekBeginBefore(new Date(instant.getTime() + 1), timeZone);

/** The first 09:00 after an instant. */
export function morningAfter(instant: Date, timeZone: string): Date {
  const wallClock = wallClockOf(timeZone);
  const midnight = Math.floor(wallClock(instant.getTime()) / dayMs) * dayMs;
  const mornings = [0, dayMs, 2 * dayMs].map((later) => instantOf(midnight + later + beginsAfterMs, wallClock));
  const found = mornings.find((morning) => morning > instant);
  if (found === undefined) throw new Error(`No morning comes after ${instant.toISOString()} in ${timeZone}`);
  return found;
}

/** When a day (`2026-03-01`) begins; `daysLater` counts from there. */
export const dayBegin = (day: string, timeZone: string, daysLater = 0): Date =>
  instantOf(Date.parse(`${day}T00:00:00Z`) + daysLater * dayMs, wallClockOf(timeZone));

/** What the clocks of a zone show at an instant, for example `2026-03-01T14:05:09`. */
export const clockTime = (instant: Date, timeZone: string): string =>
  new Date(wallClockOf(timeZone)(instant.getTime())).toISOString().slice(0, 19);

/** The beginnings of the weeks around an instant, in order. */
function beginningsAround(instant: Date, timeZone: string): Date[] {
  const wallClock = wallClockOf(timeZone);
  const midnight = Math.floor(wallClock(instant.getTime()) / dayMs) * dayMs;
  const sinceMonday = (new Date(midnight).getUTCDay() + 6) % 7;
  const begin = midnight - sinceMonday * dayMs + beginsAfterMs;
  return [begin - weekMs, begin, begin + weekMs].map((wallMs) => instantOf(wallMs, wallClock));
}

/** What the clocks of the zone show at an instant, as if it were UTC. */
type WallClock = (instantMs: number) => number;

/** The instant at which the clocks show that. Where they were just set, the distance to UTC is that of the result. */
function instantOf(wallMs: number, wallClock: WallClock): Date {
  const offset = (instantMs: number): number => wallClock(instantMs) - instantMs;
  const near = wallMs - offset(wallMs);
  return new Date(wallMs - offset(near));
}

function wallClockOf(timeZone: string): WallClock {
  const format = formatIn(timeZone);
  return (instantMs) => {
    const parts = format.formatToParts(instantMs);
    const part = (type: Intl.DateTimeFormatPartTypes): number =>
      Number(parts.find((other) => other.type === type)?.value);
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  };
}

/** A zone that this machine does not know, whatever its name says, is taken for UTC: other work must not stop for it. */
function formatIn(timeZone: string): Intl.DateTimeFormat {
  const numeric = 'numeric' as const;
  const parts = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric };
  const options = { ...parts, hourCycle: 'h23' as const };
  try {
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' });
  }
}
