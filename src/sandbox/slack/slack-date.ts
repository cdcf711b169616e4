const DAY_MS = 86_400_000;

const UNITS = [
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** The tokens of "Formatting text for app surfaces: date formatting", for a reader in UTC. Anything unknown: the fallback. */
export function formatSlackDate(unixSeconds: number, format: string, fallback: string, now: Date): string {
  const date = new Date(unixSeconds * 1000);
  if (Number.isNaN(date.getTime()) || format === '') return fallback;
  let isKnown = true;
  const text = format.replace(/\{(\w+)\}/g, (_, token: string) => {
    const rendered = renderToken(token, date, now);
    if (rendered === undefined) isKnown = false;
    return rendered ?? '';
  });
  return isKnown ? text : fallback;
}

function renderToken(token: string, date: Date, now: Date): string | undefined {
  switch (token) {
    case 'date_num':
      return date.toISOString().slice(0, 10);
    case 'date_slash':
      return date.toISOString().slice(0, 10).replaceAll('-', '/');
    case 'date':
    case 'date_long':
    case 'date_short':
      return calendar(date, token);
    case 'date_pretty':
    case 'date_long_pretty':
    case 'date_short_pretty':
      return nearby(date, now) ?? calendar(date, token.replace('_pretty', ''));
    case 'day_divider_pretty':
      return nearby(date, now) ?? calendar(date, 'date_long');
    case 'time':
      return `${date.toISOString().slice(11, 16)} UTC`;
    case 'time_secs':
      return `${date.toISOString().slice(11, 19)} UTC`;
    case 'ago':
      return ago(date.getTime() - now.getTime());
    default:
      return undefined;
  }
}

function calendar(date: Date, style: string): string {
  const month = style === 'date_short' ? 'short' : 'long';
  const weekday = style === 'date_long' ? ({ weekday: 'long' } as const) : {};
  return date.toLocaleDateString('en-US', { year: 'numeric', month, day: 'numeric', ...weekday, timeZone: 'UTC' });
}

function nearby(date: Date, now: Date): string | undefined {
  const days = Math.floor(date.getTime() / DAY_MS) - Math.floor(now.getTime() / DAY_MS);
  return { '-1': 'yesterday', '0': 'today', '1': 'tomorrow' }[String(days)];
}

function ago(distanceMs: number): string {
  const size = Math.abs(distanceMs);
  for (const [name, unitMs] of UNITS) {
    const count = Math.round(size / unitMs);
    if (size < unitMs || count === 0) continue;
    const amount = `${count} ${name}${count === 1 ? '' : 's'}`;
    return distanceMs < 0 ? `${amount} ago` : `in ${amount}`;
  }
  return 'now';
}
