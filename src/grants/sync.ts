import { closing, recorded, reminderTimes, withNote } from './decide.ts';
import {
  type AccessTerms,
  type Grant,
  isLive,
  lastUnansweredCall,
  maybeOpenUntil,
  type SentCall,
  sameTerms,
  type Trouble,
} from './grant.ts';
import { slotFor } from './ids.ts';
import { owe, oweOnce, replaceEffect, touched, withoutKinds } from './owed.ts';
import {
  landsLateWithinMs,
  openWithinMs,
  type Policy,
  quietAfterUnansweredMs,
  secondReadingAfterMs,
  verifyAfterMs,
  watchEveryMs,
} from './policy.ts';

/** What the provider was seen to hold for the grant's target. */
export type Reading =
  | ({ readonly state: 'open' } & AccessTerms)
  | { readonly state: 'closed'; readonly targetExists: boolean };

export type PlannedCall =
  | {
      readonly call: 'open';
      readonly terms: AccessTerms;
      readonly restores?: 'closed' | 'other-terms';
      readonly answers: string[];
    }
  | { readonly call: 'close'; readonly late?: AccessTerms };

const portcullis = { kind: 'portcullis' } as const;
const outside = { kind: 'outside' } as const;
const notShown = { code: 'not-seen', message: 'The call was accepted, but the grant is not shown yet.' } as const;
const stillOpen = { code: 'still-open', message: 'The call was accepted, but access is still shown as open.' } as const;
const later = (from: Date, ms: number): Date => new Date(from.getTime() + ms);

/**
 * The changing call that brings the provider to what the record says, if one is needed. `siblings` are the other records
 * of the same target whose calls may still land.
 */
export function planCall(
  grant: Grant,
  reading: Reading,
  siblings: readonly Grant[],
  now: Date,
): PlannedCall | undefined {
  switch (grant.state) {
    case 'opening': {
      const { wanted, approvedAt } = grant;
      if (wanted === undefined || approvedAt === undefined || now >= later(approvedAt, openWithinMs)) return undefined;
      if (reading.state === 'open' && sameTerms(reading, wanted)) return undefined;
      return { call: 'open', terms: wanted, answers: [] };
    }
    case 'active': {
      const { wanted } = grant;
      if (wanted === undefined || now >= wanted.until) return undefined;
      if (reading.state === 'open' && sameTerms(reading, wanted)) return undefined;
      const explained = lateCallsBehind(grant, reading, siblings, now);
      if (explained.length === 0 && !isRestoring(grant, now)) return undefined;
      const restores = reading.state === 'closed' ? 'closed' : 'other-terms';
      return { call: 'open', terms: wanted, restores, answers: explained.map((call) => call.id) };
    }
    case 'closing':
      return reading.state === 'open' ? { call: 'close' } : undefined;
    default: {
      if (reading.state !== 'open' || siblings.some(isLive)) return undefined;
      // What holds the slot again closes whatever is there, as closing does.
      const late = grant.reopened !== undefined || [grant, ...siblings].some((record) => sentTerms(record, reading));
      return late ? { call: 'close', late: { type: reading.type, until: reading.until } } : undefined;
    }
  }
}

/**
 * Calls of other records that explain what is seen of this grant. Terms that a record here sent explain themselves as often
 * as they are seen; a call to close explains one reading, so that a person who closes afterwards is not fought.
 */
function lateCallsBehind(grant: Grant, reading: Reading, siblings: readonly Grant[], now: Date): SentCall[] {
  const sent = siblings.flatMap((sibling) => sibling.sent);
  if (reading.state === 'closed') {
    return sent
      .filter((call) => call.call === 'close' && call.answer === undefined && now < later(call.at, landsLateWithinMs))
      .filter((call) => !grant.answeredCalls.includes(call.id));
  }
  return sent.filter((call) => call.call === 'open' && call.terms !== undefined && sameTerms(call.terms, reading));
}

