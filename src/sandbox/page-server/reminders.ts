import { addressOf } from '../../slack/labelled.ts';
import { buttonActions } from '../../slack/messages/buttons.ts';
import { type JsonObject, objectsIn, stringIn } from '../slack/json.ts';
import type { Ledger } from '../slack/ledger.ts';

/** Calls back with the grant's id when a reminder is posted in one of the channels: it alone offers to let access end. */
export function onReminder(ledger: Ledger, channels: readonly string[], remind: (grantId: string) => void): void {
  const known = new Set<string>();
  ledger.onChange(() => {
    for (const message of ledger.everyMessage()) {
      if (!channels.includes(message.channel) || known.has(message.ts)) continue;
      known.add(message.ts);
      const grantId = grantRemindedOf(message.blocks);
      if (grantId !== undefined) remind(grantId);
    }
  });
}

/** A button's value begins with the id of its grant. */
function grantRemindedOf(blocks: readonly JsonObject[]): string | undefined {
  const buttons = blocks.flatMap(({ elements }) => objectsIn(elements));
  const letEnd = buttons.find(({ action_id }) => addressOf(stringIn(action_id) ?? '').id === buttonActions.letEnd);
  return stringIn(letEnd?.value)?.split(':')[0];
}
