import type { Conversation } from './directory.ts';
import { stringIn } from './json.ts';
import type { SlackState } from './state.ts';

/** Where a new message may go: `chat.postMessage` also takes names, and user ids for direct messages. */
export function destination(state: SlackState, channel: unknown): { reference: string } | { error: string } {
  const reference = stringIn(channel);
  const conversation = reference && state.directory.conversation(reference);
  if (reference === undefined) return { error: 'channel_not_found' };
  if (conversation) {
    const place = judge(state, conversation, state.hasScope('chat:write.public'));
    return 'error' in place ? place : { reference };
  }
  const user = state.directory.user(reference);
  if (user === undefined || user.deleted === true || user.id === state.directory.botUserId) {
    return { error: 'channel_not_found' };
  }
  return user.isBot === true ? { error: 'cannot_dm_bot' } : { reference };
}

/** A conversation the bot may write in, by id. */
export function writable(state: SlackState, channel: unknown): { conversation: Conversation } | { error: string } {
  const conversation = conversationById(state, channel);
  return conversation === undefined ? { error: 'channel_not_found' } : judge(state, conversation, false);
}

/** A private channel without the bot does not exist for it; a public one says `not_in_channel`. */
function judge(
  state: SlackState,
  conversation: Conversation,
  membershipIsOptional: boolean,
): { conversation: Conversation } | { error: string } {
  if (isHidden(conversation)) return { error: 'channel_not_found' };
  if (conversation.kind === 'direct') {
    const isGone = state.directory.user(conversation.userId)?.deleted === true;
    return isGone ? { error: 'channel_not_found' } : { conversation };
  }
  if (!conversation.channel.botIsMember && !membershipIsOptional) return { error: 'not_in_channel' };
  return conversation.channel.isArchived ? { error: 'is_archived' } : { conversation };
}

export function conversationById(state: SlackState, channel: unknown): Conversation | undefined {
  const id = stringIn(channel);
  const conversation = id === undefined ? undefined : state.directory.conversation(id);
  return conversation !== undefined && publicId(conversation) === id ? conversation : undefined;
}

export function isHidden(conversation: Conversation): boolean {
  return conversation.kind === 'channel' && conversation.channel.isPrivate && !conversation.channel.botIsMember;
}

export function isIn(conversation: Conversation, userId: string): boolean {
  return conversation.kind === 'direct'
    ? conversation.userId === userId
    : conversation.channel.members.includes(userId);
}

export function publicId(conversation: Conversation): string {
  return conversation.kind === 'direct' ? conversation.id : conversation.channel.id;
}

export function emulatorId(conversation: Conversation): string {
  return conversation.kind === 'direct' ? conversation.id : conversation.channel.emulatorId;
}
