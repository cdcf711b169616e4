import type { KnownBlock } from '@slack/types';
import { type Piece, paragraph } from '../messages/blocks.ts';
import { say } from '../messages/words.ts';

/** A part of a page: as many entries are shown as there is room for. */
export interface PageSection {
  readonly heading: Piece;
  /** Each is shown whole or not at all. */
  readonly entries: readonly (readonly (Piece | undefined)[])[];
  /** Said where there are none; without it the part is left out then. */
  readonly empty?: Piece;
}

/**
 * A page of at most `most` blocks. The sections take turns in adding an entry, so that a long one leaves room for the
 * others; what finds no room is counted.
 */
export function fitted(
  intro: readonly (Piece | undefined)[],
  sections: readonly PageSection[],
  most: number,
): KnownBlock[] {
  const present = sections.filter(({ entries, empty }) => entries.length > 0 || empty !== undefined);
  const shown = present.map(({ heading, entries, empty }) => ({
    heading: blocksOf([heading]),
    entries: entries.map(blocksOf),
    empty: entries.length === 0 ? blocksOf([empty]) : [],
    count: 0,
    full: entries.length === 0,
  }));
  const first = blocksOf(intro);
  // Each section may come to need a line that counts what found no room.
  let room =
    most - first.length - shown.reduce((sum, { heading, empty }) => sum + heading.length + empty.length + 1, 0);
  while (shown.some((section) => !section.full)) {
    for (const section of shown.filter(({ full }) => !full)) {
      const next = section.entries[section.count];
      section.full = next === undefined || next.length > room;
      if (next === undefined || section.full) continue;
      room -= next.length;
      section.count += 1;
    }
  }
  return [
    ...first,
    ...shown.flatMap(({ heading, entries, empty, count }) => {
      const left = entries.length - count;
      const more = left === 0 ? [] : blocksOf([paragraph(say`and ${left} more`)]);
      return [...heading, ...empty, ...entries.slice(0, count).flat(), ...more];
    }),
  ];
}

const blocksOf = (pieces: readonly (Piece | undefined)[]): KnownBlock[] =>
  pieces.flatMap((piece) => piece?.blocks ?? []);
