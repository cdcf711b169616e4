import { describe, expect, it } from 'vitest';
import {
  blockCallAnswered,
  blockCallMarked,
  blockObserved,
  blockSyncFailed,
  fireOrganizationTimers,
  planBlockCall,
  wantBlock,
  wishDropped,
} from '../../src/grants/block.ts';
import { inChannel, newOrganization, type Organization } from '../../src/grants/organization.ts';
import { at, ben, cleo, minute } from '../support/grants.ts';

const fresh = newOrganization('org1', 'C1', at(0));
const see = (organization: Organization, blocked: boolean, ms: number): Organization =>
  blockObserved(organization, { blocked }, at(ms));
const want = (organization: Organization, blocked: boolean, ms: number, operationId = `op-${ms}`) =>
  wantBlock(
    organization,
    { blocked, by: ben, at: at(ms), reason: blocked ? '' : 'Case 1' },
    { operationId, basis: 'fresh' },
  );

function wanting(organization: Organization, blocked: boolean, ms: number): Organization {
  const result = want(organization, blocked, ms);
  if (!result.ok) throw new Error(result.refusal.code);
  return result.doc;
}

/** Due times in minutes of the story, notes by their type. */
function owes(organization: Organization): Record<string, number> {
  const named = organization.owed.map((effect) => [
    effect.kind === 'note' ? `note ${effect.note.type}` : effect.kind,
    (effect.dueAt.getTime() - at(0).getTime()) / minute,
  ]);
  return Object.fromEntries(named);
}
const actions = (organization: Organization): string[] => organization.history.map((entry) => entry.action);

const blockedByHand = see(fresh, true, 0);
const open = see(fresh, false, 0);
const unblocking = wanting(blockedByHand, false, 10 * minute);
const blocking = wanting(open, true, 10 * minute);
const unblocked = see(unblocking, false, 11 * minute);
const blocked = see(blocking, true, 11 * minute);

describe('a new organization', () => {
  it('owes a look at its block, and tells nothing when it is first read', () => {
    expect(owes(fresh)).toEqual({ sync: 0 });
    expect(owes(blockedByHand)).toEqual({ sync: 5, 'refresh-requests': 0 });
    expect(blockedByHand).toMatchObject({ confirmed: { blocked: true, since: at(0), at: at(0) }, history: [] });
  });

  it('follows the settings to another channel', () => {
    expect(inChannel(fresh, 'C1')).toBe(fresh);
    expect(inChannel(fresh, 'C2')).toEqual({ ...fresh, channelId: 'C2' });
  });
});

describe('wantBlock', () => {
  it('an unblock is owed at once and given up in time', () => {
    expect(unblocking).toMatchObject({ wanted: { blocked: false, by: ben }, version: blockedByHand.version + 1 });
    expect(owes(unblocking)).toMatchObject({ sync: 10, 'unblock-deadline': 25 });
    expect(unblocking.history.at(-1)).toMatchObject({
      action: 'unblock',
      actor: ben,
      basis: 'fresh',
      detail: 'Case 1',
    });
    expect(unblocking.confirmed?.blocked).toBe(true);
  });

  it('a block is never given up', () => {
    expect(owes(blocking)).toMatchObject({ sync: 10 });
    expect(owes(blocking)).not.toHaveProperty('unblock-deadline');
    expect(blocking.history.at(-1)).toMatchObject({ action: 'block', detail: undefined });
  });

  it.each<[string, Organization, boolean, string]>([
    ['a block of what is blocked', blockedByHand, true, 'already-so'],
    ['an unblock that somebody wants already', unblocking, false, 'already-wanted'],
    ['a block that somebody wants already', blocking, true, 'already-wanted'],
  ])('refuses %s', (_, organization, wish, code) => {
    expect(want(organization, wish, 12 * minute)).toMatchObject({ ok: false, refusal: { code } });
  });

  it('an unblock of what is not blocked sets another time, and is told as that', () => {
    const again = see(wanting(open, false, 10 * minute), false, 11 * minute);
    expect(again.owed.find((effect) => effect.kind === 'note')).toMatchObject({
      note: { type: 'unblocked', again: true },
    });
  });

  it('says who wants it already', () => {
    const decided = wantBlock(
      unblocking,
      { blocked: false, by: cleo, at: at(12 * minute), reason: 'Case 2' },
      { operationId: 'op-other', basis: 'fresh' },
    );
    expect(decided).toMatchObject({ refusal: { wish: { by: ben, at: at(10 * minute) } } });
  });

  it('the opposite takes the place of what was wanted, its deadline included', () => {
    const organization = wanting(unblocking, true, 12 * minute);
    expect(organization.wanted?.blocked).toBe(true);
    expect(owes(organization)).toMatchObject({ sync: 12 });
    expect(owes(organization)).not.toHaveProperty('unblock-deadline');
  });

  it('before the first reading both may be wanted', () => {
    expect(wanting(fresh, true, 0).wanted?.blocked).toBe(true);
    expect(wanting(fresh, false, 0).wanted?.blocked).toBe(false);
  });

  it('a replay changes nothing', () => {
    expect(want(unblocked, false, 10 * minute)).toEqual({ ok: true, doc: unblocked, replayed: true });
  });
});