/** A restoring call that was lost, or is not shown yet, is made again; after the time of an opening that is given up. */
const isRestoring = (grant: Grant, now: Date): boolean =>
  grant.restoring !== undefined && now < later(grant.restoring.at, openWithinMs);

const sentTerms = (grant: Grant, terms: AccessTerms): boolean =>
  grant.sent.some((call) => call.call === 'open' && call.terms !== undefined && sameTerms(call.terms, terms));

/** Writes down a call just before it is made, so that one whose process dies, or that lands late, is known. */
export function callMarked(grant: Grant, planned: PlannedCall, callId: string, now: Date): Grant {
  if (planned.call === 'open') {
    return {
      ...grant,
      sent: [...grant.sent, { id: callId, call: 'open', terms: planned.terms, at: now }],
      maybeOpenFrom: grant.maybeOpenFrom ?? now,
      answeredCalls: [...grant.answeredCalls, ...planned.answers],
      restoring: planned.restores === undefined ? undefined : (grant.restoring ?? { found: planned.restores, at: now }),
    };
  }
  const marked: Grant = { ...grant, sent: [...grant.sent, { id: callId, call: 'close', at: now }] };
  if (planned.late === undefined) return marked;
  const reopened = { terms: planned.late, at: grant.reopened?.at ?? now };
  return touched({ ...marked, slot: slotFor(grant.organizationId, grant.target.id), reopened });
}

/**
 * Records what became of a call. `refused` is certain: it changed nothing. An opening that was refused for good, with a
 * reason for people, goes on to closing; without a reason it may be tried again.
 */
export function callAnswered(
  grant: Grant,
  callId: string,
  answer: 'done' | 'refused',
  now: Date,
  refusedForGood?: string,
): Grant {
  const sent = grant.sent.map((call) => (call.id === callId ? { ...call, answer } : call));
  const mayHaveOpened = sent.some((call) => call.call === 'open' && call.answer !== 'refused');
  const answered: Grant = { ...grant, sent, maybeOpenFrom: mayHaveOpened ? grant.maybeOpenFrom : undefined };
  if (refusedForGood === undefined || grant.state !== 'opening') return answered;
  const doc = closing(answered, 'failed', portcullis, now, refusedForGood);
  return recorded(doc, grant, { at: now, action: 'opening-refused', actor: portcullis, detail: refusedForGood });
}

/**
 * Lets the record follow what was seen, and owes the next look. Pure: `reading` was made after the last call that this
 * record sent.
 */
export function observed(grant: Grant, reading: Reading, policy: Policy, now: Date): Grant {
  switch (grant.state) {
    case 'opening':
      return observedOpening(grant, reading, policy, now);
    case 'active':
      return observedActive(grant, reading, policy, now);
    case 'closing':
      return observedClosing(grant, reading, now);
    case 'failed':
    case 'expired':
    case 'revoked':
      return observedEnded(grant, reading, now);
    case 'requested':
    case 'denied':
    case 'cancelled':
    case 'lapsed':
      return withoutKinds(grant, 'sync');
  }
}

function observedOpening(grant: Grant, reading: Reading, policy: Policy, now: Date): Grant {
  const { wanted } = grant;
  if (wanted === undefined || reading.state === 'closed' || !sameTerms(reading, wanted)) {
    return syncFailed(grant, notShown, later(now, 5_000), now);
  }
  const active: Grant = {
    ...withoutKinds(grant, 'open-deadline', 'sync'),
    state: 'active',
    confirmed: { ...wanted, at: now },
    openedAt: now,
    seenAt: now,
    trouble: undefined,
  };
  const timed = owe(
    active,
    { kind: 'end', dueAt: wanted.until },
    { kind: 'sync', dueAt: nextLook(now, now) ?? later(now, watchEveryMs) },
    ...reminderTimes(grant.approvedAt ?? now, wanted.until, policy).map((dueAt) => ({
      kind: 'remind' as const,
      dueAt,
    })),
  );
  return recorded(withNote(timed, { type: 'opened' }, now), grant, { at: now, action: 'seen-open', actor: portcullis });
}

