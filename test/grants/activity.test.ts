import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  activityNotRead,
  activityOwed,
  activityRead,
  isActivityKnown,
  openWindow,
  type StaffEvent,
} from '../../src/grants/activity.ts';
import type { Grant } from '../../src/grants/grant.ts';
import { owe, withoutKinds } from '../../src/grants/owed.ts';
import { allStates, at, hour, inState, minute, notes, owes, story } from '../support/grants.ts';

/** Seen closed at 11 minutes, and told. */
const ended = (): Grant => ({
  ...withoutKinds(inState('revoked'), 'note', 'render', 'sync'),
  receipt: { channel: 'C1', ts: '1.2' },
});

const portcullis = { kind: 'portcullis' } as const;
const windowOf = (grant: Grant) => openWindow(grant) ?? expect.fail('It was never open');
const event = (id: number, ms = 5 * minute): StaffEvent => ({ id: `e${id}`, at: at(ms), type: 'T', on: 'target' });
const read = (grant: Grant, events: readonly StaffEvent[], ms: number): Grant =>
  activityRead(grant, windowOf(grant), events, at(ms));
const failed = (grant: Grant, ms: number, retryMs?: number): Grant =>
  activityNotRead(
    grant,
    windowOf(grant),
    { message: 'Away.', retryAt: retryMs === undefined ? undefined : at(retryMs) },
    at(ms),
  );
const dueAt = (grant: Grant): number[] => owes(grant).activity ?? [];

describe('what is looked at', () => {
  it.each(allStates)('of a record that is %s', (state) => {
    const looked = ['failed', 'expired', 'revoked'].includes(state);
    const grant = inState(state);
    const never = grant.maybeOpenFrom === undefined || !looked;
    expect(dueAt(activityOwed(withoutKinds(grant, 'activity'), at(0)))).toEqual(never ? [] : [0]);
  });

  it('is the time from the first call that could have opened it until it was seen closed', () => {
    const { from, to } = windowOf(inState('revoked'));
    expect([from, to]).toEqual([inState('revoked').maybeOpenFrom, at(11 * minute)]);
  });

  it('begins an hour before access was found, and ends with a late landing', () => {
    const found = { at: at(10 * minute), terms: { type: 'T', until: at(hour) } };
    const closedAgain = {
      at: at(30 * minute),
      action: 'late-landing-closed',
      actor: { kind: 'portcullis' },
      to: 'revoked',
    } as const;
    const grant = { ...ended(), found, history: [...ended().history, closedAgain] };
    expect(openWindow(grant)).toEqual({ from: at(-50 * minute), to: at(30 * minute) });
  });
});

