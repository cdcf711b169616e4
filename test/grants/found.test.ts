import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openUntil } from '../../src/grants/after-end.ts';
import { callAnswered, callMarked, planCall, type Reading } from '../../src/grants/calls.ts';
import { revoke } from '../../src/grants/decide.ts';
import { isUnkept, keep, newFound } from '../../src/grants/found.ts';
import { isLive, maybeOpenUntil } from '../../src/grants/grant.ts';
import { defaultPolicy, type Policy } from '../../src/grants/policy.ts';
import { observed } from '../../src/grants/sync.ts';
import { fireTimers } from '../../src/grants/timers.ts';
import {
  ada,
  at,
  ben,
  closed,
  decision,
  done,
  hour,
  infrastructure,
  logs,
  minute,
  open,
  owes,
  requestOf,
  story,
} from '../support/grants.ts';

const twoNeeded: Policy = { ...defaultPolicy, approvalsNeeded: 2 };
const found = (until = at(10 * hour), policy = defaultPolicy) =>
  newFound(
    {
      id: 'g-0000000001',
      organizationId: 'org1',
      channelId: 'C1',
      target: requestOf().target,
      terms: { type: infrastructure, until },
      who: 'tara@example.com',
    },
    policy,
    at(0),
  );
const see = (grant: ReturnType<typeof found>, reading: Reading, ms: number) =>
  observed(grant, reading, defaultPolicy, at(ms));

describe('access that was found open', () => {
  it.each(['done', 'refused'] as const)(
    'may be open until it is seen closed, whatever the call to close it was answered: %s',
    (answer) => {
      const revoked = done(revoke(found(), decision(hour)));
      const sent = callMarked(revoked, { call: 'close' }, 'close-1', at(hour));
      expect(maybeOpenUntil(callAnswered(sent, 'close-1', answer, at(hour)))).toEqual(at(10 * hour));
    },
  );

  it('is a record with its end, its reminders and the only slot, and names nobody who asked', () => {
    const grant = found();
    expect(owes(grant)).toEqual({ render: [0], end: [600], sync: [1], remind: [360, 570] });
    expect(grant).toMatchObject({ state: 'active', slot: 'org1/p1/web', approvals: [] });
    expect(grant.requestedBy).toBeUndefined();
    expect(story(grant)).toEqual(['tara@example.com found active']);
  });

  it('of more than a day is brought up every day, and before its end', () => {
    const grant = found(at(75 * hour));
    expect(owes(grant).remind).toEqual([71 * 60, 74.5 * 60, 24 * 60]);
    const days = [24, 48, 71, 74.5].map((hours) => at(hours * hour));
    let now = grant;
    for (const day of days) {
      now = fireTimers({ ...now, owed: now.owed.filter(({ kind }) => kind !== 'note') }, day);
      expect(owes(now)['note reminder']).toHaveLength(1);
    }
    expect(owes(now)).not.toHaveProperty('remind');
  });

  it('is kept by as many different people as opening it takes', () => {
    const first = done(keep(found(at(10 * hour), twoNeeded), decision(minute), { termsVersion: 1 }));
    expect(isUnkept(first)).toBe(true);
    expect(keep(first, decision(2 * minute), { termsVersion: 1 })).toMatchObject({
      ok: false,
      refusal: { code: 'already-approved-by-you' },
    });
    const second = done(keep(first, decision(3 * minute, { actor: ada }), { termsVersion: 1 }));
    expect(isUnkept(second)).toBe(false);
    expect(second).toMatchObject({ approvedAt: at(3 * minute), state: 'active', wanted: first.wanted });
    expect(keep(second, decision(4 * minute), { termsVersion: 1 })).toMatchObject({
      ok: false,
      refusal: { code: 'not-open-for-decision' },
    });
    expect(keep(second, decision(3 * minute, { actor: ada }), { termsVersion: 1 })).toMatchObject({ replayed: true });
  });

  it('is not kept after its end', () => {
    expect(keep(found(), decision(10 * hour), { termsVersion: 1 })).toMatchObject({
      refusal: { code: 'not-open-for-decision' },
    });
  });

  it('that is changed before it is kept has to be kept as it is now', () => {
    const approved = done(keep(found(at(10 * hour), twoNeeded), decision(minute), { termsVersion: 1 }));
    const changed = see(approved, open(at(12 * hour), logs), 5 * minute);
    expect(keep(changed, decision(6 * minute, { actor: ada }), { termsVersion: 1 })).toMatchObject({
      refusal: { code: 'terms-changed' },
    });
    const again = done(keep(changed, decision(6 * minute, { actor: ada }), { termsVersion: changed.termsVersion }));
    expect(isUnkept(again)).toBe(true);
    expect(isUnkept(done(keep(again, decision(7 * minute), { termsVersion: changed.termsVersion })))).toBe(false);
    expect(changed.terms.type).toBe(logs);
  });

  it('is never opened or closed before its end by anything that is seen, whoever kept it', () => {
    const reading = fc.oneof(
      fc.constant(closed),
      fc
        .record({ type: fc.constantFrom(logs, infrastructure, 'NEW'), hours: fc.integer({ min: 11, max: 40 }) })
        .map(({ type, hours }) => open(at(hours * hour), type)),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(reading, fc.boolean()), { maxLength: 30 }), (steps) => {
        let grant = found();
        steps.forEach(([seen, kept], index) => {
          const ms = (index + 1) * 5 * minute;
          if (!isLive(grant)) return;
          expect(planCall(grant, seen, [], at(ms))).toBeUndefined();
          if (kept) {
            const result = keep(grant, decision(ms, { actor: ben }), { termsVersion: grant.termsVersion });
            if (result.ok) grant = result.doc;
          }
          grant = see(grant, seen, ms);
        });
        // It ended because it was seen closed twice, or it is open until the end that was seen last.
        if (isLive(grant))
          expect(owes(grant).end).toEqual([((grant.wanted?.until.getTime() ?? 0) - at(0).getTime()) / minute]);
        else expect(story(grant)).toContain('outside ended-outside active → closing');
      }),
    );
  });

  it('ends at its end, and late where the provider does not end it', () => {
    const over = fireTimers(found(), at(10 * hour));
    expect(over.state).toBe('closing');
    const late = see(over, open(at(10 * hour), infrastructure), 10 * hour + 7 * minute);
    expect(late.openAfterEnd).toEqual(at(10 * hour + 7 * minute));
    const ended = see(late, closed, 10 * hour + 8 * minute);
    expect(ended.state).toBe('expired');
    expect(openUntil(ended, ended.endedAt ?? at(0))).toEqual(at(10 * hour + 8 * minute));
  });
});
