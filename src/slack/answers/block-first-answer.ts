import type { Grant } from '../../grants/grant.ts';
import { blockedAndOpened, type MayNotBlock, offersBlockFirst } from '../../operations/block-then-open.ts';
import type { OperationContext } from '../../operations/context.ts';
import type { GrantOperationOutcome } from '../../operations/decide-grant.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { buttonRow, message, type Piece, paragraph } from '../messages/blocks.ts';
import { blockThenApproveButton } from '../messages/buttons.ts';
import { idLine } from '../messages/grant-parts.ts';
import { standingOf } from '../messages/grant-standing.ts';
import { approvalsSoFar, blockByHand, blockByHandWords } from '../messages/request-parts.ts';
import { accessTypeOf } from '../messages/vocabulary.ts';
import { bold, say } from '../messages/words.ts';
import type { AnswerContext } from './answer-context.ts';
import { refusedAnswer } from './grant-answer.ts';
import { notPermittedAnswer } from './not-permitted-answer.ts';

/** The block and the approval as one step, where a request waits for the block and its reader may do both. */
export async function blockFirstOffer(
  context: AnswerContext,
  grant: Grant,
  slackId: string,
): Promise<Piece | undefined> {
  const { capabilities } = context.provider;
  const waits = grant.state === 'requested' && accessTypeOf(capabilities, grant.terms.type)?.needsBlock === true;
  if (!waits || !(await offersBlockFirst(context, { slackId }))) return undefined;
  return buttonRow(blockThenApproveButton(grant, capabilities));
}

/** How the block stands that was decided with a grant, where the grant's own standing does not say it. */
export async function blockFirstPiece(context: AnswerContext, grant: Grant): Promise<Piece | undefined> {
  const { capabilities } = context.provider;
  const { confirmed, wanted } = await context.organizations.get(context.organizationId);
  if (confirmed?.blocked === true) return paragraph(say`Support access is blocked for the organization.`);
  if (grant.state !== 'requested') return blockByHand(grant, capabilities);
  if (!capabilities.canSetBlock) return paragraph(blockByHandWords(capabilities));
  return wanted?.blocked === true
    ? paragraph(
        say`Portcullis is blocking support access for the organization, and says in the channel when it is done.`,
      )
    : paragraph(say`Support access could not be blocked for the organization: the channel says why.`);
}

/** With what comes after other pieces of an answer. */
export function withPiece({ text, blocks }: OutgoingMessage, piece: Piece | undefined): OutgoingMessage {
  if (piece === undefined) return { text, blocks };
  return { text: piece.text === '' ? text : `${text}\n${piece.text}`, blocks: [...blocks, ...piece.blocks] };
}

/** What came of the block and the approval, for whoever decided both. */
export async function blockFirstAnswer(
  context: OperationContext,
  outcome: GrantOperationOutcome | MayNotBlock,
  slackId: string,
): Promise<OutgoingMessage> {
  switch (outcome.kind) {
    case 'done':
      return blockFirstDoneAnswer(context, await blockedAndOpened(context, outcome.grant));
    default:
      return blockFirstRefusedAnswer(context, outcome, slackId);
  }
}

export async function blockFirstDoneAnswer(context: AnswerContext, grant: Grant): Promise<OutgoingMessage> {
  const { headline, details } = standingOf(grant, context.provider.capabilities);
  return message(
    paragraph(bold(headline), ...details),
    grant.state === 'requested' ? approvalsSoFar(grant) : undefined,
    await blockFirstPiece(context, grant),
    idLine(grant),
  );
}

export async function blockFirstRefusedAnswer(
  context: AnswerContext,
  outcome: Exclude<GrantOperationOutcome, { kind: 'done' }> | MayNotBlock,
  slackId: string,
): Promise<OutgoingMessage> {
  if (outcome.kind === 'may-not-block') return notPermittedAnswer(context, outcome, { slackId, action: 'block' });
  const refused = await refusedAnswer(context, outcome, { slackId, action: 'approve' });
  return withPiece(refused, paragraph(say`Nothing was blocked either.`));
}
