import fc from 'fast-check';
import { expect, it } from 'vitest';
import { organizationsInRoom } from '../../../src/slack/home/organizations-in-room.ts';

const part = (index: number, size: number) => ({
  key: `org-${index}`,
  blocks: Array.from({ length: size }, (_, place) => ({ type: place === 0 ? 'divider' : 'section', of: index })),
});

it('never is longer than a page, and shows or names every organization', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 2, max: 60 }), { minLength: 2, maxLength: 30 }), (sizes) => {
      const blocks = organizationsInRoom(
        sizes.map((size, index) => part(index, size)),
        100,
      );
      expect(blocks.length).toBeLessThanOrEqual(100);
      const text = JSON.stringify(blocks);
      for (const index of sizes.keys()) {
        const isShown = text.includes(`"of":${index}}`);
        expect(isShown !== text.includes(`org-${index} status`), `org-${index}`).toBe(true);
      }
    }),
  );
});

it('keeps the order, begins without a line, and lets those with most to show go first', () => {
  const blocks = organizationsInRoom([part(0, 3), part(1, 60), part(2, 38)], 100);
  expect(blocks[0]).toEqual({ type: 'section', of: 1 });
  expect(blocks.slice(0, -1).map((block) => Reflect.get(block, 'of'))).toEqual([
    ...Array(59).fill(1),
    ...Array(38).fill(2),
  ]);
  expect(JSON.stringify(blocks.at(-1))).toContain('Not shown here: `/support-access org-0 status`');
});
