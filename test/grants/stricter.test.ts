import { describe, expect, it } from 'vitest';
import { approveChange, proposeChange } from '../../src/grants/change.ts';
import { approve } from '../../src/grants/decide.ts';
import { offered, onOffer } from '../../src/grants/offer.ts';
import { defaultPolicy } from '../../src/grants/policy.ts';
import { openedBy, underPolicy, withinLimit } from '../../src/grants/stricter.ts';
import { atlasAccessTypes } from '../../src/providers/atlas/access-types.ts';
import {
  active,
  approvalContext,
  at,
  ben,
  cleo,
  decision,
  done,
  hour,
  infrastructure,
  logs,
  minute,
  requested,
} from '../support/grants.ts';

const two = { ...defaultPolicy, approvalsNeeded: 2 };
const capabilities = {
  accessTypes: atlasAccessTypes,
  minDurationMs: 30 * minute,
  maxDurationMs: 24 * hour,
  defaultDurationMs: 24 * hour,
};

describe('what is on offer', () => {
  it('is all that the provider can do where nothing is set', () => {
    expect(offered(capabilities, defaultPolicy)).toEqual({ ...capabilities, caseUrlRequired: false });
  });

  it.each([
    ['types', { accessTypes: [logs] }, { accessTypes: [expect.objectContaining({ id: logs })] }],
    [
      'the longest, and the default with it',
      { maxDurationMs: 8 * hour },
      { maxDurationMs: 8 * hour, defaultDurationMs: 8 * hour },
    ],
    ['a default', { defaultDurationMs: 2 * hour }, { maxDurationMs: 24 * hour, defaultDurationMs: 2 * hour }],
    ['never more than the provider can do', { maxDurationMs: 48 * hour }, { maxDurationMs: 24 * hour }],
  ])('%s', (_, policy, expected) => {
    expect(offered(capabilities, { ...defaultPolicy, ...policy })).toMatchObject(expected);
  });

  it('says of terms whether they could still be asked for', () => {
    const offer = offered(capabilities, { ...defaultPolicy, accessTypes: [logs], maxDurationMs: 4 * hour });
    expect(onOffer({ type: logs, durationMs: 4 * hour }, offer)).toBe(true);
    expect(onOffer({ type: logs }, offer)).toBe(true);
    expect(onOffer({ type: logs, durationMs: 5 * hour }, offer)).toBe(false);
    expect(onOffer({ type: infrastructure, durationMs: hour }, offer)).toBe(false);
  });
});

describe('a policy that has become stricter', () => {
  it('asks for more approvals of what waits, of changes as well, and never for fewer', () => {
    expect(underPolicy(requested(), two).approvalsNeeded).toBe(2);
    expect(underPolicy(requested({}, two), defaultPolicy).approvalsNeeded).toBe(2);
    const once = done(approve(underPolicy(requested(), two), decision(minute), approvalContext));
    expect(once).toMatchObject({ state: 'requested', approvalsNeeded: 2 });
    const open = underPolicy(active(), two);
    const proposed = done(proposeChange(open, decision(hour, { actor: cleo }), { type: logs, durationMs: 8 * hour }));
    const approved = done(
      approveChange(proposed, decision(hour + minute), {
        number: 1,
        types: atlasAccessTypes,
        blocked: true,
      }),
    );
    expect(approved.proposal?.approvals).toHaveLength(1);
    expect(approved.applying).toBeUndefined();
  });

  it('leaves what is over as it is', () => {
    const over = { ...requested(), state: 'lapsed' as const };
    expect(underPolicy(over, two)).toBe(over);
  });
});

describe('how many grants one person may open in an hour', () => {
  const before = requested();
  const opening = approve(before, decision(minute), approvalContext);
  const limited = (openedMinutesAgo: number[], grantsPerHour?: number) =>
    withinLimit(
      before,
      opening,
      openedMinutesAgo.map((minutes) => at(minute - minutes * minute)),
      { grantsPerHour },
      at(minute),
    );

  it.each<[string, number[], number | undefined]>([
    ['no limit', [1, 2, 3, 4], undefined],
    ['fewer than that', [5], 2],
    ['as many, but one is an hour ago', [5, 60], 2],
  ])('opens with %s', (_, opened, limit) => {
    expect(limited(opened, limit)).toBe(opening);
  });

  it('refuses one too many, and says when the next is possible', () => {
    expect(limited([50, 5, 20], 2)).toMatchObject({
      ok: false,
      refusal: { code: 'too-many-opened', limit: 2, nextAt: at(minute - 20 * minute + hour) },
    });
  });

  it('counts neither an approval that waits for another, nor a refusal', () => {
    const waits = approve(requested({}, two), decision(minute), approvalContext);
    expect(withinLimit(before, waits, [at(0)], { grantsPerHour: 1 }, at(minute))).toBe(waits);
    const refused = approve(before, decision(25 * hour), approvalContext);
    expect(withinLimit(before, refused, [at(25 * hour)], { grantsPerHour: 1 }, at(25 * hour))).toBe(refused);
  });

  it('is counted by whose approval was the last', () => {
    const first = done(approve(requested({}, two), decision(minute), approvalContext));
    const second = done(approve(first, decision(2 * minute, { actor: cleo }), approvalContext));
    expect(openedBy(second, cleo.slackId)).toEqual(at(2 * minute));
    expect(openedBy(second, ben.slackId)).toBeUndefined();
  });
});
