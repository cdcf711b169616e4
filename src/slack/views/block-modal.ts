import type { ModalView } from '@slack/types';
import { type Grant, maybeOpenUntil } from '../../grants/grant.ts';
import type { Organization } from '../../grants/organization.ts';
import { unblockReasonLength } from '../../operations/switch-block.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { seenWords } from '../answers/block-answer.ts';
import { message, type Piece, paragraph } from '../messages/blocks.ts';
import { grantIdWords } from '../messages/grant-parts.ts';
import { accessLabel, allTargets } from '../messages/vocabulary.ts';
import { atAndAgo, bold, say, type Words } from '../messages/words.ts';
import { type ModalOrigin, modal, textInput } from './modal.ts';

export const blockModalIds = {
  block: 'block-organization',
  unblock: 'unblock-organization',
  reason: 'reason',
} as const;

const mostListed = 15;

interface Situation {
  readonly organization: Organization;
  readonly live: readonly Grant[];
  /** How many targets the organization has, when known. */
  readonly targetCount: number | undefined;
}

/** The confirm step of a block: what it means, and what is open. */
export function blockModal(situation: Situation, capabilities: ProviderCapabilities, origin: ModalOrigin): ModalView {
  const { supportStaff } = capabilities;
  return modal({
    title: 'Block support access',
    content: message(
      paragraph(
        bold(say`Block support access for the whole organization?`),
        say`${supportStaff} can then enter a cluster only while a grant is open.`,
        say`This may increase the time that support needs to respond and to resolve issues, and may have an effect on the availability of your clusters.`,
        seenWords(situation.organization, capabilities),
      ),
      ...openNow(situation.live, capabilities),
    ),
    submit: { callbackId: blockModalIds.block, label: 'Block' },
    metadata: origin,
  });
}

/** The confirm step of an unblock: whom it lets in, and why. */
export function unblockModal(
  situation: Situation,
  reason: string,
  capabilities: ProviderCapabilities,
  origin: ModalOrigin,
): ModalView {
  return modal({
    title: 'Unblock support access',
    content: message(
      paragraph(
        bold(
          say`${capabilities.supportStaff} can then enter the infrastructure of ${allTargets(situation.targetCount)}, at any time and without a grant`,
        ),
        say`It stays so until somebody blocks it again. The channel is told, with your reason.`,
        seenWords(situation.organization, capabilities),
      ),
    ),
    inputs: [
      textInput(blockModalIds.reason, 'Reason', {
        initial: reason,
        hint: `At least ${unblockReasonLength.min} characters.`,
      }),
    ],
    submit: { callbackId: blockModalIds.unblock, label: 'Unblock' },
    metadata: origin,
  });
}

/** A section each: together they could be longer than a section may be. */
function openNow(live: readonly Grant[], capabilities: ProviderCapabilities): Piece[] {
  if (live.length === 0) return [paragraph(say`No grant is open.`)];
  const more = live.length - mostListed;
  return [
    paragraph(bold(say`Open, or possibly open, through a grant; a block does not end it:`)),
    ...live.slice(0, mostListed).map((grant) => paragraph(openLine(grant, capabilities))),
    ...(more > 0 ? [paragraph(say`and ${more} more`)] : []),
  ];
}

function openLine(grant: Grant, capabilities: ProviderCapabilities): Words {
  const what = say`${grant.target.name}: ${accessLabel(capabilities, grant.wanted?.type ?? grant.terms.type)}`;
  const until = maybeOpenUntil(grant) ?? grant.wanted?.until;
  return until === undefined
    ? say`${what}, ${grantIdWords(grant)}`
    : say`${what}, until ${atAndAgo(until)}, ${grantIdWords(grant)}`;
}
