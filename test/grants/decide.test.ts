import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callAnswered, callMarked, planCall } from '../../src/grants/calls.ts';
import { approve, cancel, deny, reminderTimes, revoke, silenceReminders } from '../../src/grants/decide.ts';
import type { Grant, GrantState } from '../../src/grants/grant.ts';
import type { GrantResult } from '../../src/grants/grant-refusals.ts';
import { defaultPolicy, type Policy } from '../../src/grants/policy.ts';
import { observed } from '../../src/grants/sync.ts';
import { fireTimers } from '../../src/grants/timers.ts';
import {
  active,
  ada,
  allStates,
  approvalContext,
  at,
  ben,
  cleo,
  closing,
  decision,
  done,
  hour,
  inState,
  logs,
  minute,
  notes,
  opening,
  owes,
  requested,
  second,
  story,
} from '../support/grants.ts';

const two = { ...defaultPolicy, approvalsNeeded: 2 };
const except = (...states: GrantState[]): GrantState[] => allStates.filter((state) => !states.includes(state));
const code = (result: GrantResult): string | undefined => (result.ok ? undefined : result.refusal.code);

describe('approve', () => {
  it('starts the opening, its clock and its deadline, and takes the slot', () => {
    const before = requested();
    const grant = opening();
    expect(grant).toMatchObject({
      state: 'opening',
      approvedAt: at(minute),
      approvals: [{ by: ben, at: at(minute), termsVersion: 1 }],
      wanted: { type: logs, until: at(4 * hour + minute) },
      slot: 'org1/p1/web',
      version: before.version + 1,
    });
    expect(grant.requestSlot).toBeUndefined();
    expect(grant.confirmed).toBeUndefined();
    expect(owes(grant)).toEqual({ render: [0], sync: [1], 'open-deadline': [16] });
    expect(story(grant)).toEqual(['Ada request requested', 'Ben approve requested → opening']);
    expect(grant.history.at(-1)).toMatchObject({ operationId: 'op-60000', basis: 'fresh' });
  });

  it('cuts the end to whole seconds, never later than was asked for', () => {
    const grant = done(approve(requested(), decision(minute + 999), approvalContext));
    expect(grant.wanted?.until).toEqual(at(4 * hour + minute));
  });

  it('counts the requester like anybody else: whether they may is decided before', () => {
    const grant = done(approve(requested(), decision(minute, { actor: ada }), approvalContext));
    expect(grant.state).toBe('opening');
  });

  it.each(except('requested'))('is refused in state %s', (state) => {
    expect(code(approve(inState(state), decision(2 * minute), approvalContext))).toBe('not-open-for-decision');
  });

  it.each<[string, string | undefined, Grant, number, object]>([
    ['in time, to the last millisecond', undefined, requested(), 24 * hour - 1, {}],
    ['at the very lapse', 'lapsed', requested(), 24 * hour, {}],
    ['after the lapse, nobody having noticed yet', 'lapsed', requested(), 25 * hour, {}],
    ['of terms seen before they changed', 'terms-changed', { ...requested(), termsVersion: 2 }, minute, {}],
    ['of terms nobody can have seen', 'terms-changed', requested(), minute, { termsVersion: 2 }],
    ['of a type that needs the block, blocked', undefined, requested(), minute, { type: { needsBlock: true } }],
    [
      'of a type that needs the block, not blocked',
      'needs-block',
      requested(),
      minute,
      { type: { needsBlock: true }, blocked: false },
    ],
    [
      'of a type that needs the block, not known',
      'needs-block',
      requested(),
      minute,
      { type: { needsBlock: true }, blocked: undefined },
    ],
    ['of a type that needs none, not known', undefined, requested(), minute, { blocked: undefined }],
  ])('%s: %s', (_, expected, grant, ms, context) => {
    expect(code(approve(grant, decision(ms), { ...approvalContext, ...context }))).toBe(expected);
  });

  it('says what the block was seen to be', () => {
    const context = { ...approvalContext, type: { needsBlock: true }, blocked: false };
    const result = approve(requested(), decision(minute), context);
    expect(result).toMatchObject({ ok: false, refusal: { code: 'needs-block', blocked: false } });
  });

  describe('by two', () => {
    const first = done(approve(requested({}, two), decision(minute), approvalContext));

    it('the first is recorded and shown, and opens nothing', () => {
      expect(first).toMatchObject({ state: 'requested', approvals: [{ by: ben }] });
      expect(first.slot).toBeUndefined();
      expect(first.wanted).toBeUndefined();
      expect(first.requestSlot).toBe(requested().requestSlot);
      expect(owes(first)).toEqual({ render: [0], lapse: [1440], nudge: [60, 240] });
      expect(story(first).at(-1)).toBe('Ben approve requested');
    });

    it('the second, of somebody else, opens, and the time counts from it', () => {
      const grant = done(approve(first, decision(3 * minute, { actor: cleo }), approvalContext));
      expect(grant).toMatchObject({ state: 'opening', approvals: [{ by: ben }, { by: cleo }] });
      expect(grant.wanted?.until).toEqual(at(4 * hour + 3 * minute));
    });

    it('nobody counts twice', () => {
      expect(code(approve(first, decision(3 * minute), approvalContext))).toBe('already-approved-by-you');
    });

    it('an approval of terms that have changed since counts no longer, and may be given again', () => {
      const changed = { ...first, termsVersion: 2 };
      const context = { ...approvalContext, termsVersion: 2 };
      const again = done(approve(changed, decision(3 * minute), context));
      expect(again).toMatchObject({ state: 'requested', approvals: [{ by: ben, termsVersion: 2 }] });
      expect(done(approve(again, decision(4 * minute, { actor: cleo }), context)).state).toBe('opening');
    });
  });
});

