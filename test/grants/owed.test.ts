import { describe, expect, it } from 'vitest';
import {
  claimed,
  dueEffects,
  type OwedEffect,
  type Owing,
  owe,
  oweOnce,
  replaceEffect,
  sealed,
  touched,
  withoutEffect,
  withoutKinds,
} from '../../src/grants/owed.ts';
import { at, minute } from '../support/grants.ts';

type Effect = OwedEffect & { readonly kind: 'sync' | 'render' | 'note' };

const empty: Owing<Effect> = { _id: 'd', rev: 3, version: 2, owed: [], effectCount: 4 };
const owing = owe(
  empty,
  { kind: 'note', dueAt: at(5 * minute) },
  { kind: 'sync', dueAt: at(2 * minute) },
  { kind: 'note', dueAt: at(9 * minute) },
);

describe('owe', () => {
  it('gives every effect an id of its own, for all time', () => {
    expect(owing.owed.map(({ id, kind, attempts }) => [id, kind, attempts])).toEqual([
      ['e5', 'note', 0],
      ['e6', 'sync', 0],
      ['e7', 'note', 0],
    ]);
    const next = owe(withoutEffect(owing, 'e7'), { kind: 'note', dueAt: at(0) });
    expect(next.owed.at(-1)?.id).toBe('e8');
    expect(next.effectCount).toBe(8);
  });

  it('leaves the document it was given as it was', () => {
    owe(owing, { kind: 'sync', dueAt: at(0) });
    expect(owing.owed).toHaveLength(3);
  });
});

describe('oweOnce', () => {
  it('owes what is not owed yet', () => {
    expect(oweOnce(empty, { kind: 'sync', dueAt: at(0) }).owed).toEqual([
      { id: 'e5', kind: 'sync', dueAt: at(0), attempts: 0 },
    ]);
  });

  it('brings an owed one forward, keeping its id and its attempts', () => {
    const tried = replaceEffect(owing, 'e6', { attempts: 3, failingSince: at(0) });
    expect(oweOnce(tried, { kind: 'sync', dueAt: at(minute) }).owed[1]).toEqual({
      id: 'e6',
      kind: 'sync',
      dueAt: at(minute),
      attempts: 3,
      failingSince: at(0),
    });
  });

  it.each([2 * minute, 3 * minute])('leaves an earlier or equal due time alone (%d ms)', (ms) => {
    expect(oweOnce(owing, { kind: 'sync', dueAt: at(ms) })).toBe(owing);
  });
});

describe('withoutEffect, withoutKinds, replaceEffect', () => {
  it.each<[string, Owing<Effect>, string[]]>([
    ['one effect by its id', withoutEffect(owing, 'e5'), ['e6', 'e7']],
    ['an id that is not owed', withoutEffect(owing, 'e1'), ['e5', 'e6', 'e7']],
    ['every effect of a kind', withoutKinds(owing, 'note'), ['e6']],
    ['several kinds', withoutKinds(owing, 'note', 'sync'), []],
    ['a kind that is not owed', withoutKinds(owing, 'render'), ['e5', 'e6', 'e7']],
  ])('takes away %s', (_, doc, left) => {
    expect(doc.owed.map((effect) => effect.id)).toEqual(left);
    expect(doc.effectCount).toBe(7);
  });

  it('changes the one effect of that id, and nothing when it is owed no longer', () => {
    const changed = replaceEffect(owing, 'e6', { dueAt: at(0), attempts: 2 });
    expect(changed.owed).toEqual([owing.owed[0], { ...owing.owed[1], dueAt: at(0), attempts: 2 }, owing.owed[2]]);
    expect(replaceEffect(owing, 'e1', { attempts: 9 }).owed).toEqual(owing.owed);
  });
});

describe('dueEffects', () => {
  it.each([
    [2 * minute - 1, []],
    [2 * minute, ['e6']],
    [5 * minute, ['e6', 'e5']],
    [9 * minute, ['e6', 'e5', 'e7']],
  ])('at %d ms gives %j, earliest first', (ms, ids) => {
    expect(dueEffects(owing, at(ms)).map((effect) => effect.id)).toEqual(ids);
  });
});

describe('touched', () => {
  it('counts the version and no write', () => {
    expect(touched(owing)).toMatchObject({ version: 3, rev: 3 });
  });
});

describe('sealed', () => {
  const lease = { token: 't', until: at(30 * minute) };

  it.each<[string, Owing<Effect>, Date | undefined]>([
    ['nothing is owed', empty, undefined],
    ['effects are owed', owing, at(2 * minute)],
    ['a lease is held: its end, as the holder sees what comes before', { ...owing, lease }, lease.until],
    ['a lease is held and nothing is owed', { ...empty, lease }, lease.until],
    ['an old due time no longer holds', { ...empty, nextDueAt: at(0) }, undefined],
  ])('says when to look next: %s', (_, doc, nextDueAt) => {
    expect(sealed(doc).nextDueAt).toEqual(nextDueAt);
  });

  it('counts the write and no version', () => {
    expect(sealed(owing)).toMatchObject({ rev: 4, version: 2 });
  });
});

describe('claimed', () => {
  const mine = { token: 'mine', until: at(10 * minute) };
  const held = (ms: number): Owing<Effect> => ({ ...owing, lease: { token: 'theirs', until: at(ms) } });

  it('takes a free document and leaves its effects alone', () => {
    expect(claimed(owing, mine, at(5 * minute))).toEqual({ ...owing, lease: mine });
  });

  it('refuses while a lease runs, to its last millisecond', () => {
    expect(claimed(held(5 * minute), mine, at(5 * minute - 1))).toBeUndefined();
  });

  it('counts every due effect as tried when the lease before was never released', () => {
    const doc = claimed(held(5 * minute), mine, at(5 * minute));
    expect(doc?.lease).toEqual(mine);
    expect(doc?.owed.map(({ id, attempts, failingSince }) => ({ id, attempts, failingSince }))).toEqual([
      { id: 'e5', attempts: 1, failingSince: at(5 * minute) },
      { id: 'e6', attempts: 1, failingSince: at(5 * minute) },
      { id: 'e7', attempts: 0, failingSince: undefined },
    ]);
  });

  it('remembers since when an effect has been failing', () => {
    const failing = replaceEffect(held(5 * minute), 'e6', { attempts: 2, failingSince: at(minute) });
    expect(claimed(failing, mine, at(6 * minute))?.owed[1]).toMatchObject({ attempts: 3, failingSince: at(minute) });
  });
});
