import { unchanged } from './block-states.ts';
import type { RolesBasis, Trouble } from './grant.ts';
import {
  type BlockWish,
  type Organization,
  type OrganizationNote,
  type OrganizationResult,
  recordedInOrganization,
  withOrganizationNote,
} from './organization.ts';
import { owe, oweOnce, replaceEffect, touched, withoutKinds } from './owed.ts';
import { landsLateWithinMs, openWithinMs, verifyAfterMs, watchEveryMs } from './policy.ts';
import { announcedUnblock, guardsRendered, reblockRefused, reblockTimed, reblockWish } from './timed-unblock.ts';

const portcullis = { kind: 'portcullis' } as const;
const notShown = { code: 'not-seen', message: 'The change was accepted, but is not shown yet.' } as const;
const later = (from: Date, ms: number): Date => new Date(from.getTime() + ms);

/** Decides that the organization be blocked or unblocked. The caller has checked permission. */
export function wantBlock(
  organization: Organization,
  wish: BlockWish,
  decision: { readonly operationId: string; readonly basis: RolesBasis },
): OrganizationResult {
  const { wanted, confirmed } = organization;
  if (organization.history.some((entry) => entry.operationId === decision.operationId)) {
    return { ok: true, doc: organization, replayed: true };
  }
  if (wanted !== undefined && wanted.blocked === wish.blocked) {
    return { ok: false, refusal: { code: 'already-wanted', organization, wish: wanted } };
  }
  // An unblock of what is not blocked sets another time; a lockdown makes sure of what may have changed since it was read.
  const makesSure = !wish.blocked || wish.lockdownId !== undefined;
  if (!makesSure && wanted === undefined && confirmed?.blocked === wish.blocked) {
    return { ok: false, refusal: { code: 'already-so', organization } };
  }
  const base = withoutKinds({ ...organization, announced: undefined }, 'unblock-deadline', 'sync');
  const wished = owe({ ...base, wanted: wish, trouble: undefined }, { kind: 'sync', dueAt: wish.at });
  const timed = wish.blocked ? wished : owe(wished, { kind: 'unblock-deadline', dueAt: later(wish.at, openWithinMs) });
  return {
    ok: true,
    doc: recordedInOrganization(reblockTimed(timed), {
      at: wish.at,
      action: wish.blocked ? 'block' : 'unblock',
      actor: wish.by,
      operationId: decision.operationId,
      basis: decision.basis,
      detail: wish.reason === '' ? undefined : wish.reason,
    }),
  };
}

/** Lets due times take their effect; returns the same object when nothing was due. */
export function fireOrganizationTimers(organization: Organization, now: Date): Organization {
  return reblockFired(deadlineFired(organization, now), now);
}

function deadlineFired(organization: Organization, now: Date): Organization {
  const due = organization.owed.some((effect) => effect.kind === 'unblock-deadline' && effect.dueAt <= now);
  if (!due) return organization;
  const rest = withoutKinds(organization, 'unblock-deadline');
  return rest.wanted === undefined || rest.wanted.blocked
    ? rest
    : wishDropped(rest, 'It was not seen within 15 minutes.', now);
}

/** The time of an unblock is over: from now on the block is wanted as if somebody had decided it, and never given up. */
function reblockFired(organization: Organization, now: Date): Organization {
  const effect = organization.owed.find((owed) => owed.kind === 'reblock' && owed.dueAt <= now);
  if (effect?.kind !== 'reblock') return organization;
  const rest = withoutKinds(organization, 'reblock', 'unblock-deadline', 'sync');
  const wanted = reblockWish(effect.timeOver, now);
  return recordedInOrganization(
    owe({ ...rest, wanted, announced: undefined, trouble: undefined }, { kind: 'sync', dueAt: now }),
    { at: now, action: 'reblock', actor: portcullis },
  );
}

