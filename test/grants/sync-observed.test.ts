import { describe, expect, it } from 'vitest';
import { callAnswered, callMarked, type Reading } from '../../src/grants/calls.ts';
import { revoke, silenceReminders } from '../../src/grants/decide.ts';
import type { Grant } from '../../src/grants/grant.ts';
import { defaultPolicy } from '../../src/grants/policy.ts';
import { observed, verifiedByAnother } from '../../src/grants/sync.ts';
import { fireTimers } from '../../src/grants/timers.ts';
import {
  active,
  at,
  calling,
  closed,
  closing,
  decision,
  done,
  hour,
  infrastructure,
  inState,
  logs,
  minute,
  notes,
  open,
  opening,
  owes,
  second,
  story,
} from '../support/grants.ts';

const end = at(4 * hour + minute);
const wanted = { type: logs, until: end };
const asWanted = open(end);
const other = open(at(8 * hour), infrastructure);
const gone: Reading = { state: 'closed', targetExists: false };
const see = (grant: Grant, reading: Reading, ms: number): Grant => observed(grant, reading, defaultPolicy, at(ms));
const noteTypes = (grant: Grant): string[] => notes(grant).map((note) => note.type);

describe('opening', () => {
  it('seen open it is active, says so, and owes its end, its reminders and the next look', () => {
    const grant = see(calling(), asWanted, 2 * minute);
    expect(grant).toMatchObject({
      state: 'active',
      confirmed: { ...wanted, at: at(2 * minute) },
      openedAt: at(2 * minute),
      slot: 'org1/p1/web',
    });
    expect(owes(grant)).toEqual({ render: [0], end: [241], sync: [3], remind: [211], 'note opened': [2] });
    expect(story(grant).at(-1)).toBe('portcullis seen-open opening → active');
  });

  it('seen open although no call was made, it is active too: what is seen counts', () => {
    expect(see(opening(), asWanted, 2 * minute).state).toBe('active');
  });

  it('counts the reminders from the approval, not from the reading', () => {
    const grant = see(calling(opening({ durationMs: 8 * hour })), open(at(8 * hour + minute)), 9 * minute);
    expect(owes(grant).remind).toEqual([4 * 60 + 1, 7.5 * 60 + 1]);
  });

  it.each<[string, Reading]>([
    ['closed', closed],
    ['without its target', gone],
    ['with other terms', other],
    ['with another end', open(at(3 * hour))],
  ])('seen %s it waits, says why, and looks again in 5 seconds', (_, reading) => {
    const grant = see(calling(), reading, 2 * minute);
    expect(grant).toMatchObject({
      state: 'opening',
      trouble: { code: 'not-seen', since: at(2 * minute), told: false },
    });
    expect(grant.confirmed).toBeUndefined();
    expect(owes(grant).sync).toEqual([2 + 5 / 60]);
    expect(noteTypes(grant)).toEqual([]);
  });

  it('forgets the trouble once it is open', () => {
    expect(see(see(calling(), closed, 2 * minute), asWanted, 3 * minute).trouble).toBeUndefined();
  });
});

