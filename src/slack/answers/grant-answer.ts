import { isUnkept, keptBy } from '../../grants/found.ts';
import { type Grant, termsInForce } from '../../grants/grant.ts';
import type { PermissionAction } from '../../grants/permissions.ts';
import type { GrantOperationOutcome } from '../../operations/decide-grant.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { message, paragraph, paragraphMessage } from '../messages/blocks.ts';
import { approvalCount, idLine } from '../messages/grant-parts.ts';
import { inSentences, standingOf } from '../messages/grant-standing.ts';
import { grantRefusalWords, requestExistsWords, targetOpenWords } from '../messages/refusal-words.ts';
import { askerName } from '../messages/vocabulary.ts';
import { atAndAgo, bold, say } from '../messages/words.ts';
import type { AnswerContext } from './answer-context.ts';
import { notPermittedAnswer } from './not-permitted-answer.ts';

/** Why a decision changed nothing, for whoever took it. */
export async function refusedAnswer(
  context: AnswerContext,
  outcome: Exclude<GrantOperationOutcome, { kind: 'done' }>,
  by: { readonly slackId: string; readonly action: PermissionAction },
): Promise<OutgoingMessage> {
  const { capabilities } = context.provider;
  switch (outcome.kind) {
    case 'refused':
      return message(paragraph(grantRefusalWords(outcome.refusal, capabilities)), idLine(outcome.refusal.grant));
    case 'target-open':
      return message(paragraph(targetOpenWords(outcome.grant, outcome.holder, capabilities)), idLine(outcome.grant));
    case 'request-exists':
      return message(paragraph(requestExistsWords(outcome.grant)), idLine(outcome.grant));
    case 'not-permitted':
      return notPermittedAnswer(context, outcome, by);
    case 'missing':
      return missingAnswer();
  }
}

export const missingAnswer = (): OutgoingMessage =>
  paragraphMessage(say`Nothing was changed: Portcullis has no such record.`);

/** How it stands now. */
export function standingAnswer(grant: Grant, context: AnswerContext): OutgoingMessage {
  const { headline, details } = standingOf(grant, context.provider.capabilities);
  return message(paragraph(bold(headline), ...details), idLine(grant));
}

export function revokedAnswer(grant: Grant, context: AnswerContext): OutgoingMessage {
  // Seen closed, but not over: a call may still land.
  if (grant.endedAt === undefined && grant.seenClosedAt !== undefined) return standingAnswer(grant, context);
  const { vendor } = context.provider.capabilities;
  const standing = standingOf(grant, context.provider.capabilities);
  return message(
    grant.endedAt === undefined
      ? paragraph(
          bold(say`Accepted, but not seen closed yet`),
          standing.headline,
          ...standing.details,
          say`Portcullis keeps trying. The message in the channel shows when it is closed.`,
        )
      : paragraph(
          bold(say`${grant.target.name} is closed: ${vendor} was seen without the grant`),
          inSentences(standing),
        ),
    idLine(grant),
  );
}

export function deniedAnswer(grant: Grant): OutgoingMessage {
  return message(
    paragraph(
      bold(say`Denied: support access to ${grant.target.name}`),
      say`${askerName(grant)}, who asked, is told so with your reason.`,
    ),
    idLine(grant),
  );
}

export function keptAnswer(grant: Grant): OutgoingMessage {
  const until = termsInForce(grant)?.until;
  return message(
    paragraph(
      bold(
        isUnkept(grant)
          ? say`Your approval counts, but is not enough: nobody has kept ${grant.target.name} yet`
          : say`Kept: ${grant.target.name} stays open`,
      ),
      approvalCount(
        keptBy(grant).map(({ by }) => by.name),
        isUnkept(grant) ? grant.approvalsNeeded : 0,
      ),
      until === undefined ? undefined : say`It ends by itself ${atAndAgo(until)}.`,
    ),
    idLine(grant),
  );
}

export function silencedAnswer(grant: Grant): OutgoingMessage {
  const until = termsInForce(grant)?.until;
  return message(
    paragraph(
      bold(say`No more reminders for ${grant.target.name}`),
      until === undefined ? undefined : say`It ends by itself ${atAndAgo(until)}.`,
    ),
    idLine(grant),
  );
}
