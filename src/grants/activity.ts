import { recorded, withNote } from './decide.ts';
import type { Grant } from './grant.ts';
import { oweOnce, replaceEffect, withoutEffect } from './owed.ts';

/** Something that the vendor's own staff did, as the vendor recorded it. */
export interface StaffEvent {
  /** The vendor's, unique for all time. */
  readonly id: string;
  readonly at: Date;
  /** The vendor's name for what was done. */
  readonly type: string;
  /** The same in words for people; absent of a type that is not known here. */
  readonly words?: string;
  /** On the grant's target, or for the whole organization. */
  readonly on: 'target' | 'organization';
  /** As the vendor's records name them. */
  readonly by?: string;
}

export interface OpenWindow {
  readonly from: Date;
  readonly to: Date;
}

/** What was recorded of the vendor's own staff while a grant was open, or may have been: in the window that was read last. */
export interface Activity extends OpenWindow {
  /** When it was last read; absent while that has not worked. */
  readonly readAt?: Date;
  /** Oldest first. */
  readonly events: readonly StaffEvent[];
  /** How many there were beyond those that are kept. */
  readonly more: number;
  /** Why the last reading did not work, in words for people. */
  readonly notRead?: string;
}

const hourMs = 60 * 60_000;
/** The vendor's events arrive late: it is read again this long after the end. */
const readAgainAfterMs = [hourMs, 24 * hourMs] as const;
/** Once nothing more is scheduled, a reading that does not work is tried for this long. */
const giveUpAfterMs = 24 * hourMs;
/** How long access may have been open before it was found: everything is looked at every hour. */
const beforeFoundMs = hourMs;
const mostKept = 50;
const portcullis = { kind: 'portcullis' } as const;
const later = (from: Date, ms: number): Date => new Date(from.getTime() + ms);

export const countOf = ({ events, more }: Pick<Activity, 'events' | 'more'>): number => events.length + more;

/** From when until when an ended grant was open, or may have been; undefined where it certainly never was. */
export function openWindow({ maybeOpenFrom, openedAt, endedAt, found, history }: Grant): OpenWindow | undefined {
  const opened = maybeOpenFrom ?? openedAt;
  if (opened === undefined || endedAt === undefined) return undefined;
  const closedAgain = history.findLast(({ action }) => action === 'late-landing-closed')?.at;
  return { from: found === undefined ? opened : later(found.at, -beforeFoundMs), to: closedAgain ?? endedAt };
}

/** Whether it was read for the whole time in which it was open, or may have been. */
export function isActivityKnown(grant: Grant): boolean {
  const { activity } = grant;
  const window = openWindow(grant);
  return window !== undefined && activity?.readAt !== undefined && activity.to >= window.to;
}

/** Owes a look at what the vendor's staff did, where the grant was open or may have been. */
export const activityOwed = (grant: Grant, now: Date): Grant =>
  openWindow(grant) === undefined ? grant : oweOnce(grant, { kind: 'activity', dueAt: now });

/** Takes in what was read of a window, and owes the next look. What was recorded once stays, whatever is read later. */
export function activityRead(grant: Grant, window: OpenWindow, read: readonly StaffEvent[], now: Date): Grant {
  const effect = grant.owed.find(({ kind }) => kind === 'activity');
  if (effect === undefined) return grant;
  const before = grant.activity;
  const kept = before?.events ?? [];
  const known = new Set(kept.map(({ id }) => id));
  const unkept = inOrder(read.filter(({ id }) => !known.has(id)));
  const knownCount = before === undefined ? 0 : countOf(before);
  const count = Math.max(kept.length + unkept.length, knownCount);
  // Once there is no room, what was counted before and what is new cannot be told apart: neither is kept, nor shown as new.
  const fresh = unkept.slice(0, mostKept - kept.length);
  const events = inOrder([...kept, ...fresh]);
  const dueAt = nextReading(grant, window, now);
  const owing =
    dueAt === undefined
      ? withoutEffect(grant, effect.id)
      : replaceEffect(grant, effect.id, { dueAt, attempts: 0, failingSince: undefined });
  const doc = receiptOwed({ ...owing, activity: { ...window, readAt: now, events, more: count - events.length } }, now);
  const added = count - knownCount;
  // What is still to be told of the end tells of this too.
  const told =
    added === 0 || owesEnding(grant)
      ? doc
      : withNote(doc, { type: 'late-activity', count: added, fresh, at: now }, now);
  if (before?.readAt !== undefined && added === 0 && dueAt !== undefined) return told;
  return recorded(told, grant, {
    at: now,
    action: 'activity-recorded',
    actor: portcullis,
    detail: count === 0 ? 'nothing' : String(count),
  });
}

/** It could not be read. With `retryAt` it is tried again by then, without it at the next time that is scheduled. */
export function activityNotRead(
  grant: Grant,
  window: OpenWindow,
  failure: { readonly message: string; readonly retryAt?: Date },
  now: Date,
): Grant {
  const effect = grant.owed.find(({ kind }) => kind === 'activity');
  if (effect === undefined) return grant;
  const { message, retryAt } = failure;
  const failingSince = effect.failingSince ?? now;
  const scheduled = nextReading(grant, window, now);
  const inVain = retryAt === undefined || now.getTime() - failingSince.getTime() >= giveUpAfterMs;
  const dueAt = inVain ? scheduled : earlier(retryAt, scheduled);
  // What was read stays what was read of its own window, also where that has become another one.
  const known = grant.activity?.readAt === undefined ? { ...window, events: [], more: 0 } : grant.activity;
  const failed: Grant = { ...grant, activity: { ...known, notRead: message } };
  const shown = grant.activity?.notRead === message && dueAt !== undefined ? failed : receiptOwed(failed, now);
  if (dueAt !== undefined) {
    return replaceEffect(shown, effect.id, { dueAt, attempts: effect.attempts + 1, failingSince });
  }
  const entry = { at: now, action: 'activity-not-read', actor: portcullis, detail: message };
  return recorded(withoutEffect(shown, effect.id), grant, entry);
}

const inOrder = (events: readonly StaffEvent[]): StaffEvent[] =>
  events.toSorted((a, b) => a.at.getTime() - b.at.getTime());

const owesEnding = ({ owed }: Grant): boolean =>
  owed.some((effect) => effect.kind === 'note' && (effect.note.type === 'ended' || effect.note.type === 'failed'));

/** The note that tells of the end says what was read, and when. */
const receiptOwed = (grant: Grant, now: Date): Grant =>
  grant.receipt === undefined ? grant : oweOnce(grant, { kind: 'receipt', dueAt: now });

/** A window that has become another one meanwhile, by an opening that landed late, is read at once. */
function nextReading(grant: Grant, { to }: OpenWindow, now: Date): Date | undefined {
  if (openWindow(grant)?.to.getTime() !== to.getTime()) return now;
  return readAgainAfterMs.map((ms) => later(to, ms)).find((at) => at > now);
}

const earlier = (one: Date, other: Date | undefined): Date => (other === undefined || one < other ? one : other);
