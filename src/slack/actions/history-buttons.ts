import type { OperationContext } from '../../operations/context.ts';
import { everything } from '../../operations/show-history.ts';
import { historyStep } from '../commands/history.ts';
import { historyFilterModal } from '../views/history-filter-modal.ts';
import { type historyActions, historyMetadata, parseCursor } from '../views/history-modal.ts';
import { metadataOf } from '../views/modal.ts';
import type { Click } from './click.ts';

/** What a button in the history leads to; false for one that an earlier version of the bot put there. */
export async function historyButton(
  context: OperationContext,
  action: keyof typeof historyActions,
  click: Click,
): Promise<boolean> {
  const { slackId, triggerId, reply, view } = click;
  const kept = view === undefined ? undefined : metadataOf(view, historyMetadata);
  if (kept === undefined) return false;
  const { wish, responseUrl } = kept;
  switch (action) {
    case 'filter': {
      const form = historyFilterModal(wish, context.provider.capabilities, { responseUrl });
      await reply.carryOut({ kind: 'push', view: form }, triggerId);
      return true;
    }
    case 'everything':
      await reply.carryOut(await historyStep(context, { slackId, wish: everything, responseUrl }), triggerId);
      return true;
    case 'older':
    case 'newer': {
      const from = parseCursor(click.value);
      if (from === undefined) return false;
      const page = { direction: action, from };
      await reply.carryOut(await historyStep(context, { slackId, wish, page, responseUrl }), triggerId);
      return true;
    }
  }
}
