import { describe, expect, it } from 'vitest';
import { callAnswered, callMarked } from '../../src/grants/calls.ts';
import { type Grant, isLive, isReplay, lastUnansweredCall, maybeOpenUntil, sameTerms } from '../../src/grants/grant.ts';
import {
  active,
  allStates,
  at,
  calling,
  closing,
  hour,
  infrastructure,
  inState,
  logs,
  minute,
  opening,
} from '../support/grants.ts';

const end = 4 * hour + minute;
const reopened = { terms: { type: logs, until: at(end) }, at: at(14 * minute) };

describe('isLive', () => {
  it('is true of what holds a slot', () => {
    expect(allStates.filter((state) => isLive(inState(state)))).toEqual(['opening', 'active', 'closing']);
  });

  it('is true of an ended grant whose call landed late', () => {
    expect(isLive({ ...inState('revoked'), reopened })).toBe(true);
  });
});

describe('isReplay', () => {
  it.each([
    ['op-request', true],
    ['op-60000', true],
    ['op-other', false],
  ])('of %s: %s', (operationId, expected) => {
    expect(isReplay(opening(), operationId)).toBe(expected);
  });
});

describe('lastUnansweredCall', () => {
  const again = calling(calling(), 2 * minute, 'open-2');

  it.each<[string, Grant, string | undefined]>([
    ['no call', opening(), undefined],
    ['one under way', calling(), 'open-1'],
    ['two, the later', again, 'open-2'],
    ['the later answered', callAnswered(again, 'open-2', 'done', at(3 * minute)), 'open-1'],
    ['both answered', active(), undefined],
    ['a refused one is an answer', callAnswered(calling(), 'open-1', 'refused', at(2 * minute)), undefined],
  ])('%s: %s', (_, grant, id) => {
    expect(lastUnansweredCall(grant)?.id).toBe(id);
  });
});

describe('maybeOpenUntil', () => {
  const extended = { ...active(), confirmed: { type: logs, until: at(6 * hour), at: at(5 * minute) } };

  it.each<[string, Grant, Date | undefined]>([
    ['nothing sent', opening(), undefined],
    ['a call under way', calling(), at(end)],
    ['a call that was refused', callAnswered(calling(), 'open-1', 'refused', at(2 * minute)), undefined],
    ['seen open', active(), at(end)],
    ['seen open for longer than was sent', extended, at(6 * hour)],
    ['closing, not seen closed', callMarked(closing(), { call: 'close' }, 'close-1', at(11 * minute)), at(end)],
    ['ended', inState('revoked'), undefined],
    ['ended, with a call that landed late', { ...inState('revoked'), reopened }, at(end)],
    ['never approved', inState('denied'), undefined],
  ])('%s', (_, grant, until) => {
    expect(maybeOpenUntil(grant)).toEqual(until);
  });
});

describe('sameTerms', () => {
  const terms = { type: logs, until: at(end) };

  it.each([
    ['the same', terms, true],
    ['another part of the same second', { type: logs, until: at(end + 999) }, true],
    ['a second more', { type: logs, until: at(end + 1_000) }, false],
    ['a millisecond less, which is the second before', { type: logs, until: at(end - 1) }, false],
    ['another type', { type: infrastructure, until: at(end) }, false],
  ])('%s', (_, other, expected) => {
    expect(sameTerms(terms, other)).toBe(expected);
    expect(sameTerms(other, terms)).toBe(expected);
  });
});
