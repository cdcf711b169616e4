import type { OwnEnd } from '../../grants/own-ends.ts';
import { countedTargets } from '../../grants/target-noun.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { message, paragraph, whatFits } from './blocks.ts';
import { at, bold, listed, say } from './words.ts';

/** In characters: all of them stand in one section, which takes 3,000. */
const roomForNames = 2_500;

/** What the channel is told of grants that ended by themselves within a minute: each thread has its own note. */
export function ownEndsMessage(ends: readonly OwnEnd[], { vendor, targetNoun }: ProviderCapabilities): OutgoingMessage {
  const last = new Date(Math.max(...ends.map((end) => end.at.getTime())));
  const names = ends.map(({ targetName }) => say`${targetName}`);
  const shown = whatFits(names, roomForNames, ({ mrkdwn }) => mrkdwn.length + 2);
  return message(
    paragraph(
      bold(say`Support access to ${countedTargets(ends.length, targetNoun)} ended by itself`),
      listed(names, shown.length),
      say`${vendor}, read by ${at(last)}, holds: no grant of theirs.`,
    ),
  );
}
