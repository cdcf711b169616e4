import { describe, expect, it } from 'vitest';
import { callAnswered, callMarked, type PlannedCall, planCall, type Reading } from '../../src/grants/calls.ts';
import type { Grant } from '../../src/grants/grant.ts';
import {
  active,
  allStates,
  at,
  calling,
  closed,
  closing,
  hour,
  infrastructure,
  inState,
  logs,
  minute,
  open,
  opening,
  second,
  story,
  wantedBy,
} from '../support/grants.ts';

const end = at(4 * hour + minute);
const wanted = { type: logs, until: end };
const gone: Reading = { state: 'closed', targetExists: false };
const other = open(at(8 * hour), infrastructure);
const late = { type: infrastructure, until: at(3 * hour) };

/** An earlier grant of the same target: opened with terms of its own, closed by a call that was never answered. */
const earlier: Grant = {
  ...inState('revoked'),
  _id: 'g-earlier',
  sent: [
    { id: 'their-open', call: 'open', terms: late, at: at(0) },
    { id: 'their-close', call: 'close', at: at(minute) },
  ],
};
const closedAtTheEnd: Grant = { ...earlier, sent: [{ id: 'their-last', call: 'close', at: at(4 * hour) }] };
const answered: Grant = { ...earlier, sent: earlier.sent.map((call) => ({ ...call, answer: 'done' as const })) };

type Row = [string, Grant, Reading, number, PlannedCall | undefined];