describe('deny', () => {
  it('ends the request, with the reason, and says so', () => {
    const grant = inState('denied');
    expect(grant).toMatchObject({
      state: 'denied',
      endedAt: at(minute),
      denial: { by: ben, at: at(minute), reason: 'Not now' },
    });
    expect(grant.requestSlot).toBeUndefined();
    expect(owes(grant)).toEqual({ render: [0], 'note denied': [1] });
    expect(story(grant).at(-1)).toBe('Ben deny requested → denied');
    expect(grant.history.at(-1)?.detail).toBe('Not now');
  });

  it('also ends a request that one of two approved', () => {
    const first = done(approve(requested({}, two), decision(minute), approvalContext));
    expect(done(deny(first, decision(2 * minute, { actor: cleo }), 'No')).state).toBe('denied');
  });

  it.each(except('requested'))('is refused in state %s', (state) => {
    expect(code(deny(inState(state), decision(2 * minute), 'No'))).toBe('not-open-for-decision');
  });

  it('is refused after the lapse', () => {
    expect(code(deny(requested(), decision(24 * hour), 'No'))).toBe('lapsed');
  });
});

describe('cancel', () => {
  it('ends the request and says so', () => {
    const grant = inState('cancelled');
    expect(grant).toMatchObject({ state: 'cancelled', endedAt: at(minute) });
    expect(grant.requestSlot).toBeUndefined();
    expect(owes(grant)).toEqual({ render: [0], 'note cancelled': [1] });
    expect(story(grant).at(-1)).toBe('Ada cancel requested → cancelled');
    expect(grant.history.at(-1)?.basis).toBe('own-request');
  });

  it.each(except('requested'))('is refused in state %s', (state) => {
    expect(code(cancel(inState(state), decision(2 * minute)))).toBe('not-open-for-decision');
  });

  it('is refused after the lapse', () => {
    expect(code(cancel(requested(), decision(24 * hour)))).toBe('lapsed');
  });
});

describe('revoke', () => {
  it.each<[string, Grant]>([
    ['opening', opening()],
    ['active', active()],
  ])('starts closing from %s, keeps the slot, and takes nothing for closed', (from, before) => {
    const grant = done(revoke(before, decision(10 * minute)));
    expect(grant).toMatchObject({
      state: 'closing',
      closing: { outcome: 'revoked', by: ben, at: at(10 * minute) },
      slot: 'org1/p1/web',
      wanted: before.wanted,
    });
    expect(grant.confirmed).toEqual(before.confirmed);
    expect(grant.endedAt).toBeUndefined();
    expect(owes(grant).sync).toEqual([10]);
    expect(owes(grant)).not.toHaveProperty('end');
    expect(owes(grant)).not.toHaveProperty('open-deadline');
    expect(owes(grant)).not.toHaveProperty('remind');
    expect(notes(grant).map((note) => note.type)).not.toContain('ended');
    expect(story(grant).at(-1)).toBe(`Ben revoke ${from} → closing`);
  });

  it('makes the close due at once, however long the last sync was put off', () => {
    const grant = active();
    const waiting = { ...grant, owed: grant.owed.map((effect) => ({ ...effect, dueAt: at(hour), attempts: 7 })) };
    const sync = done(revoke(waiting, decision(10 * minute))).owed.find((effect) => effect.kind === 'sync');
    expect(sync).toMatchObject({ dueAt: at(10 * minute), attempts: 0 });
  });

  it('is refused when closing already, with who and when', () => {
    const result = revoke(closing(), decision(11 * minute, { actor: cleo }));
    expect(result).toMatchObject({ refusal: { code: 'already-closing', grant: { closing: { by: ben } } } });
  });

  it.each(except('opening', 'active', 'closing'))('finds nothing to revoke in state %s', (state) => {
    expect(code(revoke(inState(state), decision(11 * minute)))).toBe('nothing-to-revoke');
  });
});

