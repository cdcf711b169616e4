import { isUnkept } from '../../grants/found.ts';
import type { Grant } from '../../grants/grant.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import type { ViewContext } from '../../work/views.ts';
import { buttonRow, message, paragraph, quotation, smallPrint } from './blocks.ts';
import { approveButton, cancelButton, denyButton, revokeButton } from './buttons.ts';
import { changeButtons, narrowButtons } from './change-buttons.ts';
import { changingToFact, proposalPiece } from './change-parts.ts';
import { keepButton, keepStatements } from './found-parts.ts';
import {
  accessFact,
  approvedByFact,
  askedByFact,
  askedForFact,
  asTyped,
  fact,
  firstAskedFact,
  grantIdWords,
  idLine,
  targetFact,
  targetLink,
  warningLines,
} from './grant-parts.ts';
import { type Standing, standingOf } from './grant-standing.ts';
import {
  approvalsSoFar,
  blockByHand,
  blockStatement,
  durationFact,
  heldStatement,
  lapseFact,
} from './request-parts.ts';
import { accessLabel } from './vocabulary.ts';
import { at, atAndAgo, bold, mentionedDeciders, say, unspoken, type Words } from './words.ts';

/** The message in the channel that shows a grant from the request to its end. */
export function grantMessage(grant: Grant, context: ViewContext, capabilities: ProviderCapabilities): OutgoingMessage {
  const standing = standingOf(grant, capabilities);
  if (grant.reopened !== undefined) {
    const access = fact('Access', say`${accessLabel(capabilities, grant.reopened.terms.type)}`);
    return message(
      paragraph(...standingLines(standing), byHand(grant, capabilities), targetFact(grant, capabilities), access),
      idLine(grant),
    );
  }
  switch (grant.state) {
    case 'requested':
      return requestedMessage(grant, standing, context, capabilities);
    case 'opening':
      return openingMessage(grant, standing, capabilities);
    case 'active':
      return activeMessage(grant, standing, context, capabilities);
    case 'closing':
      return closingMessage(grant, standing, capabilities);
    case 'denied':
    case 'cancelled':
    case 'lapsed':
    case 'failed':
    case 'expired':
    case 'revoked':
      return endedMessage(grant, standing, capabilities);
  }
}

const standingLines = ({ headline, details }: Standing): Words[] => [bold(headline), ...details];

const byHand = (grant: Grant, capabilities: ProviderCapabilities): Words =>
  say`To revoke it by hand: ${targetLink(grant, capabilities)}`;

function requestedMessage(
  grant: Grant,
  standing: Standing,
  context: ViewContext,
  capabilities: ProviderCapabilities,
): OutgoingMessage {
  return message(
    paragraph(
      ...standingLines(standing),
      targetFact(grant, capabilities),
      accessFact(grant, capabilities),
      durationFact(grant),
      firstAskedFact(grant, capabilities),
      lapseFact(grant),
    ),
    ...asTyped(grant),
    heldStatement(grant, context.holder),
    blockStatement(grant, context.organization, capabilities),
    warningLines(grant, capabilities),
    approvalsSoFar(grant),
    capabilities.observes === true
      ? paragraph(say`It cannot be decided at present: Portcullis is in observe mode.`)
      : context.deciders.length === 0 && context.decidersGroup === undefined
        ? paragraph(say`Nobody in this workspace was found yet who may approve this.`)
        : paragraph(unspoken(say`To decide: ${mentionedDeciders(context.deciders, context.decidersGroup)}`)),
    buttonRow(
      approveButton(grant, capabilities),
      ...narrowButtons(grant, capabilities),
      denyButton(grant),
      cancelButton(grant),
    ),
    smallPrint(say`${grantIdWords(grant)}, asked ${at(grant.requestedAt)}`),
  );
}

function openingMessage(grant: Grant, standing: Standing, capabilities: ProviderCapabilities): OutgoingMessage {
  return message(
    paragraph(
      ...standingLines(standing),
      targetFact(grant, capabilities),
      accessFact(grant, capabilities),
      grant.wanted === undefined ? undefined : fact('Until', atAndAgo(grant.wanted.until)),
      askedByFact(grant),
    ),
    ...asTyped(grant),
    blockByHand(grant, capabilities),
    // An opening that goes well is over before anybody could give it up.
    grant.trouble === undefined && grant.awaitsBlock === undefined
      ? undefined
      : buttonRow(revokeButton(grant, capabilities)),
    idLine(grant),
  );
}

function activeMessage(
  grant: Grant,
  standing: Standing,
  context: ViewContext,
  capabilities: ProviderCapabilities,
): OutgoingMessage {
  const { remindersSilencedBy } = grant;
  const changedOutside = grant.history.some((entry) => entry.action === 'changed-outside');
  return message(
    paragraph(
      ...standingLines(standing),
      accessFact(grant, capabilities),
      changingToFact(grant, capabilities),
      targetFact(grant, capabilities),
      firstAskedFact(grant, capabilities) ?? askedByFact(grant),
      approvedByFact(grant),
      changedOutside ? changedSince(grant, capabilities) : undefined,
      ...keepStatements(grant, capabilities),
      remindersSilencedBy === undefined ? undefined : say`${remindersSilencedBy.name} lets it end: no more reminders.`,
      say`See ${targetLink(grant, capabilities)}`,
    ),
    proposalPiece(grant, capabilities),
    ...asTyped(grant),
    isUnkept(grant) && capabilities.observes !== true
      ? paragraph(unspoken(say`To decide: ${mentionedDeciders(context.deciders, context.decidersGroup)}`))
      : undefined,
    buttonRow(
      ...(isUnkept(grant) ? [keepButton(grant, capabilities)] : []),
      // What nobody has kept is not extended before it is.
      ...(isUnkept(grant) && grant.proposal === undefined ? [] : changeButtons(grant, capabilities)),
      revokeButton(grant, capabilities),
    ),
    idLine(grant),
  );
}

const changedSince = ({ found }: Grant, { vendor }: ProviderCapabilities): Words =>
  found === undefined
    ? say`After the approval somebody changed it in ${vendor} itself.`
    : say`Since then somebody changed it in ${vendor} itself.`;

function closingMessage(grant: Grant, standing: Standing, capabilities: ProviderCapabilities): OutgoingMessage {
  return message(
    paragraph(
      ...standingLines(standing),
      grant.trouble === undefined ? undefined : byHand(grant, capabilities),
      targetFact(grant, capabilities),
      accessFact(grant, capabilities),
      askedByFact(grant),
      approvedByFact(grant),
    ),
    ...asTyped(grant),
    idLine(grant),
  );
}

function endedMessage(grant: Grant, standing: Standing, capabilities: ProviderCapabilities): OutgoingMessage {
  return message(
    paragraph(...standingLines(standing)),
    grant.denial === undefined ? undefined : quotation('Why', grant.denial.reason),
    paragraph(targetFact(grant, capabilities), askedForFact(grant, capabilities), approvedByFact(grant)),
    ...asTyped(grant),
    idLine(grant),
  );
}