/** A wish that cannot come true any more: people are told, and the block is read again. */
export function wishDropped(organization: Organization, reason: string, now: Date): Organization {
  const { wanted } = organization;
  if (wanted === undefined) return organization;
  const rest = withoutKinds({ ...organization, wanted: undefined, trouble: undefined }, 'unblock-deadline', 'sync');
  const { timeOver } = wanted;
  const note: OrganizationNote =
    timeOver === undefined
      ? { type: 'block-not-done', blocked: wanted.blocked, by: wanted.by, at: now, reason }
      : { type: 'block-overdue', at: now, reason, timeOver };
  const looking = owe(rest, { kind: 'sync', dueAt: now });
  // A grant may have waited for this block.
  const told = wanted.blocked ? oweOnce(looking, { kind: 'refresh-requests', dueAt: now }) : looking;
  const next = timeOver === undefined ? reblockTimed(told) : reblockRefused(told, timeOver, now);
  return recordedInOrganization(withOrganizationNote(next, note, now), {
    at: now,
    action: wanted.blocked ? 'block-not-done' : 'unblock-not-done',
    actor: portcullis,
    detail: reason,
  });
}

/** The call that brings the block to what was decided, if one is needed. */
export function planBlockCall(organization: Organization, reading: { blocked: boolean }): boolean | undefined {
  if (organization.wanted !== undefined) {
    return reading.blocked === organization.wanted.blocked ? undefined : organization.wanted.blocked;
  }
  const standing = standingBlock(organization);
  // Undoing a late block would open: closed is the safe side, and people are told of the change.
  if (standing !== true || reading.blocked) return undefined;
  // Only a call of ours that was never answered explains a change back; anything else was a person's doing.
  const late = organization.sent.some((call) => call.blocked === reading.blocked);
  return late || organization.restoring !== undefined ? standing : undefined;
}

/** What a call that lands late must not change: what was decided here, or what was seen before anybody did. */
const standingBlock = ({ decided, confirmed }: Organization): boolean | undefined =>
  decided?.blocked ?? confirmed?.blocked;

export function blockCallMarked(organization: Organization, blocked: boolean, callId: string, now: Date): Organization {
  const restores = organization.wanted === undefined;
  // The unanswered calls that a restoring call undoes are explained by it: the next change back would be a person's.
  const sent = restores ? organization.sent.filter((call) => call.blocked === blocked) : organization.sent;
  return {
    ...organization,
    sent: [...sent, { id: callId, blocked, at: now }],
    restoring: restores ? restoringSince(organization, now) : undefined,
  };
}

/** What has gone on for longer than it is tried was interrupted, as by a time in which no process ran: it begins anew. */
const restoringSince = ({ restoring }: Organization, now: Date): Date =>
  restoring !== undefined && now < later(restoring, openWithinMs) ? restoring : now;

/** The call was answered, so it cannot land late any more. */
export function blockCallAnswered(organization: Organization, callId: string): Organization {
  return { ...organization, sent: organization.sent.filter((call) => call.id !== callId) };
}

