import type { AccessType } from './access-types.ts';
import type { Actor, BlockFirst, ClosingOutcome, Grant, HistoryEntry, PersonActor, RolesBasis } from './grant.ts';
import { isReplay } from './grant.ts';
import type { GrantNote, Narrowing } from './grant-effects.ts';
import type { GrantResult } from './grant-refusals.ts';
import { requestSlotFor, slotFor } from './ids.ts';
import { owe, oweOnce, touched, withoutKinds } from './owed.ts';
import { openWithinMs, type Policy } from './policy.ts';

/** What every transition a person causes carries. */
export interface Decision {
  readonly actor: PersonActor;
  readonly operationId: string;
  readonly basis: RolesBasis;
  readonly now: Date;
}

const dayMs = 24 * 60 * 60_000;

/** Appends to history and counts a change that messages show. */
export function recorded(grant: Grant, before: Grant, entry: Omit<HistoryEntry, 'from' | 'to'>): Grant {
  const changed = { ...grant, history: [...grant.history, { ...entry, from: before.state, to: grant.state }] };
  return oweOnce(touched(changed), { kind: 'render', dueAt: entry.at });
}

export function withNote(grant: Grant, note: GrantNote, now: Date, options: { broadcast?: boolean } = {}): Grant {
  return owe(grant, { kind: 'note', dueAt: now, note, broadcast: options.broadcast ?? false });
}

const undecidable = (grant: Grant, now: Date): GrantResult | undefined => {
  if (grant.state !== 'requested') return { ok: false, refusal: { code: 'not-open-for-decision', grant } };
  if (now >= grant.lapsesAt) return { ok: false, refusal: { code: 'lapsed', grant } };
  return undefined;
};

/** Owes the block of the organization that was decided with a grant. The caller has checked permission. */
export function withBlockFirst(grant: Grant, decision: Decision): Grant {
  const { actor: by, now: at, operationId, basis } = decision;
  const first: BlockFirst = { by, at, operationId: `${operationId}:block`, basis };
  const owing = owe(grant, { kind: 'block', dueAt: at, decision: first });
  const entry = { at, action: 'block-first', actor: by, operationId: first.operationId, basis };
  return recorded(grant.state === 'opening' ? { ...owing, awaitsBlock: first } : owing, grant, entry);
}

/**
 * Counts an approval; the last one needed starts the opening and the clock. The caller has checked permission.
 * `blocked` is what the organization was last seen to be, undefined when it is not known. With `blockFirst`, where it is
 * not blocked, it is owed a block, and nothing opens before that was seen.
 */
export function approve(
  grant: Grant,
  decision: Decision,
  context: {
    readonly termsVersion: number;
    readonly type: Pick<AccessType, 'needsBlock'>;
    readonly blocked: boolean | undefined;
    /** On what the right to block rests of whoever approves. */
    readonly blockFirst?: RolesBasis;
  },
): GrantResult {
  const { actor, now, operationId, basis } = decision;
  if (isReplay(grant, operationId)) return { ok: true, doc: grant, replayed: true };
  const closed = undecidable(grant, now);
  if (closed !== undefined) return closed;
  if (context.termsVersion !== grant.termsVersion) return { ok: false, refusal: { code: 'terms-changed', grant } };
  const valid = grant.approvals.filter((approval) => approval.termsVersion === grant.termsVersion);
  if (valid.some((approval) => approval.by.slackId === actor.slackId)) {
    return { ok: false, refusal: { code: 'already-approved-by-you', grant } };
  }
  const blockFirst = context.blocked === true ? undefined : context.blockFirst;
  const approved = (doc: Grant): GrantResult => ({
    ok: true,
    doc: blockFirst === undefined ? doc : withBlockFirst(doc, { ...decision, basis: blockFirst }),
  });
  if (context.type.needsBlock && context.blocked !== true && blockFirst === undefined) {
    return { ok: false, refusal: { code: 'needs-block', grant, blocked: context.blocked } };
  }
  const approvals = [...valid, { by: actor, at: now, termsVersion: grant.termsVersion }];
  const entry = { at: now, action: 'approve', actor, operationId, basis };
  if (approvals.length < grant.approvalsNeeded) {
    return approved(recorded({ ...grant, approvals }, grant, entry));
  }
  const untilMs = Math.floor((now.getTime() + grant.terms.durationMs) / 1000) * 1000;
  const opening: Grant = {
    ...withoutKinds(grant, 'lapse', 'nudge'),
    approvals,
    approvedAt: now,
    state: 'opening',
    wanted: { type: grant.terms.type, until: new Date(untilMs) },
    slot: slotFor(grant.organizationId, grant.target.id),
    requestSlot: undefined,
  };
  const doc = owe(
    opening,
    { kind: 'sync', dueAt: now },
    { kind: 'open-deadline', dueAt: new Date(now.getTime() + openWithinMs) },
  );
  return approved(recorded(doc, grant, entry));
}

