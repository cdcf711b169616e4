import { wantBlock } from './block.ts';
import { cancel, type Decision, revoke } from './decide.ts';
import { type Grant, isLive, type PersonActor, type RolesBasis } from './grant.ts';
import type { GrantResult } from './grant-refusals.ts';
import { type Organization, type OrganizationResult, recordedInOrganization } from './organization.ts';
import { owe, oweOnce, replaceEffect, touched, withoutEffect } from './owed.ts';

/** One decision to close everything. It is over when all that it concerns was seen closed. */
export interface Lockdown {
  /** The operation's id: a replayed payload makes nothing new. */
  readonly id: string;
  readonly by: PersonActor;
  readonly at: Date;
  readonly basis: RolesBasis;
  /**
   * What was requested, open or possibly open when the work on it began; absent until then. Whatever is asked for later is
   * a new request, for whoever decides it then.
   */
  readonly grantIds?: readonly string[];
  /** The vendor has no block: it is over once everything was seen closed. */
  readonly withoutBlock?: true;
  /** When the organization was first seen blocked after the decision. */
  readonly blockedAt?: Date;
  /** Changes with everything that the report shows. */
  readonly standing?: string;
  /** The report in the channel. */
  readonly message?: { readonly channel: string; readonly ts: string };
  readonly overAt?: Date;
}

const promptMs = 2 * 60_000;
const blockByHandMs = 24 * 60 * 60_000;
const mostKept = 5;

/** What a lockdown's cancelled and revoked grants say of themselves. */
const reason = 'It was part of a lockdown, which closed everything.';

/** Decides to close everything. The caller has checked permission. */
export function wantLockdown(
  organization: Organization,
  decision: {
    readonly by: PersonActor;
    readonly at: Date;
    readonly operationId: string;
    readonly basis: RolesBasis;
    /** Without an account that may block, the block is read again and left to people. */
    readonly block: 'switched' | 'left-to-people' | 'none';
  },
): OrganizationResult {
  const { by, at, operationId, basis, block } = decision;
  if (organization.history.some((entry) => entry.operationId === operationId)) {
    return { ok: true, doc: organization, replayed: true };
  }
  const lockdown: Lockdown = { id: operationId, by, at, basis, withoutBlock: block === 'none' ? true : undefined };
  const base: Organization = {
    ...organization,
    announced: undefined,
    lockdowns: [...(organization.lockdowns ?? []), lockdown],
  };
  const noted = recordedInOrganization(base, { at, action: 'lockdown', actor: by, operationId, basis });
  const doc = owe(withBlock(noted, lockdown, block), { kind: 'lockdown', dueAt: at, lockdownId: operationId });
  return { ok: true, doc };
}

function withBlock(
  organization: Organization,
  lockdown: Lockdown,
  block: 'switched' | 'left-to-people' | 'none',
): Organization {
  switch (block) {
    case 'switched':
      return blockedFor(organization, lockdown);
    case 'left-to-people':
      return oweOnce(organization, { kind: 'sync', dueAt: lockdown.at });
    case 'none':
      return organization;
  }
}

/** Wanted whatever was seen last: that may have changed since. Somebody else's decision to block stands. */
function blockedFor(organization: Organization, { id, by, at, basis }: Lockdown): Organization {
  const wish = { blocked: true, by, at, reason: '', lockdownId: id };
  const wanted = wantBlock(organization, wish, { operationId: `${id}:block`, basis });
  return wanted.ok ? wanted.doc : organization;
}

export const lockdownOf = (organization: Organization, id: string): Lockdown | undefined =>
  organization.lockdowns?.find((lockdown) => lockdown.id === id);

export function withLockdown(organization: Organization, id: string, change: Partial<Lockdown>): Organization {
  const lockdowns = organization.lockdowns?.map((lockdown) =>
    lockdown.id === id ? { ...lockdown, ...change } : lockdown,
  );
  return { ...organization, lockdowns };
}

/** What a lockdown makes of one grant. What is closing or over already stays as it is. */
export function lockedDown(grant: Grant, lockdown: Lockdown, now: Date): GrantResult {
  const { by, id, basis } = lockdown;
  const decision: Decision = { actor: by, operationId: id, basis, now };
  if (grant.state === 'requested') return cancel(grant, decision, reason);
  if (grant.state === 'opening' || grant.state === 'active') return revoke(grant, decision, reason);
  return { ok: true, doc: grant };
}

