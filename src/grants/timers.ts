import { changeNotMade, notSeenInTime } from './change.ts';
import { closing, ended, nextDailyReminder, recorded, withNote } from './decide.ts';
import { type Grant, sameTerms, termsInForce } from './grant.ts';
import type { GrantEffect, GrantNote } from './grant-effects.ts';
import { dueEffects, owe, oweOnce, withoutEffect } from './owed.ts';

const timerKinds = ['lapse', 'nudge', 'open-deadline', 'change-deadline', 'end', 'remind'] as const;
type TimerKind = (typeof timerKinds)[number];

const isTimer = (effect: GrantEffect): effect is GrantEffect & { kind: TimerKind } =>
  (timerKinds as readonly string[]).includes(effect.kind);

const portcullis = { kind: 'portcullis' } as const;

/**
 * Lets the time that has passed take its effect: every due timer, earliest first, each only if it still makes sense in the
 * state that the ones before it left. Returns the same object when nothing was due.
 */
export function fireTimers(grant: Grant, now: Date): Grant {
  let current = grant;
  for (const timer of dueEffects(grant, now).filter(isTimer)) {
    if (current.owed.every((effect) => effect.id !== timer.id)) continue;
    current = fire(withoutEffect(current, timer.id), timer.kind, now);
  }
  return current;
}

function fire(grant: Grant, kind: TimerKind, now: Date): Grant {
  switch (kind) {
    case 'lapse': {
      if (grant.state !== 'requested') return grant;
      const doc = ended(grant, 'lapsed', now, { type: 'lapsed' });
      return recorded(doc, grant, { at: now, action: 'lapse', actor: portcullis });
    }
    case 'nudge':
      if (grant.state !== 'requested' || now >= grant.lapsesAt || owesNote(grant, 'waiting')) return grant;
      return broughtUp(grant, { type: 'waiting', since: grant.requestedAt }, now);
    case 'open-deadline': {
      if (grant.state !== 'opening') return grant;
      if (grant.awaitsBlock !== undefined) return notBlockedInTime(grant, now);
      const doc = closing(grant, 'failed', portcullis, now, 'It was not seen open within 15 minutes.');
      return recorded(doc, grant, { at: now, action: 'give-up-opening', actor: portcullis });
    }
    case 'change-deadline':
      // A grant that ends at that very time ends as it would have without the change.
      if (grant.applying === undefined || now >= grant.applying.before.until) return grant;
      return changeNotMade(grant, notSeenInTime, now);
    case 'end': {
      if (grant.state !== 'active') return grant;
      const doc = closing(grant, 'expired', portcullis, now);
      return recorded(doc, grant, { at: now, action: 'end', actor: portcullis });
    }
    case 'remind': {
      const until = termsInForce(grant)?.until;
      // Several reminders that came due while nobody was running are one: they would say the same.
      if (grant.state !== 'active' || until === undefined || now >= until || owesNote(grant, 'reminder')) return grant;
      return broughtUp(remindedDaily(grant, until, now), { type: 'reminder', until }, now);
    }
  }
}

/** Of what was made elsewhere one reminder a day is owed while it goes on for longer than a day. */
function remindedDaily(grant: Grant, until: Date, now: Date): Grant {
  const next = wasSent(grant) ? undefined : nextDailyReminder(now, until);
  const owed = next !== undefined && grant.owed.some(({ kind, dueAt }) => kind === 'remind' && dueAt <= next);
  return next === undefined || owed ? grant : owe(grant, { kind: 'remind', dueAt: next });
}

/** Whether the terms in force are terms that this record sent. */
function wasSent(grant: Grant): boolean {
  const inForce = termsInForce(grant);
  return grant.sent.some(({ terms }) => terms !== undefined && inForce !== undefined && sameTerms(terms, inForce));
}

function notBlockedInTime(grant: Grant, now: Date): Grant {
  const reason = 'The organization was not seen blocked within 15 minutes.';
  const doc = closing(grant, 'failed', portcullis, now, reason);
  return recorded(doc, grant, { at: now, action: 'give-up-waiting', actor: portcullis });
}

/** The note sends people to the message above it: should somebody have deleted that, its render posts it again first. */
const broughtUp = (grant: Grant, note: GrantNote, now: Date): Grant =>
  oweOnce(withNote(grant, note, now), { kind: 'render', dueAt: now });

const owesNote = (grant: Grant, type: string): boolean =>
  grant.owed.some((effect) => effect.kind === 'note' && effect.note.type === type);
