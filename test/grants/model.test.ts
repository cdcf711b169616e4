import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { type Grant, isLive, sameTerms } from '../../src/grants/grant.ts';
import { defaultPolicy } from '../../src/grants/policy.ts';
import { type AttemptFate, type Deed, GrantWorld, healthy, type Step } from '../support/grant-world.ts';
import { hour, minute, second } from '../support/grants.ts';

const who = fc.nat(2);
const target = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) });
const type = fc.nat(1);
const forMs = fc.constantFrom(30 * minute, hour, 4 * hour, 24 * hour);
const pick = fc.nat(20);

const changedTo = {
  type,
  forMs: fc.option(fc.constantFrom(30 * minute, hour, 4 * hour, 24 * hour), { nil: undefined }),
};
const decided: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('approve', 'approve', 'revoke', 'revoke', 'revoke', 'deny', 'cancel', 'silence'),
      who,
      pick,
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('change' as const), pick, ...changedTo }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('propose' as const, 'narrow' as const), who, pick, ...changedTo }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'approve-change' as const,
        'approve-change' as const,
        'deny-change' as const,
        'cancel-change' as const,
      ),
      who,
      pick,
    }),
  },
);
const outside: fc.Arbitrary<Deed> = fc.record({
  kind: fc.constant('outside'),
  target,
  opens: fc.option(fc.record({ type, forMs: fc.constantFrom(20 * minute, 2 * hour, 12 * hour) }), { nil: undefined }),
});

/** Calls land at most so late: what comes after the last verification is left to reconciliation. */
const lands = fc.constantFrom(
  undefined,
  0,
  20 * second,
  150 * second,
  200 * second,
  270 * second,
  350 * second,
  400 * second,
);
const rarely = fc.nat(5).map((n) => n === 5);
const fate = (deed: fc.Arbitrary<Deed>): fc.Arbitrary<AttemptFate> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant(healthy) },
    {
      weight: 2,
      arbitrary: fc.record({
        readFails: rarely,
        readBackFails: rarely,
        call: fc.oneof(
          {
            weight: 2,
            arbitrary: fc.record({ answer: fc.constant('done' as const), landsAfterMs: fc.constantFrom(0, 0, 4_000) }),
          },
          {
            weight: 1,
            arbitrary: fc.record({ answer: fc.constantFrom('refused' as const, 'refused-for-good' as const) }),
          },
          { weight: 4, arbitrary: fc.record({ answer: fc.constant('lost' as const), landsAfterMs: lands }) },
        ),
        diesBefore: fc.option(fc.constantFrom('call' as const, 'answer' as const, 'result' as const), {
          nil: undefined,
        }),
        stepMs: fc.constantFrom(0, 0, 3 * second),
        meanwhile: fc.array(deed, { maxLength: 3 }),
      }),
    },
  );

const passing = [
  { weight: 9, arbitrary: fc.constantFrom(second, 6 * second, 31 * second, minute, 2 * minute) },
  { weight: 2, arbitrary: fc.constantFrom(5 * minute, 16 * minute) },
  { weight: 1, arbitrary: fc.constantFrom(hour, 5 * hour, 25 * hour) },
];

/** A grant that ended with a call lost, another of the same target, the call landing on it, and what comes of that. */
const contended = (deed: fc.Arbitrary<Deed>): fc.Arbitrary<Step[]> =>
  fc
    .record({ lands, lost: fc.constantFrom('open', 'close'), type, forMs, attempt: fate(deed) })
    .map(({ lands: landsAfterMs, lost, type: of, forMs: first, attempt }) => {
      const grant = { kind: 'grant', who: 0, target: 0, type: of, forMs: first } as const;
      const sweep = { kind: 'sweep', attempts: [healthy], slack: true } as const;
      const losing = { ...sweep, attempts: [{ ...healthy, call: { answer: 'lost' as const, landsAfterMs } }] };
      const [opening, closing] = lost === 'open' ? [losing, sweep] : [sweep, losing];
      const revoke = { kind: 'revoke', who: 0, pick: 0 } as const;
      const quiet = { kind: 'pass', ms: 2 * minute } as const;
      const landing = { kind: 'pass', ms: landsAfterMs ?? 0 } as const;
      const then = { ...sweep, attempts: [attempt] };
      return [grant, opening, revoke, closing, quiet, sweep, { ...grant, forMs: 4 * hour }, sweep, landing, then];
    });

function history(deed: fc.Arbitrary<Deed>): fc.Arbitrary<Step[]> {
  const asked = { who, target, type, forMs };
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('request' as const), ...asked }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('grant' as const), ...asked }) },
    { weight: 4, arbitrary: deed },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('replay' as const), pick: fc.nat(50) }) },
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.oneof(...passing) }) },
    {
      weight: 12,
      arbitrary: fc.record({
        kind: fc.constant('sweep' as const),
        attempts: fc.array(fate(deed), { minLength: 1, maxLength: 3 }),
        slack: fc.boolean(),
      }),
    },
  );
  const steps = fc.array(step, { minLength: 10, maxLength: 70, size: 'max' });
  return fc.oneof(
    steps,
    fc.tuple(contended(deed), steps).map(([first, then]) => [...first, ...then]),
  );
}

