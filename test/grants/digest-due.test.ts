import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestElapsed } from '../../src/grants/digest-due.ts';
import { newOrganization, type Organization } from '../../src/grants/organization.ts';
import { withoutKinds } from '../../src/grants/owed.ts';

const day = 24 * 60 * 60_000;
/** A Wednesday. */
const start = new Date('2026-03-04T12:00:00Z');
const fresh = newOrganization('org1', 'C1', start);
const inUtc = { timeZone: 'UTC', weeklyDigest: true };
const begun = digestElapsed(fresh, inUtc, start);

const iso = (date: Date | undefined): string | undefined => date?.toISOString().slice(0, 16);
const elapsed = (organization: Organization, when: string, timeZone = 'UTC'): Organization =>
  digestElapsed(organization, { ...inUtc, timeZone }, new Date(when));

/** When the next digest is due. */
const due = (organization: Organization): string | undefined =>
  iso(organization.owed.find(({ kind }) => kind === 'digest-due')?.dueAt);

/** The weeks that the channel is about to be told of: from, to, and where the week before began. */
const told = (organization: Organization): (string | undefined)[][] =>
  organization.owed.flatMap((effect) =>
    effect.kind === 'digest' ? [[effect.week.from, effect.week.to, effect.week.before].map(iso)] : [],
  );

const posted = (organization: Organization): Organization => withoutKinds(organization, 'digest');

