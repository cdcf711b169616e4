import type { Actor, PersonActor, RolesBasis, Trouble } from './grant.ts';
import { type OwedEffect, type Owing, owe, oweOnce, replaceEffect, touched, withoutKinds } from './owed.ts';
import { landsLateWithinMs, openWithinMs, verifyAfterMs, watchEveryMs } from './policy.ts';

/** What the channel is told about the organization as a whole. */
export type OrganizationNote =
  | { readonly type: 'blocked'; readonly by: PersonActor; readonly at: Date }
  | { readonly type: 'unblocked'; readonly by: PersonActor; readonly at: Date; readonly reason: string }
  | { readonly type: 'block-changed-outside'; readonly blocked: boolean; readonly at: Date }
  | { readonly type: 'block-restored'; readonly blocked: boolean; readonly at: Date }
  | {
      readonly type: 'block-not-done';
      readonly blocked: boolean;
      readonly by: PersonActor;
      readonly at: Date;
      readonly reason: string;
    }
  | { readonly type: 'links-new'; readonly links: readonly { readonly email: string; readonly slackId: string }[] }
  | { readonly type: 'link-change'; readonly accountId: string; readonly email: string; readonly slackId: string };

export type OrganizationEffect =
  | (OwedEffect & { readonly kind: 'sync' })
  /** Gives up an unblock that was not seen in time: closed is the safe side. */
  | (OwedEffect & { readonly kind: 'unblock-deadline' })
  /** Open requests show whether the organization is blocked: they are rendered again. */
  | (OwedEffect & { readonly kind: 'refresh-requests' })
  | (OwedEffect & { readonly kind: 'note'; readonly note: OrganizationNote })
  /** The note of a link that waited has to show what became of it. */
  | (OwedEffect & { readonly kind: 'render-link'; readonly accountId: string });

export interface BlockWish {
  readonly blocked: boolean;
  readonly by: PersonActor;
  readonly at: Date;
  readonly reason: string;
}

/** Which Slack account an account of the provider's directory belongs to. */
export interface Link {
  readonly accountId: string;
  readonly email: string;
  /** Absent while the first link of this account waits for somebody to confirm it. */
  readonly slackId?: string;
  readonly since: Date;
  /** A different Slack account that now claims it; it opens nothing until confirmed. */
  readonly pending?: { readonly slackId: string; readonly at: Date };
  /** The channel message that asked for the confirmation. */
  readonly note?: { readonly channel: string; readonly ts: string };
  readonly confirmedBy?: Actor;
}

export interface OrganizationHistoryEntry {
  readonly at: Date;
  readonly action: string;
  readonly actor: Actor;
  readonly operationId?: string;
  readonly basis?: RolesBasis;
  readonly detail?: string;
}

/** A vendor organization, tied to one Slack workspace and one announcement channel. */
export interface Organization extends Owing<OrganizationEffect> {
  readonly schemaVersion: 1;
  readonly channelId: string;
  /** What somebody decided and what has not been seen yet. */
  readonly wanted?: BlockWish;
  /** What was decided and then seen. */
  readonly decided?: BlockWish;
  /** What the provider was last seen to hold: `since` when this was first seen, `at` when last. */
  readonly confirmed?: { readonly blocked: boolean; readonly since: Date; readonly at: Date };
  /** Changing calls whose answer never came: they may still land. */
  readonly sent: readonly { readonly id: string; readonly blocked: boolean; readonly at: Date }[];
  readonly seenAt?: Date;
  /** A call is under way that undoes what a call of ours did that landed late. */
  readonly restoring?: Date;
  readonly trouble?: Trouble;
  readonly links: readonly Link[];
  readonly history: readonly OrganizationHistoryEntry[];
}

export type OrganizationRefusal =
  | { readonly code: 'already-so'; readonly organization: Organization }
  | { readonly code: 'already-wanted'; readonly organization: Organization; readonly wish: BlockWish }
  | { readonly code: 'no-such-link'; readonly organization: Organization }
  | { readonly code: 'own-link'; readonly organization: Organization };

export type OrganizationResult =
  | { readonly ok: true; readonly doc: Organization; readonly replayed?: boolean }
  | { readonly ok: false; readonly refusal: OrganizationRefusal };

const portcullis = { kind: 'portcullis' } as const;
const notShown = { code: 'not-seen', message: 'The change was accepted, but is not shown yet.' } as const;
const later = (from: Date, ms: number): Date => new Date(from.getTime() + ms);

