import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Grant } from '../../src/grants/grant.ts';
import { monthSpan } from '../../src/reports/month.ts';
import { unblockedMs } from '../../src/reports/report.ts';
import { hour } from '../support/grants.ts';
import { infrastructure, inOctober, logs, opened, organizationWith, recorded, report, sync } from './samples.ts';

const hoursOf = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / hour;

/** Grants that begin and end on whole hours around October, some over each other. */
const anyGrants = fc.array(
  fc
    .record({
      name: fc.constantFrom('a', 'b', 'c'),
      type: fc.constantFrom(logs, infrastructure, sync),
      from: fc.integer({ min: -60, max: 800 }),
      length: fc.integer({ min: 1, max: 48 }),
    })
    .map(({ length, ...rest }) => ({ ...rest, to: rest.from + length })),
  { maxLength: 12 },
);

describe('how long a cluster was open', () => {
  it('is every hour of the month in which some grant had it open, once', () => {
    fc.assert(
      fc.property(anyGrants, fc.integer({ min: 0, max: 900 }), (grants, at) => {
        const made = report(
          grants.map((grant, index) => opened({ ...grant, change: { _id: `g-${index}` } })),
          { at: inOctober(at) },
        );
        for (const name of ['a', 'b', 'c']) {
          const own = grants.filter((grant) => grant.name === name);
          const isOpen = (time: number): boolean => own.some(({ from, to }) => from <= time && time < to);
          const expected = Array.from({ length: Math.min(744, at) }, (_, time) => time).filter(isOpen).length;
          const found = made.targets.find(({ target }) => target.name === name);
          expect((found?.openMs ?? 0) / hour).toBe(expected);
          expect(found === undefined).toBe(expected === 0);
        }
        for (const { from, to } of made.targets.flatMap(({ periods }) => periods)) {
          expect(hoursOf(made.from, from)).toBeGreaterThanOrEqual(0);
          expect(hoursOf(from, to)).toBeGreaterThan(0);
          expect(hoursOf(to, made.until)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('goes on until now for what is open, and never beyond the end that the provider was given', () => {
    const change = { endedAt: undefined, state: 'active' as const };
    const openMs = (at: number): number | undefined =>
      report([opened({ from: 10, to: 20, change })], { at: inOctober(at) }).targets[0]?.openMs;
    expect(openMs(15)).toBe(5 * hour);
    expect(openMs(30)).toBe(10 * hour);
  });

  it('counts nothing that was never seen open, and shows it all the same', () => {
    const change = { openedAt: undefined, state: 'failed' as const };
    const [target] = report([opened({ from: 10, to: 20, change })]).targets;
    expect(target?.openMs).toBe(0);
    expect(target?.periods).toMatchObject([{ seen: false, from: inOctober(10), to: inOctober(20) }]);
  });

  it('shows as maybe open what an opening that landed late opened once more', () => {
    const closedAgain = {
      at: inOctober(23),
      action: 'late-landing-closed',
      actor: { kind: 'portcullis' },
      to: 'expired',
    } as const;
    const again = opened({ from: 10, to: 20, change: { history: [closedAgain] } });
    const [target] = report([again]).targets;
    expect(target?.openMs).toBe(10 * hour);
    expect(target?.periods.map(({ seen, type, from, to }) => [seen, type, hoursOf(from, to)])).toEqual([
      [true, logs, 10],
      [false, logs, 3],
    ]);
    const reopened = { terms: { type: sync, until: inOctober(30) }, at: inOctober(22) };
    const now = report([{ ...again, history: [], reopened }], { at: inOctober(25) });
    expect(now.targets[0]?.periods.at(-1)).toMatchObject({ seen: false, type: sync, to: inOctober(25) });
  });

  it('tells types apart where the type changed in the middle', () => {
    const history = [
      { at: inOctober(12), action: 'changed-outside', actor: { kind: 'outside' }, to: 'active', detail: sync },
    ] as const;
    const [target] = report([opened({ from: 10, to: 20, change: { history } })]).targets;
    expect(target?.periods.map(({ type, from, to }) => [type, hoursOf(from, to)])).toEqual([
      [logs, 2],
      [sync, 8],
    ]);
  });
});

it('puts the longest open first, and equals by name', () => {
  const grants = [
    opened({ name: 'short', from: 1, to: 2 }),
    opened({ name: 'b', from: 1, to: 5 }),
    opened({ name: 'a', from: 1, to: 5 }),
  ];
  expect(report(grants).targets.map(({ target }) => target.name)).toEqual(['a', 'b', 'short']);
});

it('holds what the vendor recorded of its staff in the month, each event once', () => {
  const activity = recorded(-2, 11, 12);
  const grants = [
    opened({ from: 10, to: 20, change: { activity } }),
    opened({ from: 20, to: 30, change: { activity } }),
    opened({ from: 40, to: 50 }),
  ];
  const made = report(grants);
  expect(made.targets[0]?.activity.map(({ id }) => id)).toEqual(['e-11', 'e-12']);
  expect(made.activityUnread).toBe(1);
});

it('tells what is still to be read of the staff from what never will be', () => {
  const unread = opened({ from: 40, to: 50 });
  const counts = (...grants: readonly Grant[]) => {
    const { activityRead, activityUnread, activityUnknown } = report(grants);
    return [activityRead, activityUnread, activityUnknown];
  };
  expect(counts(unread)).toEqual([0, 1, 0]);
  expect(counts({ ...unread, owed: [] })).toEqual([0, 0, 1]);
  expect(counts({ ...unread, owed: [], endedAt: undefined, state: 'active' })).toEqual([0, 1, 0]);
  const activity = recorded(41);
  expect(counts({ ...unread, activity })).toEqual([1, 0, 0]);
  // Read before it was open once more.
  expect(counts({ ...unread, activity: { ...activity, to: inOctober(45) } })).toEqual([0, 1, 0]);
});

describe('how the organization stood', () => {
  const states = (changes: Parameters<typeof organizationWith>[0], at = 800) =>
    report([], { organization: organizationWith(changes), at: inOctober(at) }).posture.map(({ state, from, to }) => [
      state,
      hoursOf(inOctober(0), from),
      hoursOf(inOctober(0), to),
    ]);

  it('has no gaps, and ends with the month or now', () => {
    const changes = [
      { at: -5, blocked: false },
      { at: 100, blocked: true },
      { at: 200, blocked: false },
    ];
    expect(states(changes)).toEqual([
      ['not-blocked', 0, 100],
      ['blocked', 100, 200],
      ['not-blocked', 200, 744],
    ]);
    expect(states(changes, 150)).toEqual([
      ['not-blocked', 0, 100],
      ['blocked', 100, 150],
    ]);
    expect(unblockedMs(report([], { organization: organizationWith(changes) }))).toBe((100 + 544) * hour);
  });

  it('is unknown before anything was recorded, and where it was never read', () => {
    expect(states([{ at: 100, blocked: true }])).toEqual([
      ['unknown', 0, 100],
      ['blocked', 100, 744],
    ]);
    const organization = { ...organizationWith([]), confirmed: undefined };
    expect(report([], { organization }).posture).toMatchObject([{ state: 'unknown' }]);
  });
});

it.each([
  ['Europe/Berlin', 10, 745],
  ['Europe/Berlin', 3, 743],
  ['America/New_York', 11, 721],
  ['UTC', 2, 672],
])('a month in %s begins and ends at midnight there: month %i has %i hours', (timeZone, month, hours) => {
  const { from, to } = monthSpan({ year: 2026, month }, timeZone);
  expect(hoursOf(from, to)).toBe(hours);
  const made = report([opened({ from: -9_000, to: 9_000, change: { wanted: undefined } })], {
    month: { year: 2026, month },
    timeZone,
    at: inOctober(2_000),
  });
  expect(made.openMs / hour).toBe(hours);
});
