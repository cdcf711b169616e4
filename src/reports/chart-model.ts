import type { Span } from '../grants/open-spans.ts';
import { capital, countedTargets } from '../grants/target-noun.ts';
import { clockTime, dayBegin } from '../grants/weeks.ts';
import { monthCode, shortMonthName } from './month.ts';
import { barPatterns, type Pattern } from './patterns.ts';
import { type PosturePeriod, type Report, unblockedMs } from './report.ts';
import { typeLabel, type Vocabulary } from './rows.ts';
import { counted, hours, reportTitle, targetNames } from './words.ts';

export interface Bar extends Span {
  readonly pattern: Pattern;
}

export interface Lane {
  readonly id: string;
  /** As people know the target; unique in a report. */
  readonly name: string;
  /** How long it was open, in words, for example `12 h`. */
  readonly open: string;
  /** In the order in which they begin. */
  readonly bars: readonly Bar[];
  /** When the vendor's staff did something. */
  readonly markers: readonly Date[];
}

/** What the picture of a report shows, in words and places that are ready to be drawn. */
export interface ChartModel extends Span {
  readonly title: string;
  /** Lines below the title. */
  readonly subtitles: readonly string[];
  readonly footer: string;
  /** In the order in which they are drawn; may be empty. */
  readonly lanes: readonly Lane[];
  /** What stands in the place of lanes where there are none. */
  readonly empty: string;
  /** What there was no room for. */
  readonly more?: string;
  /** The organization behind the lanes. */
  readonly posture: readonly Bar[];
  /** Beginnings of days, by the organization's clocks. */
  readonly ticks: readonly { readonly at: Date; readonly label: string }[];
  /** When it was made, where that lies in the month. */
  readonly now?: Date;
  /** What the patterns mean, of those that occur. */
  readonly legend: readonly { readonly pattern: Pattern | 'marker'; readonly label: string }[];
}

/** A picture that is longer than this is not looked at on a phone. */
const mostLanes = 60;
const longestSubject = 57;

export function chartModel(report: Report, vocabulary: Vocabulary): ChartModel {
  const { targets, until, to, from } = report;
  const { targetNoun } = vocabulary;
  const names = targetNames(report);
  const drawn = targets.slice(0, mostLanes);
  const lanes = drawn.map(
    ({ target, openMs, periods, activity }): Lane => ({
      id: target.id,
      name: names.get(target.id) ?? target.name,
      open: openMs === 0 ? 'not seen open' : hours(openMs),
      bars: periods.map(({ from, to, type, seen }) => ({
        from,
        to,
        pattern: seen ? patternOf(vocabulary, type) : 'waves',
      })),
      markers: activity.map(({ at }) => at),
    }),
  );
  const left = targets.length - drawn.length;
  const posture = report.posture.map(({ from, to, state }) => ({ from, to, pattern: posturePattern[state] }));
  return {
    from,
    to,
    title: reportTitle(report),
    subtitles: [subjectOf(report, vocabulary), `Organization ${report.organizationId}`, totals(report, vocabulary)],
    footer: footer(report),
    lanes,
    empty: `No ${targetNoun.one} was seen open to support.`,
    more: left === 0 ? undefined : `and ${countedTargets(left, targetNoun)} more, open for less time: see the CSV`,
    posture,
    ticks: ticksOf(report),
    now: until < to ? until : undefined,
    legend: legendOf(report, vocabulary, [
      ...lanes.flatMap(({ bars, markers }) => [...bars, ...markers.map(() => ({ pattern: 'marker' as const }))]),
      ...posture,
    ]),
  };
}

/** Both ends of a long name tell targets apart better than its beginning does. */
function subjectOf({ subject: named }: Report, { targetNoun }: Vocabulary): string {
  const subject = named ?? `All ${targetNoun.many}`;
  const letters = [...subject];
  if (letters.length <= longestSubject) return subject;
  const half = Math.floor((longestSubject - 1) / 2);
  return `${letters.slice(0, half).join('')}…${letters.slice(-half).join('')}`;
}

function totals(report: Report, { targetNoun }: Vocabulary): string {
  const { openMs, grants } = report;
  const seen = report.targets.filter((target) => target.openMs > 0).length;
  const open =
    seen === 0
      ? ['Nothing seen open']
      : [countedTargets(seen, targetNoun), counted(grants, 'grant'), `${hours(openMs)} open`];
  const unblocked = unblockedMs(report);
  return [...open, ...(unblocked === 0 ? [] : [`not blocked for ${hours(unblocked)}`])].join(' · ');
}

function footer({ at, timeZone, incomplete }: Report): string {
  const made = clockTime(at, timeZone).slice(0, 16).replace('T', ' ');
  const low = incomplete ? ' Not all records were read.' : '';
  return `As Portcullis saw it. Made ${made}; days and times of ${timeZone}.${low}`;
}

const daysBetweenTicks = 7;

function ticksOf({ month, timeZone, to }: Report): ChartModel['ticks'] {
  const name = shortMonthName(month);
  return [0, 1, 2, 3, 4]
    .map((week) => week * daysBetweenTicks)
    .map((days) => ({ at: dayBegin(`${monthCode(month)}-01`, timeZone, days), label: `${days + 1} ${name}` }))
    .filter(({ at }) => at < to);
}

const posturePattern: Record<PosturePeriod['state'], Pattern> = {
  blocked: 'shut',
  'not-blocked': 'ajar',
  unknown: 'unknown',
};

/** A type has its pattern in every report. Those that the provider shows and does not declare share one. */
function patternOf({ accessTypes }: Vocabulary, id: string): Pattern {
  const index = accessTypes.findIndex((type) => type.id === id);
  return index < 0 ? 'backstripes' : (barPatterns[index] ?? 'backstripes');
}

function legendOf(
  { targets }: Report,
  vocabulary: Vocabulary,
  occurring: readonly { readonly pattern: Pattern | 'marker' }[],
): ChartModel['legend'] {
  const { supportStaff, accessTypes, vendor } = vocabulary;
  const types = targets.flatMap(({ periods }) => periods.filter(({ seen }) => seen).map(({ type }) => type));
  const order = [...accessTypes.map(({ id }) => id), ...types];
  const entries = [
    ...order.map((id) => ({
      pattern: patternOf(vocabulary, id),
      label: accessTypes.some((type) => type.id === id) ? capital(typeLabel(vocabulary, id)) : 'Another type of access',
    })),
    { pattern: 'waves' as const, label: 'May have been open' },
    { pattern: 'marker' as const, label: `${vendor} staff did something` },
    { pattern: 'shut' as const, label: 'Blocked: shut but for what is shown' },
    { pattern: 'ajar' as const, label: `Not blocked: ${supportStaff} could enter all` },
    { pattern: 'unknown' as const, label: 'Not known whether blocked' },
  ];
  return entries.filter(
    ({ pattern }, index) =>
      occurring.some((other) => other.pattern === pattern) &&
      entries.findIndex((other) => other.pattern === pattern) === index,
  );
}
