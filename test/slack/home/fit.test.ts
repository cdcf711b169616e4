import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitted, type PageSection } from '../../../src/slack/home/fit.ts';
import { message, type Piece, paragraph } from '../../../src/slack/messages/blocks.ts';
import { say } from '../../../src/slack/messages/words.ts';

const piece = (text: string): Piece => paragraph(say`${text}`);
const textOf = (block: object): string => JSON.stringify(block);

/** Sections with so many entries of so many blocks each. */
const sections = (sizes: readonly (readonly number[])[]): PageSection[] =>
  sizes.map((entries, section) => ({
    heading: piece(`heading ${section}`),
    entries: entries.map((size, entry) => Array.from({ length: size }, () => piece(`entry ${section}/${entry}`))),
    empty: piece(`empty ${section}`),
  }));

const sizes = fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }), { maxLength: 5 });

test('no page is too long, no entry is torn, and what is left out is counted', () => {
  fc.assert(
    fc.property(sizes, (given) => {
      const blocks = fitted([piece('intro')], sections(given), 100).map(textOf);
      expect(blocks.length).toBeLessThanOrEqual(100);
      for (const [section, entries] of given.entries()) {
        const shown = entries.filter((size, entry) => {
          const found = blocks.filter((text) => text.includes(`"entry ${section}/${entry}"`)).length;
          expect([0, size]).toContain(found);
          return found > 0;
        });
        const next = blocks.findIndex((text) => text.includes(`"heading ${section + 1}"`));
        const last = blocks[(next === -1 ? blocks.length : next) - 1];
        if (shown.length < entries.length) expect(last).toContain(`and ${entries.length - shown.length} more`);
        if (entries.length === 0) expect(last).toContain(`empty ${section}`);
      }
    }),
  );
});

test('everything is shown where there is room for it', () => {
  const blocks = fitted([piece('intro')], sections([[2, 2], [], [1]]), 100);
  expect(message({ blocks, text: 'x' }).blocks.map(textOf).join('\n')).not.toContain(' more');
  expect(blocks).toHaveLength(1 + 3 + 5 + 1);
});

test('a long section leaves room for the others', () => {
  const long = Array.from({ length: 200 }, () => 1);
  const blocks = fitted([], sections([long, [5, 5], [3]]), 30).map(textOf);
  expect(blocks.filter((text) => text.includes('"entry 1/'))).toHaveLength(10);
  expect(blocks.filter((text) => text.includes('"entry 2/'))).toHaveLength(3);
  expect(blocks.filter((text) => text.includes('"entry 0/'))).toHaveLength(11);
  expect(blocks.some((text) => text.includes('and 189 more'))).toBe(true);
});

test('a section that says nothing of being empty is left out', () => {
  expect(fitted([], [{ heading: piece('heading'), entries: [] }], 100)).toEqual([]);
});