describe('active', () => {
  it.each([
    ['after one minute', 3 * minute, 7],
    ['after five', 7 * minute, 12],
    ['every five from then on', 12 * minute, 17],
    ['at once after a long stand-still', 2 * hour, 125],
  ])('is looked at again %s', (_, ms, next) => {
    const grant = see(active(), asWanted, ms);
    expect(owes(grant).sync).toEqual([next]);
    expect(grant.confirmed?.at).toEqual(at(ms));
    expect(grant.version).toBe(active().version);
    expect(grant.history).toEqual(active().history);
  });

  it('follows what somebody changed elsewhere: end, reminders and words', () => {
    const grant = see(active(), other, 10 * minute);
    expect(grant).toMatchObject({
      state: 'active',
      wanted: { type: infrastructure, until: at(8 * hour) },
      decided: wanted,
      confirmed: { type: infrastructure, until: at(8 * hour), at: at(10 * minute) },
    });
    // What was decided is that, however often it is changed.
    expect(see(grant, open(at(9 * hour)), 20 * minute)).toMatchObject({
      wanted: { until: at(9 * hour) },
      decided: wanted,
    });
    expect(owes(grant)).toMatchObject({ end: [480], remind: [450], sync: [15] });
    expect(notes(grant).at(-1)).toEqual({
      type: 'changed-outside',
      before: wanted,
      after: { type: infrastructure, until: at(8 * hour) },
      at: at(10 * minute),
    });
    expect(story(grant).at(-1)).toBe('outside changed-outside active');
  });

  it('brings back no reminder that somebody silenced', () => {
    const silenced = done(silenceReminders(active(), decision(5 * minute)));
    const grant = see(silenced, other, 10 * minute);
    expect(owes(grant)).not.toHaveProperty('remind');
    expect(owes(grant).end).toEqual([480]);
  });

  it('ends by the end that was adopted', () => {
    expect(fireTimers(see(active(), open(at(hour)), 10 * minute), at(hour)).closing?.outcome).toBe('expired');
  });

  describe('seen closed', () => {
    const missing = see(active(), closed, 10 * minute);

    it('waits for a second reading', () => {
      expect(missing).toMatchObject({ state: 'active', missingSince: at(10 * minute), slot: 'org1/p1/web' });
      expect(owes(missing).sync).toEqual([10.5]);
      expect(noteTypes(missing)).toEqual(['opened']);
      expect(missing.version).toBe(active().version);
    });

    it('a reading too soon settles nothing', () => {
      const again = see(missing, closed, 10 * minute + 29 * second);
      expect(again).toMatchObject({ state: 'active', missingSince: at(10 * minute) });
      expect(owes(again).sync).toEqual([10.5]);
    });

    it('seen open again it goes on, and nobody hears of it', () => {
      const back = see(missing, asWanted, 10.5 * minute);
      expect(back).toMatchObject({ state: 'active', version: active().version });
      expect(back.missingSince).toBeUndefined();
      expect(noteTypes(back)).toEqual(['opened']);
    });

    it.each<[string, Reading, string | undefined]>([
      ['target there', closed, undefined],
      ['target gone', gone, 'The portal no longer exists.'],
    ])('a second one ends it as ended elsewhere: %s', (_, reading, reason) => {
      const targetNoun = { one: 'portal', many: 'portals' };
      const ended = observed(missing, reading, defaultPolicy, at(10.5 * minute), { targetNoun });
      expect(ended).toMatchObject({
        state: 'revoked',
        closing: { outcome: 'revoked', by: { kind: 'outside' } },
        endedAt: at(10.5 * minute),
      });
      expect(ended.closing?.reason).toBe(reason);
      expect(ended.slot).toBeUndefined();
      expect(ended.confirmed).toBeUndefined();
      expect(noteTypes(ended)).toEqual(['opened', 'ended']);
      expect(story(ended).slice(-2)).toEqual([
        'outside ended-outside active → closing',
        'portcullis seen-closed closing → revoked',
      ]);
    });

    it('keeps the slot while a call of its own may still land', () => {
      const again = callMarked(active(), { call: 'open', terms: wanted, answers: [] }, 'open-2', at(10 * minute));
      const ending = see(see(again, closed, 10 * minute), closed, 10.5 * minute);
      expect(ending).toMatchObject({ state: 'closing', slot: 'org1/p1/web' });
      expect(owes(ending).sync).toEqual([12]);
    });
  });

  describe('being restored after a call of another record landed on it', () => {
    const plan = { call: 'open', terms: wanted, restores: 'other-terms', answers: ['their-open'] } as const;
    const restoring = callMarked(active(), { ...plan, answers: ['their-open'] }, 'open-2', at(10 * minute));

    it('seen as wanted it says that it was restored, in the channel too', () => {
      const grant = see(restoring, asWanted, 11 * minute);
      expect(notes(grant).at(-1)).toEqual({ type: 'restored', at: at(11 * minute), found: 'other-terms' });
      expect(grant.owed.at(-1)).toMatchObject({ kind: 'note', broadcast: true });
      expect(grant.restoring).toBeUndefined();
      expect(story(grant).at(-1)).toBe('portcullis restored active');
    });

    it.each<[string, Reading]>([
      ['other terms', other],
      ['nothing', closed],
    ])('seen with %s it goes on, and takes nothing for a person', (_, reading) => {
      const grant = see(restoring, reading, 11 * minute);
      expect(grant.wanted).toEqual(wanted);
      expect(grant.restoring).toEqual(restoring.restoring);
      expect(grant.missingSince).toBeUndefined();
      expect(owes(grant).sync).toEqual([11 + 5 / 60]);
      expect(grant.history).toEqual(restoring.history);
    });

    it('shows what is seen meanwhile', () => {
      expect(see(restoring, other, 11 * minute).confirmed).toMatchObject({ type: infrastructure, until: at(8 * hour) });
    });

    it.each<[string, Reading, Partial<Grant>]>([
      ['other terms', other, { wanted: { type: infrastructure, until: at(8 * hour) }, restoring: undefined }],
      ['nothing', closed, { missingSince: at(25 * minute) }],
    ])('seen with %s for 15 minutes it follows after all', (_, reading, expected) => {
      expect(see(restoring, reading, 25 * minute)).toEqual(expect.objectContaining(expected));
    });
  });
});

