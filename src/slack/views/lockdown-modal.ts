import type { ModalView } from '@slack/types';
import type { Grant } from '../../grants/grant.ts';
import type { Organization } from '../../grants/organization.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { seenWords } from '../answers/block-answer.ts';
import { message, type Piece, paragraph } from '../messages/blocks.ts';
import { grantIdWords } from '../messages/grant-parts.ts';
import { askerName, revokeAdvice } from '../messages/vocabulary.ts';
import { bold, linked, say, type Words } from '../messages/words.ts';
import { openLine } from './block-modal.ts';
import { type ModalOrigin, modal } from './modal.ts';

export const lockdownModalIds = { submit: 'lock-down' } as const;

const mostListed = 15;

/** The confirm step of a lockdown: all that comes of it, and nothing to type. */
export function lockdownModal(
  situation: {
    readonly organization: Organization;
    readonly live: readonly Grant[];
    readonly requested: readonly Grant[];
  },
  capabilities: ProviderCapabilities,
  origin: ModalOrigin,
): ModalView {
  const { organization, live, requested } = situation;
  const { hasBlock, supportStaff } = capabilities;
  return modal({
    title: 'Close everything',
    content: message(
      paragraph(
        bold(say`Close everything to ${supportStaff}?`),
        say`${revokeAdvice} Everything is reported in the channel.`,
      ),
      hasBlock ? blockPiece(organization, capabilities) : undefined,
      ...list(live, say`Closed: nothing is open`, say`Closed, and kept trying until seen closed:`, (grant) =>
        openLine(grant, capabilities),
      ),
      ...list(requested, say`Cancelled: no requests wait`, say`Cancelled:`, cancelledLine),
    ),
    submit: { callbackId: lockdownModalIds.submit, label: 'Close everything' },
    metadata: origin,
  });
}

const blockPiece = (organization: Organization, capabilities: ProviderCapabilities): Piece => {
  const { canSetBlock, blockUrl, vendor } = capabilities;
  return paragraph(
    bold(canSetBlock ? say`Blocked: the whole organization` : say`Blocked: nothing`),
    canSetBlock
      ? undefined
      : say`Portcullis has no account that may block. An organization owner does it by hand: ${linked(blockUrl, `the setting in ${vendor}`)}`,
    seenWords(organization, capabilities),
  );
};

const cancelledLine = (grant: Grant): Words =>
  say`the request of ${askerName(grant)} for ${grant.target.name}, ${grantIdWords(grant)}`;

/** A section each: together they could be longer than a section may be. */
function list(grants: readonly Grant[], none: Words, title: Words, line: (grant: Grant) => Words): Piece[] {
  if (grants.length === 0) return [paragraph(bold(none))];
  const more = grants.length - mostListed;
  return [
    paragraph(bold(title)),
    ...grants.slice(0, mostListed).map((grant) => paragraph(line(grant))),
    ...(more > 0 ? [paragraph(say`and ${more} more`)] : []),
  ];
}