describe('silenceReminders', () => {
  const silenced = done(silenceReminders(active(), decision(10 * minute)));

  it('takes the reminders away, and the end stays', () => {
    expect(owes(active())).toHaveProperty('remind');
    expect(owes(silenced)).not.toHaveProperty('remind');
    expect(owes(silenced).end).toEqual([241]);
    expect(silenced).toMatchObject({ state: 'active', remindersSilencedBy: ben });
    expect(story(silenced).at(-1)).toBe('Ben let-end active');
  });

  it('a second one changes nothing', () => {
    const result = silenceReminders(silenced, decision(11 * minute, { actor: cleo }));
    expect(result).toEqual({ ok: true, doc: silenced, replayed: true });
  });

  it.each(except('active'))('finds nothing to silence in state %s', (state) => {
    expect(code(silenceReminders(inState(state), decision(11 * minute)))).toBe('nothing-to-silence');
  });
});

describe('a replayed operation', () => {
  const same = decision(minute);
  const other = { actor: cleo, operationId: same.operationId, basis: 'fresh', now: at(20 * minute) } as const;

  it.each<[string, Grant, (grant: Grant) => GrantResult]>([
    ['approval', done(approve(requested(), same, approvalContext)), (grant) => approve(grant, other, approvalContext)],
    [
      'first of two',
      done(approve(requested({}, two), same, approvalContext)),
      (g) => approve(g, other, approvalContext),
    ],
    ['denial', done(deny(requested(), same, 'No')), (grant) => deny(grant, other, 'No')],
    ['cancellation', done(cancel(requested(), same)), (grant) => cancel(grant, other)],
    ['revocation', done(revoke(active(), same)), (grant) => revoke(grant, other)],
    ['silence', done(silenceReminders(active(), same)), (grant) => silenceReminders(grant, other)],
  ])('%s recognises itself as done and changes nothing', (_, grant, again) => {
    expect(again(grant)).toEqual({ ok: true, doc: grant, replayed: true });
  });

  it('is recognised even after everything has gone on', () => {
    const grant = inState('revoked');
    expect(approve(grant, decision(minute), approvalContext)).toMatchObject({ ok: true, replayed: true });
  });
});

describe('reminderTimes', () => {
  it.each<[string, number, number[], number[]]>([
    ['24 h: both', 24 * hour, [4 * hour, 30 * minute], [20 * 60, 23.5 * 60]],
    ['8 h: both, the first exactly half way', 8 * hour, [4 * hour, 30 * minute], [4 * 60, 7.5 * 60]],
    ['just under 8 h: the first would come too early', 8 * hour - second, [4 * hour, 30 * minute], [450 - 1 / 60]],
    ['1 h: half way', hour, [4 * hour, 30 * minute], [30]],
    ['30 min: none', 30 * minute, [4 * hour, 30 * minute], []],
    ['a policy without reminders', 24 * hour, [], []],
    ['7 days: a day and two hours before, and not every day', 168 * hour, [24 * hour, 2 * hour], [144 * 60, 166 * 60]],
  ])('%s', (_, durationMs, remindBeforeMs, expected) => {
    const times = reminderTimes(at(0), at(durationMs), { remindBeforeMs });
    expect(times.map((time) => (time.getTime() - at(0).getTime()) / minute)).toEqual(expected);
  });

  it('of anything from 30 minutes to 30 days come in its second half, as often as each is set', () => {
    const durations = fc.integer({ min: 30, max: 30 * 24 * 60 });
    const before = fc.uniqueArray(fc.integer({ min: 1, max: 30 * 24 * 60 }), { maxLength: 5 });
    fc.assert(
      fc.property(durations, before, (minutes, remindBefore) => {
        const remindBeforeMs = remindBefore.map((ms) => ms * minute);
        const until = at(minutes * minute);
        const times = reminderTimes(at(0), until, { remindBeforeMs });
        expect(times).toHaveLength(remindBefore.filter((one) => one <= minutes / 2).length);
        for (const time of times) {
          expect(time.getTime()).toBeGreaterThanOrEqual((at(0).getTime() + until.getTime()) / 2);
          expect(time < until).toBe(true);
        }
      }),
    );
  });

  it('for a week that was granted here no daily ones begin', () => {
    const week: Policy = { ...defaultPolicy, remindBeforeMs: [3 * 24 * hour, 2 * hour] };
    const asked = requested({ durationMs: 168 * hour }, week);
    const opening = done(approve(asked, decision(0), approvalContext));
    const planned = planCall(opening, { state: 'closed', targetExists: true }, [], at(0));
    if (planned === undefined || opening.wanted === undefined) throw new Error('Nothing is opened');
    const sent = callAnswered(callMarked(opening, planned, 'call-1', at(0)), 'call-1', 'done', at(0));
    const open = observed(sent, { state: 'open', ...opening.wanted }, week, at(0));
    const reminded = fireTimers(open, at(96 * hour));
    expect(reminded.owed.filter(({ kind }) => kind === 'remind').map(({ dueAt }) => dueAt)).toEqual([at(166 * hour)]);
  });
});