export function newOrganization(id: string, channelId: string, now: Date): Organization {
  const organization: Organization = {
    _id: id,
    schemaVersion: 1,
    rev: 0,
    version: 0,
    owed: [],
    effectCount: 0,
    channelId,
    sent: [],
    links: [],
    history: [],
  };
  return owe(organization, { kind: 'sync', dueAt: now });
}

/** Settings may name another channel at the next start. */
export const inChannel = (organization: Organization, channelId: string): Organization =>
  organization.channelId === channelId ? organization : { ...organization, channelId };

export function withOrganizationNote(organization: Organization, note: OrganizationNote, now: Date): Organization {
  return owe(organization, { kind: 'note', dueAt: now, note });
}

function recorded(organization: Organization, entry: OrganizationHistoryEntry): Organization {
  return touched({ ...organization, history: [...organization.history, entry] });
}

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
  if (wanted === undefined && confirmed?.blocked === wish.blocked) {
    return { ok: false, refusal: { code: 'already-so', organization } };
  }
  const base = withoutKinds(organization, 'unblock-deadline', 'sync');
  const wished = owe({ ...base, wanted: wish, trouble: undefined }, { kind: 'sync', dueAt: wish.at });
  const timed = wish.blocked ? wished : owe(wished, { kind: 'unblock-deadline', dueAt: later(wish.at, openWithinMs) });
  return {
    ok: true,
    doc: recorded(timed, {
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
  const due = organization.owed.some((effect) => effect.kind === 'unblock-deadline' && effect.dueAt <= now);
  if (!due) return organization;
  const rest = withoutKinds(organization, 'unblock-deadline');
  return rest.wanted === undefined || rest.wanted.blocked
    ? rest
    : wishDropped(rest, 'It was not seen within 15 minutes.', now);
}

/** A wish that cannot come true any more: people are told, and the block is read again. */
export function wishDropped(organization: Organization, reason: string, now: Date): Organization {
  const { wanted } = organization;
  if (wanted === undefined) return organization;
  const rest = withoutKinds({ ...organization, wanted: undefined, trouble: undefined }, 'unblock-deadline', 'sync');
  const note = { type: 'block-not-done', blocked: wanted.blocked, by: wanted.by, at: now, reason } as const;
  return recorded(withOrganizationNote(owe(rest, { kind: 'sync', dueAt: now }), note, now), {
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
    restoring: restores ? (organization.restoring ?? now) : undefined,
  };
}

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
  const fresh = changed ? oweOnce(seen, { kind: 'refresh-requests', dueAt: now }) : seen;
  if (wanted !== undefined) {
    if (wanted.blocked !== reading.blocked) {
      return blockSyncFailed(fresh, notShown, later(now, 5_000), now);
    }
    const note = wanted.blocked
      ? ({ type: 'blocked', by: wanted.by, at: now } as const)
      : ({ type: 'unblocked', by: wanted.by, at: now, reason: wanted.reason } as const);
    const done: Organization = {
      ...withoutKinds(fresh, 'unblock-deadline'),
      wanted: undefined,
      decided: wanted,
      seenAt: now,
      restoring: undefined,
      trouble: undefined,
    };
    return recorded(withOrganizationNote(lookAgain(done, now), note, now), {
      at: now,
      action: wanted.blocked ? 'seen-blocked' : 'seen-unblocked',
      actor: portcullis,
    });
  }
  const { restoring } = organization;
  const restored = standingBlock(organization) === reading.blocked;
  if (restoring !== undefined && !restored && now < later(restoring, openWithinMs)) {
    return blockSyncFailed(organization, notShown, later(now, 5_000), now);
  }
  const next = lookAgain({ ...fresh, trouble: undefined, restoring: undefined }, now);
  if (restoring !== undefined && restored) {
    return recorded(withOrganizationNote(next, { type: 'block-restored', blocked: reading.blocked, at: now }, now), {
      at: now,
      action: 'block-restored',
      actor: portcullis,
      detail: reading.blocked ? 'blocked' : 'unblocked',
    });
  }
  if (!changed || confirmed === undefined) return next;
  const note = { type: 'block-changed-outside', blocked: reading.blocked, at: now } as const;
  return recorded(withOrganizationNote({ ...next, decided: undefined }, note, now), {
    at: now,
    action: 'block-changed-outside',
    actor: { kind: 'outside' },
    detail: reading.blocked ? 'blocked' : 'unblocked',
  });
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
  const seenAt = organization.seenAt ?? now;
  const verification = verifyAfterMs.map((ms) => later(seenAt, ms)).find((at) => at > now);
  return owe(withoutKinds(organization, 'sync'), { kind: 'sync', dueAt: verification ?? later(now, watchEveryMs) });
}
