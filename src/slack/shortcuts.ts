import type { OperationContext } from '../operations/context.ts';
import type { AnswerClient } from './answer-client.ts';
import type { Call } from './commands/call.ts';
import { requestFormStep } from './commands/request.ts';
import { paragraphMessage } from './messages/blocks.ts';
import { slashCommand } from './messages/vocabulary.ts';
import { code, say } from './messages/words.ts';

/** The `callback_id` of every shortcut, as the manifests declare them. */
export const shortcuts = {
  /** From the search bar or the composer. */
  ask: 'ask-for-support-access',
  /** In the menu of a message. */
  askAboutMessage: 'ask-for-support-access-about-message',
} as const;

export interface UsedShortcut extends Call {
  readonly callbackId: string;
  /** The message in whose menu it was. */
  readonly about?: { readonly channel: string; readonly ts: string };
}

/** The form of a request; from a message's menu the reason begins with a link to that message. */
export async function shortcutUsed(context: OperationContext, client: AnswerClient, used: UsedShortcut): Promise<void> {
  const { slackId, triggerId, reply, callbackId, about } = used;
  if (callbackId !== shortcuts.ask && callbackId !== shortcuts.askAboutMessage) return reply.tell(fromOlderVersion());
  await reply.decide(triggerId, async () => {
    const link = about === undefined ? undefined : await client.permalink(about.channel, about.ts);
    const reason = link === undefined ? '' : `${link} `;
    return requestFormStep(context, { slackId, approve: false, reason });
  });
}

const fromOlderVersion = () =>
  paragraphMessage(
    say`Nothing was asked for: this shortcut is from another version of Portcullis. Type ${code(`${slashCommand} request`)} instead.`,
  );