describe('closing', () => {
  const called = callMarked(closing(), { call: 'close' }, 'close-1', at(10 * minute));
  const answered = callAnswered(called, 'close-1', 'done', at(10 * minute));

  it.each<[string, Grant, number, string, string[]]>([
    ['revoked', answered, 11, 'revoked', ['opened', 'ended']],
    ['at its end', fireTimers(active(), end), 242, 'expired', ['opened', 'ended']],
    ['given up', fireTimers(opening(), at(16 * minute)), 17, 'failed', ['failed']],
  ])('%s, seen closed it has ended: slot, words, and two more looks', (_, grant, ms, outcome, types) => {
    const ended = see(grant, closed, ms * minute);
    expect(ended).toMatchObject({ state: outcome, endedAt: at(ms * minute), seenClosedAt: at(ms * minute) });
    expect(ended.slot).toBeUndefined();
    expect(ended.confirmed).toBeUndefined();
    expect(noteTypes(ended)).toEqual(types);
    expect(owes(ended)).toMatchObject({ sync: [ms + 1] });
    expect(story(ended).at(-1)).toBe(`portcullis seen-closed closing → ${outcome}`);
  });

  it('tells the channel, too, of an opening that failed', () => {
    const failed = inState('failed').owed.find((effect) => effect.kind === 'note');
    expect(failed).toMatchObject({ broadcast: true });
    const ended = inState('revoked').owed.filter((effect) => effect.kind === 'note');
    expect(ended.every((effect) => !effect.broadcast)).toBe(true);
  });

  it.each<[string, number, string]>([
    ['while an unanswered call may still land', 12 * minute - 1, 'closing'],
    ['two minutes after it', 12 * minute, 'revoked'],
  ])('seen closed %s', (_, ms, state) => {
    expect(see(called, closed, ms).state).toBe(state);
  });

  it('waiting for that, it shows that it was seen closed, and looks again when the time has come', () => {
    const waiting = see(called, closed, 11 * minute);
    expect(waiting).toMatchObject({ state: 'closing', seenClosedAt: at(11 * minute), slot: 'org1/p1/web' });
    expect(waiting.confirmed).toBeUndefined();
    expect(waiting.version).toBe(called.version + 1);
    expect(owes(waiting).sync).toEqual([12]);
    expect(noteTypes(waiting)).toEqual(['opened']);
    expect(see(waiting, closed, 11.5 * minute).version).toBe(waiting.version);
    expect(see(waiting, closed, 12 * minute).endedAt).toEqual(at(11 * minute));
  });

  it('an unanswered opening call keeps it waiting as well', () => {
    const given = done(revoke(calling(), decision(2 * minute)));
    expect(see(given, closed, 3 * minute).state).toBe('closing');
    expect(see(given, closed, 3 * minute + 10 * second).state).toBe('revoked');
  });

  it('seen open again it begins anew', () => {
    const grant = see(see(called, closed, 11 * minute), other, 12 * minute);
    expect(grant).toMatchObject({
      state: 'closing',
      confirmed: { type: infrastructure, until: at(8 * hour), at: at(12 * minute) },
      trouble: { code: 'still-open' },
    });
    expect(grant.seenClosedAt).toBeUndefined();
    expect(owes(grant).sync).toEqual([12 + 5 / 60]);
  });
});

