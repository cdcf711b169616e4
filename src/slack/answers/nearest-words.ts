import { inWords, say, type Words } from '../messages/words.ts';
import { plain } from '../text.ts';

/** More than any name of a cluster has: a longer word is recognised by its beginning. */
const longestWord = 100;

/** Nothing goes by that name, and what may have been meant. */
export function unknownCluster(word: string, nearest: readonly string[]): Words {
  const unknown = say`There is no cluster called “${plain(word, longestWord).text}”.`;
  return nearest.length === 0 ? unknown : say`${unknown} The nearest: ${inWords(nearest)}.`;
}
