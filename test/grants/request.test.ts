import { describe, expect, it } from 'vitest';
import { grantIdFor } from '../../src/grants/ids.ts';
import { defaultPolicy } from '../../src/grants/policy.ts';
import { ada, allStates, at, hour, infrastructure, inState, logs, owes, requested, story } from '../support/grants.ts';

describe('newRequest', () => {
  it('starts as an open request that holds its request slot and no slot', () => {
    expect(requested({ caseUrl: 'https://support.example.test/1' })).toMatchObject({
      _id: grantIdFor('org1', 'op-request'),
      state: 'requested',
      terms: { type: logs, durationMs: 4 * hour },
      termsVersion: 1,
      version: 1,
      rev: 0,
      requestedBy: ada,
      requestedAt: at(0),
      lapsesAt: at(24 * hour),
      approvalsNeeded: 1,
      approvals: [],
      requestSlot: 'org1/p1/web/CLUSTER_DATABASE_LOGS',
      caseUrl: 'https://support.example.test/1',
    });
    expect(requested().slot).toBeUndefined();
    expect(requested().wanted).toBeUndefined();
    expect(story(requested())).toEqual(['Ada request requested']);
  });

  it('keeps of the target only what a record is about', () => {
    const target = { ...requested().target, tags: ['eu'] };
    expect(requested({ target }).target).toEqual(requested().target);
  });

  it('has a request slot for each target and access type', () => {
    const target = { ...requested().target, id: 'p1/billing' };
    const slots = [requested(), requested({ type: infrastructure }), requested({ target })];
    expect(new Set(slots.map((grant) => grant.requestSlot)).size).toBe(3);
  });

  it.each<[string, object, Record<string, number[]>]>([
    ['by default', {}, { render: [0], lapse: [1440], nudge: [60, 240] }],
    ['without nudges', { nudgeAfterMs: [] }, { render: [0], lapse: [1440] }],
    ['with a life that one nudge outlasts', { requestLifeMs: 2 * hour }, { render: [0], lapse: [120], nudge: [60] }],
    ['with a nudge at the lapse', { requestLifeMs: hour }, { render: [0], lapse: [60] }],
  ])('owes, %s', (_, change, expected) => {
    expect(owes(requested({}, { ...defaultPolicy, ...change }))).toEqual(expected);
  });

  it('needs as many approvals as the policy says', () => {
    expect(requested({}, { ...defaultPolicy, approvalsNeeded: 2 }).approvalsNeeded).toBe(2);
  });
});

/** The builders of these tests make what they say, through the transitions alone. */
it.each(allStates)('there is a story that leads to %s', (state) => {
  expect(inState(state).state).toBe(state);
});

it('only live grants hold a slot, and only open requests a request slot', () => {
  const holding = (slot: 'slot' | 'requestSlot') => allStates.filter((state) => inState(state)[slot] !== undefined);
  expect(holding('slot')).toEqual(['opening', 'active', 'closing']);
  expect(holding('requestSlot')).toEqual(['requested']);
});
