import { describe, expect, it } from 'vitest';
import type { LedgerContent } from '../../src/ledger/entry.ts';
import { chained } from '../ledger/ledgers.ts';
import { at, hour, minute } from '../support/grants.ts';
import { attested, contentsOf, denied, organizationId, pageOf, read, refused, wholeLife } from './attested.ts';

const day = { from: new Date('2026-03-02T00:00:00Z'), to: new Date('2026-03-03T00:00:00Z') };
const event = (id: number) => ({ id: `e${id}`, at: at(20 * minute), type: 'T', on: 'target' as const, by: 'e-7' });

/** The block was seen to change, in the words of the ledger. */
const switched = (ms: number, blocked: boolean): LedgerContent => ({
  version: 1,
  organization: organizationId,
  at: at(ms).toISOString(),
  actor: { kind: 'outside', name: 'tara@example.com' },
  action: 'block-changed-outside',
  subject: { kind: 'organization', id: organizationId },
  before: { seenBlocked: !blocked },
  after: { seenBlocked: blocked },
  source: `o#${ms}`,
});

describe('an attestation', () => {
  it('puts each grant together from its entries, and says which', () => {
    const contents = [...contentsOf(wholeLife({}, [event(1), event(2)])), refused(), ...contentsOf(denied())];
    const { grants, exceptions } = attested(chained(contents), day);
    const [open, not] = grants;
    expect(open).toMatchObject({
      asked: { action: 'request', by: { name: 'Ada' } },
      approvals: [{ by: { name: 'Ben' }, at: at(minute) }],
      ending: { action: 'end' },
      facts: { state: 'expired', activityCount: 2, endedAt: at(4 * hour + minute).toISOString() },
    });
    expect(not).toMatchObject({ ending: { action: 'deny', detail: 'Not <b>now</b>' }, facts: { state: 'denied' } });
    const all = [...grants.flatMap(({ entries }) => entries), ...exceptions.map(({ sequence }) => sequence)];
    expect(all.toSorted((a, b) => a - b)).toEqual(contents.map((_, index) => index + 1));
  });

  it('tells of what was open in the period, and not of what ended before or was asked after', () => {
    const entries = chained(contentsOf(wholeLife()));
    const within = (fromMs: number, toMs: number): number =>
      attested(entries, { from: at(fromMs), to: at(toMs) }).grants.length;
    expect(within(-hour, 0)).toBe(0);
    expect(within(-hour, minute)).toBe(1);
    expect(within(hour, 2 * hour)).toBe(1);
    expect(within(5 * hour, 6 * hour)).toBe(0);
  });

  it('knows whether it was blocked at both ends from the changes around them, or else as it was last seen', () => {
    const postures = (contents: LedgerContent[], fromMs: number, toMs: number, now?: boolean, sinceMs = 0) => {
      const { postureBefore, postureAfter, postures } = attested(
        chained(contents),
        { from: at(fromMs), to: at(toMs) },
        now === undefined ? undefined : { blocked: now, since: at(sinceMs), at: at(toMs) },
      );
      return [postureBefore, postures.length, postureAfter];
    };
    const both = [switched(hour, false), switched(3 * hour, true)];
    const known = [refused(), ...both];
    expect(postures(known, minute, 2 * hour)).toEqual([
      { blocked: true, sequence: 2 },
      1,
      { blocked: false, sequence: 2 },
    ]);
    expect(postures(known, 2 * hour, 4 * hour)).toEqual([
      { blocked: false, sequence: 2 },
      1,
      { blocked: true, sequence: 3 },
    ]);
    expect(postures([refused()], minute, hour, true)).toEqual([{ blocked: true }, 0, { blocked: true }]);
    expect(postures([refused()], minute, hour)).toEqual([{}, 0, {}]);
    expect(postures([refused()], minute, hour, true, 2 * minute)).toEqual([{}, 0, { blocked: true }]);
    expect(postures(both, 0, 2 * hour, true)).toEqual([{}, 1, { blocked: false, sequence: 1 }]);
    expect(postures([], 0, hour, true)).toEqual([{}, 0, {}]);
  });
});

describe('the page', () => {
  it('reads well', () => {
    const contents = [switched(0, true), ...contentsOf(wholeLife({}, [event(1)])), refused(), ...contentsOf(denied())];
    expect(read(pageOf(contents))).toMatchSnapshot();
  });

  it('reads well where nothing was', () => {
    expect(read(pageOf([]))).toMatchSnapshot();
  });

  it('is in the words of a provider that is no database', () => {
    const vendor = {
      vendor: 'Wardline',
      supportStaff: 'Wardline support',
      targetNoun: { one: 'portal', many: 'portals' },
      accessTypes: [],
      hasBlock: false,
    };
    const page = read(pageOf([switched(0, true), ...contentsOf(wholeLife({}, [event(1)]))], { vendor }));
    expect(page).toContain('when Wardline support may reach its portals.');
    expect(page).toContain('Portal, access, reason');
    expect(page.replace(/\bCLUSTER_[A-Z_]+/g, '')).not.toMatch(/clusters?\b|atlas|mongodb/i);
    expect(page).not.toContain('Whether support access was blocked');
  });

  it('says that the period was not over', () => {
    const page = pageOf([], { madeAt: at(0) });
    expect(page).toContain('before the period was over');
    expect(page).toContain('When this was made: ');
    expect(page).not.toContain('At the end');
  });

  it('holds nothing that runs or is loaded, and what people typed only as text', () => {
    const typed = `"'<script>alert(1)</script><img src=x onerror=alert(1)>&`;
    const page = pageOf(contentsOf(wholeLife({ reason: typed, caseUrl: `https://example.com/${typed}` })));
    expect(page).not.toMatch(/<script|<img|<a |<link|<iframe|url\(|@import|src=x onerror=[^&]*>$/);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain("default-src 'none'");
  });
});
