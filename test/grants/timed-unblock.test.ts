import { describe, expect, it } from 'vitest';
import { blockObserved, fireOrganizationTimers, wantBlock, wishDropped } from '../../src/grants/block.ts';
import { newOrganization, type Organization } from '../../src/grants/organization.ts';
import { announceUnblock, guardPosted } from '../../src/grants/timed-unblock.ts';
import { at, ben, cleo, hour, minute } from '../support/grants.ts';

const see = (organization: Organization, blocked: boolean, ms: number): Organization =>
  blockObserved(organization, { blocked }, at(ms));

/** An unblock by Ben, for so long, or a block. */
function want(organization: Organization, ms: number, blocked: boolean, durationMs?: number): Organization {
  const until = durationMs === undefined ? undefined : at(ms + durationMs);
  const wish = { blocked, by: ben, at: at(ms), reason: 'Case 1', until };
  const result = wantBlock(organization, wish, { operationId: `op-${ms}`, basis: 'fresh' });
  if (!result.ok) throw new Error(result.refusal.code);
  return result.doc;
}

/** When, in hours of the story, the block at the end is due; undefined when none is owed. */
function reblockAt(organization: Organization): number | undefined {
  const dueAt = organization.owed.find((effect) => effect.kind === 'reblock')?.dueAt;
  return dueAt === undefined ? undefined : (dueAt.getTime() - at(0).getTime()) / hour;
}

const blocked = see(newOrganization('org1', 'C1', at(0)), true, 0);
const wanted = want(blocked, 0, false, 4 * hour);
const unblocked = see(wanted, false, minute);
const over = fireOrganizationTimers(unblocked, at(4 * hour));
const refusedOnce = wishDropped(over, 'Refused.', at(4 * hour));

describe('the block at the end of an unblock', () => {
  it.each<[string, Organization, number | undefined]>([
    ['is owed with the decision', wanted, 4],
    ['and after it was seen', unblocked, 4],
    ['not without an end', see(want(blocked, 0, false), false, minute), undefined],
    ['not when the unblock is given up', fireOrganizationTimers(wanted, at(15 * minute)), undefined],
    ['not once somebody blocks', want(unblocked, hour, true), undefined],
    ['again when that block was refused', wishDropped(want(unblocked, hour, true), 'Refused.', at(hour)), 4],
    ['not once it was blocked elsewhere', see(unblocked, true, hour), undefined],
    ['at the new time, when somebody unblocks again', want(unblocked, hour, false, 8 * hour), 9],
    [
      'at the old time when that comes to nothing',
      fireOrganizationTimers(want(unblocked, hour, false, 8 * hour), at(hour + 15 * minute)),
      4,
    ],
    ['not while it is under way', over, undefined],
  ])('%s', (_, organization, hours) => {
    expect(reblockAt(organization)).toBe(hours);
  });

  it('is wanted as if somebody had decided it, and never given up', () => {
    expect(over.wanted).toMatchObject({ blocked: true, by: { kind: 'portcullis' }, timeOver: { by: ben } });
    expect(over.owed.map(({ kind }) => kind)).toContain('sync');
    expect(over.owed.map(({ kind }) => kind)).not.toContain('unblock-deadline');
    expect(fireOrganizationTimers(over, at(24 * hour))).toBe(over);
  });

  it('is not due a moment before', () => {
    expect(fireOrganizationTimers(unblocked, at(4 * hour - 1))).toBe(unblocked);
  });

  it('is told with who had unblocked', () => {
    const note = see(over, true, 4 * hour).owed.find(
      (effect) => effect.kind === 'note' && effect.note.type === 'blocked',
    );
    expect(note).toMatchObject({ note: { timeOver: { by: ben, until: at(4 * hour) } } });
  });

  it('that is refused is tried again, and told, with growing pauses', () => {
    let organization = refusedOnce;
    const pauses: number[] = [];
    for (let tries = 0; tries < 7; tries++) {
      const due = reblockAt(organization) ?? Number.NaN;
      const last = organization.history.at(-1)?.at.getTime() ?? Number.NaN;
      pauses.push(due * 60 - (last - at(0).getTime()) / minute);
      organization = wishDropped(fireOrganizationTimers(organization, at(due * hour)), 'Refused.', at(due * hour));
    }
    expect(pauses).toEqual([15, 30, 60, 120, 240, 240, 240]);
    const notes = organization.owed.filter((effect) => effect.kind === 'note' && effect.note.type === 'block-overdue');
    expect(notes).toHaveLength(8);
  });

  it('and ends with the next reading that shows it blocked', () => {
    expect(reblockAt(see(refusedOnce, true, 5 * hour))).toBeUndefined();
  });
});

describe('an unblock that was announced and is made by hand', () => {
  const wish = { blocked: false, by: cleo, at: at(0), reason: 'Case 2', until: at(2 * hour) };
  const announced = announceUnblock(blocked, wish, { operationId: 'op', basis: 'fresh' });

  it('is told as theirs, and has its end', () => {
    const seen = see(announced, false, 30 * minute);
    expect(seen).toMatchObject({ decided: { by: cleo }, announced: undefined });
    expect(reblockAt(seen)).toBe(2);
    expect(seen.owed.at(-1)).toMatchObject({ kind: 'note', note: { type: 'unblocked', by: cleo, reason: 'Case 2' } });
  });

  it('explains nothing after an hour, or once somebody has decided to block', () => {
    for (const [organization, ms] of [
      [announced, hour],
      [want(want(announced, 1, false), 2, true), 30 * minute],
    ] as const) {
      const later = see(organization, false, ms);
      expect(later.decided).toBeUndefined();
      expect(reblockAt(later)).toBeUndefined();
    }
  });
});

describe('the notes that told of an unblock', () => {
  const note = { type: 'unblocked', by: ben, at: at(minute), reason: 'Case 1' } as const;
  const posted = guardPosted(unblocked, { channel: 'C1', ts: '1.1', note }, at(minute));
  const renders = (organization: Organization): boolean =>
    organization.owed.some((effect) => effect.kind === 'render-guards');

  it('are rendered again when it is blocked, and when a newer one follows', () => {
    expect(renders(posted)).toBe(false);
    expect(renders(see(posted, true, hour))).toBe(true);
    expect(renders(guardPosted(posted, { channel: 'C1', ts: '2.2', note }, at(hour)))).toBe(true);
  });

  it('also when it was blocked before the note was posted', () => {
    expect(renders(guardPosted(blocked, { channel: 'C1', ts: '1.1', note }, at(minute)))).toBe(true);
  });
});
