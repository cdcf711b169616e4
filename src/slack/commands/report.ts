import type { OperationContext } from '../../operations/context.ts';
import { askForReport } from '../../operations/make-report.ts';
import { chartModel } from '../../reports/chart-model.ts';
import { monthCode, monthName } from '../../reports/month.ts';
import type { Report } from '../../reports/report.ts';
import { reportCsv } from '../../reports/report-csv.ts';
import { reportSentences, reportTitle } from '../../reports/words.ts';
import { MessengerError, type OutgoingMessage } from '../../work/messenger.ts';
import { unknownCluster } from '../answers/nearest-words.ts';
import { notPermittedAnswer } from '../answers/not-permitted-answer.ts';
import { message, paragraph, paragraphMessage } from '../messages/blocks.ts';
import { slashCommand } from '../messages/vocabulary.ts';
import { bold, code, say, shortened, type Words } from '../messages/words.ts';
import { newReference, referenceLine } from '../reference.ts';
import type { CommandCall } from './call.ts';

/** `report [cluster] [month]`: the picture and the table, posted where it was typed. */
export async function reportCommand(context: OperationContext, call: CommandCall, rest: string): Promise<void> {
  const { slackId, reply } = call;
  const outcome = await askForReport(context, { slackId, words: rest });
  switch (outcome.kind) {
    case 'report':
      await reply.tell(drawing(outcome.report));
      return posted(context, call, outcome.report);
    case 'unknown-target':
      return reply.tell(paragraphMessage(say`${unknownCluster(outcome.name, outcome.nearest)} ${monthsTyped}`));
    case 'unknown-month':
      return reply.tell(paragraphMessage(say`There is no month “${shortened(outcome.typed)}”. ${monthsTyped}`));
    case 'future-month':
      return reply.tell(paragraphMessage(say`${monthName(outcome.month)} has not begun: there is nothing to report.`));
    case 'not-permitted': {
      const refused = { reason: outcome.reason, deciders: [] };
      return reply.tell(await notPermittedAnswer(context, refused, { slackId, action: 'see' }));
    }
  }
}

const monthsTyped = say`A month is typed like ${code('2026-10')}, ${code('october')} or ${code('last month')}.`;

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
    // What whoever asked can mend needs nobody else.
    await reply.tell(
      message(paragraph(notPosted(error)), error.obstacle === undefined ? referenceLine(reference) : undefined),
    );
  }
}

/** What the picture shows, for those who do not see it. */
function commentOf(report: Report, sentences: readonly string[]): string {
  return `${bold(say`${reportTitle(report)}`).mrkdwn}\n${say`${sentences.join(' ')}`.mrkdwn}`;
}

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
