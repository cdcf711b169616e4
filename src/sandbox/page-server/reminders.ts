import { buttonActions } from '../../slack/messages/buttons.ts';
import { type JsonObject, objectsIn, stringIn } from '../slack/json.ts';
import type { Ledger } from '../slack/ledger.ts';

/** Calls back with the grant's id when a reminder is posted in the channel: it alone offers to let access end. */
export function onReminder(ledger: Ledger, channel: string, remind: (grantId: string) => void): void {
  const known = new Set<string>();
  ledger.onChange(() => {
    for (const message of ledger.everyMessage()) {
      if (message.channel !== channel || known.has(message.ts)) continue;
      known.add(message.ts);
      const grantId = grantRemindedOf(message.blocks);
      if (grantId !== undefined) remind(grantId);
    }
  });
}

/** A button's value begins with the id of its grant. */
function grantRemindedOf(blocks: readonly JsonObject[]): string | undefined {
  const buttons = blocks.flatMap(({ elements }) => objectsIn(elements));
  const letEnd = buttons.find(({ action_id }) => action_id === buttonActions.letEnd);
  return stringIn(letEnd?.value)?.split(':')[0];
}
