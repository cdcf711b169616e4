import { looksLikeGrantId } from '../../grants/ids.ts';
import type { FindRevocableOutcome } from '../../operations/find-revocable.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { message, paragraph, paragraphMessage } from '../messages/blocks.ts';
import { idLine } from '../messages/grant-parts.ts';
import { grantRefusalWords } from '../messages/refusal-words.ts';
import { slashCommand } from '../messages/vocabulary.ts';
import { code, say, shortened } from '../messages/words.ts';
import { missingAnswer } from './grant-answer.ts';
import { unknownTarget } from './nearest-words.ts';

/** Why there is nothing to revoke. */
export function revocableAnswer(
  outcome: Extract<FindRevocableOutcome, { kind: 'nothing' | 'not-revocable' | 'unknown' }>,
  capabilities: ProviderCapabilities,
): OutgoingMessage {
  switch (outcome.kind) {
    case 'nothing':
      return paragraphMessage(
        outcome.target === undefined
          ? say`Nothing to revoke: nothing is open, and no request of yours waits.`
          : say`Nothing to revoke: nothing is open on “${shortened(outcome.target)}”, and no request of yours waits there. See ${code(`${slashCommand} status`)}.`,
      );
    case 'not-revocable':
      return message(
        paragraph(grantRefusalWords({ code: 'nothing-to-revoke', grant: outcome.grant }, capabilities)),
        idLine(outcome.grant),
      );
    case 'unknown':
      if (looksLikeGrantId(outcome.word)) return missingAnswer();
      return paragraphMessage(
        say`Nothing was revoked. ${unknownTarget(outcome.word, outcome.nearest, capabilities.targetNoun)}`,
      );
  }
}