/**
 * Lets the lockdown's record follow how its grants and the block stand: the report is owed when that has changed, and
 * another look as long as something is not over.
 */
export function lockdownSeen(
  organization: Organization,
  id: string,
  grants: readonly Grant[],
  now: Date,
): Organization {
  const lockdown = lockdownOf(organization, id);
  const effect = organization.owed.find((owed) => owed.kind === 'lockdown' && owed.lockdownId === id);
  if (lockdown === undefined || effect === undefined) return organization;
  const { confirmed, wanted, decided, trouble } = organization;
  const blockedAt = lockdown.blockedAt ?? seenBlockedSince(organization, lockdown.at);
  const wanting = wanted?.blocked === true;
  const open = grants.some((grant) => isLive(grant) || grant.state === 'requested');
  // Somebody who unblocks afterwards has decided otherwise.
  const unblocks = [wanted, decided].some((wish) => wish?.blocked === false && wish.at > lockdown.at);
  const awaited = lockdown.withoutBlock !== true && blockedAt === undefined;
  const left = awaited && !unblocks && now < later(lockdown.at, blockByHandMs);
  const overAt = open || left || wanting ? undefined : now;
  const standing = [
    ...grants.map((grant) => `${grant._id}@${grant.version}`),
    blockedAt?.toISOString() ??
      `${confirmed?.blocked}, ${wanting}, ${unblocks}, ${trouble?.message}, ${notBlockedBecause(organization, lockdown)}`,
    overAt === undefined ? 'under way' : 'over',
  ].join('\n');
  const seen = withLockdown(organization, id, { blockedAt, standing, overAt });
  const reported = standing === lockdown.standing ? seen : touched(reportOwed(seen, id, now));
  if (overAt !== undefined) return withoutEffect(onlyNewest(reported), effect.id);
  const pauseMs = open || wanting ? (now < later(lockdown.at, promptMs) ? 5_000 : 30_000) : promptMs;
  return replaceEffect(reported, effect.id, { dueAt: later(now, pauseMs), attempts: 0 });
}

/** Why the block that was part of it was given up; undefined when it was not. */
export const notBlockedBecause = (organization: Organization, { at }: Pick<Lockdown, 'at'>): string | undefined =>
  organization.history.findLast((entry) => entry.action === 'block-not-done' && entry.at >= at)?.detail;

/** Owes the report of a lockdown, now at the latest. */
export function reportOwed(organization: Organization, lockdownId: string, dueAt: Date): Organization {
  const owed = organization.owed.find((effect) => effect.kind === 'report' && effect.lockdownId === lockdownId);
  if (owed === undefined) return owe(organization, { kind: 'report', dueAt, lockdownId });
  // A report that Slack has refused waits for its own next attempt.
  return owed.failingSince === undefined && owed.dueAt > dueAt
    ? replaceEffect(organization, owed.id, { dueAt })
    : organization;
}

/** Has the lockdown looked at now, since something of it may have changed. */
export function lookAtLockdown(organization: Organization, id: string, now: Date): Organization {
  const effect = organization.owed.find((owed) => owed.kind === 'lockdown' && owed.lockdownId === id);
  return effect === undefined || effect.dueAt <= now
    ? organization
    : replaceEffect(organization, effect.id, { dueAt: now });
}

const later = (from: Date, ms: number): Date => new Date(from.getTime() + ms);

/** What was read before the decision may have changed since: only a reading after it counts. */
function seenBlockedSince({ confirmed }: Organization, decidedAt: Date): Date | undefined {
  if (confirmed?.blocked !== true || confirmed.at < decidedAt) return undefined;
  return confirmed.since < decidedAt ? confirmed.at : confirmed.since;
}

/** Of those that are over, only some are kept, besides those whose report has still to be written. */
function onlyNewest(organization: Organization): Organization {
  const owing = (id: string): boolean =>
    organization.owed.some((effect) => effect.kind === 'report' && effect.lockdownId === id);
  const over = (organization.lockdowns ?? []).filter(({ id, overAt }) => overAt !== undefined && !owing(id));
  const dropped = new Set(over.slice(0, -mostKept));
  return { ...organization, lockdowns: organization.lockdowns?.filter((lockdown) => !dropped.has(lockdown)) };
}