describe('planBlockCall', () => {
  const unanswered = blockCallMarked(unblocking, false, 'call-1', at(10 * minute));
  const changedMind = see(wanting(unanswered, true, 11 * minute), true, 12 * minute);
  const dropped = wishDropped(unanswered, 'Too late', at(25 * minute));

  it.each<[string, Organization, boolean, boolean | undefined]>([
    ['an unblock that is wanted', unblocking, true, false],
    ['an unblock that has come about', unblocking, false, undefined],
    ['a block that is wanted', blocking, false, true],
    ['a block that has come about', blocking, true, undefined],
    ['nothing decided, nothing known', fresh, false, undefined],
    ['nothing decided: a person changed it', blockedByHand, false, undefined],
    ['decided, and as decided', blocked, true, undefined],
    ['decided: a person changed it', blocked, false, undefined],
    ['decided, and an unblock of ours landed late', changedMind, false, true],
    ['given up, and it landed late: back to what was seen before', dropped, false, true],
    ['given up, and it did not land', dropped, true, undefined],
    ['a restoring call whose process died', { ...blocked, restoring: at(12 * minute) }, false, true],
  ])('%s', (_, organization, reading, call) => {
    expect(planBlockCall(organization, { blocked: reading })).toBe(call);
  });

  it('an answered call explains nothing any more', () => {
    const answered = blockCallAnswered(changedMind, 'call-1');
    expect(planBlockCall(answered, { blocked: false })).toBeUndefined();
  });

  it('nor does one that has not landed in a quarter of an hour', () => {
    expect(planBlockCall(see(changedMind, true, 24 * minute), { blocked: false })).toBe(true);
    expect(planBlockCall(see(changedMind, true, 25 * minute), { blocked: false })).toBeUndefined();
  });
});

describe('blockCallMarked', () => {
  it('is known before it is made', () => {
    const marked = blockCallMarked(unblocking, false, 'call-1', at(10 * minute));
    expect(marked.sent).toEqual([{ id: 'call-1', blocked: false, at: at(10 * minute) }]);
    expect(marked.restoring).toBeUndefined();
  });

  it('a restoring call takes the place of the calls it undoes, and counts from the first', () => {
    const late = { ...blocked, sent: [{ id: 'late', blocked: false, at: at(9 * minute) }] };
    const marked = blockCallMarked(late, true, 'call-2', at(12 * minute));
    expect(marked).toMatchObject({ sent: [{ id: 'call-2', blocked: true }], restoring: at(12 * minute) });
    expect(blockCallMarked(marked, true, 'call-3', at(13 * minute)).restoring).toEqual(at(12 * minute));
  });
});

describe('blockObserved', () => {
  it.each<[string, Organization, string, string]>([
    ['an unblock', unblocked, 'note unblocked', 'seen-unblocked'],
    ['a block', blocked, 'note blocked', 'seen-blocked'],
  ])('%s is told once it is seen, and looked at again', (_, organization, note, action) => {
    expect(organization.wanted).toBeUndefined();
    expect(organization.decided?.by).toEqual(ben);
    expect(owes(organization)).toEqual({ sync: 12, 'refresh-requests': 0, [note]: 11 });
    expect(actions(organization).at(-1)).toBe(action);
  });

  it('what is not shown yet is looked at again in 5 seconds, and nothing is told', () => {
    const waiting = see(unblocking, true, 11 * minute);
    expect(waiting).toMatchObject({
      wanted: { blocked: false },
      trouble: { code: 'not-seen', since: at(11 * minute) },
    });
    expect(owes(waiting)).toEqual({ sync: 11 + 5 / 60, 'unblock-deadline': 25, 'refresh-requests': 0 });
    expect(see(waiting, false, 12 * minute).trouble).toBeUndefined();
  });

  it.each([
    ['a minute after', 12, 16],
    ['five minutes after', 16, 21],
    ['every five', 30, 35],
  ])('reads it %s', (_, ms, next) => {
    const seen = see(blocked, true, ms * minute);
    expect(owes(seen).sync).toBe(next);
    expect(seen).toMatchObject({
      confirmed: { since: at(11 * minute), at: at(ms * minute) },
      version: blocked.version,
    });
  });

  it.each<[string, Organization, boolean]>([
    ['blocked by hand', blockedByHand, false],
    ['decided here', blocked, false],
    ['unblocked here', unblocked, true],
  ])('follows and tells what a person changed elsewhere: %s', (_, organization, reading) => {
    const seen = see(organization, reading, 20 * minute);
    expect(seen.confirmed).toEqual({ blocked: reading, since: at(20 * minute), at: at(20 * minute) });
    expect(seen.decided).toBeUndefined();
    expect(owes(seen)).toMatchObject({ 'note block-changed-outside': 20, 'refresh-requests': 0 });
    expect(seen.history.at(-1)).toMatchObject({ action: 'block-changed-outside', actor: { kind: 'outside' } });
    expect(planBlockCall(seen, { blocked: reading })).toBeUndefined();
  });

  describe('while a late landing is undone', () => {
    const late = { ...blocked, sent: [{ id: 'late', blocked: false, at: at(11 * minute) }] };
    const restoring = blockCallMarked(late, true, 'call-2', at(12 * minute));

    it('tells that it was restored, once', () => {
      const seen = see(restoring, true, 13 * minute);
      expect(owes(seen)).toMatchObject({ 'note block-restored': 13 });
      expect(seen.restoring).toBeUndefined();
      expect(seen.decided?.blocked).toBe(true);
      expect(actions(see(seen, true, 14 * minute))).toEqual(actions(seen));
    });

    it('takes what is not shown yet for nobody else', () => {
      const seen = see(restoring, false, 13 * minute);
      expect(seen).toMatchObject({
        restoring: at(12 * minute),
        decided: { blocked: true },
        trouble: { code: 'not-seen' },
      });
      expect(actions(seen)).toEqual(actions(restoring));
      expect(planBlockCall(seen, { blocked: false })).toBe(true);
    });

    it('follows after all when it has not come back for 15 minutes', () => {
      const seen = see(restoring, false, 27 * minute);
      expect(seen.restoring).toBeUndefined();
      expect(actions(seen).at(-1)).toBe('block-changed-outside');
    });

    it('goes back to what was seen before where nobody had decided', () => {
      const given = wishDropped(
        blockCallMarked(unblocking, false, 'late', at(24 * minute)),
        'Too late',
        at(25 * minute),
      );
      const undone = see(blockCallMarked(given, true, 'call-2', at(26 * minute)), true, 26 * minute);
      expect(actions(undone).at(-1)).toBe('block-restored');
    });

    it('a decision ends it', () => {
      const decided = see(wanting(restoring, false, 13 * minute), false, 14 * minute);
      expect(decided.restoring).toBeUndefined();
      expect(actions(see(decided, false, 15 * minute)).at(-1)).toBe('seen-unblocked');
    });
  });
});

