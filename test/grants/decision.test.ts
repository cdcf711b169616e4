import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessTypeById } from '../../src/grants/access-types.ts';
import { decideAccess } from '../../src/grants/decision.ts';
import { keep, newFound } from '../../src/grants/found.ts';
import type { Grant } from '../../src/grants/grant.ts';
import { defaultPolicy } from '../../src/grants/policy.ts';
import { atlasAccessTypes as types } from '../../src/providers/atlas/access-types.ts';
import {
  active,
  allStates,
  at,
  closing,
  decision,
  done,
  hour,
  infrastructure,
  inState,
  logs,
  minute,
  requestOf,
} from '../support/grants.ts';

const sync = 'CLUSTER_INFRASTRUCTURE_AND_APP_SERVICES_SYNC_DATA';
const typeIds = [logs, infrastructure, sync];
const now = at(hour);
const end = at(4 * hour + minute);

const ask = (holder: Grant | undefined, type?: string, when = now) =>
  decideAccess(holder, { types, asked: type === undefined ? undefined : accessTypeById(types, type), now: when });

const held = (change: Partial<Grant>): Grant => ({ ...active(), ...change });
const confirmed = { type: logs, until: end, at: at(2 * minute) };
const { target } = requestOf();
const found = newFound(
  { id: 'g-0000000001', organizationId: 'org1', channelId: 'C1', target, terms: { type: logs, until: end } },
  defaultPolicy,
  at(0),
);
const kept = done(keep(found, decision(minute), { termsVersion: found.termsVersion }));

describe('whether support may enter', () => {
  it.each([
    ['what was decided and seen', active(), { open: true, terms: { type: logs, until: end } }],
    ['nothing', undefined, { open: false, because: 'not-granted' }],
    ['being closed', closing(), { open: false, because: 'closing' }],
    ['active, and never seen', held({ confirmed: undefined }), { open: false, because: 'not-seen-open' }],
    ['read without the grant once', held({ missingSince: at(30 * minute) }), { open: false, because: 'not-seen-open' }],
    [
      'seen with an earlier end',
      held({ confirmed: { ...confirmed, until: at(hour) } }),
      { open: false, because: 'past-end' },
    ],
    [
      'being made longer',
      held({ wanted: { type: logs, until: at(8 * hour) } }),
      { open: true, terms: { type: logs, until: end } },
    ],
    [
      'being made shorter',
      held({ wanted: { type: logs, until: at(2 * hour) } }),
      { open: true, terms: { type: logs, until: at(2 * hour) } },
    ],
    [
      'being made wider',
      held({ wanted: { type: sync, until: end } }),
      { open: true, terms: { type: logs, until: end } },
    ],
    [
      'seen with more than was decided',
      held({ confirmed: { ...confirmed, type: sync } }),
      { open: true, terms: { type: logs, until: end } },
    ],
    [
      'made longer and wider in the provider than was decided',
      held({
        wanted: { type: sync, until: at(8 * hour) },
        decided: { type: logs, until: end },
        confirmed: { type: sync, until: at(8 * hour), at: at(2 * minute) },
      }),
      { open: true, terms: { type: logs, until: end } },
    ],
    [
      'made shorter in the provider than was decided',
      held({
        wanted: { type: logs, until: at(2 * hour) },
        decided: { type: logs, until: end },
        confirmed: { ...confirmed, until: at(2 * hour) },
      }),
      { open: true, terms: { type: logs, until: at(2 * hour) } },
    ],
    ['found open, which nobody here decided', found, { open: false, because: 'not-granted' }],
    ['found open, and kept', kept, { open: true, terms: { type: logs, until: end } }],
    [
      'of a type that nobody knows',
      held({ confirmed: { ...confirmed, type: 'GONE' } }),
      { open: false, because: 'other-type' },
    ],
    [
      'ended, and opened again by a late call',
      { ...inState('revoked'), reopened: { terms: { type: logs, until: end }, at: now } } as Grant,
      { open: false, because: 'not-granted' },
    ],
  ])('%s', (_what, holder, expected) => {
    expect(ask(holder)).toMatchObject(expected);
  });

  it.each(allStates.filter((state) => state !== 'active'))('never while it is %s', (state) => {
    expect(ask(inState(state), undefined, at(5 * minute))).toMatchObject({ open: false });
  });

  it('only where everything that is known says so, whatever the record holds', () => {
    const instant = fc.integer({ min: 0, max: 10 * 60 }).map((minutes) => at(minutes * minute));
    const terms = fc.record({ type: fc.constantFrom(...typeIds), until: instant });
    const record = fc.record({
      state: fc.oneof({ weight: 3, arbitrary: fc.constant('active' as const) }, fc.constantFrom(...allStates)),
      wanted: fc.option(terms, { nil: undefined }),
      confirmed: fc.option(
        terms.map((one) => ({ ...one, at: at(0) })),
        { nil: undefined },
      ),
      missingSince: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, instant),
    });
    const asked = fc.option(fc.constantFrom(...typeIds), { nil: undefined });
    const rank = (type: string): number => accessTypeById(types, type).rank;
    let opened = 0;
    fc.assert(
      fc.property(record, asked, instant, (change, type, when) => {
        const decision = ask({ ...active(), ...change }, type, when);
        const said = [change.wanted, change.confirmed];
        const mayOpen =
          change.state === 'active' &&
          change.missingSince === undefined &&
          said.every(
            (one) => one !== undefined && one.until > when && (type === undefined || rank(one.type) >= rank(type)),
          );
        expect(decision.open).toBe(mayOpen);
        if (!decision.open) return;
        opened += 1;
        for (const one of said) {
          expect(decision.terms.until.getTime()).toBeLessThanOrEqual(one?.until.getTime() ?? 0);
          expect(rank(decision.terms.type)).toBeLessThanOrEqual(rank(one?.type ?? ''));
        }
      }),
      { numRuns: 2_000 },
    );
    expect(opened).toBeGreaterThan(100);
  });
});
