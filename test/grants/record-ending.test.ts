import { describe, expect, it } from 'vitest';
import { seenOpenAfterEnd } from '../../src/grants/after-end.ts';
import { isVouchedFor, recordEnding } from '../../src/grants/record-ending.ts';
import { active, allStates, at, closing, hour, inState, minute, notes, owes } from '../support/grants.ts';

const operator = { kind: 'operator', name: 'root' } as const;
const end = (grant: Parameters<typeof recordEnding>[0], now: Date) => recordEnding(grant, operator, 'op-end', now);

describe('recordEnding', () => {
  it('is refused until the last end that the provider was given', () => {
    const grant = closing();
    const until = grant.wanted?.until;
    expect(end(grant, at(30 * minute))).toEqual({ ok: false, refusal: { code: 'may-be-open', grant, until } });
  });

  it('ends the record after that: no slot, nothing for the provider to do, on the record as the operator', () => {
    const grant = closing();
    const result = end(grant, at(30 * hour));
    if (!result.ok) throw new Error(result.refusal.code);
    expect(result.doc).toMatchObject({ state: grant.closing?.outcome, endedAt: grant.wanted?.until });
    expect(result.doc.slot).toBeUndefined();
    expect(owes(result.doc)).not.toHaveProperty('sync');
    expect(result.doc.history.at(-1)).toMatchObject({ action: 'ending-recorded', actor: operator });
    expect(notes(result.doc).at(-1)).toMatchObject({ type: 'ended' });
  });

  it('is told from an end that was seen', () => {
    const result = end(closing(), at(30 * hour));
    expect(result.ok && isVouchedFor(result.doc)).toBe(true);
    expect(allStates.filter((state) => isVouchedFor(inState(state)))).toEqual([]);
  });

  it('is no earlier than it was recorded where it was seen open after its end', () => {
    const late = seenOpenAfterEnd(closing(), at(5 * hour), at(6 * hour));
    expect(end(late, at(30 * hour))).toMatchObject({ ok: true, doc: { endedAt: at(30 * hour) } });
  });

  it.each(['requested', 'opening', 'active', 'expired', 'denied'] as const)(
    'is refused for a grant that is %s',
    (state) => {
      const grant = state === 'active' ? active() : inState(state);
      expect(end(grant, at(48 * hour))).toEqual({ ok: false, refusal: { code: 'not-closing', grant } });
    },
  );
});