/**
 * Approves shorter or narrower terms than were asked for. Approvals of the old terms do not count for the new ones: who
 * gave them is asked again. The caller has checked permission.
 */
export function approveNarrowed(
  grant: Grant,
  decision: Decision,
  context: {
    readonly termsVersion: number;
    readonly terms: Grant['terms'];
    /** Access types, by id, from the one that shows least. */
    readonly types: readonly Pick<AccessType, 'id' | 'needsBlock'>[];
    readonly blocked: boolean | undefined;
    /** On what the right to block rests of whoever approves. */
    readonly blockFirst?: RolesBasis;
    /** To whoever asked; may be empty. */
    readonly word: string;
  },
): GrantResult {
  const { actor, now, operationId, basis } = decision;
  if (isReplay(grant, operationId)) return { ok: true, doc: grant, replayed: true };
  const closed = undecidable(grant, now);
  if (closed !== undefined) return closed;
  if (context.termsVersion !== grant.termsVersion) return { ok: false, refusal: { code: 'terms-changed', grant } };
  const { terms, types, blocked, blockFirst } = context;
  const rank = (id: string): number => types.findIndex((type) => type.id === id);
  const type = types[rank(terms.type)];
  const wider = rank(terms.type) > rank(grant.terms.type) || terms.durationMs > grant.terms.durationMs;
  if (type === undefined || wider) return { ok: false, refusal: { code: 'not-narrower', grant } };
  const termsVersion = grant.termsVersion + 1;
  if (terms.type === grant.terms.type && terms.durationMs === grant.terms.durationMs) {
    return approve(grant, decision, { termsVersion: grant.termsVersion, type, blocked, blockFirst });
  }
  const again = grant.approvals
    .filter((approval) => approval.termsVersion === grant.termsVersion && approval.by.slackId !== actor.slackId)
    .map((approval) => approval.by);
  const requestSlot = requestSlotFor(grant.organizationId, grant.target.id, terms.type);
  const { word } = context;
  const narrowing: Narrowing = { before: grant.terms, after: terms, by: actor, word };
  const firstTerms = grant.firstTerms ?? grant.terms;
  const narrowed: Grant = { ...grant, terms, firstTerms, termsVersion, approvals: [], requestSlot };
  const entry = { at: now, action: 'narrow-terms', actor, operationId, basis, detail: word === '' ? undefined : word };
  const asked = recorded(narrowed, grant, entry);
  const approved = approve(
    asked,
    { ...decision, operationId: `${operationId}:approve` },
    { termsVersion, type, blocked, blockFirst },
  );
  if (!approved.ok) return approved;
  const { doc } = approved;
  // What opens at once is told with that.
  return doc.state === 'opening'
    ? { ok: true, doc: { ...doc, narrowed: narrowing } }
    : { ok: true, doc: withNote(doc, { type: 'request-narrowed', ...narrowing, again }, now) };
}

export function deny(grant: Grant, decision: Decision, reason: string): GrantResult {
  const { actor, now, operationId, basis } = decision;
  if (isReplay(grant, operationId)) return { ok: true, doc: grant, replayed: true };
  const closed = undecidable(grant, now);
  if (closed !== undefined) return closed;
  const denied = ended(grant, 'denied', now, { type: 'denied' });
  const doc = { ...denied, denial: { by: actor, at: now, reason } };
  return {
    ok: true,
    doc: recorded(doc, grant, { at: now, action: 'deny', actor, operationId, basis, detail: reason }),
  };
}

