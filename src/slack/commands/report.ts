import type { OperationContext } from '../../operations/context.ts';
import { askForReport } from '../../operations/make-report.ts';
import { chartModel } from '../../reports/chart-model.ts';
import { monthCode, monthName } from '../../reports/month.ts';
import type { Report } from '../../reports/report.ts';
import { reportCsv } from '../../reports/report-csv.ts';
import { reportSentences, reportTitle } from '../../reports/words.ts';
import { MessengerError, type OutgoingMessage } from '../../work/messenger.ts';
import { reportNotMade, reportNotPosted } from '../answers/not-shown-answer.ts';
import { paragraphMessage } from '../messages/blocks.ts';
import { bold, say } from '../messages/words.ts';
import { newReference } from '../reference.ts';
import type { CommandCall } from './call.ts';

/** `report [target] [month]`: the picture and the table, posted where it was typed. */
export async function reportCommand(context: OperationContext, call: CommandCall, rest: string): Promise<void> {
  const { slackId, reply } = call;
  const outcome = await askForReport(context, { slackId, words: rest });
  switch (outcome.kind) {
    case 'report':
      await reply.tell(drawing(outcome.report));
      return posted(context, call, outcome.report);
    default:
      return reply.tell(await reportNotMade(context, outcome, slackId));
  }
}

const drawing = ({ month, subject }: Report): OutgoingMessage =>
  paragraphMessage(
    say`Drawing the report of ${monthName(month)}${subject === undefined ? '' : ` for ${subject}`}. It is posted here in a moment.`,
  );

/** Nobody is told of a success: the report stands before them. */
async function posted(context: OperationContext, { reply, channel }: CommandCall, report: Report): Promise<void> {
  const { capabilities } = context.provider;
  const png = await context.studio.draw(chartModel(report, capabilities));
  if (png === undefined) {
    return reply.tell(
      paragraphMessage(say`Nothing was posted: too many reports are being drawn. Ask again in a minute.`),
    );
  }
  const name = `support-access-${monthCode(report.month)}`;
  const title = reportTitle(report);
  try {
    await context.postFiles({
      channel,
      comment: commentOf(report, reportSentences(report, capabilities)),
      files: [
        { name: `${name}.png`, title, content: png },
        { name: `${name}.csv`, title: `${title}, as a table`, content: Buffer.from(reportCsv(report, capabilities)) },
      ],
    });
  } catch (error) {
    if (!(error instanceof MessengerError)) throw error;
    const reference = newReference();
    context.log.warn({ err: error, hint: error.hint, reference }, 'A report could not be posted');
    await reply.tell(reportNotPosted(error, reference));
  }
}

/** What the picture shows, for those who do not see it. */
function commentOf(report: Report, sentences: readonly string[]): string {
  return `${bold(say`${reportTitle(report)}`).mrkdwn}\n${say`${sentences.join(' ')}`.mrkdwn}`;
}