describe('time', () => {
  it.each<[string, Organization, number]>([
    ['before the deadline', unblocking, 25 * minute - 1],
    ['a block has none', blocking, 25 * minute],
    ['nothing wanted', blockedByHand, 60 * minute],
  ])('gives the same object: %s', (_, organization, ms) => {
    expect(fireOrganizationTimers(organization, at(ms))).toBe(organization);
  });

  it('gives up an unblock that was not seen within 15 minutes, and reads again', () => {
    const given = fireOrganizationTimers(unblocking, at(25 * minute));
    expect(given.wanted).toBeUndefined();
    expect(owes(given)).toEqual({ sync: 25, 'refresh-requests': 0, 'note block-not-done': 25 });
    expect(given.history.at(-1)).toMatchObject({ action: 'unblock-not-done', actor: { kind: 'portcullis' } });
  });

  it('a deadline that makes no sense only goes away', () => {
    const deadline = { id: 'd', kind: 'unblock-deadline', dueAt: at(0), attempts: 0 } as const;
    for (const organization of [blockedByHand, blocking]) {
      const owing: Organization = { ...organization, owed: [...organization.owed, deadline] };
      expect(fireOrganizationTimers(owing, at(60 * minute))).toEqual(organization);
    }
  });
});

describe('wishDropped', () => {
  it.each<[string, Organization, string, boolean]>([
    ['an unblock', unblocking, 'unblock-not-done', false],
    ['a block', blocking, 'block-not-done', true],
  ])('tells who wanted %s and why it does not come about', (_, organization, action, wish) => {
    const dropped = wishDropped(organization, 'The account lacks a role.', at(12 * minute));
    const note = dropped.owed.find((effect) => effect.kind === 'note');
    expect(note).toMatchObject({ note: { blocked: wish, by: ben, reason: 'The account lacks a role.' } });
    expect(actions(dropped).at(-1)).toBe(action);
    expect(dropped.confirmed).toEqual(organization.confirmed);
    expect(owes(dropped)).not.toHaveProperty('unblock-deadline');
  });

  it('gives the same object when nothing is wanted', () => {
    expect(wishDropped(blocked, 'Why', at(12 * minute))).toBe(blocked);
  });
});

describe('blockSyncFailed', () => {
  const problem = { code: 'timeout', message: 'Atlas did not answer.' };

  it('is tried again when told, counted from the first failure, and shown', () => {
    const first = blockSyncFailed(unblocking, problem, at(12 * minute), at(11 * minute));
    const second = blockSyncFailed(first, problem, at(14 * minute), at(12 * minute));
    expect(second.owed.find((effect) => effect.kind === 'sync')).toMatchObject({
      dueAt: at(14 * minute),
      attempts: 2,
      failingSince: at(11 * minute),
    });
    expect(second).toMatchObject({ trouble: { code: 'timeout', since: at(11 * minute) }, wanted: { blocked: false } });
    expect(second.confirmed).toEqual(unblocking.confirmed);
  });

  it('owes the look even if it was not owed', () => {
    const owing = blockSyncFailed({ ...blocked, owed: [] }, problem, at(12 * minute), at(11 * minute));
    expect(owes(owing)).toEqual({ sync: 12 });
  });
});
