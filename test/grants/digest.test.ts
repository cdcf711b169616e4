import { describe, expect, it } from 'vitest';
import { blockObserved, wantBlock } from '../../src/grants/block.ts';
import { callAnswered, callMarked } from '../../src/grants/calls.ts';
import { approveChange, proposeChange } from '../../src/grants/change.ts';
import { type Digest, digestOf } from '../../src/grants/digest.ts';
import type { Grant } from '../../src/grants/grant.ts';
import { newOrganization, type Organization } from '../../src/grants/organization.ts';
import { defaultPolicy } from '../../src/grants/policy.ts';
import { observed } from '../../src/grants/sync.ts';
import { fireTimers } from '../../src/grants/timers.ts';
import * as told from '../support/grants.ts';

const { at, hour, minute } = told;
const day = 24 * hour;
const from = at(0);
const to = at(7 * day);

const blocked = blockObserved(newOrganization('org1', 'C1', at(-day)), { blocked: true }, at(-day));
const digest = (grants: readonly Grant[], organization: Organization = blocked, end = to): Digest =>
  digestOf(grants, organization, from, end);

/** The same record, as long before or after. */
function moved<T>(value: T, ms: number): T {
  if (value instanceof Date) return new Date(value.getTime() + ms) as T;
  if (Array.isArray(value)) return value.map((item) => moved(item, ms)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, moved(item, ms)])) as T;
}

const nothing = { asked: 0, opened: 0, found: 0, denied: 0, lapsed: 0, failed: 0, endedEarly: 0, openMs: 0 };

describe('the numbers of a week', () => {
  it.each([
    ['requested', { asked: 1 }],
    ['opening', { asked: 1 }],
    ['denied', { asked: 1, denied: 1 }],
    ['cancelled', { asked: 1 }],
    ['lapsed', { asked: 1, lapsed: 1 }],
    ['failed', { asked: 1, failed: 1 }],
    // Open from 2 min on; the last three until 4 h 1 min, and until it was seen closed at 11 min.
    ['active', { asked: 1, opened: 1, openMs: 4 * hour - minute }],
    ['expired', { asked: 1, opened: 1, openMs: 4 * hour - minute }],
    ['revoked', { asked: 1, opened: 1, endedEarly: 1, openMs: 9 * minute }],
  ] as const)('%s', (state, expected) => {
    expect(digest([told.inState(state)])).toMatchObject({ ...nothing, ...expected });
  });

  it('hold nothing of what was before, or comes after', () => {
    for (const state of told.allStates) {
      const past = moved(told.inState(state), -10 * day);
      expect(digest([past])).toMatchObject(nothing);
      expect(digest([moved(told.inState(state), 10 * day)])).toMatchObject(nothing);
    }
  });

  it('count the beginning of a week in, and its end out', () => {
    const request = told.requested();
    expect(digestOf([request], blocked, at(0), at(1)).asked).toBe(1);
    expect(digestOf([request], blocked, at(-1), at(0)).asked).toBe(0);
  });

  it('count of a grant over two weeks the part that lies in each, and open once', () => {
    const grant = moved(told.inState('expired'), -hour);
    expect(digest([grant])).toMatchObject({ ...nothing, openMs: 3 * hour + minute });
    const before = digestOf([grant], blocked, at(-7 * day), from);
    expect(before).toMatchObject({ asked: 1, opened: 1, openMs: 58 * minute });
  });

  it('count what is open now until the end of the week, not until its own end', () => {
    expect(digest([told.active()], blocked, at(hour)).openMs).toBe(58 * minute);
  });

  it('count no time beyond the end that the provider was given, however late it was seen closed', () => {
    const late = observed(fireTimers(told.active(), at(2 * day)), told.closed, defaultPolicy, at(2 * day));
    expect(digest([late]).openMs).toBe(4 * hour - minute);
  });

  it('add up by cluster, the longest first', () => {
    const target = { ...told.requestOf().target, id: 'p2/db', name: 'db', projectName: 'Bank' };
    const { openMs, targets } = digest([
      told.inState('revoked'),
      told.active({ target }),
      moved(told.inState('revoked'), day),
      told.inState('denied'),
    ]);
    expect(targets).toEqual([
      { id: 'p2/db', name: 'db', projectName: 'Bank', openMs: 4 * hour - minute },
      { id: 'p1/web', name: 'web', projectName: 'Shop', openMs: 18 * minute },
    ]);
    expect(openMs).toBe(4 * hour + 17 * minute);
  });

  it('follow a change of the type, asked for here', () => {
    const proposed = told.done(
      proposeChange(told.active(), told.decision(hour - minute), { type: told.infrastructure }),
    );
    const context = { number: 1, types: [{ id: told.infrastructure, needsBlock: false }], blocked: true };
    const changing = told.done(approveChange(proposed, told.decision(hour), context));
    const called = callAnswered(told.calling(changing, hour, 'change-1'), 'change-1', 'done', at(hour));
    const changed = observed(called, told.wantedBy(called), defaultPolicy, at(hour + 2 * minute));
    expect(digest([changed]).types).toEqual([
      { type: told.infrastructure, openMs: 3 * hour - minute },
      { type: told.logs, openMs: hour },
    ]);
  });

  it('follow a change that somebody made elsewhere', () => {
    const until = at(3 * hour);
    const changed = observed(told.active(), told.open(until, told.infrastructure), defaultPolicy, at(hour));
    expect(digest([changed]).types).toEqual([
      { type: told.infrastructure, openMs: 2 * hour },
      { type: told.logs, openMs: 58 * minute },
    ]);
  });

  it('do not count a call that was refused as what it was open with', () => {
    const refused = { call: 'open', terms: { type: told.infrastructure, until: at(hour) }, answers: [] } as const;
    const sent = callMarked(told.opening(), { ...refused, answers: [] }, 'wrong', at(minute));
    const called = told.calling(callAnswered(sent, 'wrong', 'refused', at(minute)));
    const open = observed(called, told.wantedBy(called), defaultPolicy, at(2 * minute));
    expect(digest([open]).types.map(({ type }) => type)).toEqual([told.logs]);
  });
});

