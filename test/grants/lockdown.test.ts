import { describe, expect, it } from 'vitest';
import { blockObserved, wantBlock, wishDropped } from '../../src/grants/block.ts';
import { approve } from '../../src/grants/decide.ts';
import type { Grant } from '../../src/grants/grant.ts';
import {
  type Lockdown,
  lockdownOf,
  lockdownSeen,
  lockedDown,
  notBlockedBecause,
  wantLockdown,
  withLockdown,
} from '../../src/grants/lockdown.ts';
import { newOrganization, type Organization } from '../../src/grants/organization.ts';
import { at, ben, cleo, decision, done, hour, minute, requested } from '../support/grants.ts';

const see = (organization: Organization, blocked: boolean, ms: number): Organization =>
  blockObserved(organization, { blocked }, at(ms));
const open = see(newOrganization('org1', 'C1', at(0)), false, 0);

function locked(
  organization: Organization,
  options: { ms?: number; id?: string; block?: 'switched' | 'left-to-people' | 'none' } = {},
) {
  const { ms = minute, id = 'L1', block = 'switched' } = options;
  const result = wantLockdown(organization, { by: ben, at: at(ms), operationId: id, basis: 'last-known', block });
  if (!result.ok) throw new Error(result.refusal.code);
  return result.doc;
}

const kinds = (organization: Organization): string[] => organization.owed.map(({ kind }) => kind);
const lockdown: Lockdown = { id: 'L1', by: ben, at: at(minute), basis: 'last-known' };
const opening = done(
  approve(requested(), decision(minute), { termsVersion: 1, type: { needsBlock: false }, blocked: true }),
);
const closing = done(lockedDown(opening, lockdown, at(2 * minute)));
const cancelled = done(lockedDown(requested(), lockdown, at(2 * minute)));

describe('wantLockdown', () => {
  it('owes the block, and the rest after it', () => {
    const organization = locked(open);
    expect(organization.wanted).toMatchObject({ blocked: true, by: ben, lockdownId: 'L1' });
    expect(kinds(organization)).toEqual(expect.arrayContaining(['sync', 'lockdown']));
    expect(organization.history.map(({ action, basis }) => [action, basis])).toEqual([
      ['lockdown', 'last-known'],
      ['block', 'last-known'],
    ]);
  });

  it('makes sure of a block that was seen before', () => {
    expect(locked(see(open, true, 1)).wanted?.lockdownId).toBe('L1');
  });

  it('takes the place of an unblock that is under way, and leaves a block to whoever decided it', () => {
    const want = (blocked: boolean): Organization => {
      const wish = { blocked, by: cleo, at: at(1), reason: 'Case 1' };
      const result = wantBlock(open, wish, { operationId: 'op', basis: 'fresh' });
      if (!result.ok) throw new Error(result.refusal.code);
      return result.doc;
    };
    expect(locked(want(false)).wanted).toMatchObject({ blocked: true, by: ben });
    expect(locked(want(true)).wanted).toMatchObject({ blocked: true, by: cleo });
  });

  it('without an account that may block only reads the block', () => {
    const organization = locked(open, { block: 'left-to-people' });
    expect(organization.wanted).toBeUndefined();
    expect(organization.owed.find(({ kind }) => kind === 'sync')?.dueAt).toEqual(at(minute));
  });

  it('where there is no block only closes, and is over once everything was seen closed', () => {
    const organization = locked(newOrganization('org1', 'C1', at(0)), { block: 'none' });
    expect(organization.wanted).toBeUndefined();
    const listed = withLockdown(organization, 'L1', { grantIds: [] });
    const over = lockdownSeen(listed, 'L1', [], at(2 * minute));
    expect(lockdownOf(over, 'L1')).toMatchObject({ withoutBlock: true, overAt: at(2 * minute) });
    expect(kinds(over)).not.toContain('lockdown');
  });

  it('is the same when it comes twice', () => {
    const once = locked(open);
    expect(locked(once)).toBe(once);
  });

  it('says nothing of its block beside the report', () => {
    expect(kinds(see(locked(open), true, 2 * minute))).not.toContain('note');
  });
});

