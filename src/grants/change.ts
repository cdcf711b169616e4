import type { AccessType } from './access-types.ts';
import { type Decision, recorded, reminderTimes, withNote } from './decide.ts';
import {
  type AccessTerms,
  type Applying,
  type Grant,
  isReplay,
  type Proposal,
  sameTerms,
  termsInForce,
} from './grant.ts';
import type { GrantRefusal, GrantResult } from './grant-refusals.ts';
import { owe, withoutKinds } from './owed.ts';
import { openWithinMs, type Policy } from './policy.ts';

/** Other terms for an open grant. */
export interface ChangeTerms {
  readonly type: string;
  /** Counted from the approval; absent when the end stays. */
  readonly durationMs?: number;
}

const portcullis = { kind: 'portcullis' } as const;

export const notSeenInTime = 'It was not seen within the time that a change is given.';

const refused = (refusal: GrantRefusal): GrantResult => ({ ok: false, refusal });

/** What the terms would come to if the last approval came now; whole seconds, never later than was asked for. */
export function changedTerms(now: AccessTerms, { type, durationMs }: ChangeTerms, at: Date): AccessTerms {
  if (durationMs === undefined) return { type, until: now.until };
  return { type, until: new Date(Math.floor((at.getTime() + durationMs) / 1000) * 1000) };
}

/** Why a grant cannot be changed like that now; undefined when it can. Time is part of it: nothing changes after its end. */
function unchangeable(grant: Grant, change: ChangeTerms, now: Date): GrantRefusal | undefined {
  const { wanted } = grant;
  if (grant.state !== 'active' || wanted === undefined || now >= (termsInForce(grant) ?? wanted).until) {
    return { code: 'nothing-to-change', grant };
  }
  if (grant.applying !== undefined) return { code: 'change-under-way', grant };
  const after = changedTerms(wanted, change, now);
  if (sameTerms(after, wanted)) return { code: 'same-terms', grant };
  return after.until < wanted.until ? { code: 'ends-earlier', grant, until: after.until } : undefined;
}

/** Whether a change of it can be asked for: it is open, and no other change waits or is under way. */
export const isChangeable = ({ state, proposal, applying }: Grant): boolean =>
  state === 'active' && proposal === undefined && applying === undefined;

/** Asks for other terms of an open grant. Anybody who may ask may propose; what is proposed already stands. */
export function proposeChange(grant: Grant, decision: Decision, change: ChangeTerms): GrantResult {
  const { actor, now, operationId, basis } = decision;
  if (isReplay(grant, operationId)) return { ok: true, doc: grant, replayed: true };
  if (grant.state === 'active' && grant.proposal !== undefined) {
    return refused({ code: 'change-waits', grant, proposal: grant.proposal });
  }
  const refusal = unchangeable(grant, change, now);
  if (refusal !== undefined) return refused(refusal);
  const number = (grant.proposals ?? 0) + 1;
  const { type, durationMs } = change;
  const proposal: Proposal = { number, type, durationMs, by: actor, at: now, operationId, approvals: [] };
  const doc = withNote({ ...grant, proposal, proposals: number }, { type: 'change-proposed', number }, now);
  return { ok: true, doc: recorded(doc, grant, { at: now, action: 'propose-change', actor, operationId, basis }) };
}

/** The proposal that a decision is about, or why there is none to decide. */
function proposed(
  grant: Grant,
  number: number,
): { readonly ok: true; readonly proposal: Proposal } | Extract<GrantResult, { ok: false }> {
  const { proposal } = grant;
  return grant.state === 'active' && proposal?.number === number
    ? { ok: true, proposal }
    : { ok: false, refusal: { code: 'no-such-change', grant } };
}

/**
 * Counts an approval of a proposed change; with the last one needed the provider is to be made to hold the new terms. The
 * caller has checked permission. `blocked` is what the organization was last seen to be, undefined when it is not known.
 */
