import { callAnswered, callMarked, type Reading } from '../../src/grants/calls.ts';
import { approve, cancel, type Decision, deny, revoke } from '../../src/grants/decide.ts';
import type { Grant, GrantState, PersonActor } from '../../src/grants/grant.ts';
import type { GrantEffect, GrantNote } from '../../src/grants/grant-effects.ts';
import type { GrantResult } from '../../src/grants/grant-refusals.ts';
import { defaultPolicy, type Policy } from '../../src/grants/policy.ts';
import { type NewRequest, newRequest } from '../../src/grants/request.ts';
import { observed } from '../../src/grants/sync.ts';
import { fireTimers } from '../../src/grants/timers.ts';

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;

/** When every story begins. */
const start = Date.UTC(2026, 2, 2, 9, 0, 0);

/** The instant so long after the beginning of the story. */
export const at = (ms: number): Date => new Date(start + ms);

export const ada: PersonActor = { kind: 'person', slackId: 'UADA', name: 'Ada' };
export const ben: PersonActor = { kind: 'person', slackId: 'UBEN', name: 'Ben' };
export const cleo: PersonActor = { kind: 'person', slackId: 'UCLEO', name: 'Cleo' };

export const infrastructure = 'CLUSTER_INFRASTRUCTURE';
export const logs = 'CLUSTER_DATABASE_LOGS';

/** A four-hour request of Ada's, unless told otherwise. */
export const requestOf = (change: Partial<NewRequest> = {}): NewRequest => ({
  organizationId: 'org1',
  channelId: 'C1',
  operationId: 'op-request',
  target: {
    id: 'p1/web',
    name: 'web',
    projectId: 'p1',
    projectName: 'Shop',
    url: 'https://cloud.example.test/p1/web',
  },
  type: logs,
  durationMs: 4 * hour,
  reason: 'Slow queries since the deploy',
  by: ada,
  ...change,
});

export const requested = (change: Partial<NewRequest> = {}, policy: Policy = defaultPolicy): Grant =>
  newRequest(requestOf(change), policy, at(0));

/** What Ben decides, one operation a minute. */
export const decision = (ms: number, change: Partial<Decision> = {}): Decision => ({
  actor: ben,
  operationId: `op-${ms}`,
  basis: 'fresh',
  now: at(ms),
  ...change,
});

/** The document of a transition that has to happen. */
export function done(result: GrantResult): Grant {
  if (!result.ok) throw new Error(`Refused: ${result.refusal.code}`);
  return result.doc;
}

export const approvalContext = { termsVersion: 1, type: { needsBlock: false }, blocked: true };

export const closed: Reading = { state: 'closed', targetExists: true };
export const open = (until: Date, type = logs): Reading => ({ state: 'open', type, until });

/** Approved by Ben at one minute, until 4 h 1 min; nothing sent yet. */
export const opening = (change: Partial<NewRequest> = {}, policy?: Policy): Grant =>
  done(approve(requested(change, policy), decision(minute), approvalContext));

/** The same with an opening call on its way, sent at 1 min 10 s. */
export const calling = (from: Grant = opening(), ms = minute + 10 * second, callId = 'open-1'): Grant => {
  if (from.wanted === undefined) throw new Error('Nothing is wanted');
  return callMarked(from, { call: 'open', terms: from.wanted, answers: [] }, callId, at(ms));
};

/** Seen open at 2 min, by a call that was answered. */
export function active(change: Partial<NewRequest> = {}, policy: Policy = defaultPolicy): Grant {
  const called = callAnswered(calling(opening(change, policy)), 'open-1', 'done', at(minute + 11 * second));
  return observed(called, wantedBy(called), policy, at(2 * minute));
}

/** Revoked by Ben at 10 min, nothing sent for it yet. */
export const closing = (from: Grant = active()): Grant => done(revoke(from, decision(10 * minute)));

/** The given terms of a record, as the provider shows them. */
export function wantedBy(grant: Grant): Reading {
  if (grant.wanted === undefined) throw new Error('Nothing is wanted');
  return open(grant.wanted.until, grant.wanted.type);
}

/** A grant in each state, as the transitions make it; live ones until 4 h 1 min, ended ones seen closed at 11 min. */
export function inState(state: GrantState): Grant {
  switch (state) {
    case 'requested':
      return requested();
    case 'opening':
      return opening();
    case 'active':
      return active();
    case 'closing':
      return closing();
    case 'denied':
      return done(deny(requested(), decision(minute), 'Not now'));
    case 'cancelled':
      return done(cancel(requested(), decision(minute, { actor: ada, basis: 'own-request' })));
    case 'lapsed':
      return fireTimers(requested(), at(24 * hour));
    case 'failed':
      return observed(fireTimers(opening(), at(16 * minute)), closed, defaultPolicy, at(16 * minute));
    case 'expired':
      return observed(fireTimers(active(), at(4 * hour + minute)), closed, defaultPolicy, at(4 * hour + 2 * minute));
    case 'revoked':
      return observed(closing(), closed, defaultPolicy, at(11 * minute));
  }
}

export const allStates: readonly GrantState[] = [
  'requested',
  'opening',
  'active',
  'closing',
  'denied',
  'cancelled',
  'lapsed',
  'failed',
  'expired',
  'revoked',
];

export const isNote = (effect: GrantEffect): effect is Extract<GrantEffect, { kind: 'note' }> => effect.kind === 'note';

export const notes = (grant: Grant): GrantNote[] => grant.owed.filter(isNote).map((effect) => effect.note);

/** The kinds of what is owed, notes by their type, each with its due time in minutes of the story. */
export const owes = (grant: Grant): Record<string, number[]> => {
  const found: Record<string, number[]> = {};
  for (const effect of grant.owed) {
    const name = isNote(effect) ? `note ${effect.note.type}` : effect.kind;
    found[name] = [...(found[name] ?? []), (effect.dueAt.getTime() - start) / minute];
  }
  return found;
};

/** Who did what, from which state to which. */
export const story = (grant: Grant): string[] =>
  grant.history.map(({ action, actor, from, to }) => {
    const who = 'name' in actor ? actor.name : actor.kind;
    return `${who} ${action} ${from === undefined || from === to ? '' : `${from} → `}${to}`;
  });
