/** Whose eyes a time is written for. Language and zone are the machine's own unless given. */
export interface Reader {
  /** By the sandbox's clock. */
  readonly now: Date;
  readonly locale?: string;
  readonly timeZone?: string;
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const units = [
  ['day', dayMs],
  ['hour', hourMs],
  ['minute', minuteMs],
  ['second', secondMs],
] as const;

/**
 * A date of mrkdwn as Slack shows it to this reader (Slack documentation, "Formatting message text": date formatting).
 * The fallback stands for a format with a token that is not known.
 */
export function formatSlackDate(unixSeconds: number, format: string, fallback: string, reader: Reader): string {
  const date = new Date(unixSeconds * secondMs);
  if (Number.isNaN(date.getTime()) || format === '') return fallback;
  let known = true;
  const text = format.replace(/\{(\w+)\}/g, (_, token: string) => {
    const words = tokenWords(token, date, reader);
    known &&= words !== undefined;
    return words ?? '';
  });
  return known ? text : fallback;
}

function tokenWords(token: string, date: Date, reader: Reader): string | undefined {
  const pretty = token.endsWith('_pretty') ? nearby(date, reader) : undefined;
  if (pretty !== undefined) return pretty;
  switch (token.replace('_pretty', '')) {
    case 'date_num':
      return dayOf(date, reader);
    case 'date_slash':
      return dayOf(date, reader).replaceAll('-', '/');
    case 'date':
      return written(date, reader, { year: 'numeric', month: 'long', day: 'numeric' });
    case 'date_short':
      return written(date, reader, { year: 'numeric', month: 'short', day: 'numeric' });
    case 'date_long':
    case 'day_divider':
      return written(date, reader, { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' });
    case 'time':
      return timeOfDay(date, reader);
    case 'time_secs':
      return written(date, reader, { timeStyle: 'medium' });
    case 'ago':
      return ago(date, reader.now);
    default:
      return undefined;
  }
}

function written(date: Date, { locale, timeZone }: Reader, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale ?? english(), { ...options, timeZone }).format(date);
}

/** The page is in English: a reader with another language sees no mixture. */
function english(): string {
  const { locale } = new Intl.DateTimeFormat().resolvedOptions();
  return locale.startsWith('en') ? locale : 'en-GB';
}

/** For example `2026-03-02`, in the reader's zone. */
const dayOf = (date: Date, reader: Reader): string =>
  written(date, { ...reader, locale: 'en-CA' }, { year: 'numeric', month: '2-digit', day: '2-digit' });

function nearby(date: Date, reader: Reader): string | undefined {
  const days = (Date.parse(dayOf(date, reader)) - Date.parse(dayOf(reader.now, reader))) / dayMs;
  return { '-1': 'yesterday', '0': 'today', '1': 'tomorrow' }[String(days)];
}

function ago(date: Date, now: Date): string {
  const distanceMs = date.getTime() - now.getTime();
  for (const [name, unitMs] of units) {
    if (Math.abs(distanceMs) < unitMs) continue;
    const count = Math.round(Math.abs(distanceMs) / unitMs);
    const amount = `${count} ${name}${count === 1 ? '' : 's'}`;
    return distanceMs < 0 ? `${amount} ago` : `in ${amount}`;
  }
  return 'now';
}

export const timeOfDay = (date: Date, reader: Reader): string => written(date, reader, { timeStyle: 'short' });

/** For example `Monday, 2 March, 09:00:00`. */
export const clockFace = (date: Date, reader: Reader): { readonly day: string; readonly time: string } => ({
  day: written(date, reader, { weekday: 'short', day: 'numeric', month: 'short' }),
  time: timeOfDay(date, reader),
});

/** In full, with the zone: what a short time means exactly. */
export const inFull = (date: Date, reader: Reader): string =>
  written(date, reader, {
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  });

/** How long it is until then, in at most two units: `3 h 59 min`. */
export function countdown(until: Date, now: Date): string {
  const leftMs = until.getTime() - now.getTime();
  if (leftMs <= 0) return 'over';
  if (leftMs < minuteMs) return `${Math.ceil(leftMs / secondMs)} s`;
  const minutes = Math.floor(leftMs / minuteMs);
  // What lasts a day, as in Atlas, is said in hours.
  const days = minutes < 2 * 1440 ? 0 : Math.floor(minutes / 1440);
  const parts = [
    [days, 'd'],
    [Math.floor(minutes / 60) - days * 24, 'h'],
    [minutes % 60, 'min'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .slice(0, 2)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
