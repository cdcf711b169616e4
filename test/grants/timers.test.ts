import { describe, expect, it } from 'vitest';
import { approve, deny, silenceReminders } from '../../src/grants/decide.ts';
import type { Grant } from '../../src/grants/grant.ts';
import { owe, withoutEffect } from '../../src/grants/owed.ts';
import { fireTimers } from '../../src/grants/timers.ts';
import {
  active,
  allStates,
  approvalContext,
  at,
  closing,
  decision,
  done,
  hour,
  inState,
  minute,
  notes,
  opening,
  owes,
  requested,
  story,
} from '../support/grants.ts';

const end = 4 * hour + minute;

/** As the note's poster leaves it. */
const posted = (grant: Grant): Grant =>
  grant.owed.filter((effect) => effect.kind === 'note').reduce((left, note) => withoutEffect(left, note.id), grant);

describe('nothing due', () => {
  it.each<[string, Grant, number]>([
    ['a request before its first nudge', requested(), hour - 1],
    ['an opening before its deadline', opening(), 16 * minute - 1],
    ['an active grant before its first reminder', active(), end - 30 * minute - 1],
    ['a closing grant, which has no timer', closing(), 48 * hour],
    ['a revoked grant', inState('revoked'), 48 * hour],
  ])('gives the same object for %s', (_, grant, ms) => {
    expect(fireTimers(grant, at(ms))).toBe(grant);
  });
});

describe('lapse', () => {
  const lapsed = fireTimers(requested(), at(24 * hour));

  it('ends a request, frees its slot and says so', () => {
    expect(lapsed).toMatchObject({ state: 'lapsed', endedAt: at(24 * hour) });
    expect(lapsed.requestSlot).toBeUndefined();
    expect(owes(lapsed)).toEqual({ render: [0], 'note lapsed': [1440] });
    expect(story(lapsed).at(-1)).toBe('portcullis lapse requested → lapsed');
  });

  it('does not wait for the approvals that are missing', () => {
    const first = done(approve({ ...requested(), approvalsNeeded: 2 }, decision(minute), approvalContext));
    expect(fireTimers(first, at(24 * hour)).state).toBe('lapsed');
  });
});

describe('nudge', () => {
  it('brings the request up again, without a new version of its message', () => {
    const grant = fireTimers(requested(), at(hour));
    expect(notes(grant)).toEqual([{ type: 'waiting', since: at(0) }]);
    expect(owes(grant)).toMatchObject({ nudge: [240], render: [0] });
    expect(grant.version).toBe(requested().version);
    expect(grant.state).toBe('requested');
  });

  it('comes again at the next time once the first has been posted', () => {
    const later = fireTimers(posted(fireTimers(requested(), at(hour))), at(4 * hour));
    expect(notes(later)).toHaveLength(1);
    expect(owes(later)).not.toHaveProperty('nudge');
  });

  it.each<[string, Grant]>([
    ['came due while nobody was running', requested()],
    ['is still to be posted', fireTimers(requested(), at(hour))],
  ])('says the same only once when another %s', (_, grant) => {
    const later = fireTimers(grant, at(5 * hour));
    expect(notes(later)).toHaveLength(1);
    expect(owes(later)).not.toHaveProperty('nudge');
  });

  it('says nothing when the request lapsed meanwhile', () => {
    expect(notes(fireTimers(requested(), at(25 * hour)))).toEqual([{ type: 'lapsed' }]);
  });
});

describe('open-deadline', () => {
  const given = fireTimers(opening(), at(16 * minute));

  it('gives up through closing, and claims nothing yet', () => {
    expect(given).toMatchObject({
      state: 'closing',
      closing: { outcome: 'failed', by: { kind: 'portcullis' }, at: at(16 * minute) },
      slot: 'org1/p1/web',
    });
    expect(given.closing?.reason).toContain('15 minutes');
    expect(owes(given)).toEqual({ render: [0], sync: [16] });
    expect(story(given).at(-1)).toBe('portcullis give-up-opening opening → closing');
  });
});

