import type { HistoryPage } from '../../grants/history.ts';
import type { OperationContext } from '../../operations/context.ts';
import { everything, type HistoryWish, showHistory } from '../../operations/show-history.ts';
import { historyNotShown } from '../answers/not-shown-answer.ts';
import type { Step } from '../reply.ts';
import { historyModal } from '../views/history-modal.ts';
import type { Call } from './call.ts';

const newest: HistoryPage = { direction: 'older' };

/** `history [target]` */
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
  return outcome.kind === 'history'
    ? { kind: 'show', view: historyModal(outcome, context.provider.capabilities, { responseUrl }) }
    : { kind: 'tell', message: await historyNotShown(context, outcome, slackId) };
}