export function approveChange(
  grant: Grant,
  decision: Decision,
  context: {
    readonly number: number;
    readonly types: readonly Pick<AccessType, 'id' | 'needsBlock'>[];
    readonly blocked: boolean | undefined;
  },
): GrantResult {
  const { actor, now, operationId, basis } = decision;
  if (isReplay(grant, operationId)) return { ok: true, doc: grant, replayed: true };
  const found = proposed(grant, context.number);
  if (!found.ok) return found;
  const { proposal } = found;
  const refusal = unchangeable(grant, proposal, now);
  if (refusal !== undefined) return refused(refusal);
  if (proposal.approvals.some((approval) => approval.by.slackId === actor.slackId)) {
    return refused({ code: 'already-approved-by-you', grant });
  }
  const needsBlock = context.types.find((type) => type.id === proposal.type)?.needsBlock === true;
  if (needsBlock && context.blocked !== true) {
    return refused({ code: 'needs-block', grant, blocked: context.blocked });
  }
  const termsVersion = grant.termsVersion + 1;
  const approvals = [...proposal.approvals, { by: actor, at: now, termsVersion }];
  const entry = { at: now, action: 'approve-change', actor, operationId, basis };
  if (approvals.length < grant.approvalsNeeded || grant.wanted === undefined) {
    return { ok: true, doc: recorded({ ...grant, proposal: { ...proposal, approvals } }, grant, entry) };
  }
  const applying = applyingFrom(grant.wanted, proposal, now);
  const doc: Grant = {
    ...withoutKinds(grant, 'sync'),
    proposal: undefined,
    // Those of the terms that are in force now are needed again if the change is not made; earlier ones stand in history.
    approvals: [...grant.approvals.filter((approval) => approval.termsVersion === grant.termsVersion), ...approvals],
    approvedAt: now,
    wanted: changedTerms(grant.wanted, proposal, now),
    termsVersion,
    applying,
  };
  const owing = owe(doc, { kind: 'sync', dueAt: now }, { kind: 'change-deadline', dueAt: applying.deadline });
  return { ok: true, doc: recorded(owing, grant, entry) };
}

function applyingFrom(before: AccessTerms, { by }: Proposal, now: Date): Applying {
  const deadline = new Date(Math.min(now.getTime() + openWithinMs, before.until.getTime()));
  return { before, at: now, by, deadline };
}

export const denyChange = (grant: Grant, decision: Decision, number: number, reason: string): GrantResult =>
  withdrawn(grant, decision, number, 'denied', reason);

/** Takes back what was proposed and not decided. */
export const cancelChange = (grant: Grant, decision: Decision, number: number): GrantResult =>
  withdrawn(grant, decision, number, 'cancelled');

function withdrawn(
  grant: Grant,
  { actor, now, operationId, basis }: Decision,
  number: number,
  how: 'denied' | 'cancelled',
  reason?: string,
): GrantResult {
  if (isReplay(grant, operationId)) return { ok: true, doc: grant, replayed: true };
  const found = proposed(grant, number);
  if (!found.ok) return found;
  const { proposal } = found;
  const note = { type: 'change-withdrawn', proposal, how, by: actor, reason } as const;
  const doc = withNote({ ...grant, proposal: undefined }, note, now);
  const action = how === 'denied' ? 'deny-change' : 'cancel-change';
  return { ok: true, doc: recorded(doc, grant, { at: now, action, actor, operationId, basis, detail: reason }) };
}

/** The provider was seen to hold the new terms: they are in force, with their end and their reminders. */
export function changeSeen(grant: Grant, applying: Applying, policy: Policy, now: Date): Grant {
  const { wanted } = grant;
  if (wanted === undefined) throw new Error(`A change of a grant without terms: ${grant._id}`);
  const { before, at, by } = applying;
  const moved = wanted.until.getTime() !== before.until.getTime();
  const seen: Grant = {
    ...(moved ? withoutKinds(grant, 'change-deadline', 'end', 'remind') : withoutKinds(grant, 'change-deadline')),
    applying: undefined,
    decided: undefined,
    // "Let it end" was said of an end that does not hold any more.
    remindersSilencedBy: moved ? undefined : grant.remindersSilencedBy,
    seenAt: now,
    trouble: undefined,
  };
  const timed = moved
    ? owe(
        seen,
        { kind: 'end', dueAt: wanted.until },
        ...reminderTimes(at, wanted.until, policy).map((dueAt) => ({ kind: 'remind' as const, dueAt })),
      )
    : seen;
  const noted = withNote(timed, { type: 'terms-changed', before, after: wanted, by }, now);
  return recorded(noted, grant, { at: now, action: 'change-seen', actor: portcullis });
}

/** A change that was approved is given up: what was before it is wanted again, and whatever lands late is put right. */
export function changeNotMade(grant: Grant, reason: string, now: Date): Grant {
  const { applying, wanted } = grant;
  if (applying === undefined || wanted === undefined) return grant;
  const { before, by } = applying;
  const reverted: Grant = {
    ...withoutKinds(grant, 'change-deadline', 'sync'),
    wanted: before,
    applying: undefined,
    termsVersion: grant.termsVersion - 1,
    approvals: grant.approvals.filter((approval) => approval.termsVersion < grant.termsVersion),
    trouble: undefined,
  };
  const owing = owe(reverted, { kind: 'sync', dueAt: now });
  const noted = withNote(owing, { type: 'change-not-made', terms: wanted, before, by, reason }, now);
  return recorded(noted, grant, { at: now, action: 'change-not-made', actor: portcullis, detail: reason });
}