describe('readings', () => {
  it('are made at the end, an hour after and a day after, and then no more', () => {
    let grant = ended();
    expect(dueAt(grant)).toEqual([11]);
    grant = read(grant, [], 11 * minute);
    expect(dueAt(grant)).toEqual([71]);
    grant = read(grant, [], 71 * minute);
    expect(dueAt(grant)).toEqual([24 * 60 + 11]);
    grant = read(grant, [], 24 * hour + 11 * minute);
    expect(dueAt(grant)).toEqual([]);
    expect(story(grant).slice(-2)).toEqual(Array(2).fill('portcullis activity-recorded revoked'));
    expect(notes(grant)).toEqual([]);
  });

  it('are begun anew at once where the window became another one meanwhile', () => {
    const grant = ended();
    const before = windowOf(grant);
    const closedAgain = {
      at: at(30 * minute),
      action: 'late-landing-closed',
      actor: { kind: 'portcullis' },
      to: 'revoked',
    } as const;
    const later = { ...grant, history: [...grant.history, closedAgain] };
    expect(dueAt(activityRead(later, before, [], at(31 * minute)))).toEqual([31]);
  });

  it('tell of what is new, once, by a note, and in the note about the end', () => {
    const first = read(ended(), [event(1)], 11 * minute);
    expect(notes(first)).toEqual([{ type: 'late-activity', count: 1, fresh: [event(1)], at: at(11 * minute) }]);
    expect(owes(first).receipt).toEqual([11]);
    const again = read(withoutKinds(first, 'note', 'receipt'), [event(1)], 71 * minute);
    expect(notes(again)).toEqual([]);
    expect(again.activity).toMatchObject({ readAt: at(71 * minute), events: [event(1)] });
  });

  it('leave the telling to the note about the end while that is still owed', () => {
    const grant = owe(
      { ...ended(), receipt: undefined },
      { kind: 'note', dueAt: at(0), note: { type: 'ended' }, broadcast: false },
    );
    expect(notes(read(grant, [event(1)], 11 * minute))).toEqual([{ type: 'ended' }]);
  });

  it('lose nothing, count everything once, and stay small, whatever is read in whatever order', () => {
    const reading = fc.uniqueArray(fc.integer({ min: 0, max: 150 }), { maxLength: 120 });
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1, maxLength: 5 }), (readings) => {
        let grant = ended();
        const all = new Set<number>();
        let told = 0;
        let before: readonly StaffEvent[] = [];
        for (const [index, some] of readings.entries()) {
          // The vendor's records only grow.
          for (const id of some) all.add(id);
          const events = [...all].map((id) => event(id, id * 1_000));
          grant = read(activityOwed(withoutKinds(grant, 'note'), at(0)), events, (12 + index) * minute);
          told += notes(grant).reduce((sum, note) => sum + (note.type === 'late-activity' ? note.count : 0), 0);
          const { events: kept = [], more } = grant.activity ?? {};
          expect(kept).toEqual(expect.arrayContaining([...before]));
          before = kept;
          expect(kept.length + (more ?? 0)).toBe(all.size);
          expect(kept.length).toBe(Math.min(50, all.size));
        }
        expect(told).toBe(all.size);
      }),
    );
  });

  it('show nothing old as new where there was more than is kept', () => {
    const many = Array.from({ length: 60 }, (_, id) => event(id, id * 1_000));
    const first = withoutKinds(read(ended(), many, 11 * minute), 'note');
    const early = event(61, 500);
    const again = read(first, [early, ...many], 71 * minute);
    expect(notes(again)).toEqual([{ type: 'late-activity', count: 1, fresh: [], at: at(71 * minute) }]);
    expect(again.activity).toMatchObject({ events: many.slice(0, 50), more: 11 });
  });

  it('name as new what is kept, and count the rest', () => {
    const many = Array.from({ length: 60 }, (_, id) => event(id, id * 1_000));
    const first = withoutKinds(read(ended(), many.slice(20), 11 * minute), 'note');
    const [note] = notes(read(first, many.toReversed(), 71 * minute));
    expect(note).toMatchObject({ type: 'late-activity', count: 20, fresh: many.slice(0, 10) });
  });

  it('change nothing once nothing is owed: a reading that ends late is dropped', () => {
    const grant = withoutKinds(ended(), 'activity');
    expect(read(grant, [event(1)], hour)).toBe(grant);
    expect(failed(grant, hour)).toBe(grant);
  });
});

describe('a reading that fails', () => {
  it('is tried again, no later than the next one is due, and shown once', () => {
    const once = failed(ended(), 11 * minute, 12 * minute);
    expect(dueAt(once)).toEqual([12]);
    expect(owes(once).receipt).toEqual([11]);
    expect(once.activity).toMatchObject({ notRead: 'Away.', events: [] });
    const twice = failed(withoutKinds(once, 'receipt'), 12 * minute, 3 * hour);
    expect(dueAt(twice)).toEqual([71]);
    expect(owes(twice).receipt).toBeUndefined();
    expect(read(twice, [], 71 * minute).activity?.notRead).toBeUndefined();
  });

  it('waits for the next one where nobody but a person can mend it', () => {
    expect(dueAt(failed(ended(), 11 * minute))).toEqual([71]);
  });

  it('is given up a day after the last one was due, and that is on record', () => {
    let grant = ended();
    const last = 24 * hour + 11 * minute;
    for (let ms = last; dueAt(grant).length > 0; ms += hour) grant = failed(grant, ms, ms + hour);
    expect(grant.history.at(-1)).toMatchObject({
      action: 'activity-not-read',
      at: at(last + 24 * hour),
      detail: 'Away.',
    });
    expect(dueAt(failed(ended(), last))).toEqual([]);
  });

  it('leaves what was read of its own window where that has become another one', () => {
    const first = read(ended(), [], 11 * minute);
    const closedAgain = {
      at: at(30 * minute),
      action: 'late-landing-closed',
      actor: portcullis,
      to: 'revoked',
    } as const;
    const wider = { ...first, history: [...first.history, closedAgain] };
    expect(isActivityKnown(first)).toBe(true);
    const unread = failed(wider, 31 * minute);
    expect(unread.activity).toMatchObject({ to: at(11 * minute), readAt: at(11 * minute), notRead: 'Away.' });
    expect(isActivityKnown(unread)).toBe(false);
    const known = read(unread, [event(1)], 32 * minute);
    expect(known.activity).toMatchObject({ to: at(30 * minute), events: [event(1)] });
    expect(isActivityKnown(known)).toBe(true);
    expect(failed(ended(), 12 * minute).activity).toMatchObject(windowOf(ended()));
  });

  it('keeps what was read before', () => {
    const grant = failed(read(ended(), [event(1)], 11 * minute), 71 * minute);
    expect(grant.activity).toMatchObject({ events: [event(1)], readAt: at(11 * minute), notRead: 'Away.' });
  });
});