/** Lets everything go well from now on, for so long. */
function settle(world: GrantWorld, ms: number): void {
  const end = world.nowMs + ms;
  for (let due = world.nextDue(); due !== undefined && due <= end; due = world.nextDue()) {
    world.pass(Math.max(0, due - world.nowMs));
    world.sweep([healthy], true);
  }
  world.pass(Math.max(0, end - world.nowMs));
}

const actions = (world: GrantWorld): string[] =>
  [...world.records.values()].flatMap((grant) => grant.history.map((entry) => entry.action));

/**
 * That a grant may be gone without anybody's doing, which is safe: of several calls to close that were lost one is undone
 * and a second is taken for a person; so is one that no process saw within a quarter of an hour, and terms of a lost call
 * that landed and ran out while no process looked.
 */
function mayBeGone(world: GrantWorld, grant: Grant): boolean {
  const others = [...world.records.values()].filter((other) => other.target.id === grant.target.id && other !== grant);
  const lost = others.flatMap((other) => other.sent).filter((call) => call.answer === undefined);
  const ended = grant.endedAt ?? grant.requestedAt;
  const ranOut = lost.some((call) => call.terms !== undefined && call.terms.until <= ended);
  const closes = lost.filter((call) => call.call === 'close');
  return ranOut || closes.length > 1 || closes.some((call) => ended.getTime() - call.at.getTime() >= 15 * minute);
}

function checkSettled(world: GrantWorld): void {
  for (const grant of world.records.values()) {
    assert.ok(grant.state !== 'opening' && grant.state !== 'closing', `${grant._id} is still ${grant.state}`);
    assert.equal(grant.reopened, undefined, `${grant._id} still holds the slot of what landed late`);
    if (grant.state !== 'active') continue;
    const reading = world.read(grant.target.id);
    assert.ok(reading.state === 'open' && grant.wanted !== undefined, `${grant._id} is active, and nothing is open`);
    assert.ok(sameTerms(reading, grant.wanted), `${grant._id} is open otherwise than it says`);
    assert.equal(grant.applying, undefined, `${grant._id} is still being changed`);
  }
}

/** Whatever is open at the provider is known to an active record. */
function checkExplained(world: GrantWorld): void {
  for (const [id, terms] of world.open()) {
    const holder = [...world.records.values()].find((grant) => grant.target.id === id && isLive(grant));
    assert.ok(holder?.wanted !== undefined && sameTerms(holder.wanted, terms), `${id} is open, and no record says so`);
  }
}

function checkOver(world: GrantWorld): void {
  for (const grant of world.records.values()) {
    assert.ok(grant.endedAt !== undefined, `${grant._id} never ended: ${grant.state}`);
    assert.deepEqual(grant.owed, [], `${grant._id} ended and owes`);
    assert.equal(grant.nextDueAt, undefined, `${grant._id} ended and is looked at`);
  }
}

const policy = fc.constantFrom(1, 1, 2).map((approvalsNeeded) => ({ ...defaultPolicy, approvalsNeeded }));

describe('whatever happens', () => {
  it('the invariants hold, and everything ends', () => {
    fc.assert(
      fc.property(
        policy,
        history(fc.oneof({ weight: 5, arbitrary: decided }, { weight: 1, arbitrary: outside })),
        (rules, steps) => {
          const world = new GrantWorld(rules);
          for (const step of steps) world.step(step);
          settle(world, hour);
          checkSettled(world);
          settle(world, 60 * hour);
          checkOver(world);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('a change of ours stays known as one, however long no process ran while it was being undone', () => {
    const world = new GrantWorld(defaultPolicy);
    const sweep = (call: AttemptFate['call']): Step => ({
      kind: 'sweep',
      attempts: [{ ...healthy, call }],
      slack: true,
    });
    const steps: Step[] = [
      { kind: 'grant', who: 0, target: 0, type: 0, forMs: 30 * minute },
      sweep({ answer: 'lost', landsAfterMs: 350 * second }),
      { kind: 'revoke', who: 0, pick: 0 },
      sweep(healthy.call),
      { kind: 'pass', ms: 2 * minute },
      sweep(healthy.call),
      { kind: 'grant', who: 0, target: 0, type: 0, forMs: 4 * hour },
      sweep(healthy.call),
      // The first opening lands, and the call that undoes it is lost.
      { kind: 'pass', ms: 350 * second },
      sweep({ answer: 'lost', landsAfterMs: undefined }),
      { kind: 'pass', ms: 16 * minute },
      sweep({ answer: 'done', landsAfterMs: 4 * second }),
    ];
    for (const step of steps) world.step(step);
    settle(world, hour);
    assert.ok(actions(world).includes('restored'));
    assert.ok(!actions(world).includes('changed-outside'));
  });

  it('where nobody acts on the provider directly, nobody is said to have, and nothing is open that no record knows', () => {
    fc.assert(
      fc.property(policy, history(decided), (rules, steps) => {
        const world = new GrantWorld(rules);
        for (const step of steps) world.step(step);
        settle(world, hour);
        checkSettled(world);
        checkExplained(world);
        const said = actions(world);
        assert.ok(!said.includes('changed-outside'), 'a change of ours is taken for somebody else’s');
        for (const grant of world.records.values()) {
          const gone = grant.history.some((entry) => entry.action === 'ended-outside');
          assert.ok(!gone || mayBeGone(world, grant), 'an end of ours is taken for somebody else’s');
        }
      }),
      { numRuns: 300 },
    );
  });
});