describe('the weekly digest', () => {
  it('is due on the next Monday at nine, and nothing changes until then', () => {
    expect(due(begun)).toBe('2026-03-09T09:00');
    expect(elapsed(begun, '2026-03-09T08:59:59Z')).toBe(begun);
    expect(begun.version).toBe(fresh.version);
  });

  it('of the first days has nothing to be compared with, nor has the week after it; then every week has', () => {
    const first = elapsed(begun, '2026-03-09T09:00:00Z');
    expect(told(first)).toEqual([['2026-03-04T12:00', '2026-03-09T09:00', undefined]]);
    expect(due(first)).toBe('2026-03-16T09:00');
    const second = elapsed(posted(first), '2026-03-16T09:00:03Z');
    expect(told(second)).toEqual([['2026-03-09T09:00', '2026-03-16T09:00', undefined]]);
    const third = elapsed(posted(second), '2026-03-23T09:00:00Z');
    expect(told(third)).toEqual([['2026-03-16T09:00', '2026-03-23T09:00', '2026-03-09T09:00']]);
  });

  it('of the first days waits for the Monday after, where the first comes too soon, and leaves nothing out', () => {
    const friday = digestElapsed(fresh, inUtc, new Date('2026-03-06T12:00:00Z'));
    expect(due(friday)).toBe('2026-03-16T09:00');
    const first = elapsed(friday, '2026-03-16T09:00:00Z');
    expect(told(first)).toEqual([['2026-03-06T12:00', '2026-03-16T09:00', undefined]]);
    const second = elapsed(posted(first), '2026-03-23T09:00:00Z');
    expect(told(second)).toEqual([['2026-03-16T09:00', '2026-03-23T09:00', undefined]]);
  });

  it('is not owed where owners want none; once they do again, the week that is over is told of, with the one before', () => {
    const unwanted = { ...inUtc, weeklyDigest: false };
    const first = digestElapsed(begun, unwanted, new Date('2026-03-09T09:00:00Z'));
    expect(told(first)).toEqual([]);
    expect(due(first)).toBe('2026-03-16T09:00');
    const second = digestElapsed(first, unwanted, new Date('2026-03-16T09:00:00Z'));
    expect(told(second)).toEqual([]);
    const third = elapsed(second, '2026-03-23T09:00:00Z');
    expect(told(third)).toEqual([['2026-03-16T09:00', '2026-03-23T09:00', '2026-03-09T09:00']]);
    // One that was not posted yet is not wanted any more either.
    expect(told(digestElapsed(third, unwanted, new Date('2026-03-23T10:00:00Z')))).toEqual([]);
  });

  it('is owed once: looking again makes no second one', () => {
    const once = elapsed(begun, '2026-03-09T09:00:00Z');
    expect(elapsed(once, '2026-03-09T09:00:00Z')).toBe(once);
    expect(elapsed(posted(once), '2026-03-09T10:00:00Z')).toEqual(posted(once));
  });

  it('is of the last week only, after weeks in which nobody was running', () => {
    const first = posted(elapsed(begun, '2026-03-09T09:00:00Z'));
    const back = elapsed(first, '2026-04-01T15:00:00Z');
    expect(told(back)).toEqual([['2026-03-23T09:00', '2026-03-30T09:00', '2026-03-16T09:00']]);
    expect(due(back)).toBe('2026-04-06T09:00');
  });

  it('that never got through gives way to that of the next week', () => {
    const stuck = elapsed(begun, '2026-03-09T09:00:00Z');
    expect(told(elapsed(stuck, '2026-03-16T09:00:00Z'))).toEqual([['2026-03-09T09:00', '2026-03-16T09:00', undefined]]);
  });

  it('keeps Monday nine o’clock when clocks are put forward', () => {
    const monday = posted(
      elapsed(elapsed(begun, '2026-03-04T13:00:00Z', 'Europe/Berlin'), '2026-03-23T08:00:00Z', 'Europe/Berlin'),
    );
    expect(due(monday)).toBe('2026-03-30T07:00');
  });

  it('moves with the time zone, and back', () => {
    const east = elapsed(begun, '2026-03-05T00:00:00Z', 'Asia/Tokyo');
    expect(due(east)).toBe('2026-03-09T00:00');
    expect(due(elapsed(east, '2026-03-06T00:00:00Z', 'America/Los_Angeles'))).toBe('2026-03-09T16:00');
    expect(due(elapsed(east, '2026-03-06T00:00:00Z'))).toBe('2026-03-09T09:00');
    expect(east.owed.filter(({ kind }) => kind === 'digest-due')).toHaveLength(1);
  });

  it('is due at once in a zone where Monday nine o’clock is over already', () => {
    const first = posted(elapsed(begun, '2026-03-09T09:00:00Z'));
    const moved = elapsed(first, '2026-03-16T05:00:00Z', 'Asia/Tokyo');
    expect(told(moved)).toEqual([['2026-03-09T09:00', '2026-03-16T00:00', undefined]]);
    expect(due(moved)).toBe('2026-03-23T00:00');
  });

  it('is not told of twice when the zone is moved right after it', () => {
    const first = posted(elapsed(begun, '2026-03-09T09:00:00Z'));
    const west = elapsed(first, '2026-03-09T09:30:00Z', 'America/Los_Angeles');
    expect(due(west)).toBe('2026-03-16T16:00');
    expect(told(elapsed(west, '2026-03-16T16:00:00Z', 'America/Los_Angeles'))[0]?.slice(0, 2)).toEqual([
      '2026-03-09T09:00',
      '2026-03-16T16:00',
    ]);
  });

  it('tells of every instant once, whatever the zones are, as long as somebody runs', () => {
    const zones = fc.constantFrom(
      'UTC',
      'Pacific/Kiritimati',
      'Pacific/Pago_Pago',
      'Europe/Berlin',
      'America/New_York',
    );
    const steps = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 5 * day }), zone: zones }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (all) => {
        let organization = begun;
        let now = start.getTime();
        let end = start;
        for (const { afterMs, zone } of all) {
          now += afterMs;
          organization = digestElapsed(organization, { ...inUtc, timeZone: zone }, new Date(now));
          for (const effect of organization.owed) {
            if (effect.kind !== 'digest') continue;
            expect(effect.week.from).toEqual(end);
            expect(effect.week.to.getTime()).toBeLessThanOrEqual(now);
            end = effect.week.to;
          }
          organization = posted(organization);
          const next = organization.owed.find(({ kind }) => kind === 'digest-due');
          expect(next?.dueAt.getTime()).toBeGreaterThan(now);
        }
      }),
    );
  });
});