/** Takes back a request that nobody has decided. `reason` is for people. */
export function cancel(grant: Grant, decision: Decision, reason?: string): GrantResult {
  const { actor, now, operationId, basis } = decision;
  if (isReplay(grant, operationId)) return { ok: true, doc: grant, replayed: true };
  const closed = undecidable(grant, now);
  if (closed !== undefined) return closed;
  const doc = ended(grant, 'cancelled', now, { type: 'cancelled' });
  return {
    ok: true,
    doc: recorded(doc, grant, { at: now, action: 'cancel', actor, operationId, basis, detail: reason }),
  };
}

/** Starts closing what is open or opening. `reason` is for people. */
export function revoke(grant: Grant, decision: Decision, reason?: string): GrantResult {
  const { actor, now, operationId, basis } = decision;
  if (isReplay(grant, operationId)) return { ok: true, doc: grant, replayed: true };
  if (grant.state === 'closing') return { ok: false, refusal: { code: 'already-closing', grant } };
  if (grant.state !== 'opening' && grant.state !== 'active') {
    return { ok: false, refusal: { code: 'nothing-to-revoke', grant } };
  }
  const doc = closing(grant, 'revoked', actor, now, reason);
  return {
    ok: true,
    doc: recorded(doc, grant, { at: now, action: 'revoke', actor, operationId, basis, detail: reason }),
  };
}

/** "Let it end": no more reminders for this grant. */
export function silenceReminders(grant: Grant, decision: Decision): GrantResult {
  const { actor, now, operationId, basis } = decision;
  if (isReplay(grant, operationId)) return { ok: true, doc: grant, replayed: true };
  if (grant.state !== 'active') return { ok: false, refusal: { code: 'nothing-to-silence', grant } };
  if (grant.remindersSilencedBy !== undefined) return { ok: true, doc: grant, replayed: true };
  const doc = { ...withoutKinds(grant, 'remind'), remindersSilencedBy: actor };
  return { ok: true, doc: recorded(doc, grant, { at: now, action: 'let-end', actor, operationId, basis }) };
}

/** Any instant before the end at which people are reminded: none earlier than half the time that was granted. */
export function reminderTimes(from: Date, until: Date, policy: Pick<Policy, 'remindBeforeMs'>): Date[] {
  const halfMs = (until.getTime() - from.getTime()) / 2;
  return policy.remindBeforeMs.filter((ms) => ms <= halfMs).map((ms) => new Date(until.getTime() - ms));
}

/** The same of what was made elsewhere, where nobody chose how long: of what lasts longer they are reminded every day too. */
export function foundReminderTimes(from: Date, until: Date, policy: Pick<Policy, 'remindBeforeMs'>): Date[] {
  const daily = nextDailyReminder(from, until);
  return [...reminderTimes(from, until, policy), ...(daily === undefined ? [] : [daily])];
}

/** A day from then, of what goes on for longer than that; each owes the next. */
export function nextDailyReminder(from: Date, until: Date): Date | undefined {
  const next = new Date(from.getTime() + dayMs);
  return next < until ? next : undefined;
}

/** The way towards closed, from opening or active; the caller records it. */
export function closing(grant: Grant, outcome: ClosingOutcome, by: Actor, now: Date, reason?: string): Grant {
  const rest = withoutKinds(grant, 'open-deadline', 'change-deadline', 'remind', 'end', 'sync');
  const doc: Grant = owe(
    {
      ...rest,
      state: 'closing' as const,
      closing: { outcome, by, at: now, reason },
      proposal: undefined,
      missingSince: undefined,
      trouble: undefined,
    },
    { kind: 'sync', dueAt: now },
  );
  const { proposal } = grant;
  return proposal === undefined
    ? doc
    : withNote(doc, { type: 'change-withdrawn', proposal, how: 'grant-ended', by }, now);
}

/** A request that ended without ever being opened; the caller records it. */
export function ended(grant: Grant, state: 'denied' | 'cancelled' | 'lapsed', now: Date, note: GrantNote): Grant {
  const rest = withoutKinds(grant, 'lapse', 'nudge');
  return withNote({ ...rest, state, endedAt: now, requestSlot: undefined }, note, now);
}
