import { type Decision, foundReminderTimes, recorded } from './decide.ts';
import {
  type AccessTerms,
  type Actor,
  type Approval,
  approvalsInForce,
  type Grant,
  type GrantTarget,
  isReplay,
  type PersonActor,
} from './grant.ts';
import type { GrantResult } from './grant-refusals.ts';
import { slotFor } from './ids.ts';
import { owe, touched } from './owed.ts';
import { type Policy, verifyAfterMs } from './policy.ts';

/** Access that nobody asked for here: it was made in the provider itself and found open. */
export interface Found {
  readonly at: Date;
  /** What was found. */
  readonly terms: AccessTerms;
  /** Who made it, as the provider's records name them. */
  readonly who?: string;
}

/** Somebody who acts in the provider itself, as its records name them. */
export const outsider = (name: string | undefined): Actor =>
  name === undefined ? { kind: 'outside' } : { kind: 'outside', name };

export interface NewFound {
  readonly id: string;
  readonly organizationId: string;
  readonly channelId: string;
  readonly target: GrantTarget;
  readonly terms: AccessTerms;
  readonly who?: string;
}

/** A record of access that was found open: with its end, its reminders, and the slot that makes it the only one. */
export function newFound(access: NewFound, policy: Policy, now: Date): Grant {
  const { organizationId, terms, who } = access;
  const { id, name, projectId, projectName, url } = access.target;
  const grant: Grant = {
    _id: access.id,
    schemaVersion: 1,
    rev: 0,
    version: 0,
    owed: [],
    effectCount: 0,
    organizationId,
    channelId: access.channelId,
    target: { id, name, projectId, projectName, url },
    state: 'active',
    terms: termsFrom(terms, now),
    termsVersion: 1,
    reason: '',
    requestedAt: now,
    found: { at: now, terms, who },
    lapsesAt: terms.until,
    approvals: [],
    approvalsNeeded: policy.approvalsNeeded,
    wanted: terms,
    confirmed: { ...terms, at: now },
    sent: [],
    answeredCalls: [],
    maybeOpenFrom: now,
    openedAt: now,
    seenAt: now,
    slot: slotFor(organizationId, id),
    history: [{ at: now, action: 'found', actor: outsider(who), to: 'active', detail: terms.type }],
  };
  return owe(
    touched(grant),
    { kind: 'render', dueAt: now },
    { kind: 'end', dueAt: terms.until },
    ...verifyAfterMs.slice(0, 1).map((ms) => ({ kind: 'sync' as const, dueAt: new Date(now.getTime() + ms) })),
    ...foundReminderTimes(now, terms.until, policy).map((dueAt) => ({ kind: 'remind' as const, dueAt })),
  );
}

/** Found open, and not yet approved by as many deciders as opening it would have taken. */
export const isUnkept = (grant: Grant): boolean =>
  grant.found !== undefined && keptBy(grant).length < grant.approvalsNeeded;

/** Who has approved that what was found stays open. */
export const keptBy = (grant: Grant): readonly Approval[] => (grant.found === undefined ? [] : approvalsInForce(grant));

/** Whom it concerns first: whoever asked, or else whoever was the last to decide that it stays open. */
export const inCharge = (grant: Grant): PersonActor | undefined => grant.requestedBy ?? keptBy(grant).at(-1)?.by;

/** Counts an approval of what was found open. The caller has checked permission; nothing is sent to the provider. */
export function keep(grant: Grant, decision: Decision, context: { readonly termsVersion: number }): GrantResult {
  const { actor, now, operationId, basis } = decision;
  if (isReplay(grant, operationId)) return { ok: true, doc: grant, replayed: true };
  const over = grant.wanted === undefined || now >= grant.wanted.until;
  if (grant.state !== 'active' || over || !isUnkept(grant)) {
    return { ok: false, refusal: { code: 'not-open-for-decision', grant } };
  }
  if (context.termsVersion !== grant.termsVersion) return { ok: false, refusal: { code: 'terms-changed', grant } };
  if (keptBy(grant).some((approval) => approval.by.slackId === actor.slackId)) {
    return { ok: false, refusal: { code: 'already-approved-by-you', grant } };
  }
  const approvals = [...grant.approvals, { by: actor, at: now, termsVersion: grant.termsVersion }];
  const approved: Grant = { ...grant, approvals };
  const doc: Grant = isUnkept(approved) ? approved : { ...approved, approvedAt: now };
  return { ok: true, doc: recorded(doc, grant, { at: now, action: 'keep', actor, operationId, basis }) };
}

/** Other terms were seen of what was found: approvals of those before do not count for them, unless it was kept. */
export const foundChanged = (grant: Grant, after: AccessTerms, now: Date): Grant =>
  isUnkept(grant) ? { ...grant, terms: termsFrom(after, now), termsVersion: grant.termsVersion + 1 } : grant;

const termsFrom = ({ type, until }: AccessTerms, now: Date): Grant['terms'] => ({
  type,
  durationMs: until.getTime() - now.getTime(),
});
