import { describe, expect, it } from 'vitest';
import { callAnswered, callMarked, planCall } from '../../src/grants/calls.ts';
import { approveChange, cancelChange, changeNotMade, denyChange, proposeChange } from '../../src/grants/change.ts';
import { type Decision, revoke, silenceReminders } from '../../src/grants/decide.ts';
import type { Grant, GrantState } from '../../src/grants/grant.ts';
import type { GrantResult } from '../../src/grants/grant-refusals.ts';
import { defaultPolicy } from '../../src/grants/policy.ts';
import { observed, syncFailed } from '../../src/grants/sync.ts';
import { fireTimers } from '../../src/grants/timers.ts';
import {
  active,
  ada,
  allStates,
  at,
  ben,
  cleo,
  closed,
  decision,
  done,
  hour,
  infrastructure,
  inState,
  logs,
  minute,
  notes,
  open,
  owes,
  second,
  story,
  wantedBy,
} from '../support/grants.ts';

const types = [
  { id: logs, needsBlock: true },
  { id: infrastructure, needsBlock: false },
];
const code = (result: GrantResult): string | undefined => (result.ok ? undefined : result.refusal.code);
const extension = { type: logs, durationMs: 8 * hour };

/** What was granted ends at 4 h 1 min; Ada proposes at one hour. */
const proposing = (from: Grant = active(), change: Parameters<typeof proposeChange>[2] = extension): Grant =>
  done(proposeChange(from, decision(hour, { actor: ada, operationId: 'op-propose' }), change));
const approving = (grant: Grant, ms: number, change: Partial<Decision> = {}, number = 1): GrantResult =>
  approveChange(grant, decision(ms, change), { number, types, blocked: true });
/** Approved by Ben at 1 h 10 min. */
const applying = (from: Grant = proposing()): Grant => done(approving(from, hour + 10 * minute));
const approvedAt = hour + 10 * minute;
const before = { type: logs, until: at(4 * hour + minute) };
const after = { type: logs, until: at(approvedAt + 8 * hour) };
const sending = (grant: Grant = applying(), ms = approvedAt + second): Grant =>
  callMarked(grant, { call: 'open', terms: after, answers: [] }, 'change-1', at(ms));
const seen = (grant: Grant = callAnswered(sending(), 'change-1', 'done', at(approvedAt + 2 * second))): Grant =>
  observed(grant, wantedBy(grant), defaultPolicy, at(approvedAt + 3 * second));

describe('a proposal', () => {
  it('waits on the grant, and changes nothing of it', () => {
    const grant = proposing();
    expect(grant).toMatchObject({
      state: 'active',
      wanted: before,
      termsVersion: 1,
      proposal: { number: 1, type: logs, durationMs: 8 * hour, by: ada, at: at(hour), approvals: [] },
    });
    expect(notes(grant).at(-1)).toEqual({ type: 'change-proposed', number: 1 });
    expect(story(grant).at(-1)).toBe('Ada propose-change active');
  });

  it.each(allStates.filter((state) => state !== 'active'))('is refused in state %s', (state: GrantState) => {
    expect(code(proposeChange(inState(state), decision(2 * minute), extension))).toBe('nothing-to-change');
  });

  it.each<[string, string | undefined, number, Parameters<typeof proposeChange>[2]]>([
    ['in the last millisecond', undefined, 4 * hour + minute - 1, extension],
    ['at the end, nobody having noticed yet', 'nothing-to-change', 4 * hour + minute, extension],
    ['of another type alone', undefined, hour, { type: infrastructure }],
    ['of the same type alone', 'same-terms', hour, { type: logs }],
    ['of the very same end', 'same-terms', minute, { type: logs, durationMs: 4 * hour }],
    ['of an earlier end', 'ends-earlier', hour, { type: logs, durationMs: 2 * hour }],
    ['of another type with an earlier end', 'ends-earlier', hour, { type: infrastructure, durationMs: 2 * hour }],
  ])('%s: %s', (_, expected, ms, change) => {
    expect(code(proposeChange(active(), decision(ms, { operationId: 'op-new' }), change))).toBe(expected);
  });

  it('is refused beside another, and while a change is under way', () => {
    const again = (grant: Grant) => proposeChange(grant, decision(2 * hour), extension);
    expect(again(proposing())).toMatchObject({ ok: false, refusal: { code: 'change-waits', proposal: { by: ada } } });
    expect(code(again(applying()))).toBe('change-under-way');
  });

  it('recognises itself, also once it is decided', () => {
    const twice = decision(hour, { actor: ada, operationId: 'op-propose' });
    expect(proposeChange(applying(), twice, extension)).toEqual({ ok: true, doc: applying(), replayed: true });
  });

  it('can be denied and taken back, and is told apart from the next', () => {
    const denied = done(denyChange(proposing(), decision(2 * hour), 1, 'Not now'));
    expect(denied.proposal).toBeUndefined();
    expect(notes(denied).at(-1)).toMatchObject({ type: 'change-withdrawn', how: 'denied', by: ben, reason: 'Not now' });
    const next = done(proposeChange(denied, decision(2.5 * hour, { actor: ada }), extension));
    expect(code(approving(next, 3 * hour, {}, 1))).toBe('no-such-change');
    expect(code(cancelChange(next, decision(3 * hour, { actor: ada }), 1))).toBe('no-such-change');
    const cancelled = done(cancelChange(next, decision(3 * hour, { actor: ada }), 2));
    expect(notes(cancelled).at(-1)).toMatchObject({ type: 'change-withdrawn', how: 'cancelled', by: ada });
  });

  it('goes with the grant, which says so', () => {
    for (const ended of [
      fireTimers(proposing(), at(4 * hour + minute)),
      done(revoke(proposing(), decision(2 * hour))),
    ]) {
      expect(ended).toMatchObject({ state: 'closing' });
      expect(ended.proposal).toBeUndefined();
      expect(notes(ended)).toContainEqual(expect.objectContaining({ type: 'change-withdrawn', how: 'grant-ended' }));
    }
  });
});