describe('ended', () => {
  const ended = inState('revoked');

  it.each<[string, Grant, number, number[] | undefined]>([
    ['a minute after', ended, 12 * minute, [16]],
    ['five minutes after, and never again', ended, 16 * minute, undefined],
    ['after a stand-still, once', ended, 3 * hour, undefined],
  ])('seen closed %s', (_, grant, ms, sync) => {
    const after = see(grant, closed, ms);
    expect(owes(after).sync).toEqual(sync);
    expect(after.version).toBe(ended.version);
    expect(verifiedByAnother(grant, at(ms))).toEqual(after);
  });

  it('access that nobody here opened is left to a record of its own', () => {
    const after = see(ended, other, 12 * minute);
    expect(after.history).toEqual(ended.history);
    expect(noteTypes(after)).toEqual(noteTypes(ended));
    expect(after.slot).toBeUndefined();
  });

  describe('with a call that landed late', () => {
    const marked = callMarked(ended, { call: 'close', late: wanted }, 'close-2', at(12 * minute));
    const answered = callAnswered(marked, 'close-2', 'done', at(12 * minute));

    it('seen closed it gives the slot back, says so in the channel, and is looked at twice more', () => {
      const grant = see(answered, closed, 13 * minute);
      expect(grant.state).toBe('revoked');
      expect(grant.slot).toBeUndefined();
      expect(grant.reopened).toBeUndefined();
      expect(notes(grant).at(-1)).toEqual({ type: 'landed-late', at: at(12 * minute), terms: wanted });
      expect(grant.owed.at(-1)).toMatchObject({ broadcast: true });
      expect(owes(grant).sync).toEqual([14]);
      expect(story(grant).at(-1)).toBe('portcullis late-landing-closed revoked');
      expect(owes(see(grant, closed, 18 * minute))).not.toHaveProperty('sync');
    });

    it('keeps the slot while the close may still land', () => {
      const waiting = see(marked, closed, 13 * minute);
      expect(waiting).toMatchObject({ slot: 'org1/p1/web', reopened: { terms: wanted } });
      expect(owes(waiting).sync).toEqual([14]);
      expect(see(waiting, closed, 14 * minute).slot).toBeUndefined();
    });

    it('still open it is tried again, and shown', () => {
      const grant = see(answered, asWanted, 13 * minute);
      expect(grant).toMatchObject({ slot: 'org1/p1/web', trouble: { code: 'still-open' } });
      expect(owes(grant).sync).toEqual([13 + 5 / 60]);
      expect(see(grant, closed, 14 * minute).trouble).toBeUndefined();
    });
  });
});

it.each(['requested', 'denied', 'cancelled', 'lapsed'] as const)('%s owes no look at the provider', (state) => {
  const grant = inState(state);
  const asked: Grant = { ...grant, owed: [{ id: 's', kind: 'sync', dueAt: at(0), attempts: 0 }] };
  for (const reading of [closed, asWanted]) expect(see(asked, reading, hour)).toEqual({ ...grant, owed: [] });
});
