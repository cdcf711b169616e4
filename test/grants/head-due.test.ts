import { expect, it } from 'vitest';
import { headElapsed } from '../../src/grants/head-due.ts';
import { newOrganization, type Organization } from '../../src/grants/organization.ts';
import { withoutKinds } from '../../src/grants/owed.ts';

const at = (text: string): Date => new Date(`${text}Z`);
const start = newOrganization('o', 'C1', at('2026-03-06T09:00'));

const owed = (organization: Organization, kind: string): string[] =>
  organization.owed.filter((effect) => effect.kind === kind).map(({ dueAt }) => dueAt.toISOString().slice(0, 16));

it('owes the head each morning at nine by the clocks of the zone, and not twice', () => {
  const zone = { timeZone: 'America/New_York' };
  const begun = headElapsed(start, zone, at('2026-03-06T09:00'));
  expect([owed(begun, 'head-due'), owed(begun, 'head')]).toEqual([['2026-03-06T14:00'], []]);
  expect(headElapsed(begun, zone, at('2026-03-06T13:59'))).toBe(begun);
  const told = headElapsed(begun, zone, at('2026-03-06T14:00'));
  expect([owed(told, 'head-due'), owed(told, 'head')]).toEqual([['2026-03-07T14:00'], ['2026-03-06T14:00']]);
  // Clocks there are put forward in the night to the eighth.
  const next = headElapsed(told, zone, at('2026-03-07T14:00'));
  expect([owed(next, 'head-due'), owed(next, 'head')]).toEqual([['2026-03-08T13:00'], ['2026-03-06T14:00']]);
});

it('is made up for once when nobody was running for days', () => {
  const begun = headElapsed(start, { timeZone: 'UTC' }, at('2026-03-06T09:00'));
  const late = headElapsed(begun, { timeZone: 'UTC' }, at('2026-03-20T11:30'));
  expect([owed(late, 'head-due'), owed(late, 'head')]).toEqual([['2026-03-21T09:00'], ['2026-03-20T11:30']]);
});

it('moves with the zone, and owes nothing by that', () => {
  const begun = headElapsed(start, { timeZone: 'UTC' }, at('2026-03-06T09:00'));
  expect(owed(begun, 'head-due')).toEqual(['2026-03-07T09:00']);
  const moved = headElapsed(withoutKinds(begun, 'head'), { timeZone: 'Asia/Tokyo' }, at('2026-03-06T10:00'));
  expect([owed(moved, 'head-due'), owed(moved, 'head')]).toEqual([['2026-03-07T00:00'], []]);
});