describe('end', () => {
  const ending = fireTimers(active(), at(end));

  it('starts closing, and claims nothing yet', () => {
    expect(ending).toMatchObject({ state: 'closing', closing: { outcome: 'expired', by: { kind: 'portcullis' } } });
    expect(ending.endedAt).toBeUndefined();
    expect(owes(ending).sync).toEqual([241]);
    expect(story(ending).at(-1)).toBe('portcullis end active → closing');
  });

  it('comes not a millisecond early', () => {
    expect(fireTimers(active(), at(end - 1)).state).toBe('active');
  });

  it('comes for a grant whose reminders were silenced', () => {
    const silenced = done(silenceReminders(active(), decision(10 * minute)));
    expect(fireTimers(silenced, at(end)).state).toBe('closing');
  });
});

describe('remind', () => {
  const long = active({ durationMs: 24 * hour });
  const reminders = (grant: Grant) => notes(grant).filter((note) => note.type === 'reminder');

  it('notes the end that is coming', () => {
    const grant = fireTimers(long, at(20 * hour + minute));
    expect(reminders(grant)).toEqual([{ type: 'reminder', until: at(24 * hour + minute) }]);
    expect(owes(grant)).toMatchObject({ remind: [23.5 * 60 + 1], render: [0] });
    expect(grant.version).toBe(long.version);
  });

  it('comes a second time once the first has been posted', () => {
    const grant = posted(fireTimers(long, at(20 * hour + minute)));
    expect(reminders(fireTimers(grant, at(23.5 * hour + minute)))).toHaveLength(1);
  });

  it('says it once when several came due', () => {
    const grant = fireTimers(long, at(23.75 * hour));
    expect(reminders(grant)).toHaveLength(1);
    expect(owes(grant)).not.toHaveProperty('remind');
  });

  it('says nothing when the end came due with it', () => {
    const grant = fireTimers(long, at(25 * hour));
    expect(reminders(grant)).toEqual([]);
    expect(grant.state).toBe('closing');
  });
});

describe('several overdue at once', () => {
  it('take effect earliest first, whatever the order in which they are owed', () => {
    const grant = requested();
    const shuffled = { ...grant, owed: grant.owed.toReversed() };
    expect(fireTimers(shuffled, at(48 * hour))).toEqual({
      ...fireTimers(grant, at(48 * hour)),
      owed: expect.any(Array),
    });
    expect(owes(fireTimers(shuffled, at(48 * hour)))).toEqual(owes(fireTimers(grant, at(48 * hour))));
  });

  it('each look at the state the ones before left', () => {
    const grant = owe(
      active(),
      { kind: 'open-deadline', dueAt: at(16 * minute) },
      { kind: 'lapse', dueAt: at(24 * hour) },
    );
    const later = fireTimers(grant, at(48 * hour));
    expect(later.closing?.outcome).toBe('expired');
    expect(story(later).slice(-1)).toEqual(['portcullis end active → closing']);
  });
});

describe('a timer that makes no sense', () => {
  const timers = ['lapse', 'nudge', 'open-deadline', 'end', 'remind'] as const;
  const sense = { lapse: 'requested', nudge: 'requested', 'open-deadline': 'opening', end: 'active', remind: 'active' };
  const pairs = timers.flatMap((kind) =>
    allStates.filter((state) => state !== sense[kind]).map((state) => [kind, state] as const),
  );

  it.each(pairs)('%s in state %s only goes away', (kind, state) => {
    const grant = { ...inState(state), owed: [] };
    const owing: Grant = { ...grant, owed: [{ id: 'timer', kind, dueAt: at(0), attempts: 0 }] };
    expect(fireTimers(owing, at(0))).toEqual(grant);
  });

  it('is not left behind by a decision', () => {
    const denied = done(deny(requested(), decision(minute), 'No'));
    expect(fireTimers(denied, at(48 * hour))).toBe(denied);
  });
});
