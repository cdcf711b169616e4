import { describe, expect, it } from 'vitest';
import { approve, approveNarrowed } from '../../src/grants/decide.ts';
import type { Grant } from '../../src/grants/grant.ts';
import type { GrantResult } from '../../src/grants/grant-refusals.ts';
import { defaultPolicy } from '../../src/grants/policy.ts';
import {
  active,
  ada,
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
  notes,
  requested,
  story,
} from '../support/grants.ts';

const types = [
  { id: logs, needsBlock: true },
  { id: infrastructure, needsBlock: false },
];
const two = { ...defaultPolicy, approvalsNeeded: 2 };
const asked = requested({ type: infrastructure, durationMs: 8 * hour });
const less = { type: logs, durationMs: 2 * hour };
const code = (result: GrantResult): string | undefined => (result.ok ? undefined : result.refusal.code);

const narrowing = (grant: Grant, terms = less, change: Partial<Parameters<typeof approveNarrowed>[2]> = {}) =>
  approveNarrowed(grant, decision(10 * minute, { actor: cleo, operationId: 'op-narrow' }), {
    termsVersion: grant.termsVersion,
    terms,
    types,
    blocked: true,
    word: 'Logs should do.',
    ...change,
  });

describe('approving less than was asked for', () => {
  it('opens that, counts the terms, and keeps what was asked for', () => {
    const grant = done(narrowing(asked));
    expect(grant).toMatchObject({
      state: 'opening',
      terms: less,
      firstTerms: { type: infrastructure, durationMs: 8 * hour },
      termsVersion: 2,
      wanted: { type: logs, until: at(2 * hour + 10 * minute) },
      approvals: [{ by: cleo, termsVersion: 2 }],
    });
    // Told with what comes of it, and not twice.
    expect(grant.narrowed).toEqual({ before: asked.terms, after: less, by: cleo, word: 'Logs should do.' });
    expect(notes(grant)).toEqual([]);
    expect(story(grant).slice(-2)).toEqual(['Cleo narrow-terms requested', 'Cleo approve requested → opening']);
  });

  it('asks those again who had approved more, and moves the slot of the request', () => {
    const first = done(approve({ ...asked, approvalsNeeded: 2 }, decision(minute), approvalContext));
    const grant = done(narrowing(first));
    expect(grant).toMatchObject({ state: 'requested', approvals: [{ by: cleo }], requestSlot: `org1/p1/web/${logs}` });
    expect(notes(grant).at(-1)).toMatchObject({
      type: 'request-narrowed',
      before: asked.terms,
      after: less,
      again: [ben],
    });
    expect(grant.narrowed).toBeUndefined();
    const old = { ...approvalContext, termsVersion: 1 };
    expect(code(approve(grant, decision(20 * minute), old))).toBe('terms-changed');
    expect(done(approve(grant, decision(20 * minute), { ...old, termsVersion: 2 })).state).toBe('opening');
  });

  it.each<[string, string | undefined, Grant, Partial<typeof less>, object]>([
    ['a shorter time alone', undefined, asked, { type: infrastructure }, {}],
    ['a narrower type alone', undefined, asked, { durationMs: 8 * hour }, {}],
    ['a longer time', 'not-narrower', asked, { durationMs: 9 * hour }, {}],
    ['a wider type', 'not-narrower', requested({ durationMs: 8 * hour }), { type: infrastructure }, {}],
    ['a type nobody offers', 'not-narrower', asked, { type: 'EVERYTHING' }, {}],
    ['terms that changed meanwhile', 'terms-changed', asked, {}, { termsVersion: 7 }],
    ['a type that needs the block, which is not on', 'needs-block', asked, {}, { blocked: false }],
    ['what is decided', 'not-open-for-decision', active(), {}, {}],
  ])('%s: %s', (_, expected, grant, terms, context) => {
    expect(code(narrowing(grant, { ...less, ...terms }, context))).toBe(expected);
  });

  it('and changing nothing is an approval like any other', () => {
    const first = done(approve({ ...asked, approvalsNeeded: 2 }, decision(minute), approvalContext));
    const grant = done(narrowing(first, { type: infrastructure, durationMs: 8 * hour }));
    expect(grant).toMatchObject({ state: 'opening', termsVersion: 1, approvals: [{ by: ben }, { by: cleo }] });
    expect(notes(grant)).toEqual([]);
  });

  it('recognises itself', () => {
    const grant = done(narrowing(requested({ type: infrastructure, durationMs: 8 * hour, by: ada }, two)));
    expect(narrowing(grant)).toEqual({ ok: true, doc: grant, replayed: true });
  });
});