describe('lockedDown', () => {
  it.each<[string, Grant, string, string | undefined]>([
    ['cancels what is requested', requested(), 'cancelled', 'cancel'],
    ['gives up what is opening', opening, 'closing', 'revoke'],
    ['leaves what is closing', closing, 'closing', undefined],
    ['leaves what is over', cancelled, 'cancelled', undefined],
  ])('%s', (_, grant, state, action) => {
    const doc = done(lockedDown(grant, lockdown, at(3 * minute)));
    expect(doc.state).toBe(state);
    if (action === undefined) expect(doc).toBe(grant);
    else {
      expect(doc.history.at(-1)).toMatchObject({ action, actor: ben, basis: 'last-known', operationId: 'L1' });
      expect(doc.history.at(-1)?.detail).toContain('lockdown');
    }
  });

  it('refuses a request whose time was over: it lapses by itself', () => {
    expect(lockedDown(requested(), lockdown, at(24 * hour))).toMatchObject({ ok: false, refusal: { code: 'lapsed' } });
  });
});

describe('lockdownSeen', () => {
  const listed = withLockdown(locked(open), 'L1', { grantIds: [closing._id] });
  const first = lockdownSeen(listed, 'L1', [closing], at(2 * minute));
  const over = { ...closing, state: 'revoked', slot: undefined, version: closing.version + 1 } as const;
  const blocked = see(first, true, 3 * minute);

  it('owes the report when something of it has changed, and only then', () => {
    const reported: Organization = { ...first, owed: first.owed.filter(({ kind }) => kind !== 'report') };
    expect(kinds(first)).toContain('report');
    expect(kinds(lockdownSeen(reported, 'L1', [closing], at(2 * minute + 5_000)))).not.toContain('report');
    expect(kinds(lockdownSeen(reported, 'L1', [over], at(2 * minute + 5_000)))).toContain('report');
  });

  it('looks again until everything was seen closed and blocked', () => {
    expect(kinds(lockdownSeen(blocked, 'L1', [closing], at(4 * minute)))).toContain('lockdown');
    expect(kinds(lockdownSeen(first, 'L1', [over], at(4 * minute)))).toContain('lockdown');
    const done = lockdownSeen(blocked, 'L1', [over], at(4 * minute));
    expect(kinds(done)).not.toContain('lockdown');
    expect(lockdownOf(done, 'L1')).toMatchObject({ overAt: at(4 * minute), blockedAt: at(3 * minute) });
  });

  it('counts no reading from before the decision', () => {
    const before = locked(see(open, true, 30_000), { block: 'left-to-people' });
    expect(lockdownOf(lockdownSeen(before, 'L1', [], at(2 * minute)), 'L1')?.blockedAt).toBeUndefined();
  });

  it('waits a day for people to block by hand, unless somebody unblocks', () => {
    const byHand = locked(open, { block: 'left-to-people' });
    expect(kinds(lockdownSeen(byHand, 'L1', [], at(24 * hour)))).toContain('lockdown');
    expect(kinds(lockdownSeen(byHand, 'L1', [], at(24 * hour + minute)))).not.toContain('lockdown');
  });

  it('knows why the block was given up', () => {
    const dropped = wishDropped(first, 'The account lacks a role.', at(3 * minute));
    expect(notBlockedBecause(dropped, lockdown)).toBe('The account lacks a role.');
    expect(notBlockedBecause(blocked, lockdown)).toBeUndefined();
  });

  it('keeps only the newest of those that are over', () => {
    let organization = see(open, true, 1);
    for (let n = 1; n <= 8; n++) {
      const id = `L${n}`;
      organization = see(locked(organization, { id, ms: n * hour }), true, n * hour + minute);
      organization = lockdownSeen(organization, id, [], at(n * hour + minute));
      organization = { ...organization, owed: organization.owed.filter(({ kind }) => kind !== 'report') };
    }
    expect(organization.lockdowns?.length).toBeLessThanOrEqual(6);
    expect(organization.lockdowns?.at(-1)?.id).toBe('L8');
  });
});