describe('an approval of a change', () => {
  it('wants the new terms, and keeps those before in force until the new ones are seen', () => {
    const grant = applying();
    expect(grant).toMatchObject({
      state: 'active',
      wanted: after,
      termsVersion: 2,
      applying: { before, at: at(approvedAt), by: ada, deadline: at(approvedAt + 15 * minute) },
    });
    expect(grant.proposal).toBeUndefined();
    expect(owes(grant)).toMatchObject({ sync: [70], 'change-deadline': [85], end: [241], remind: [211] });
  });

  it('of two needed is recorded, and by the same person counts once', () => {
    const first = done(approving(proposing({ ...active(), approvalsNeeded: 2 }), hour + minute));
    expect(first).toMatchObject({ wanted: before, termsVersion: 1, proposal: { approvals: [{ by: ben }] } });
    expect(code(approving(first, hour + 2 * minute))).toBe('already-approved-by-you');
    const second = done(approving(first, hour + 3 * minute, { actor: cleo }));
    expect(second).toMatchObject({ wanted: { until: at(9 * hour + 3 * minute) }, termsVersion: 2 });
  });

  it('comes in time or not at all', () => {
    expect(code(approving(proposing(), 4 * hour + minute - 1))).toBeUndefined();
    expect(code(approving(proposing(), 4 * hour + minute))).toBe('nothing-to-change');
  });

  it('of a type that needs the block waits for it', () => {
    const asked = proposing(active({ type: infrastructure }), { type: logs });
    const approve = (blocked: boolean | undefined) =>
      code(approveChange(asked, decision(2 * hour), { number: 1, types, blocked }));
    expect([approve(undefined), approve(false), approve(true)]).toEqual(['needs-block', 'needs-block', undefined]);
  });

  it('that would change nothing any more, since somebody changed it elsewhere, is refused', () => {
    const moved = observed(proposing(), open(at(12 * hour)), defaultPolicy, at(hour + minute));
    expect(code(approving(moved, hour + 2 * minute))).toBe('ends-earlier');
  });

  it('never leaves more than the end before as its deadline', () => {
    const late = done(approving(proposing(), 4 * hour));
    expect(late.applying?.deadline).toEqual(before.until);
  });
});

