import { describe, expect, it } from 'vitest';
import { callMarked } from '../../src/grants/calls.ts';
import { revoke } from '../../src/grants/decide.ts';
import type { Grant } from '../../src/grants/grant.ts';
import { withoutEffect } from '../../src/grants/owed.ts';
import { defaultPolicy } from '../../src/grants/policy.ts';
import { observed, syncFailed } from '../../src/grants/sync.ts';
import {
  active,
  at,
  calling,
  closed,
  closing,
  decision,
  done,
  hour,
  inState,
  logs,
  minute,
  notes,
  opening,
} from '../support/grants.ts';

const end = at(4 * hour + minute);
const noteTypes = (grant: Grant): string[] => notes(grant).map((note) => note.type);

describe('syncFailed', () => {
  const problem = { code: 'timeout', message: 'Atlas did not answer.' };
  const fail = (grant: Grant, ms: number, what = problem): Grant => syncFailed(grant, what, at(ms + minute), at(ms));

  it.each<[string, Grant]>([
    ['opening', opening()],
    ['active', active()],
    ['closing', closing()],
    ['ended', inState('revoked')],
  ])('%s is tried again when told, and counts its attempts from the first failure', (_, grant) => {
    const twice = fail(fail(grant, 12 * minute), 13 * minute);
    expect(twice.owed.find((effect) => effect.kind === 'sync')).toMatchObject({
      dueAt: at(14 * minute),
      attempts: 2,
      failingSince: at(12 * minute),
    });
    expect(twice.state).toBe(grant.state);
    expect(twice.slot).toBe(grant.slot);
  });

  it.each<[string, Grant]>([
    ['active', active()],
    ['ended', inState('revoked')],
  ])('is no matter for words while nothing has to change: %s', (_, grant) => {
    const failed = fail(grant, 12 * minute);
    expect(failed.trouble).toBeUndefined();
    expect(failed.version).toBe(grant.version);
  });

  it('is shown once for each problem, and counted from the first', () => {
    const first = fail(opening(), 2 * minute);
    expect(first).toMatchObject({ trouble: { ...problem, since: at(2 * minute), told: false } });
    expect(first.version).toBe(opening().version + 1);
    const same = fail(first, 3 * minute);
    expect(same.version).toBe(first.version);
    const another = fail(same, 4 * minute, { code: 'forbidden', message: 'The account lacks a role.' });
    expect(another.version).toBe(first.version + 1);
    expect(another.trouble).toMatchObject({ code: 'forbidden', since: at(2 * minute) });
  });

  it('of an opening is told nobody: it is given up in time', () => {
    expect(notes(fail(fail(calling(), 2 * minute), 10 * minute))).toEqual([]);
  });

  describe('of a closing', () => {
    const first = fail(closing(), 10 * minute);

    it.each<[string, number, boolean]>([
      ['within the first minute', 11 * minute - 1, false],
      ['after a minute', 11 * minute, true],
    ])('%s', (_, ms, told) => {
      const grant = fail(first, ms);
      expect(grant.trouble?.told).toBe(told);
      expect(noteTypes(grant).includes('closing-trouble')).toBe(told);
    });

    it('says until when access may be open, in the channel, and only once', () => {
      const told = fail(first, 11 * minute);
      expect(told.owed.at(-1)).toMatchObject({ broadcast: true, note: { type: 'closing-trouble', until: end } });
      const again = fail(told, 20 * minute, { code: 'forbidden', message: 'The account lacks a role.' });
      expect(noteTypes(again).filter((type) => type === 'closing-trouble')).toHaveLength(1);
    });

    it('has nothing to tell when no call can have opened anything', () => {
      const given = done(revoke(opening(), decision(2 * minute)));
      expect(notes(fail(fail(given, 3 * minute), 9 * minute))).toEqual([]);
    });

    it('is forgotten once it is seen closed, and told anew when it comes back', () => {
      const told = fail(first, 11 * minute);
      const marked = callMarked(told, { call: 'close' }, 'close-1', at(12 * minute));
      const seen = observed(marked, closed, defaultPolicy, at(12 * minute));
      expect(seen.trouble).toBeUndefined();
      const again = fail(fail(seen, 13 * minute), 14 * minute);
      expect(noteTypes(again).filter((type) => type === 'closing-trouble')).toHaveLength(2);
    });
  });

  it('of a late landing is told like that of a closing', () => {
    const marked = callMarked(
      inState('revoked'),
      { call: 'close', late: { type: logs, until: end } },
      'close-2',
      at(12 * minute),
    );
    const failed = fail(fail(marked, 12 * minute), 13 * minute);
    expect(notes(failed).at(-1)).toEqual({ type: 'closing-trouble', until: end });
  });

  it('leaves a record that owes no look as it is', () => {
    const grant = active();
    const sync = grant.owed.find((effect) => effect.kind === 'sync');
    const owing = withoutEffect(grant, sync?.id ?? '');
    expect(fail(owing, 12 * minute)).toBe(owing);
  });
});