function observedActive(grant: Grant, reading: Reading, policy: Policy, now: Date): Grant {
  const { wanted } = grant;
  if (wanted === undefined) throw new Error(`Active grant without terms: ${grant._id}`);
  const seen: Grant =
    reading.state === 'open'
      ? { ...grant, missingSince: undefined, confirmed: { type: reading.type, until: reading.until, at: now } }
      : grant;
  const matches = reading.state === 'open' && sameTerms(reading, wanted);
  if (!matches && isRestoring(grant, now)) return syncFailed(seen, notShown, later(now, 5_000), now);
  if (reading.state === 'closed') return observedMissing(grant, reading, now);
  const watching = watched(seen, now);
  if (matches) {
    if (grant.restoring === undefined) return watching;
    const restored = { ...watching, restoring: undefined };
    const { found } = grant.restoring;
    return recorded(withNote(restored, { type: 'restored', at: now, found }, now, { broadcast: true }), grant, {
      at: now,
      action: 'restored',
      actor: portcullis,
      detail: found,
    });
  }
  // Somebody changed it elsewhere: never fight a person, follow what they did and say so.
  const after = { type: reading.type, until: reading.until };
  const adopted = owe(
    { ...withoutKinds(watching, 'end', 'remind'), wanted: after, restoring: undefined },
    { kind: 'end', dueAt: after.until },
    ...(grant.remindersSilencedBy === undefined
      ? reminderTimes(now, after.until, policy).map((dueAt) => ({ kind: 'remind' as const, dueAt }))
      : []),
  );
  const note = { type: 'changed-outside', before: wanted, after, at: now } as const;
  return recorded(withNote(adopted, note, now), grant, { at: now, action: 'changed-outside', actor: outside });
}

function observedMissing(grant: Grant, reading: Extract<Reading, { state: 'closed' }>, now: Date): Grant {
  if (grant.missingSince === undefined) {
    return syncAt({ ...grant, missingSince: now }, later(now, secondReadingAfterMs));
  }
  const settleAt = later(grant.missingSince, secondReadingAfterMs);
  if (now < settleAt) return syncAt(grant, settleAt);
  const reason = reading.targetExists ? undefined : 'The cluster no longer exists.';
  const gone = closing(grant, 'revoked', outside, now, reason);
  const doc = recorded(gone, grant, { at: now, action: 'ended-outside', actor: outside, detail: reason });
  return observedClosing(doc, reading, now);
}

function observedClosing(grant: Grant, reading: Reading, now: Date): Grant {
  if (reading.state === 'open') {
    const confirmed = { type: reading.type, until: reading.until, at: now };
    return syncFailed({ ...grant, confirmed, seenClosedAt: undefined }, stillOpen, later(now, 5_000), now);
  }
  const seenClosedAt = grant.seenClosedAt ?? now;
  const closed: Grant = { ...grant, seenClosedAt, confirmed: undefined, trouble: undefined };
  const unanswered = lastUnansweredCall(grant);
  const quietAt = unanswered === undefined ? now : later(unanswered.at, quietAfterUnansweredMs);
  if (now < quietAt) {
    const waiting = syncAt(closed, quietAt);
    return grant.seenClosedAt === undefined ? oweOnce(touched(waiting), { kind: 'render', dueAt: now }) : waiting;
  }
  const { outcome } = grant.closing ?? { outcome: 'revoked' as const };
  const done: Grant = {
    ...closed,
    state: outcome,
    endedAt: seenClosedAt,
    seenAt: now,
    slot: undefined,
    restoring: undefined,
  };
  const watching = syncAt(done, nextLook(now, now) ?? now);
  const note = { type: outcome === 'failed' ? 'failed' : 'ended' } as const;
  return recorded(withNote(watching, note, now, { broadcast: outcome === 'failed' }), grant, {
    at: now,
    action: 'seen-closed',
    actor: portcullis,
  });
}

