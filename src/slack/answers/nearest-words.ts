import { inWords, say, shortened, type Words } from '../messages/words.ts';

/** Nothing goes by that name, and what may have been meant. */
export function unknownCluster(word: string, nearest: readonly string[]): Words {
  const unknown = say`There is no cluster called “${shortened(word)}”.`;
  return nearest.length === 0 ? unknown : say`${unknown} The nearest: ${inWords(nearest)}.`;
}