/** Lets the record follow what was read, and owes the next look. */
export function blockObserved(organization: Organization, reading: { blocked: boolean }, now: Date): Organization {
  const { wanted, confirmed } = organization;
  const changed = confirmed?.blocked !== reading.blocked;
  const seen: Organization = {
    ...organization,
    sent: organization.sent.filter((call) => now < later(call.at, landsLateWithinMs)),
    confirmed: { blocked: reading.blocked, since: changed ? now : (confirmed?.since ?? now), at: now },
  };
  const fresh = changed ? guardsRendered(oweOnce(seen, { kind: 'refresh-requests', dueAt: now }), now) : seen;
  if (wanted !== undefined) {
    if (wanted.blocked !== reading.blocked) {
      return blockSyncFailed(fresh, notShown, later(now, 5_000), now);
    }
    const done: Organization = {
      ...withoutKinds(guardsRendered(fresh, now), 'unblock-deadline'),
      wanted: undefined,
      decided: wanted,
      seenAt: now,
      restoring: undefined,
      trouble: undefined,
    };
    const next = reblockTimed(lookAgain(done, now));
    // A lockdown's report tells of its block.
    const quiet = wanted.lockdownId !== undefined;
    const told = quiet ? next : withOrganizationNote(next, seenNote(wanted, confirmed?.blocked === false, now), now);
    return recordedInOrganization(told, {
      at: now,
      action: wanted.blocked ? 'seen-blocked' : 'seen-unblocked',
      actor: portcullis,
      detail: changed ? undefined : unchanged,
    });
  }
  const { restoring } = organization;
  const restored = standingBlock(organization) === reading.blocked;
  if (restoring !== undefined && !restored && now < later(restoring, openWithinMs)) {
    return blockSyncFailed(organization, notShown, later(now, 5_000), now);
  }
  const next = lookAgain({ ...fresh, trouble: undefined, restoring: undefined }, now);
  if (restoring !== undefined && restored) {
    return recordedInOrganization(
      withOrganizationNote(next, { type: 'block-restored', blocked: reading.blocked, at: now }, now),
      {
        at: now,
        action: 'block-restored',
        actor: portcullis,
        detail: reading.blocked ? 'blocked' : 'unblocked',
      },
    );
  }
  if (!changed) return organization.trouble === undefined ? next : touched(next);
  if (confirmed === undefined) return touched(next);
  const announced = reading.blocked ? undefined : announcedUnblock(organization, now);
  if (announced !== undefined) {
    const decided = reblockTimed({ ...next, decided: announced, announced: undefined });
    return recordedInOrganization(withOrganizationNote(decided, seenNote(announced, false, now), now), {
      at: now,
      action: 'seen-unblocked',
      actor: portcullis,
    });
  }
  const note = { type: 'block-changed-outside', blocked: reading.blocked, at: now } as const;
  const followed = reblockTimed({ ...next, decided: undefined, announced: undefined });
  return recordedInOrganization(withOrganizationNote(followed, note, now), {
    at: now,
    action: 'block-changed-outside',
    actor: { kind: 'outside' },
    detail: reading.blocked ? 'blocked' : 'unblocked',
  });
}

function seenNote(wish: BlockWish, wasUnblocked: boolean, at: Date): OrganizationNote {
  const { by, reason, until, timeOver } = wish;
  return wish.blocked
    ? { type: 'blocked', by, at, timeOver }
    : { type: 'unblocked', by, at, reason, until, again: wasUnblocked || undefined };
}

/**
 * The record asks for a change of the block that nobody makes, because Portcullis only observes. People are told once that
 * the time of an unblock is over; anything else that was decided waits until Portcullis manages again.
 */
export function blockLeftAlone(
  organization: Organization,
  reading: { blocked: boolean },
  problem: Pick<Trouble, 'code' | 'message'>,
  now: Date,
): Organization {
  const { wanted } = organization;
  if (wanted === undefined) return blockObserved({ ...organization, restoring: undefined }, reading, now);
  if (wanted.timeOver !== undefined) return wishDropped(organization, problem.message, now);
  return blockSyncFailed(organization, problem, later(now, watchEveryMs), now);
}

export function blockSyncFailed(
  organization: Organization,
  problem: Pick<Trouble, 'code' | 'message'>,
  dueAt: Date,
  now: Date,
): Organization {
  const effect = organization.owed.find((other) => other.kind === 'sync');
  const retried =
    effect === undefined
      ? owe(organization, { kind: 'sync', dueAt })
      : replaceEffect(organization, effect.id, {
          dueAt,
          attempts: effect.attempts + 1,
          failingSince: effect.failingSince ?? now,
        });
  const since = organization.trouble?.since ?? now;
  return touched({ ...retried, trouble: { ...problem, since, told: false } });
}

function lookAgain(organization: Organization, now: Date): Organization {
  const { seenAt } = organization;
  // Nothing was decided here yet: there is nothing to verify, only to watch.
  const looks = seenAt === undefined ? [] : verifyAfterMs.map((ms) => later(seenAt, ms));
  const verification = looks.find((at) => at > now);
  return owe(withoutKinds(organization, 'sync'), { kind: 'sync', dueAt: verification ?? later(now, watchEveryMs) });
}
