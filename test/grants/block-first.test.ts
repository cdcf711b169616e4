import { describe, expect, it } from 'vitest';
import { blockObserved, blockSyncFailed, wantBlock, wishDropped } from '../../src/grants/block.ts';
import { blockAwaited, blockedFirst, blockToBeRead } from '../../src/grants/block-first.ts';
import { planCall } from '../../src/grants/calls.ts';
import { approve, revoke, withBlockFirst } from '../../src/grants/decide.ts';
import type { BlockFirst, Grant } from '../../src/grants/grant.ts';
import { newOrganization, type Organization } from '../../src/grants/organization.ts';
import { defaultPolicy } from '../../src/grants/policy.ts';
import { fireTimers } from '../../src/grants/timers.ts';
import {
  approvalContext,
  at,
  ben,
  cleo,
  closed,
  decision,
  done,
  minute,
  open,
  owes,
  requested,
  second,
  story,
} from '../support/grants.ts';

const needsBlock = { termsVersion: 1, type: { needsBlock: true } };
const first = { ...needsBlock, blocked: false, blockFirst: 'snapshot' } as const;

/** Approved and blocked by Ben at one minute. */
const waiting = done(approve(requested(), decision(minute), first));
const decided: BlockFirst = { by: ben, at: at(minute), operationId: `op-${minute}:block`, basis: 'snapshot' };

const see = (organization: Organization, blocked: boolean, ms: number): Organization =>
  blockObserved(organization, { blocked }, at(ms));
const unblocked = see(newOrganization('org1', 'C1', at(0)), false, 0);

function wants(organization: Organization, ms: number, blocked: boolean): Organization {
  const wish = { blocked, by: cleo, at: at(ms), reason: 'Case 1' };
  const result = wantBlock(organization, wish, { operationId: `op-cleo-${ms}`, basis: 'fresh' });
  if (!result.ok) throw new Error(result.refusal.code);
  return result.doc;
}

const asked = (organization: Organization, ms = minute, canSetBlock = true): Organization =>
  blockedFirst(organization, decided, { canSetBlock, now: at(ms) });
const blocking = asked(unblocked);

describe('an approval with the block before it', () => {
  it('owes the block, waits for it, and gives up after 15 minutes', () => {
    expect(waiting).toMatchObject({ state: 'opening', awaitsBlock: decided, wanted: { until: at(241 * minute) } });
    expect(owes(waiting)).toEqual({ render: [0], sync: [1], 'open-deadline': [16], block: [1] });
    expect(story(waiting)).toEqual([
      'Ada request requested',
      'Ben approve requested → opening',
      'Ben block-first opening',
    ]);
    expect(waiting.history.at(-1)).toMatchObject({ operationId: `op-${minute}:block`, basis: 'snapshot' });
  });

  it.each<[string, Grant]>([
    ['it is blocked already', done(approve(requested(), decision(minute), { ...first, blocked: true }))],
    ['nobody asked for it', done(approve(requested(), decision(minute), approvalContext))],
  ])('is as any other where %s', (_, grant) => {
    expect(grant.awaitsBlock).toBeUndefined();
    expect(owes(grant).block).toBeUndefined();
    expect(planCall(grant, closed, [], at(minute))).toMatchObject({ call: 'open' });
  });

  it('comes before what needs no block, too, and where the block has not been read yet', () => {
    for (const blocked of [false, undefined]) {
      const context = { ...first, type: { needsBlock: false }, blocked };
      expect(done(approve(requested(), decision(minute), context)).awaitsBlock).toEqual(decided);
    }
  });

  it('that comes twice changes nothing', () => {
    expect(approve(waiting, decision(minute), first)).toMatchObject({ ok: true, doc: waiting, replayed: true });
  });

  it('of two: the block is owed at once, and the request waits as any other', () => {
    const half = done(approve(requested({}, { ...defaultPolicy, approvalsNeeded: 2 }), decision(minute), first));
    expect(half).toMatchObject({ state: 'requested', approvals: [{ by: ben }] });
    expect(half.awaitsBlock).toBeUndefined();
    expect(owes(half).block).toEqual([1]);
    const second = decision(2 * minute, { actor: cleo });
    expect(approve(half, second, { ...needsBlock, blocked: false })).toMatchObject({
      refusal: { code: 'needs-block' },
    });
    const whole = done(approve(half, second, { ...needsBlock, blocked: true }));
    expect(planCall(whole, closed, [], at(2 * minute))).toMatchObject({ call: 'open' });
  });

  it('that does not count leaves the block with the request', () => {
    const request = withBlockFirst(requested(), decision(minute));
    expect(request).toMatchObject({ state: 'requested', approvals: [] });
    expect(owes(request).block).toEqual([1]);
  });
});

