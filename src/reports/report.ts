import { isActivityKnown, type StaffEvent } from '../grants/activity.ts';
import { type Blocks, blockStates } from '../grants/block-states.ts';
import type { Grant, GrantTarget } from '../grants/grant.ts';
import { type OpenSpan, openSpans, overlapMs, reopenedSpan, type Span, unseenSpan } from '../grants/open-spans.ts';
import { type Month, monthSpan } from './month.ts';

/** A time during which a grant had a target open. */
export interface OpenPeriod extends OpenSpan {
  readonly grant: Grant;
  /** False: it may have been open then, and nobody saw from when until when it was. */
  readonly seen: boolean;
}

export interface TargetReport {
  readonly target: GrantTarget;
  /** How long it was seen open. What two grants have in common counts once. */
  readonly openMs: number;
  /** In the order in which they began. */
  readonly periods: readonly OpenPeriod[];
  /** What the vendor recorded of its own staff while it was open, or may have been; oldest first. */
  readonly activity: readonly StaffEvent[];
}

/** How the organization stood as a whole; `unknown` before it was first recorded. */
export interface PosturePeriod extends Span {
  readonly state: 'blocked' | 'not-blocked' | 'unknown';
}

/** Who could reach what in a month. Every time in it is cut to the month, and to the instant at which it was made. */
export interface Report extends Span {
  readonly organizationId: string;
  readonly month: Month;
  /** IANA name: by its clocks the month begins and ends. */
  readonly timeZone: string;
  /** When it was made. */
  readonly at: Date;
  /** Until when it tells: the end of the month, or the instant at which it was made. */
  readonly until: Date;
  /** What it was asked for by name; absent of a report on everything. */
  readonly subject?: string;
  /** The longest open first, then by name. Only what was open, or may have been. */
  readonly targets: readonly TargetReport[];
  /** Summed over the targets. */
  readonly openMs: number;
  /** How many grants were seen to have something open. */
  readonly grants: number;
  /**
   * Of how many grants, seen open or not, it was read what the vendor's staff did, of how many that is still to come, and of
   * how many it is not known and never will be.
   */
  readonly activityRead: number;
  readonly activityUnread: number;
  readonly activityUnknown: number;
  /** Without gaps, oldest first; empty where the vendor has no block. */
  readonly posture: readonly PosturePeriod[];
  /** There were more records than are read at once: it tells too little. */
  readonly incomplete: boolean;
}

export interface ReportInput
  extends Pick<Report, 'organizationId' | 'month' | 'timeZone' | 'at' | 'subject' | 'incomplete'> {
  /** At least all that were open in the month; others are left out. */
  readonly grants: readonly Grant[];
  /** With its whole history; absent where the vendor has no block. */
  readonly organization?: Blocks;
}

/** Counts nothing that lies after `at`. The month must have begun by then. */
export function reportOf(input: ReportInput): Report {
  const { organizationId, month, timeZone, at, subject, incomplete } = input;
  const { from, to } = monthSpan(month, timeZone);
  const until = at < to ? at : to;
  const told = { from, to: until };
  const periods = input.grants
    .flatMap((grant) => periodsOf(grant, at))
    .flatMap((period) => within(period, told))
    .sort((a, b) => a.from.getTime() - b.from.getTime() || a.to.getTime() - b.to.getTime());
  const targets = byTarget(periods, told);
  const grants = [...new Map(periods.map(({ grant }) => [grant._id, grant])).values()];
  const unread = grants.filter((grant) => !isActivityKnown(grant));
  const awaited = unread.filter(willBeRead);
  return {
    organizationId,
    month,
    timeZone,
    at,
    from,
    to,
    until,
    subject,
    targets,
    openMs: targets.reduce((sum, { openMs }) => sum + openMs, 0),
    grants: new Set(periods.filter(({ seen }) => seen).map(({ grant }) => grant._id)).size,
    activityRead: grants.length - unread.length,
    activityUnread: awaited.length,
    activityUnknown: unread.length - awaited.length,
    posture: input.organization === undefined ? [] : postureIn(input.organization, told),
    incomplete,
  };
}

/** How long the organization stood open to support as a whole. */
export const unblockedMs = ({ posture }: Pick<Report, 'posture'>): number =>
  posture.reduce((sum, { state, from, to }) => sum + (state === 'not-blocked' ? to.getTime() - from.getTime() : 0), 0);

/** What the vendor's staff did is read once a grant has ended. */
const willBeRead = ({ endedAt, reopened, owed }: Grant): boolean =>
  endedAt === undefined || reopened !== undefined || owed.some(({ kind }) => kind === 'activity');

function periodsOf(grant: Grant, at: Date): OpenPeriod[] {
  const unseen = [unseenSpan(grant, at), reopenedSpan(grant, at)].filter((span) => span !== undefined);
  return [
    ...openSpans(grant, at).map((span) => ({ ...span, grant, seen: true })),
    ...unseen.map((span) => ({ ...span, grant, seen: false })),
  ];
}

/** The part that lies in a span; nothing where there is none. */
function within<S extends Span>(part: S, span: Span): S[] {
  if (overlapMs(part, span) === 0) return [];
  return [
    {
      ...part,
      from: part.from < span.from ? span.from : part.from,
      to: part.to > span.to ? span.to : part.to,
    },
  ];
}

function byTarget(periods: readonly OpenPeriod[], told: Span): TargetReport[] {
  const found = new Map<string, OpenPeriod[]>();
  for (const period of periods) {
    const { id } = period.grant.target;
    found.set(id, [...(found.get(id) ?? []), period]);
  }
  const nameOf = ({ projectName, name }: GrantTarget): string => `${name} ${projectName}`;
  return [...found.values()]
    .flatMap((own) => {
      const target = own.at(-1)?.grant.target;
      if (target === undefined) return [];
      return { target, openMs: unionMs(own.filter(({ seen }) => seen)), periods: own, activity: activityOf(own, told) };
    })
    .sort((a, b) => b.openMs - a.openMs || nameOf(a.target).localeCompare(nameOf(b.target), 'en'));
}

/** An event may stand in the records of several grants. */
function activityOf(periods: readonly OpenPeriod[], { from, to }: Span): StaffEvent[] {
  const events = periods.flatMap(({ grant }) => grant.activity?.events ?? []);
  return [...new Map(events.map((event) => [event.id, event])).values()]
    .filter(({ at }) => from <= at && at < to)
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** How long all of them last together, in order of their beginnings. */
function unionMs(spans: readonly Span[]): number {
  let sum = 0;
  let reached = 0;
  for (const { from, to } of spans) {
    sum += Math.max(0, to.getTime() - Math.max(from.getTime(), reached));
    reached = Math.max(reached, to.getTime());
  }
  return sum;
}

function postureIn(organization: Blocks, span: Span): PosturePeriod[] {
  const { confirmed, history } = organization;
  // What was read before anything was recorded left no trace of when that was.
  const known = Math.min(...[history[0]?.at, confirmed?.since].map((at) => at?.getTime() ?? Number.POSITIVE_INFINITY));
  const states = blockStates(organization);
  const periods = states.map(({ at, blocked }, index): PosturePeriod => {
    const from = new Date(Math.max(at.getTime(), known));
    return { from, to: states[index + 1]?.at ?? span.to, state: blocked ? 'blocked' : 'not-blocked' };
  });
  const first = periods[0]?.from ?? span.to;
  return [{ from: new Date(0), to: first, state: 'unknown' as const }, ...periods].flatMap((period) =>
    within(period, span),
  );
}
