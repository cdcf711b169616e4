import { activityOwed } from './activity.ts';
import { seenOpenAfterEnd } from './after-end.ts';
import { isRestoring, type Reading } from './calls.ts';
import { changeNotMade, changeSeen, notSeenInTime } from './change.ts';
import { closing, foundReminderTimes, recorded, reminderTimes, withNote } from './decide.ts';
import { foundChanged, isUnkept, outsider } from './found.ts';
import { type Grant, isLive, lastUnansweredCall, maybeOpenUntil, sameTerms, type Trouble } from './grant.ts';
import { owe, oweOnce, replaceEffect, touched, withoutKinds } from './owed.ts';
import { type Policy, quietAfterUnansweredMs, secondReadingAfterMs, verifyAfterMs, watchEveryMs } from './policy.ts';
import type { TargetNoun } from './target-noun.ts';

const portcullis = { kind: 'portcullis' } as const;
const notShown = { code: 'not-seen', message: 'The call was accepted, but the grant is not shown yet.' } as const;
const stillOpen = { code: 'still-open', message: 'Closing was asked for, but access is still shown as open.' } as const;
const later = (from: Date, ms: number): Date => new Date(from.getTime() + ms);

/** What else is known of a reading. */
export interface SeenWith {
  /** Who changed it elsewhere, where that is what was seen and the provider's records name them. */
  readonly who?: string;
  /** For reasons that people read. */
  readonly targetNoun?: TargetNoun;
}

/**
 * Lets the record follow what was seen, and owes the next look. Pure: `reading` was made after the last call that this
 * record sent.
 */
export function observed(grant: Grant, reading: Reading, policy: Policy, now: Date, seenWith: SeenWith = {}): Grant {
  switch (grant.state) {
    case 'opening':
      return observedOpening(grant, reading, policy, now);
    case 'active':
      return observedActive(grant, reading, policy, now, seenWith);
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

function observedActive(current: Grant, reading: Reading, policy: Policy, now: Date, seenWith: SeenWith): Grant {
  // At the end of the terms before it a change comes too late: the end is due, whatever is seen.
  if (current.applying !== undefined && now >= current.applying.before.until) return current;
  const grant = afterChange(current, reading, policy, now);
  const { wanted } = grant;
  if (wanted === undefined) throw new Error(`Active grant without terms: ${grant._id}`);
  const seen: Grant =
    reading.state === 'open'
      ? { ...grant, missingSince: undefined, confirmed: { type: reading.type, until: reading.until, at: now } }
      : grant;
  const matches = reading.state === 'open' && sameTerms(reading, wanted);
  if (!matches && reading.state === 'open' && grant.applying !== undefined) {
    return syncFailed(seen, notShown, later(now, 5_000), now);
  }
  if (!matches && isRestoring(grant, now)) return syncFailed(seen, notShown, later(now, 5_000), now);
  if (reading.state === 'closed') return observedMissing(grant, reading, now, seenWith);
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
  const followed = foundChanged(withoutKinds(watching, 'end', 'remind'), after, now);
  const decided = isUnkept(grant) ? undefined : (grant.decided ?? wanted);
  const adopted = owe(
    { ...followed, wanted: after, decided, restoring: undefined },
    { kind: 'end', dueAt: after.until },
    ...(grant.remindersSilencedBy === undefined
      ? foundReminderTimes(now, after.until, policy).map((dueAt) => ({ kind: 'remind' as const, dueAt }))
      : []),
  );
  const { who } = seenWith;
  const note = { type: 'changed-outside', before: wanted, after, at: now, who } as const;
  return recorded(withNote(adopted, note, now), grant, {
    at: now,
    action: 'changed-outside',
    actor: outsider(who),
    detail: after.type,
  });
}

/** A change that is seen, or was not in time, is settled; one that is under way stays. */
function afterChange(grant: Grant, reading: Reading, policy: Policy, now: Date): Grant {
  const { applying, wanted } = grant;
  if (applying === undefined || wanted === undefined) return grant;
  if (reading.state === 'open' && sameTerms(reading, wanted)) return changeSeen(grant, applying, policy, now);
  return now < applying.deadline ? grant : changeNotMade(grant, notSeenInTime, now);
}

function observedMissing(
  grant: Grant,
  reading: Extract<Reading, { state: 'closed' }>,
  now: Date,
  { who, targetNoun }: SeenWith,
): Grant {
  if (grant.missingSince === undefined) {
    return syncAt({ ...grant, missingSince: now }, later(now, secondReadingAfterMs));
  }
  const settleAt = later(grant.missingSince, secondReadingAfterMs);
  if (now < settleAt) return syncAt(grant, settleAt);
  const reason = reading.targetExists ? undefined : `The ${targetNoun?.one ?? 'target'} no longer exists.`;
  const by = outsider(who);
  const gone = closing(grant, 'revoked', by, now, reason);
  const doc = recorded(gone, grant, { at: now, action: 'ended-outside', actor: by, detail: reason });
  return observedClosing(doc, reading, now);
}

function observedClosing(grant: Grant, reading: Reading, now: Date): Grant {
  if (reading.state === 'open') {
    const confirmed = { type: reading.type, until: reading.until, at: now };
    const seen = seenOpenAfterEnd({ ...grant, confirmed, seenClosedAt: undefined }, reading.until, now);
    return syncFailed(seen, stillOpen, later(now, 5_000), now);
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
  const told = outcome === 'expired' ? owe(watching, { kind: 'own-end', dueAt: now }) : watching;
  const noted = withNote(activityOwed(told, now), note, now, { broadcast: outcome === 'failed' });
  const detail = grant.openAfterEnd === undefined ? undefined : 'It was still shown open after its end.';
  return recorded(noted, grant, { at: now, action: 'seen-closed', actor: portcullis, detail });
}

function observedEnded(grant: Grant, reading: Reading, now: Date): Grant {
  if (reading.state === 'open') {
    if (grant.reopened !== undefined) {
      return syncFailed(grant, stillOpen, later(now, 5_000), now);
    }
    // Somebody else's: it has a record of its own.
    return verified(grant, now);
  }
  if (grant.reopened === undefined) return verified({ ...grant, trouble: undefined }, now);
  const unanswered = lastUnansweredCall(grant);
  const quietAt = unanswered === undefined ? now : later(unanswered.at, quietAfterUnansweredMs);
  if (now < quietAt) return syncAt(grant, quietAt);
  const { terms, at } = grant.reopened;
  const closedAgain: Grant = { ...grant, reopened: undefined, slot: undefined, seenAt: now, trouble: undefined };
  const note = { type: 'landed-late', at, terms } as const;
  const watching = syncAt(closedAgain, nextLook(now, now) ?? now);
  const noted = withNote(activityOwed(watching, now), note, now, { broadcast: true });
  return recorded(noted, grant, {
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
  if (!isLive(grant) || (grant.state === 'active' && grant.applying === undefined)) return retried;
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
