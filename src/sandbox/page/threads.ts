import type { PageMessage } from './protocol.ts';

/** A message of the conversation with what was answered to it. */
export interface Entry {
  readonly message: PageMessage;
  /** The oldest first. */
  readonly replies: readonly PageMessage[];
}

/**
 * The conversation as it is read: replies under what they answer, and those shown in the channel too there as well. A reply
 * to something that this person cannot see stands by itself.
 */
export function entriesOf(messages: readonly PageMessage[]): Entry[] {
  const roots = new Set(messages.filter(({ threadTs }) => threadTs === undefined).map(({ ts }) => ts));
  const isReply = ({ threadTs }: PageMessage): boolean => threadTs !== undefined && roots.has(threadTs);
  return messages
    .filter((message) => !isReply(message) || message.broadcast)
    .map((message) => ({
      message,
      replies: isReply(message) ? [] : messages.filter(({ threadTs }) => threadTs === message.ts),
    }));
}