function observedEnded(grant: Grant, reading: Reading, now: Date): Grant {
  if (reading.state === 'open') {
    if (grant.reopened !== undefined) {
      return syncFailed(grant, stillOpen, later(now, 5_000), now);
    }
    const next = verified(grant, now);
    const noted = grant.history.some((entry) => entry.action === 'unexplained-access');
    if (noted) return next;
    const note = { type: 'unexplained', at: now, terms: { type: reading.type, until: reading.until } } as const;
    return recorded(withNote(next, note, now, { broadcast: true }), grant, {
      at: now,
      action: 'unexplained-access',
      actor: outside,
    });
  }
  if (grant.reopened === undefined) return verified({ ...grant, trouble: undefined }, now);
  const unanswered = lastUnansweredCall(grant);
  const quietAt = unanswered === undefined ? now : later(unanswered.at, quietAfterUnansweredMs);
  if (now < quietAt) return syncAt(grant, quietAt);
  const { terms, at } = grant.reopened;
  const closedAgain: Grant = { ...grant, reopened: undefined, slot: undefined, seenAt: now, trouble: undefined };
  const note = { type: 'landed-late', at, terms } as const;
  const watching = syncAt(closedAgain, nextLook(now, now) ?? now);
  return recorded(withNote(watching, note, now, { broadcast: true }), grant, {
    at: now,
    action: 'late-landing-closed',
    actor: portcullis,
  });
}

/** Another record holds the slot: whatever the target holds now is that record's to put right. */
export const verifiedByAnother = (grant: Grant, now: Date): Grant => verified(grant, now);

/**
 * The provider could not be brought to match, or not be read. Tried again at `dueAt`; people see why, and deciders are told
 * once when closing has been failing for a minute.
 */
export function syncFailed(grant: Grant, problem: Pick<Trouble, 'code' | 'message'>, dueAt: Date, now: Date): Grant {
  const effect = grant.owed.find((other) => other.kind === 'sync');
  const retried =
    effect === undefined
      ? grant
      : replaceEffect(grant, effect.id, {
          dueAt,
          attempts: effect.attempts + 1,
          failingSince: effect.failingSince ?? now,
        });
  // A verification that cannot be made is not worth a word while nothing has to change.
  if (!isLive(grant) || grant.state === 'active') return retried;
  const until = maybeOpenUntil(grant);
  const since = grant.trouble?.since ?? now;
  const tell =
    grant.trouble?.told !== true &&
    (grant.state === 'closing' || grant.reopened !== undefined) &&
    until !== undefined &&
    now.getTime() - since.getTime() >= 60_000;
  const told = grant.trouble?.told === true || tell;
  const trouble: Trouble = { ...problem, since, told };
  const troubled: Grant = { ...retried, trouble };
  if (grant.trouble?.code === problem.code && grant.trouble.message === problem.message && !tell) return troubled;
  const shown = oweOnce(touched(troubled), { kind: 'render', dueAt: now });
  return tell && until !== undefined
    ? withNote(shown, { type: 'closing-trouble', until }, now, { broadcast: true })
    : shown;
}

function syncAt(grant: Grant, dueAt: Date): Grant {
  return owe(withoutKinds(grant, 'sync'), { kind: 'sync', dueAt });
}

/** The next verification of what was seen at `seenAt`; undefined when all have been made. */
function nextLook(seenAt: Date, now: Date): Date | undefined {
  return verifyAfterMs.map((ms) => later(seenAt, ms)).find((at) => at > now);
}

const watched = (grant: Grant, now: Date): Grant =>
  syncAt(grant, nextLook(grant.seenAt ?? now, now) ?? later(now, watchEveryMs));

function verified(grant: Grant, now: Date): Grant {
  const next = nextLook(grant.seenAt ?? now, now);
  return next === undefined ? withoutKinds(grant, 'sync') : syncAt(grant, next);
}
