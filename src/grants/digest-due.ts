import type { Organization } from './organization.ts';
import { owe, withoutKinds } from './owed.ts';
import type { OrganizationPolicy } from './policy.ts';
import { weekBeginAfter, weekBeginBefore, weekBeginBy } from './weeks.ts';

/** A week as it is told of: from its beginning until before its end. */
export interface DigestWeek {
  readonly from: Date;
  readonly to: Date;
  /** Where the week before began; absent when not all of it was lived here. */
  readonly before?: Date;
}

/** Which weeks have been told of. */
export interface Digests {
  /** Nothing is known of the time before. */
  readonly since: Date;
  readonly last?: { readonly from: Date; readonly to: Date };
}

const dayMs = 24 * 60 * 60_000;
/** Of one week there is one digest, whatever the zone is changed to; and none of the first few hours. */
const shortestMs = 3.5 * dayMs;
/** The first week begins with the first start. More than this is several weeks, of which the last is told of. */
const longestMs = 11 * dayMs;
/** What is compared is about a week. */
const comparableMs = { least: 5.5 * dayMs, most: 8.5 * dayMs };

/**
 * Owes the digest of the week that is over, once, and the time of the next. Of several weeks that went by while nobody was
 * running only the last is told of. Where owners want none the weeks go on all the same, untold. The same object when
 * nothing has changed.
 */
export function digestElapsed(
  organization: Organization,
  { timeZone, weeklyDigest }: Pick<OrganizationPolicy, 'timeZone' | 'weeklyDigest'>,
  now: Date,
): Organization {
  const elapsed = weekElapsed(organization, timeZone, now);
  const unwanted = !weeklyDigest && elapsed.owed.some(({ kind }) => kind === 'digest');
  return unwanted ? withoutKinds(elapsed, 'digest') : elapsed;
}

function weekElapsed(organization: Organization, timeZone: string, now: Date): Organization {
  const digests = organization.digests ?? { since: now };
  const counting = organization.digests === undefined ? { ...organization, digests } : organization;
  const timed = digestTimed(counting, digests, timeZone);
  const due = timed.owed.some((effect) => effect.kind === 'digest-due' && effect.dueAt <= now);
  if (!due) return timed;
  const week = weekOver(digests, timeZone, now);
  const told = { ...digests, last: { from: week.from, to: week.to } };
  // A digest of an earlier week that never got through is outdated.
  const rest = withoutKinds({ ...timed, digests: told }, 'digest', 'digest-due');
  return digestTimed(owe(rest, { kind: 'digest', dueAt: now, week }), told, timeZone);
}

/** The time moves with the zone. It may have come already by the clocks of the new one: then it is due at once. */
function digestTimed(organization: Organization, { since, last }: Digests, timeZone: string): Organization {
  const owed = organization.owed.find((effect) => effect.kind === 'digest-due');
  if (owed?.kind === 'digest-due' && owed.timeZone === timeZone) return organization;
  const earliest = new Date((last?.to ?? since).getTime() + shortestMs);
  const dueAt = weekBeginAfter(earliest, timeZone);
  return owe(withoutKinds(organization, 'digest-due'), { kind: 'digest-due', dueAt, timeZone });
}

/** Weeks that follow each other leave no gap and do not overlap, also where the zone was changed in between. */
function weekOver({ since, last }: Digests, timeZone: string, now: Date): DigestWeek {
  const to = weekBeginBy(now, timeZone);
  const untold = last?.to ?? since;
  const follows = to.getTime() - untold.getTime() <= longestMs;
  const from = follows ? untold : weekBeginBefore(to, timeZone);
  const before = follows && last !== undefined ? last.from : weekBeginBefore(from, timeZone);
  const beforeMs = from.getTime() - before.getTime();
  const comparable = before >= since && beforeMs >= comparableMs.least && beforeMs <= comparableMs.most;
  return { from, to, before: comparable ? before : undefined };
}
