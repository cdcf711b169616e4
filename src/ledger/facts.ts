import type { StaffEvent } from '../grants/activity.ts';
import { type Grant, maybeOpenUntil, termsInForce } from '../grants/grant.ts';
import type { Organization } from '../grants/organization.ts';
import type { LedgerContent } from './entry.ts';

type Facts = NonNullable<LedgerContent['before']>;
type Loose = Readonly<Record<string, Facts[string] | undefined>>;

const minuteMs = 60_000;

const instant = (at: Date | undefined): string | undefined => at?.toISOString();

/** What a grant's entries tell before and after: everything that says who could reach what, and until when. */
export function grantFacts(grant: Grant): Loose {
  const { state, terms, confirmed, approvals, approvalsNeeded, termsVersion, proposal } = grant;
  const inForce = termsInForce(grant);
  return {
    state,
    type: inForce?.type ?? terms.type,
    durationMinutes: Math.round(terms.durationMs / minuteMs),
    until: instant(inForce?.until),
    reason: grant.reason,
    caseUrl: grant.caseUrl,
    approvedBy: approvals.filter((approval) => approval.termsVersion === termsVersion).map(({ by }) => by.slackId),
    approvalsNeeded,
    proposedType: proposal?.type,
    proposedMinutes: proposal?.durationMs === undefined ? undefined : Math.round(proposal.durationMs / minuteMs),
    seenType: confirmed?.type,
    seenUntil: instant(confirmed?.until),
    openedAt: instant(grant.openedAt),
    mayBeOpenUntil: instant(maybeOpenUntil(grant)),
    endedAt: instant(grant.endedAt),
    ...activityFacts(grant.activity),
  };
}

/** One line: when, the vendor's name of what was done, on what, the vendor's id of it, and by whom if it says so. */
const staffEventFact = ({ at, type, on, id, by }: StaffEvent): string =>
  `${at.toISOString()} ${type} ${on} ${id}${by === undefined ? '' : ` ${by}`}`;

/** What the vendor's staff did. */
function activityFacts(activity: Grant['activity']): Loose {
  if (activity === undefined) return {};
  const { from, to, readAt, events, more, notRead } = activity;
  return {
    activityFrom: instant(from),
    activityTo: instant(to),
    activityReadAt: instant(readAt),
    activityCount: readAt === undefined ? undefined : events.length + more,
    activity: events.map(staffEventFact),
    activityNotRead: notRead,
  };
}

export function organizationFacts({ confirmed, wanted, links, channelId, policy = {} }: Organization): Loose {
  const settings = Object.entries(policy).map(([name, value]): [string, Facts[string]] => [
    `setting${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    asFact(value),
  ]);
  return {
    seenBlocked: confirmed?.blocked,
    wantedBlocked: wanted?.blocked,
    blockedAgainAt: instant(wanted?.until),
    reason: wanted?.reason,
    channel: channelId,
    linked: links.flatMap(({ email, slackId }) => (slackId === undefined ? [] : `${email} ${slackId}`)),
    linksWaiting: links.flatMap(({ email, pending }) => (pending === undefined ? [] : `${email} ${pending.slackId}`)),
    ...Object.fromEntries(settings),
  };
}

function asFact(value: unknown): Facts[string] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value === 'boolean' || typeof value === 'string' || Number.isInteger(value)) return value as Facts[string];
  return JSON.stringify(value);
}

/** What is different; absent sides where nothing is. */
export function changedFacts(before: Loose, after: Loose): Pick<LedgerContent, 'before' | 'after'> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const of = (facts: Loose): Facts | undefined => {
    const known = names.flatMap((name): [string, Facts[string]][] => {
      const value = facts[name];
      return value === undefined ? [] : [[name, value]];
    });
    return known.length === 0 ? undefined : Object.fromEntries(known);
  };
  return { before: of(before), after: of(after) };
}