describe('a grant that waits for the block', () => {
  it.each([closed, open(at(3 * 60 * minute))])('makes no call, whatever its cluster holds', (reading) => {
    expect(planCall(waiting, reading, [], at(2 * minute))).toBeUndefined();
  });

  it('goes on to open once it was seen blocked after the decision', () => {
    const free = blockAwaited(waiting, see(blocking, true, 2 * minute), at(2 * minute));
    expect(free).toMatchObject({ state: 'opening', approvedAt: at(minute) });
    expect(free.awaitsBlock).toBeUndefined();
    expect(story(free).at(-1)).toBe('portcullis seen-blocked opening');
    expect(owes(free)).toMatchObject({ sync: [2], 'open-deadline': [16] });
    expect(planCall(free, closed, [], at(2 * minute))).toMatchObject({ call: 'open', terms: waiting.wanted });
    // What was read blocked before the decision says nothing.
    const before = see(newOrganization('org1', 'C1', at(0)), true, 0);
    expect(blockAwaited(waiting, before, at(2 * minute)).awaitsBlock).toEqual(decided);
  });

  it('looks again soon, and shows what keeps the block from being made', () => {
    const still = blockAwaited(waiting, blocking, at(2 * minute));
    expect(owes(still).sync).toEqual([2.25]);
    expect(still.version).toBe(waiting.version);
    const problem = { code: 'unavailable', message: 'Atlas has trouble of its own (HTTP 503).' };
    const failing = blockSyncFailed(blocking, problem, at(3 * minute), at(2 * minute));
    const troubled = blockAwaited(waiting, failing, at(2 * minute));
    expect(troubled).toMatchObject({ state: 'opening', trouble: problem });
    expect(blockAwaited(troubled, blocking, at(3 * minute)).trouble).toBeUndefined();
  });

  it.each<[string, Organization, string]>([
    [
      'the block is refused',
      wishDropped(blocking, 'Refused.', at(2 * minute)),
      'The organization could not be blocked first: Refused.',
    ],
    [
      'somebody decides to unblock',
      wants(blocking, 2 * minute, false),
      'Cleo decided meanwhile that the organization stays unblocked.',
    ],
    [
      'and that was seen',
      see(wants(blocking, 2 * minute, false), false, 2 * minute + second),
      'Cleo decided meanwhile that the organization stays unblocked.',
    ],
  ])('is given up, through closing, when %s', (_, organization, reason) => {
    const given = blockAwaited(waiting, organization, at(3 * minute));
    expect(given).toMatchObject({ state: 'closing', closing: { outcome: 'failed', reason } });
    expect(story(given).at(-1)).toBe('portcullis give-up-waiting opening → closing');
  });

  it('is given up after 15 minutes, and says why', () => {
    expect(fireTimers(waiting, at(16 * minute - 1)).state).toBe('opening');
    const given = fireTimers(waiting, at(16 * minute));
    expect(given.closing?.reason).toBe('The organization was not seen blocked within 15 minutes.');
    // The block that was decided is still owed: closed is the safe side.
    expect(owes(given).block).toEqual([1]);
    expect(blockAwaited(given, see(blocking, true, 17 * minute), at(17 * minute))).toBe(given);
  });

  it('is left alone once it was revoked', () => {
    const revoked = done(revoke(waiting, decision(2 * minute, { actor: cleo })));
    expect(blockAwaited(revoked, see(blocking, true, 2 * minute), at(2 * minute))).toBe(revoked);
  });
});

describe('the block that was decided with a grant', () => {
  it('is wanted as if somebody had decided it by itself, once', () => {
    expect(blocking.wanted).toMatchObject({ blocked: true, by: ben, at: at(minute) });
    expect(blocking.history.at(-1)).toMatchObject({ action: 'block', actor: ben, operationId: decided.operationId });
    expect(asked(blocking, 2 * minute)).toBe(blocking);
    // Not again either once it was seen, and unblocked elsewhere since.
    const later = see(see(blocking, true, 2 * minute), false, 3 * minute);
    expect(asked(later, 4 * minute).wanted).toBeUndefined();
  });

  it.each<[string, Organization, number | undefined]>([
    ['is read now where nobody here may make it', asked(unblocked, minute, false), minute],
    ['is read now where it was made meanwhile', asked(see(unblocked, true, minute - 1)), minute],
    [
      'waits for its turn where somebody else wants it already',
      asked(wants(unblocked, 30 * second, true)),
      30 * second,
    ],
  ])('%s', (_, organization, ms) => {
    expect(organization.wanted?.by).not.toEqual(ben);
    expect(organization.owed.find(({ kind }) => kind === 'sync')?.dueAt).toEqual(ms === undefined ? undefined : at(ms));
  });

  it('is not made against somebody who has decided otherwise since', () => {
    const since = wants(unblocked, 2 * minute, false);
    expect(asked(since, 3 * minute)).toBe(since);
  });

  it('is read more often only while nothing is under way and nothing fails', () => {
    const problem = { code: 'unavailable', message: 'Trouble.' };
    expect(blockToBeRead(unblocked)).toBe(true);
    expect(blockToBeRead(blocking)).toBe(false);
    expect(blockToBeRead(blockSyncFailed(unblocked, problem, at(minute), at(0)))).toBe(false);
  });
});
