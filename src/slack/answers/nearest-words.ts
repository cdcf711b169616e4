import type { TargetNoun } from '../../grants/target-noun.ts';
import { inWords, say, type Words } from '../messages/words.ts';
import { plain } from '../text.ts';

/** More than any name of a target has: a longer word is recognised by its beginning. */
const longestWord = 100;

/** Nothing goes by that name, and what may have been meant. */
export function unknownTarget(word: string, nearest: readonly string[], { one }: TargetNoun): Words {
  const unknown = say`There is no ${one} called “${plain(word, longestWord).text}”.`;
  return nearest.length === 0 ? unknown : say`${unknown} The nearest: ${inWords(nearest)}.`;
}
