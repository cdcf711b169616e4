import { smallPrint } from '../messages/blocks.ts';
import { slashCommand } from '../messages/vocabulary.ts';
import { code, join, say } from '../messages/words.ts';

/** What one organization has to show. */
interface Part {
  readonly key: string;
  readonly blocks: readonly object[];
}

/**
 * The parts of several organizations in their order, in at most `most` blocks: those with most to show find room first, and
 * what finds none is named.
 */
export function organizationsInRoom(parts: readonly Part[], most: number): readonly object[] {
  const shown = new Set<Part>();
  // One block names all that are left out.
  let left = most - 1;
  for (const part of parts.toSorted((a, b) => b.blocks.length - a.blocks.length)) {
    if (part.blocks.length > left) continue;
    shown.add(part);
    left -= part.blocks.length;
  }
  const commands = parts.flatMap((part) => (shown.has(part) ? [] : code(`${slashCommand} ${part.key} status`)));
  const [first, ...rest] = parts.flatMap((part) => (shown.has(part) ? part.blocks : []));
  return [
    // Nothing stands above the first that it would have to be parted from.
    ...(first === undefined || ('type' in first && first.type === 'divider') ? [] : [first]),
    ...rest,
    ...(commands.length === 0 ? [] : smallPrint(say`Not shown here: ${join(', ', commands)}`).blocks),
  ];
}