describe('the block, over a week', () => {
  const see = (organization: Organization, isBlocked: boolean, ms: number): Organization =>
    blockObserved(organization, { blocked: isBlocked }, at(ms));
  function want(organization: Organization, isBlocked: boolean, ms: number): Organization {
    const wish = { blocked: isBlocked, by: told.ben, at: at(ms), reason: '' };
    const result = wantBlock(organization, wish, { operationId: `op-${ms}`, basis: 'fresh' });
    if (!result.ok) throw new Error(result.refusal.code);
    return result.doc;
  }
  const unread = newOrganization('org1', 'C1', at(-day));
  const open = see(unread, false, -day);

  it.each([
    ['never read', unread, undefined],
    ['blocked all the time', blocked, 0],
    ['open all the time', open, 7 * day],
    ['open since it was first read, in that week', see(unread, false, 2 * day), 5 * day],
  ])('%s', (_, organization, unblockedMs) => {
    expect(digest([], organization)).toMatchObject({ blockChanges: [] });
    expect(digest([], organization).unblockedMs).toBe(unblockedMs);
  });

  it('tells who changed it and when, and for how long it was open', () => {
    const unblocked = see(want(blocked, false, day), false, day + minute);
    const again = see(want(unblocked, true, day + 4 * hour), true, day + 4 * hour + minute);
    expect(digest([], again)).toMatchObject({
      unblockedMs: 4 * hour,
      blockChanges: [
        { at: at(day + minute), blocked: false, by: told.ben },
        { at: at(day + 4 * hour + minute), blocked: true, by: told.ben },
      ],
    });
    // The week after has seen none of it.
    expect(digestOf([], again, to, at(14 * day))).toMatchObject({ unblockedMs: 0, blockChanges: [] });
  });

  it('tells of what was done elsewhere, and of an end that nobody decided', () => {
    const outside = see(blocked, false, 6 * day);
    expect(digest([], outside)).toMatchObject({
      unblockedMs: day,
      blockChanges: [{ at: at(6 * day), blocked: false, by: { kind: 'outside' } }],
    });
    expect(digestOf([], outside, to, at(14 * day)).unblockedMs).toBe(7 * day);
  });

  it('counts no change where it was so before', () => {
    // Another time for what is open already; nothing else is known of the time before.
    const prolonged = see(want(open, false, day), false, day + minute);
    expect(digest([], prolonged)).toMatchObject({ unblockedMs: 7 * day, blockChanges: [] });
    const closed = see(want(prolonged, true, 2 * day), true, 2 * day);
    expect(digest([], closed)).toMatchObject({ unblockedMs: 2 * day, blockChanges: [{ blocked: true }] });
  });

  it('remembers that it was blocked before a lockdown that changed nothing', () => {
    const wish = { blocked: true, by: told.ben, at: at(day), reason: '', lockdownId: 'lock' };
    const wanted = wantBlock(blocked, wish, { operationId: 'lock:block', basis: 'fresh' });
    if (!wanted.ok) throw new Error(wanted.refusal.code);
    expect(digest([], see(wanted.doc, true, day + minute))).toMatchObject({ unblockedMs: 0, blockChanges: [] });
  });
});
