import { describe, expect, test } from 'vitest';
import type { Digest, TargetOpen } from '../../../src/grants/digest.ts';
import { createViews } from '../../../src/slack/messages/create-views.ts';
import type { WeekTold } from '../../../src/work/views.ts';
import * as sample from './samples.ts';

const { digest } = createViews(sample.capabilities);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Read an hour after the week was over. */
const to = sample.start;
const from = new Date(to.getTime() - 7 * day);
const week = { from, to, before: new Date(to.getTime() - 14 * day) };
const read = (told: WeekTold): string => sample.read(digest(told), 60);

const quiet: Digest = {
  asked: 0,
  opened: 0,
  found: 0,
  denied: 0,
  lapsed: 0,
  failed: 0,
  endedEarly: 0,
  openMs: 0,
  targets: [],
  types: [],
  blockChanges: [],
  unblockedMs: 0,
};

const target = (name: string, openMs: number, projectName = 'payments'): TargetOpen => ({
  id: `p/${name}`,
  name,
  projectName,
  openMs,
});

const busy: Digest = {
  asked: 6,
  opened: 4,
  found: 1,
  denied: 1,
  lapsed: 0,
  failed: 1,
  endedEarly: 2,
  openMs: 29.5 * hour,
  targets: [target('payments-prod', 25 * hour), target('ledger', 4.5 * hour, 'Bank')],
  types: [
    { type: sample.logs, openMs: 20 * hour },
    { type: sample.infrastructure, openMs: 9.5 * hour },
  ],
  blockChanges: [
    { at: new Date(to.getTime() - 3 * day), blocked: false, by: sample.olivia },
    { at: new Date(to.getTime() - 3 * day + 4 * hour), blocked: true, by: { kind: 'portcullis' } },
    { at: new Date(to.getTime() - day), blocked: false, by: { kind: 'outside' } },
    { at: new Date(to.getTime() - day + hour), blocked: true, by: sample.oscar },
  ],
  unblockedMs: 5 * hour,
};

const calmer: Digest = {
  ...quiet,
  asked: 4,
  opened: 4,
  found: 1,
  openMs: 40 * hour,
  targets: [target('payments-prod', 40 * hour)],
  types: [{ type: sample.logs, openMs: 40 * hour }],
};

const names = Array.from({ length: 24 }, (_, index) => `cluster-${index + 1}-`.padEnd(64, 'x'));
const longest: Digest = {
  ...busy,
  openMs: 24 * 300 * hour,
  targets: names.map((name) => target(name, 300 * hour, '&<'.repeat(100))),
  types: [...busy.types, { type: sample.sync, openMs: hour }, { type: 'UNHEARD_OF', openMs: hour }],
  blockChanges: Array.from({ length: 30 }, (_, index) => ({
    at: new Date(from.getTime() + index * hour),
    blocked: index % 2 === 0,
    by: { ...sample.olivia, name: '<'.repeat(300) },
  })),
};

describe('the digest', () => {
  test('of a busy week', () => {
    expect(read({ week, numbers: busy, before: calmer, incomplete: false })).toMatchSnapshot();
  });

  test('of a busy week, where only plain text is read', () => {
    expect(digest({ week, numbers: busy, before: calmer, incomplete: false }).text).toMatchSnapshot();
  });

  test('of a first week, with nothing to compare it with', () => {
    const message = { week: { from, to }, numbers: { ...calmer, unblockedMs: 7 * day }, incomplete: false };
    expect(read(message)).toMatchSnapshot();
  });

  test('of a quiet week is one sentence', () => {
    expect(read({ week, numbers: quiet, before: busy, incomplete: false })).toMatchInlineSnapshot(`
      "A quiet week from Feb 22, 2026 at 10:00 UTC to today at 10:00 UTC: nobody asked for support access and no grant was open; support access was blocked all the time.
      Each request and what became of it: \`/support-access history\`"
    `);
    expect(read({ week, numbers: { ...quiet, unblockedMs: 7 * day }, incomplete: false })).toMatchInlineSnapshot(`
      "A quiet week from Feb 22, 2026 at 10:00 UTC to today at 10:00 UTC: nobody asked for support access and no grant was open, but support access was not blocked, and MongoDB support could enter every cluster.
      Each request and what became of it: \`/support-access history\`"
    `);
    expect(read({ week, numbers: { ...quiet, unblockedMs: undefined }, incomplete: false })).toMatchInlineSnapshot(`
      "A quiet week from Feb 22, 2026 at 10:00 UTC to today at 10:00 UTC: nobody asked for support access and no grant was open; whether support access was blocked is not known.
      Each request and what became of it: \`/support-access history\`"
    `);
  });

  test('of a vendor without a block tells of none', () => {
    const capabilities = { ...sample.capabilities, hasBlock: false };
    for (const numbers of [quiet, busy].map((one) => ({ ...one, blockChanges: [], unblockedMs: undefined }))) {
      const message = createViews(capabilities).digest({ week, numbers, incomplete: false });
      expect(sample.read(message, 0)).not.toMatch(/block/i);
    }
  });

  test('of the longest week is cut, and says so', () => {
    const shown = read({ week, numbers: longest, before: longest, incomplete: true });
    expect(shown).toContain('and 12 more');
    expect(shown).toContain('and 20 more');
    expect(shown.match(/cluster-\d+-/g)).toHaveLength(12);
    expect(shown).toContain('the numbers are too low');
    expect(shown.replaceAll(/([x&<])\1{9,}|(?:&<){9,}/g, '$1…')).toMatchSnapshot();
  });

  test('leaves nothing out of the plain text while names are as Atlas allows them', () => {
    const targets = names.map((name) => target(name, 300 * hour, 'p'.repeat(64)));
    const { text } = digest({ week, numbers: { ...busy, targets }, before: busy, incomplete: false });
    expect(text.split('\n').at(-1)).toBe('Each request and what became of it: /support-access history');
  });

  test.each([quiet, busy, calmer, longest, { ...longest, blockChanges: [] }])(
    'fits into a message and mentions nobody',
    (numbers) => {
      for (const before of [undefined, quiet, longest]) {
        const message = digest({ week, numbers, before, incomplete: true });
        expect(sample.problems(message)).toEqual([]);
        expect(sample.notified(message)).toEqual([]);
      }
    },
  );

  test.each([
    [0, 0, 'No requests were made, as many as the week before.'],
    [0, 2, 'No requests were made, 2 fewer than the week before.'],
    [1, 0, '1 request was made, 1 more than the week before.'],
    [3, 3, '3 requests were made, as many as the week before.'],
  ])('compares %s requests with %s', (asked, before, sentence) => {
    const told = { week, numbers: { ...busy, asked }, before: { ...calmer, asked: before }, incomplete: false };
    expect(read(told)).toContain(sentence);
  });
});