describe('a change under way', () => {
  it('is sent while the terms before are seen, which nobody is said to have changed', () => {
    const now = at(approvedAt + second);
    expect(planCall(applying(), open(before.until), [], now)).toEqual({ call: 'open', terms: after, answers: [] });
    const waiting = observed(sending(), open(before.until), defaultPolicy, at(approvedAt + 4 * second));
    expect(waiting).toMatchObject({ wanted: after, applying: { before }, trouble: { code: 'not-seen' } });
    expect(notes(waiting).map(({ type }) => type)).not.toContain('changed-outside');
  });

  it('is not sent from its deadline on, nor for what is closed', () => {
    const plan = (ms: number, reading = open(before.until)) => planCall(applying(), reading, [], at(ms));
    expect(plan(approvedAt + 15 * minute - 1)).toBeDefined();
    expect(plan(approvedAt + 15 * minute)).toBeUndefined();
    expect(plan(approvedAt + minute, closed)).toBeUndefined();
    const late = done(approving(proposing(), 4 * hour));
    expect(planCall(late, open(before.until), [], before.until)).toBeUndefined();
  });

  it('that is seen is in force, with its end and reminders, silenced ones too', () => {
    const grant = seen();
    expect(grant).toMatchObject({ wanted: after, confirmed: after, seenAt: at(approvedAt + 3 * second) });
    expect(grant.applying).toBeUndefined();
    expect(owes(grant)).toMatchObject({ end: [550], remind: [310, 520] });
    expect(owes(grant)['change-deadline']).toBeUndefined();
    expect(notes(grant).at(-1)).toEqual({ type: 'terms-changed', before, after, by: ada });
    expect(story(grant).at(-1)).toBe('portcullis change-seen active');
    const silenced = done(silenceReminders(proposing(), decision(hour + minute)));
    const back = seen(callAnswered(sending(applying(silenced)), 'change-1', 'done', at(approvedAt + 2 * second)));
    expect(back.remindersSilencedBy).toBeUndefined();
    expect(owes(back).remind).toEqual([310, 520]);
  });

  it('is what was decided from then on, and until then nothing is that came from the provider', () => {
    const adopted: Grant = { ...active(), decided: { type: logs, until: at(2 * hour) } };
    const asked = applying(proposing(adopted, { type: infrastructure }));
    expect(asked.decided).toEqual(adopted.decided);
    expect(changeNotMade(asked, 'Refused.', at(approvedAt + second)).decided).toEqual(adopted.decided);
    const grant = observed(asked, open(before.until, infrastructure), defaultPolicy, at(approvedAt + second));
    expect(grant).toMatchObject({ wanted: { type: infrastructure } });
    expect(grant.decided).toBeUndefined();
  });

  it('of the type alone leaves end and reminders as they are', () => {
    const asked = applying(proposing(active(), { type: infrastructure }));
    const grant = observed(asked, open(before.until, infrastructure), defaultPolicy, at(approvedAt + second));
    expect(grant).toMatchObject({ wanted: { type: infrastructure, until: before.until } });
    expect(owes(grant)).toMatchObject({ end: [241], remind: [211] });
  });

  it('that is refused for good is not made', () => {
    const grant = callAnswered(sending(), 'change-1', 'refused', at(approvedAt + 2 * second), 'The cluster is paused.');
    expect(grant).toMatchObject({ state: 'active', wanted: before, termsVersion: 1 });
    expect(grant.applying).toBeUndefined();
    expect(grant.approvals.map(({ termsVersion }) => termsVersion)).toEqual([1]);
    expect(notes(grant).at(-1)).toMatchObject({ type: 'change-not-made', reason: 'The cluster is paused.', by: ada });
    expect(owes(grant)).toMatchObject({ end: [241], sync: [70 + 2 / 60] });
    expect(callAnswered(sending(), 'change-1', 'refused', at(approvedAt + 2 * second)).wanted).toEqual(after);
  });

  it('is not given up because of a call for the terms before it', () => {
    const restoring = callMarked(
      active(),
      { call: 'open', terms: before, restores: 'closed', answers: [] },
      'r',
      at(hour),
    );
    const changing = applying(proposing(restoring));
    expect(callAnswered(changing, 'r', 'refused', at(approvedAt + second), 'No.').applying).toBeDefined();
  });

  it('that was not seen in time is not made, also where nothing can be read', () => {
    const unread = syncFailed(
      sending(),
      { code: 'timeout', message: 'No answer.' },
      at(2 * hour),
      at(approvedAt + minute),
    );
    expect(unread.trouble).toMatchObject({ code: 'timeout' });
    const grant = fireTimers(unread, at(approvedAt + 15 * minute));
    expect(grant).toMatchObject({ state: 'active', wanted: before, termsVersion: 1 });
    expect(grant.trouble).toBeUndefined();
    expect(notes(grant).at(-1)).toMatchObject({ type: 'change-not-made' });
    const read = observed(sending(), open(before.until), defaultPolicy, at(approvedAt + 15 * minute));
    expect(read).toMatchObject({ wanted: before, confirmed: before });
  });

  it('that lands after it was given up is put right, as no other person’s doing', () => {
    const given = fireTimers(sending(), at(approvedAt + 15 * minute));
    const now = at(approvedAt + 16 * minute);
    expect(planCall(given, open(after.until), [], now)).toMatchObject({ call: 'open', terms: before });
  });

  it('does not keep the grant from ending, and opens nothing again', () => {
    const late = callMarked(
      done(approving(proposing(), 4 * hour)),
      { call: 'open', terms: { type: logs, until: at(12 * hour) }, answers: [] },
      'late',
      at(4 * hour + second),
    );
    expect(observed(late, wantedBy(late), defaultPolicy, before.until)).toBe(late);
    const ended = fireTimers(late, before.until);
    expect(ended).toMatchObject({ state: 'closing', closing: { outcome: 'expired' } });
    expect(planCall(ended, wantedBy(late), [], before.until)).toEqual({ call: 'close' });
    expect(observed(late, wantedBy(late), defaultPolicy, at(4 * hour + minute - 1)).applying).toBeUndefined();
  });
});

describe('after a change', () => {
  it('an opening call of the terms before that lands late is answered by sending the new ones again', () => {
    const now = at(approvedAt + 2 * minute);
    expect(planCall(seen(), open(before.until), [], now)).toMatchObject({ call: 'open', terms: after });
  });

  it('terms that nobody here sent are somebody else’s', () => {
    const now = at(approvedAt + 2 * minute);
    expect(planCall(seen(), open(at(3 * hour)), [], now)).toBeUndefined();
  });
});
