import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weekBeginAfter, weekBeginBefore, weekBeginBy } from '../../src/grants/weeks.ts';

const hour = 60 * 60_000;
const week = 7 * 24 * hour;

describe('the beginning of a week', () => {
  it.each([
    ['in UTC', 'UTC', '2026-03-04T12:00:00Z', '2026-03-09T09:00:00.000Z'],
    ['on a Monday before nine', 'UTC', '2026-03-09T08:59:59Z', '2026-03-09T09:00:00.000Z'],
    ['on a Monday at nine: the next one', 'UTC', '2026-03-09T09:00:00Z', '2026-03-16T09:00:00.000Z'],
    ['where Monday comes first', 'Pacific/Kiritimati', '2026-03-08T18:00:00Z', '2026-03-08T19:00:00.000Z'],
    ['where Monday comes last', 'Pacific/Pago_Pago', '2026-03-09T19:00:00Z', '2026-03-09T20:00:00.000Z'],
    ['of a zone with three quarters of an hour', 'Asia/Kathmandu', '2026-03-04T12:00:00Z', '2026-03-09T03:15:00.000Z'],
    ['after clocks were put forward', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-30T07:00:00.000Z'],
    ['after clocks were put back', 'America/New_York', '2026-10-30T12:00:00Z', '2026-11-02T14:00:00.000Z'],
    ['over a leap day', 'UTC', '2028-02-28T09:00:00Z', '2028-03-06T09:00:00.000Z'],
    ['over the end of a year', 'Asia/Tokyo', '2026-12-31T23:00:00Z', '2027-01-04T00:00:00.000Z'],
    ['in a zone that nobody knows, as in UTC', 'Mars/Olympus_Mons', '2026-03-04T12:00:00Z', '2026-03-09T09:00:00.000Z'],
  ])('%s', (_, timeZone, after, begin) => {
    expect(weekBeginAfter(new Date(after), timeZone).toISOString()).toBe(begin);
  });

  it('is a Monday at nine by the clocks of any zone, and the nearest one', () => {
    const instants = fc.date({
      min: new Date('2024-01-01T00:00:00Z'),
      max: new Date('2060-01-01T00:00:00Z'),
      noInvalidDate: true,
    });
    const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    fc.assert(
      fc.property(instants, zones, (instant, timeZone) => {
        const shows = (date: Date): string =>
          new Intl.DateTimeFormat('en-GB', {
            timeZone,
            weekday: 'long',
            hour: '2-digit',
            minute: '2-digit',
            second: '2-digit',
          }).format(date);
        const next = weekBeginAfter(instant, timeZone);
        const last = weekBeginBy(instant, timeZone);
        expect([shows(next), shows(last)]).toEqual(['Monday 09:00:00', 'Monday 09:00:00']);
        expect(last <= instant && instant < next).toBe(true);
        // Nothing lies between the two: they are a week apart, but for what the clocks are put forward or back.
        expect(Math.abs(next.getTime() - last.getTime() - week)).toBeLessThanOrEqual(3 * hour);
        expect(weekBeginAfter(last, timeZone)).toEqual(next);
        expect(weekBeginBefore(next, timeZone)).toEqual(last);
      }),
      { numRuns: 300 },
    );
  });
});