describe('planCall', () => {
  const openWanted: PlannedCall = { call: 'open', terms: wanted, answers: [] };

  it.each<Row>([
    ['nothing there', opening(), closed, 2 * minute, openWanted],
    ['no target there: the provider has to say so', opening(), gone, 2 * minute, openWanted],
    ['something else there: it is replaced', opening(), other, 2 * minute, openWanted],
    ['what is wanted', opening(), open(end), 2 * minute, undefined],
    [
      'what is wanted, in another part of the second',
      opening(),
      open(at(4 * hour + minute + 1)),
      2 * minute,
      undefined,
    ],
    ['nothing there, just in time', opening(), closed, 16 * minute - 1, openWanted],
    ['nothing there, 15 minutes after the approval', opening(), closed, 16 * minute, undefined],
    ['something else there, hours later', opening(), other, 3 * hour, undefined],
    ['nothing there, a call under way already', calling(), closed, 2 * minute, openWanted],
  ])('opening, %s', (_, grant, reading, ms, expected) => {
    expect(planCall(grant, reading, [], at(ms))).toEqual(expected);
  });

  it.each<Row>([
    ['open', closing(), open(end), 11 * minute, { call: 'close' }],
    ['other terms: whatever it holds is closed', closing(), other, 11 * minute, { call: 'close' }],
    [
      'open, after the end that was given to the provider',
      closing(),
      open(end),
      5 * hour,
      { call: 'close', pastEnd: end },
    ],
    ['closed', closing(), closed, 11 * minute, undefined],
    ['no target', closing(), gone, 11 * minute, undefined],
  ])('closing, %s', (_, grant, reading, ms, expected) => {
    expect(planCall(grant, reading, [], at(ms))).toEqual(expected);
  });

  it.each<[string, Grant, Reading, Grant[], number, PlannedCall | undefined]>([
    ['as wanted', active(), open(end), [earlier], 5 * minute, undefined],
    ['closed, by a person', active(), closed, [], 5 * minute, undefined],
    ['closed, all calls to close having been answered', active(), closed, [answered], 5 * minute, undefined],
    [
      'closed by a call that landed late',
      active(),
      closed,
      [earlier],
      5 * minute,
      { call: 'open', terms: wanted, restores: 'closed', answers: ['their-close'] },
    ],
    [
      'closed again after that: by a person',
      { ...active(), answeredCalls: ['their-close'] },
      closed,
      [earlier],
      5 * minute,
      undefined,
    ],
    ['closed, too long after that call', active(), closed, [earlier], 16 * minute, undefined],
    ['other terms, by a person', active(), other, [earlier], 5 * minute, undefined],
    [
      'terms of a call that landed late',
      active(),
      open(late.until, late.type),
      [earlier],
      5 * minute,
      { call: 'open', terms: wanted, restores: 'other-terms', answers: ['their-open'] },
    ],
    [
      'the same terms once more, which the same record sent twice',
      { ...active(), answeredCalls: ['their-open'] },
      open(late.until, late.type),
      [earlier],
      5 * minute,
      { call: 'open', terms: wanted, restores: 'other-terms', answers: ['their-open'] },
    ],
    [
      'still closed after a restoring call',
      { ...active(), answeredCalls: ['their-close'], restoring: { found: 'closed', at: at(5 * minute) } },
      closed,
      [earlier],
      6 * minute,
      { call: 'open', terms: wanted, restores: 'closed', answers: [] },
    ],
    [
      'still closed a quarter of an hour after a restoring call',
      { ...active(), restoring: { found: 'closed', at: at(5 * minute) } },
      closed,
      [],
      20 * minute,
      undefined,
    ],
    ['closed by a call that landed late, at the end', active(), closed, [closedAtTheEnd], 4 * hour + minute, undefined],
    [
      'terms of a late call, at the end',
      active(),
      open(late.until, late.type),
      [earlier],
      4 * hour + minute,
      undefined,
    ],
  ])('active, %s', (_, grant, reading, siblings, ms, expected) => {
    expect(planCall(grant, reading, siblings, at(ms))).toEqual(expected);
  });

  const revoked = inState('revoked');
  const reopened: Grant = { ...revoked, reopened: { terms: wanted, at: at(12 * minute) }, slot: 'org1/p1/web' };

  it.each<[string, Grant, Reading, Grant[], PlannedCall | undefined]>([
    ['closed', revoked, closed, [], undefined],
    ['open by its own late call', revoked, open(end), [], { call: 'close', late: wanted }],
    [
      'open by the late call of another ended one',
      revoked,
      open(late.until, late.type),
      [earlier],
      { call: 'close', late },
    ],
    ['open by somebody else', revoked, other, [earlier], undefined],
    ['open while another grant holds the slot', revoked, open(end), [{ ...active(), _id: 'g-next' }], undefined],
    ['holding the slot again, open', reopened, open(end), [], { call: 'close', late: wanted }],
    [
      'holding the slot again, other terms: whatever it holds is closed',
      reopened,
      other,
      [],
      { call: 'close', late: { type: infrastructure, until: at(8 * hour) } },
    ],
    ['holding the slot again, closed', reopened, closed, [], undefined],
  ])('ended, %s', (_, grant, reading, siblings, expected) => {
    expect(planCall(grant, reading, siblings, at(13 * minute))).toEqual(expected);
  });

  it.each(allStates.filter((state) => inState(state).approvedAt === undefined))('never calls in state %s', (state) => {
    for (const reading of [closed, gone, open(end), other]) {
      expect(planCall(inState(state), reading, [], at(13 * minute))).toBeUndefined();
    }
  });
});

