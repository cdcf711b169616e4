import type { Organization } from '../../grants/organization.ts';
import type { SwitchBlockOutcome } from '../../operations/switch-block.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { message, paragraph } from '../messages/blocks.ts';
import { organizationRefusalWords } from '../messages/refusal-words.ts';
import { at, atAndAgo, bold, linked, say, shortened, type Words } from '../messages/words.ts';
import { referenceLine } from '../reference.ts';
import type { AnswerContext } from './answer-context.ts';
import { notPermittedAnswer } from './not-permitted-answer.ts';

/** What became of `block` or `unblock`, with the state as it was read back. */
export async function blockAnswer(
  context: AnswerContext,
  outcome: SwitchBlockOutcome,
  by: { readonly slackId: string; readonly blocked: boolean },
): Promise<OutgoingMessage> {
  const { capabilities } = context.provider;
  const done = by.blocked ? 'blocked' : 'unblocked';
  switch (outcome.kind) {
    case 'not-permitted':
      return notPermittedAnswer(context, outcome, {
        slackId: by.slackId,
        action: by.blocked ? 'block' : 'unblock',
      });
    case 'invalid':
      return message(paragraph(say`Nothing was changed.`, say`${outcome.message}`));
    case 'seen':
      return message(
        paragraph(
          bold(
            by.blocked
              ? say`Support access is blocked for the organization`
              : say`Support access is no longer blocked for the organization`,
          ),
          seenWords(outcome.organization, capabilities),
          by.blocked ? undefined : untilWords(outcome.organization, capabilities),
        ),
      );
    case 'pending':
      return message(
        paragraph(
          bold(say`Accepted, but not seen ${done} yet`),
          outcome.organization.trouble === undefined
            ? undefined
            : say`Still trying: ${shortened(outcome.organization.trouble.message)}`,
          seenWords(outcome.organization, capabilities),
          by.blocked
            ? say`Portcullis keeps trying, and says in the channel when it is done.`
            : say`Portcullis keeps trying for 15 minutes, and says in the channel what became of it.`,
        ),
        outcome.organization.trouble === undefined ? undefined : referenceLine(outcome.organization._id),
      );
    case 'not-done':
      return message(
        paragraph(
          bold(say`Not ${done}, because:`),
          say`${shortened(outcome.reason)}`,
          seenWords(outcome.organization, capabilities),
          byHand(capabilities),
        ),
        referenceLine(outcome.organization._id),
      );
    case 'already':
      return message(
        paragraph(
          bold(
            by.blocked ? say`Nothing to do: it is blocked already` : say`Nothing to do: support access is not blocked`,
          ),
          seenWords(outcome.organization, capabilities),
        ),
      );
    case 'already-wanted':
      return message(
        paragraph(
          organizationRefusalWords({
            code: 'already-wanted',
            organization: outcome.organization,
            wish: outcome.wish,
          }),
        ),
      );
    case 'by-hand':
      return message(
        paragraph(
          bold(say`Portcullis has no account that may switch this`),
          say`An organization owner does it by hand: ${linked(outcome.url, `the setting in ${capabilities.vendor}`)}`,
          seenWords(outcome.organization, capabilities),
          outcome.organization.announced === undefined
            ? say`Portcullis reads it every few minutes, and says in the channel when it has changed.`
            : say`Do it within an hour: Portcullis reads it every few minutes, and then tells the channel your reason and until when.`,
        ),
      );
  }
}

/** What was read back, and when. */
export function seenWords({ confirmed }: Organization, { vendor }: ProviderCapabilities): Words {
  if (confirmed === undefined) return say`${vendor} could not be read yet, so whether it is blocked is not known.`;
  return say`As read in ${vendor} ${at(confirmed.at)}: ${confirmed.blocked ? 'blocked' : 'not blocked'}.`;
}

function untilWords({ decided }: Organization, { canSetBlock }: ProviderCapabilities): Words | undefined {
  if (decided?.blocked !== false) return undefined;
  if (decided.until === undefined) return say`It stays so until somebody blocks it again.`;
  return canSetBlock
    ? say`Portcullis blocks it again ${atAndAgo(decided.until)}.`
    : say`Portcullis reminds the owners to block it again ${atAndAgo(decided.until)}.`;
}

const byHand = ({ blockUrl, vendor }: ProviderCapabilities): Words =>
  say`To do it by hand: ${linked(blockUrl, `the setting in ${vendor}`)}`;
