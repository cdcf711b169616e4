import type { AskForReportOutcome } from '../../operations/make-report.ts';
import type { ShowHistoryOutcome } from '../../operations/show-history.ts';
import type { StatusOutcome } from '../../operations/show-status.ts';
import { monthName } from '../../reports/month.ts';
import type { MessengerError, OutgoingMessage } from '../../work/messenger.ts';
import { message, paragraph, paragraphMessage } from '../messages/blocks.ts';
import { slashCommand } from '../messages/vocabulary.ts';
import { code, say, shortened, type Words } from '../messages/words.ts';
import { referenceLine } from '../reference.ts';
import type { AnswerContext } from './answer-context.ts';
import { unknownTarget } from './nearest-words.ts';
import { notPermittedAnswer } from './not-permitted-answer.ts';

/** Why `status` shows nothing. */
export async function statusNotShown(
  context: AnswerContext,
  outcome: Exclude<StatusOutcome, { kind: 'status' }>,
  slackId: string,
): Promise<OutgoingMessage> {
  switch (outcome.kind) {
    case 'not-permitted':
      return notPermittedAnswer(context, { reason: outcome.reason, deciders: [] }, { slackId, action: 'see' });
    case 'unknown-target':
      return paragraphMessage(unknownTarget(outcome.name, outcome.nearest, context.provider.capabilities.targetNoun));
  }
}

/** Why `history` shows nothing. */
export async function historyNotShown(
  context: AnswerContext,
  outcome: Exclude<ShowHistoryOutcome, { kind: 'history' }>,
  slackId: string,
): Promise<OutgoingMessage> {
  switch (outcome.kind) {
    case 'too-many-targets': {
      const { one, many } = context.provider.capabilities.targetNoun;
      const example = code(`${slashCommand} history project/${one}`);
      return paragraphMessage(
        say`${outcome.count} ${many} are called “${shortened(outcome.name)}”. Name the project too: ${example}`,
      );
    }
    default:
      return statusNotShown(context, outcome, slackId);
  }
}

/** Why there is no `report`. */
export async function reportNotMade(
  context: AnswerContext,
  outcome: Exclude<AskForReportOutcome, { kind: 'report' }>,
  slackId: string,
): Promise<OutgoingMessage> {
  switch (outcome.kind) {
    case 'unknown-target': {
      const { targetNoun } = context.provider.capabilities;
      return paragraphMessage(say`${unknownTarget(outcome.name, outcome.nearest, targetNoun)} ${monthsTyped}`);
    }
    case 'unknown-month':
      return paragraphMessage(say`There is no month “${shortened(outcome.typed)}”. ${monthsTyped}`);
    case 'future-month':
      return paragraphMessage(say`${monthName(outcome.month)} has not begun: there is nothing to report.`);
    case 'not-permitted':
      return notPermittedAnswer(context, { reason: outcome.reason, deciders: [] }, { slackId, action: 'see' });
  }
}

const monthsTyped = say`A month is typed like ${code('2026-10')}, ${code('october')} or ${code('last month')}.`;

/** Why a report that was made does not stand in the channel. What whoever asked can mend needs nobody else. */
export const reportNotPosted = (error: MessengerError, reference: string): OutgoingMessage =>
  message(paragraph(notPosted(error)), error.obstacle === undefined ? referenceLine(reference) : undefined);

function notPosted(error: MessengerError): Words {
  switch (error.obstacle) {
    case 'not-member':
    case 'not-found':
      return say`The report was not posted: Portcullis is not in this conversation. Invite it with ${code('/invite @Portcullis')}, or type ${code(`${slashCommand} report`)} where it is.`;
    case 'archived':
      return say`The report was not posted: this channel is archived. Type the command in another one.`;
    case undefined: {
      if (error.effect === 'unknown') {
        return say`Slack did not say whether it took the report: if it does not appear here, ask again.`;
      }
      const why = error.hint === undefined ? say`${shortened(error.message)}.` : say`${shortened(error.hint)}.`;
      return say`The report was not posted. ${why}`;
    }
  }
}