describe('callMarked', () => {
  it('an opening is known before it is made, and access may be open from then', () => {
    const grant = calling();
    expect(grant.sent).toEqual([{ id: 'open-1', call: 'open', terms: wanted, at: at(minute + 10 * second) }]);
    expect(grant.maybeOpenFrom).toEqual(at(minute + 10 * second));
    expect(grant.state).toBe('opening');
  });

  it('a second opening leaves the first instant standing', () => {
    const grant = calling(calling(), 2 * minute, 'open-2');
    expect(grant.sent.map((call) => call.id)).toEqual(['open-1', 'open-2']);
    expect(grant.maybeOpenFrom).toEqual(at(minute + 10 * second));
  });

  it('a close leaves what was seen standing', () => {
    const grant = callMarked(closing(), { call: 'close' }, 'close-1', at(11 * minute));
    expect(grant.sent.at(-1)).toEqual({ id: 'close-1', call: 'close', at: at(11 * minute) });
    expect(grant.confirmed).toEqual(active().confirmed);
  });

  const restore: PlannedCall = { call: 'open', terms: wanted, restores: 'closed', answers: ['their-close'] };

  it('a restoring call says what it answers, and since when', () => {
    const grant = callMarked(active(), restore, 'open-2', at(5 * minute));
    expect(grant).toMatchObject({ answeredCalls: ['their-close'], restoring: { found: 'closed', at: at(5 * minute) } });
  });

  it('made again, it counts from the first', () => {
    const first = callMarked(active(), restore, 'open-2', at(5 * minute));
    const again = callMarked(first, restore, 'open-3', at(6 * minute));
    expect(again.restoring?.at).toEqual(at(5 * minute));
  });

  it('closing what landed late takes the slot again, and the message shows it', () => {
    const before = inState('revoked');
    const grant = callMarked(before, { call: 'close', late: wanted }, 'close-2', at(12 * minute));
    expect(grant).toMatchObject({
      state: 'revoked',
      slot: 'org1/p1/web',
      reopened: { terms: wanted, at: at(12 * minute) },
      version: before.version + 1,
    });
    const again = callMarked(grant, { call: 'close', late }, 'close-3', at(13 * minute));
    expect(again.reopened).toEqual({ terms: late, at: at(12 * minute) });
  });
});

describe('callAnswered', () => {
  const twice = calling(calling(), 2 * minute, 'open-2');

  it.each<[string, Grant, 'done' | 'refused', Date | undefined]>([
    ['done: it may be open', calling(), 'done', at(minute + 10 * second)],
    ['refused: it is not', calling(), 'refused', undefined],
    ['refused, but another call was never answered', twice, 'refused', at(minute + 10 * second)],
  ])('%s', (_, grant, answer, maybeOpenFrom) => {
    const after = callAnswered(grant, 'open-1', answer, at(3 * minute));
    expect(after.sent[0]?.answer).toBe(answer);
    expect(after.sent[1]?.answer).toBeUndefined();
    expect(after.maybeOpenFrom).toEqual(maybeOpenFrom);
    expect(after.state).toBe('opening');
    expect(after.version).toBe(grant.version);
  });

  it('an opening refused for good goes on to closing, with the reason', () => {
    const grant = callAnswered(calling(), 'open-1', 'refused', at(2 * minute), 'The cluster is paused.');
    expect(grant).toMatchObject({
      state: 'closing',
      closing: { outcome: 'failed', by: { kind: 'portcullis' }, reason: 'The cluster is paused.' },
    });
    expect(story(grant).at(-1)).toBe('portcullis opening-refused opening → closing');
    expect(grant.history.at(-1)?.detail).toBe('The cluster is paused.');
  });

  it.each<[string, Grant]>([
    ['active', callMarked(active(), { call: 'open', terms: wanted, answers: [] }, 'call', at(5 * minute))],
    ['closing', callMarked(closing(), { call: 'close' }, 'call', at(11 * minute))],
    ['revoked', callMarked(inState('revoked'), { call: 'close', late: wanted }, 'call', at(12 * minute))],
  ])('a call refused for good changes no state but opening: %s', (state, grant) => {
    const after = callAnswered(grant, 'call', 'refused', at(13 * minute), 'The account lacks a role.');
    expect(after.state).toBe(state);
    expect(after.sent.at(-1)?.answer).toBe('refused');
    expect(after.owed).toEqual(grant.owed);
  });

  it('an answer to a call of long ago says nothing about the others', () => {
    const after = callAnswered(twice, 'open-2', 'done', at(3 * minute));
    expect(after.sent.map((call) => call.answer)).toEqual([undefined, 'done']);
  });
});

it('what is wanted is what is read back', () => {
  expect(planCall(calling(), wantedBy(opening()), [], at(2 * minute))).toBeUndefined();
});
