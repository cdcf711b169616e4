import type { HistoryPage } from '../../grants/history.ts';
import type { OperationContext } from '../../operations/context.ts';
import { everything, type HistoryWish, showHistory } from '../../operations/show-history.ts';
import { unknownCluster } from '../answers/nearest-words.ts';
import { notPermittedAnswer } from '../answers/not-permitted-answer.ts';
import { paragraphMessage } from '../messages/blocks.ts';
import { slashCommand } from '../messages/vocabulary.ts';
import { code, say, shortened } from '../messages/words.ts';
import type { Step } from '../reply.ts';
import { historyModal } from '../views/history-modal.ts';
import type { Call } from './call.ts';

const newest: HistoryPage = { direction: 'older' };

/** `history [cluster]` */
export function historyCommand(context: OperationContext, call: Call, rest: string): Promise<void> {
  const { slackId, triggerId, reply } = call;
  const targetName = rest === '' ? undefined : rest;
  const looked = { slackId, wish: everything, targetName, responseUrl: reply.responseUrl };
  return reply.decide(triggerId, () => historyStep(context, looked));
}

/** A page of the history, or why there is none. */
export async function historyStep(
  context: OperationContext,
  looked: {
    readonly slackId: string;
    readonly wish: HistoryWish;
    readonly page?: HistoryPage;
    readonly targetName?: string;
    readonly responseUrl?: string;
  },
): Promise<Step> {
  const { slackId, page = newest, responseUrl } = looked;
  const outcome = await showHistory(context, { ...looked, page });
  switch (outcome.kind) {
    case 'history':
      return { kind: 'show', view: historyModal(outcome, context.provider.capabilities, { responseUrl }) };
    case 'unknown-target':
      return { kind: 'tell', message: paragraphMessage(unknownCluster(outcome.name, outcome.nearest)) };
    case 'too-many-targets': {
      const example = code(`${slashCommand} history project/cluster`);
      const words = say`${outcome.count} clusters are called “${shortened(outcome.name)}”. Name the project too: ${example}`;
      return { kind: 'tell', message: paragraphMessage(words) };
    }
    case 'not-permitted': {
      const refused = { reason: outcome.reason, deciders: [] };
      return { kind: 'tell', message: await notPermittedAnswer(context, refused, { slackId, action: 'see' }) };
    }
  }
}
