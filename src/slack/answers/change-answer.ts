import type { Grant } from '../../grants/grant.ts';
import { looksLikeGrantId } from '../../grants/ids.ts';
import type { FindChangeableOutcome } from '../../operations/find-changeable.ts';
import type { ProposeChangeOutcome } from '../../operations/propose-change.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { message, paragraph, paragraphMessage } from '../messages/blocks.ts';
import { changeApprovals, changeAsked, changeFacts } from '../messages/change-parts.ts';
import { accessFact, idLine } from '../messages/grant-parts.ts';
import { inSentences, standingOf } from '../messages/grant-standing.ts';
import { grantRefusalWords } from '../messages/refusal-words.ts';
import { slashCommand } from '../messages/vocabulary.ts';
import { at, bold, code, say, shortened, type Words } from '../messages/words.ts';
import type { AnswerContext } from './answer-context.ts';
import { missingAnswer, refusedAnswer } from './grant-answer.ts';
import { unknownTarget } from './nearest-words.ts';
import { notPermittedWords } from './not-permitted-answer.ts';

/** What became of `extend` or `change`, for whoever asked. */
export async function changeAnswer(
  context: AnswerContext,
  outcome: ProposeChangeOutcome,
  slackId: string,
): Promise<OutgoingMessage> {
  const { capabilities } = context.provider;
  switch (outcome.kind) {
    case 'invalid':
      return paragraphMessage(say`Nothing was asked for. ${outcome.message}`);
    case 'changing':
      return changeDecidedAnswer(outcome.grant, context);
    case 'waiting': {
      const { grant, why } = outcome;
      const { proposal } = grant;
      return message(
        proposal === undefined
          ? undefined
          : paragraph(
              bold(say`Asked ${changeAsked(grant, proposal, capabilities)}`),
              ...changeFacts(grant, proposal, capabilities),
              changeApprovals(grant, proposal),
              await reasonToWait(context, outcome, slackId),
            ),
        why === 'needs-block'
          ? paragraph(
              say`Your approval could not be counted: this type of access can be opened only while support access is blocked for the organization: ${code(`${slashCommand} block`)}`,
            )
          : undefined,
        idLine(grant),
      );
    }
    default:
      return refusedAnswer(context, outcome, { slackId, action: 'ask' });
  }
}

/** What an approval of a change has led to by now. */
export function changeDecidedAnswer(grant: Grant, { provider }: AnswerContext): OutgoingMessage {
  const { capabilities } = provider;
  const { proposal } = grant;
  const { headline, details } = standingOf(grant, capabilities);
  return message(
    paragraph(
      bold(changeStanding(grant)),
      reasonNotMade(grant),
      proposal === undefined ? undefined : changeApprovals(grant, proposal),
      headline,
      ...details,
      accessFact(grant, capabilities),
    ),
    idLine(grant),
  );
}

/** What has become of an approved change by now. */
function changeStanding(grant: Grant): Words {
  const { name } = grant.target;
  if (grant.proposal !== undefined)
    return say`Your approval counts: the change of support access to ${name} still waits`;
  const last = lastOutcome(grant);
  if (grant.applying !== undefined) return say`Approved: the change of support access to ${name} is under way`;
  if (last?.action === 'change-seen' && grant.wanted !== undefined) {
    return say`Changed: support access to ${name}, until ${at(grant.wanted.until)}`;
  }
  return say`Support access to ${name} was not changed${reasonNotMade(grant) === undefined ? '' : ', because:'}`;
}

const lastOutcome = ({ history }: Grant) =>
  history.findLast(({ action }) => action === 'change-seen' || action === 'change-not-made');

/** Why the last change was not made, where that is what became of it. */
function reasonNotMade(grant: Grant): Words | undefined {
  const last = lastOutcome(grant);
  const isOver = grant.proposal === undefined && grant.applying === undefined;
  return isOver && last?.action === 'change-not-made' && last.detail !== undefined
    ? say`${shortened(last.detail)}`
    : undefined;
}

async function reasonToWait(
  context: AnswerContext,
  { grant, why }: Extract<ProposeChangeOutcome, { kind: 'waiting' }>,
  slackId: string,
): Promise<Words | undefined> {
  if (why === 'needs-block') return undefined;
  if (why !== 'own-approval') return say`It waits for a decision; nothing changes before that.`;
  const organization = await context.organizations.get(context.organizationId);
  const { deciders } = await context.deciders.forTarget(organization, grant.target.projectId);
  return notPermittedWords(context, { reason: 'own-request', deciders }, { slackId, action: 'approve' });
}

export const changeCancelledAnswer = (grant: Grant, context: AnswerContext): OutgoingMessage =>
  message(
    paragraph(
      bold(say`Cancelled: the change of support access to ${grant.target.name}`),
      inSentences(standingOf(grant, context.provider.capabilities)),
    ),
    idLine(grant),
  );

export const changeDeniedAnswer = (grant: Grant, context: AnswerContext): OutgoingMessage =>
  message(
    paragraph(
      bold(say`Denied: the change of support access to ${grant.target.name}`),
      say`Whoever asked is told so with your reason.`,
      inSentences(standingOf(grant, context.provider.capabilities)),
    ),
    idLine(grant),
  );

/** Why there is nothing to extend or change. */
export function changeableAnswer(
  context: AnswerContext,
  outcome: Extract<FindChangeableOutcome, { kind: 'nothing' | 'not-changeable' | 'unknown' }>,
): OutgoingMessage {
  switch (outcome.kind) {
    case 'nothing':
      return paragraphMessage(
        outcome.word === ''
          ? say`Nothing was changed: nothing is open.`
          : say`Nothing was changed: nothing is open on “${shortened(outcome.word)}”. See ${code(`${slashCommand} status`)}.`,
      );
    case 'not-changeable': {
      const { grant } = outcome;
      const words = grantRefusalWords({ code: 'nothing-to-change', grant }, context.provider.capabilities);
      return message(paragraph(words), idLine(grant));
    }
    case 'unknown': {
      if (looksLikeGrantId(outcome.word)) return missingAnswer();
      const { targetNoun } = context.provider.capabilities;
      return paragraphMessage(say`Nothing was changed. ${unknownTarget(outcome.word, outcome.nearest, targetNoun)}`);
    }
  }
}
