import { countedTargets } from '../grants/target-noun.ts';
import { monthName } from './month.ts';
import { type Report, unblockedMs } from './report.ts';
import type { Vocabulary } from './rows.ts';

const minuteMs = 60_000;
const mostNamed = 3;

/** For example `130 h 5 min`: hours are not made days of, so that they can be compared. */
export function hours(ms: number): string {
  if (ms === 0) return '0 h';
  if (ms < minuteMs) return 'less than 1 min';
  const minutes = Math.floor(ms / minuteMs);
  const parts = [
    { count: Math.floor(minutes / 60), unit: 'h' },
    { count: minutes % 60, unit: 'min' },
  ];
  return parts
    .filter(({ count }) => count > 0)
    .map(({ count, unit }) => `${count} ${unit}`)
    .join(' ');
}

export const counted = (count: number, one: string, several = `${one}s`): string =>
  `${count} ${count === 1 ? one : several}`;

/** `project/name` where the name alone would not tell which. */
export function targetNames({ targets }: Pick<Report, 'targets'>): ReadonlyMap<string, string> {
  const names = targets.map(({ target }) => target.name);
  const isOnly = (name: string): boolean => names.indexOf(name) === names.lastIndexOf(name);
  return new Map(
    targets.map(({ target: { id, name, projectName } }) => [id, isOnly(name) ? name : `${projectName}/${name}`]),
  );
}

export const reportTitle = ({ month }: Pick<Report, 'month'>): string => `Support access in ${monthName(month)}`;

/** The essential figures in sentences, for those who read them rather than a picture. */
export function reportSentences(report: Report, vocabulary: Vocabulary): string[] {
  return [
    openSentence(report, vocabulary),
    longest(report, vocabulary),
    unseen(report, vocabulary),
    activity(report, vocabulary),
    posture(report, vocabulary),
    report.until < report.to ? 'The month is not over: this is how it stands so far.' : '',
    report.incomplete ? 'There were more records than can be read at once: the figures are too low.' : '',
  ].filter((sentence) => sentence !== '');
}

function openSentence(
  { month, subject, targets, openMs, grants }: Report,
  { supportStaff, targetNoun }: Vocabulary,
): string {
  const when = monthName(month);
  const seen = targets.filter((target) => target.openMs > 0);
  if (seen.length === 0)
    return `In ${when} ${subject ?? `no ${targetNoun.one}`} was ${subject ? 'not ' : ''}seen open to ${supportStaff}.`;
  const what = subject ?? countedTargets(seen.length, targetNoun);
  const be = subject === undefined && seen.length > 1 ? 'were' : 'was';
  return `In ${when} ${what} ${be} open to ${supportStaff} for ${hours(openMs)}${seen.length > 1 ? ' in all' : ''}, by ${counted(grants, 'grant')}.`;
}

function longest(report: Report, { targetNoun }: Vocabulary): string {
  const names = targetNames(report);
  const seen = report.targets.filter(({ openMs }) => openMs > 0);
  if (seen.length < 2) return '';
  const named = seen.slice(0, mostNamed).map(({ target, openMs }) => `${names.get(target.id)} ${hours(openMs)}`);
  return seen.length > mostNamed ? `The longest: ${named.join(', ')}.` : `By ${targetNoun.one}: ${named.join(', ')}.`;
}

function unseen({ targets }: Report, { targetNoun }: Vocabulary): string {
  const count = targets.filter(({ periods }) => periods.some(({ seen }) => !seen)).length;
  return count === 0 ? '' : `${countedTargets(count, targetNoun)} may have been open without being seen to be.`;
}

function activity(report: Report, { vendor }: Vocabulary): string {
  const { targets, activityRead, activityUnread, activityUnknown } = report;
  if (activityRead + activityUnread + activityUnknown === 0) return '';
  const none = `What ${vendor} recorded of its own staff`;
  if (activityRead + activityUnread === 0) return `${none} is not known.`;
  const unknown = activityUnknown === 0 ? '' : ` For ${counted(activityUnknown, 'grant')} this is not known.`;
  if (activityRead === 0) return `${none} has not been read yet.${unknown}`;
  const count = new Set(targets.flatMap((target) => target.activity.map(({ id }) => id))).size;
  const recorded = count === 0 ? 'nothing that its own staff did' : `${counted(count, 'act')} of its own staff`;
  const unread = activityUnread === 0 ? '' : ` For ${counted(activityUnread, 'grant')} this has not been read yet.`;
  return `${vendor} recorded ${recorded} there or in the organization.${unread}${unknown}`;
}

function posture(report: Report, { supportStaff, targetNoun }: Vocabulary): string {
  if (report.posture.length === 0) return '';
  const unknown = report.posture.find(({ state }) => state === 'unknown');
  const unknownMs = unknown === undefined ? 0 : unknown.to.getTime() - unknown.from.getTime();
  const knownMs = report.until.getTime() - report.from.getTime() - unknownMs;
  if (knownMs === 0) return 'Whether the organization was blocked is not known.';
  const who =
    unknownMs === 0
      ? 'The organization'
      : `Whether the organization was blocked in the first ${hours(unknownMs)} is not known; after that it`;
  const openMs = unblockedMs(report);
  if (openMs === 0) return `${who} was blocked all the time.`;
  const entered = `${supportStaff} could enter every ${targetNoun.one}.`;
  if (openMs >= knownMs) return `${who} was never blocked: ${entered}`;
  return `${who} was not blocked for ${hours(openMs)}, in which ${entered}`;
}
