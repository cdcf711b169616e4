import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dueEffects } from '../../src/grants/owed.ts';
import {
  caughtUp,
  type Delivery,
  grown,
  newDelivery,
  notTaken,
  otherDestination,
  sentAgain,
  stopped,
  taken,
} from '../../src/ledger/delivery.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const start = new Date('2026-03-02T09:00:00Z');
const first = newDelivery('o/1', 'o', 'siem.example.com', start);
const later = (ms: number): Date => new Date(start.getTime() + ms);
const effectOf = ({ owed }: Delivery) => owed[0] ?? expect.fail('Nothing is owed');

const failing = (delivery: Delivery, ms: number, sequence = 1): Delivery =>
  notTaken(delivery, effectOf(delivery), { sequence, why: 'HTTP 503', delayMs: minute }, later(ms));

it('sends an entry again for a day, then gives it up and goes on with the next', () => {
  const once = failing(first, 0);
  expect(effectOf(once)).toMatchObject({ attempts: 1, dueAt: later(minute), failingSince: start });
  const almost = failing(once, day - 1);
  expect(almost).toMatchObject({ cursor: 0, deadLetters: [], failure: { sequence: 1, why: 'HTTP 503' } });
  const given = failing(almost, day);
  expect(given).toMatchObject({ cursor: 1, deadLetters: [{ sequence: 1, at: later(day), why: 'HTTP 503' }] });
  expect(effectOf(given)).toMatchObject({ attempts: 0, failingSince: undefined, dueAt: later(day) });
  // The next one has a day of its own.
  expect(failing(given, day, 2).cursor).toBe(1);
});

it('goes on waiting after a failure when the ledger grows, and looks at once when it was idle', () => {
  const waiting = failing(first, 0);
  expect(effectOf(grown(waiting, later(1))).dueAt).toEqual(later(minute));
  const idle = caughtUp(first, effectOf(first), first.version, start);
  expect(effectOf(idle).dueAt).toEqual(later(5 * minute));
  expect(effectOf(grown(idle, later(minute))).dueAt).toEqual(later(minute));
});

it('does not miss what was written while it found nothing more to send', () => {
  const meanwhile = grown(first, later(1));
  expect(effectOf(caughtUp(meanwhile, effectOf(first), first.version, later(2))).dueAt).toEqual(later(2));
});

it('sends dead letters once more beside the rest, and keeps those that fail again', () => {
  const given = failing(failing(first, 0), day);
  const again = sentAgain(given, [1], later(day));
  expect(again.deadLetters).toEqual([]);
  const redeliver = again.owed.find(({ kind }) => kind === 'redeliver') ?? expect.fail('It is not owed');
  expect(taken(again, redeliver, 1, later(day))).toMatchObject({ cursor: 1, owed: [{ kind: 'deliver' }] });
  const failed = { sequence: 1, why: 'HTTP 400', delayMs: minute };
  const once = notTaken(again, redeliver, failed, later(day));
  const twice = notTaken(once, redeliver, failed, later(2 * day));
  expect(twice).toMatchObject({
    cursor: 1,
    deadLetters: [{ sequence: 1, why: 'HTTP 400' }],
    owed: [{ kind: 'deliver' }],
  });
});

it('shows what was to be sent once more where another destination has been set', () => {
  const given = failing(failing(first, 0), day);
  const again = sentAgain(given, [1], later(day));
  const redeliver = again.owed.find(({ kind }) => kind === 'redeliver') ?? expect.fail('Nothing is sent once more');
  const left = otherDestination(again, redeliver, later(day + 1));
  expect(left.deadLetters.map(({ sequence }) => sequence)).toEqual([1]);
  expect(left.owed.map(({ kind }) => kind)).toEqual(['deliver']);
  expect(otherDestination(given, effectOf(given), later(day)).deadLetters).toEqual(given.deadLetters);
});

it('stops for good, until an operator has it go on', () => {
  const gone = stopped(failing(first, 0), later(minute));
  expect(gone).toMatchObject({ stoppedAt: later(minute), cursor: 0 });
  expect(stopped(gone, later(day)).stoppedAt).toEqual(later(minute));
  const going = sentAgain(gone, [], later(day));
  expect(going.stoppedAt).toBeUndefined();
  expect(dueEffects(going, later(day))).toMatchObject([{ kind: 'deliver', attempts: 0 }]);
});

it('whatever happens: no entry is passed over, and something is always owed', () => {
  const happenings = fc.array(
    fc.record({
      what: fc.constantFrom('taken', 'not-taken', 'gone', 'none-left', 'grown', 'again'),
      afterMs: fc.integer({ min: 0, max: day }),
      which: fc.nat(),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(happenings, (all) => {
      let delivery = first;
      let now = start.getTime();
      const had = new Set<number>();
      for (const { what, afterMs, which } of all) {
        now += afterMs;
        const at = new Date(now);
        const effect = delivery.owed[which % delivery.owed.length] ?? effectOf(delivery);
        const sequence = effect.kind === 'redeliver' ? effect.sequence : delivery.cursor + 1;
        if (what === 'taken') had.add(sequence);
        if (what === 'taken') delivery = taken(delivery, effect, sequence, at);
        if (what === 'not-taken') delivery = notTaken(delivery, effect, { sequence, why: 'x', delayMs: minute }, at);
        if (what === 'gone') delivery = stopped(delivery, at);
        if (what === 'none-left' && effect.kind === 'deliver') delivery = caughtUp(delivery, effect, which % 3, at);
        if (what === 'grown') delivery = grown(delivery, at);
        if (what === 'again')
          delivery = sentAgain(
            delivery,
            delivery.deadLetters.map((letter) => letter.sequence),
            at,
          );
        const { owed, deadLetters, cursor } = delivery;
        expect(owed.filter(({ kind }) => kind === 'deliver')).toHaveLength(1);
        const missing = new Set([
          ...deadLetters.map((letter) => letter.sequence),
          ...owed.flatMap((other) => (other.kind === 'redeliver' ? [other.sequence] : [])),
        ]);
        const done = Array.from({ length: cursor }, (_, index) => index + 1);
        expect(done.filter((one) => !had.has(one) && !missing.has(one))).toEqual([]);
      }
    }),
    { numRuns: 500 },
  );
});
