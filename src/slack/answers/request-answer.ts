import { formatDuration } from '../../grants/duration.ts';
import type { Grant } from '../../grants/grant.ts';
import { inGroup } from '../../grants/target-noun.ts';
import type { RequestAccessInput, RequestAccessOutcome } from '../../operations/request-access.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { message, type Piece, paragraph } from '../messages/blocks.ts';
import { accessFact, grantIdWords } from '../messages/grant-parts.ts';
import { inSentences, standingOf } from '../messages/grant-standing.ts';
import { tooManyOpenedWords } from '../messages/refusal-words.ts';
import { approvalsSoFar, blockStatement, durationFact } from '../messages/request-parts.ts';
import { accessLabel, askerName } from '../messages/vocabulary.ts';
import { at, bold, join, say, type Words } from '../messages/words.ts';
import type { AnswerContext } from './answer-context.ts';
import { blockFirstOffer, blockFirstPiece, withPiece } from './block-first-answer.ts';
import { notPermittedAnswer, notPermittedWords } from './not-permitted-answer.ts';

type Asker = Pick<RequestAccessInput, 'slackId' | 'approve' | 'blockFirst'>;

/** What became of `request` or `grant`, for whoever asked. */
export async function requestAnswer(
  context: AnswerContext,
  outcome: RequestAccessOutcome,
  by: Asker,
): Promise<OutgoingMessage> {
  switch (outcome.kind) {
    case 'may-not-block':
      return notPermittedAnswer(context, outcome, { slackId: by.slackId, action: 'block' });
    case 'not-permitted':
      return notPermittedAnswer(context, outcome, { slackId: by.slackId, action: by.approve ? 'approve' : 'ask' });
    case 'invalid':
      return message(
        paragraph(say`Nothing was asked for.`, ...outcome.problems.map((problem) => say`${problem.message}`)),
      );
    case 'existing':
      return withPiece(existingAnswer(context, outcome.grant), await offer(context, outcome.grant, by));
    case 'opening': {
      const { headline, details } = standingOf(outcome.grant, context.provider.capabilities);
      return message(
        paragraph(bold(headline), ...details, posted(outcome.grant)),
        await blockPiece(context, outcome.grant, by),
      );
    }
    case 'requested':
    case 'waiting':
      return waitingAnswer(context, outcome, by);
  }
}

function existingAnswer(context: AnswerContext, grant: Grant): OutgoingMessage {
  const { requestedAt, target, terms } = grant;
  const { capabilities } = context.provider;
  const what = say`${accessLabel(capabilities, terms.type)} for ${formatDuration(terms.durationMs)}`;
  return message(
    paragraph(
      bold(say`Nothing new was made: this has been asked for already`),
      say`${askerName(grant)} asked for support access to ${target.name} ${at(requestedAt)}, ${what}: ${grantIdWords(grant)}.`,
      grant.state === 'requested' ? say`It waits for a decision.` : inSentences(standingOf(grant, capabilities)),
    ),
  );
}

async function waitingAnswer(
  context: AnswerContext,
  outcome: Extract<RequestAccessOutcome, { kind: 'requested' | 'waiting' }>,
  by: Asker,
): Promise<OutgoingMessage> {
  const { slackId } = by;
  const { grant, open } = outcome;
  const { target } = grant;
  const { capabilities } = context.provider;
  const blocking = await blockPiece(context, grant, by);
  return message(
    paragraph(
      bold(say`Asked for support access to ${target.name}${inGroup(target.projectName, capabilities.targetNoun)}`),
      accessFact(grant, capabilities),
      durationFact(grant),
      outcome.kind === 'waiting' ? await reasonToWait(context, outcome, slackId) : undefined,
      posted(grant),
    ),
    approvalsSoFar(grant),
    open === undefined ? undefined : openAlready(context, open),
    blocking,
    outcome.kind === 'waiting' && outcome.why === 'needs-block' ? await offer(context, grant, by) : undefined,
  );
}

async function reasonToWait(
  context: AnswerContext,
  outcome: Extract<RequestAccessOutcome, { kind: 'waiting' }>,
  slackId: string,
): Promise<Words> {
  switch (outcome.why) {
    case 'more-approvals':
      return say`Your approval counts, but is not enough: it is not open yet.`;
    case 'needs-block':
    case 'target-open':
      return say`Your approval could not be counted, for the reason given below: it waits.`;
    case 'too-many-opened':
      return join(' ', [say`Your approval was not counted: it waits.`, tooManyOpenedWords(outcome)]);
    case 'own-approval': {
      const organization = await context.organizations.get(context.organizationId);
      const { deciders } = await context.deciders.forTarget(organization, outcome.grant.target.projectId);
      return notPermittedWords(context, { reason: 'own-request', deciders }, { slackId, action: 'approve' });
    }
  }
}

/** Where everybody sees it, whatever channel this was typed in. */
function posted(grant: Grant): Words {
  const channel: Words = { mrkdwn: `<#${grant.channelId}>`, text: 'the channel' };
  return grant.message === undefined
    ? say`It is being posted in ${channel}: ${grantIdWords(grant)}.`
    : say`It is posted in ${channel}: ${grantIdWords(grant)}.`;
}

/** What holds the target now: it has one grant at a time. */
const openAlready = (context: AnswerContext, holder: Grant): Piece =>
  paragraph(
    join(' ', [
      inSentences(standingOf(holder, context.provider.capabilities)),
      say`See ${grantIdWords(holder)}.`,
      say`The request can be approved once that has ended.`,
    ]),
  );

/** The block and the approval as one step, to whoever wanted to open it. */
async function offer(context: AnswerContext, grant: Grant, { slackId, approve }: Asker): Promise<Piece | undefined> {
  return approve ? blockFirstOffer(context, grant, slackId) : undefined;
}

async function blockPiece(context: AnswerContext, grant: Grant, by: Asker): Promise<Piece | undefined> {
  if (by.blockFirst === true) return blockFirstPiece(context, grant);
  const organization = await context.organizations.get(context.organizationId);
  return blockStatement(grant, organization, context.provider.capabilities);
}
