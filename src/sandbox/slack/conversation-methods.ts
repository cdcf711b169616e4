import type { Conversation } from './directory.ts';
import type { Answer } from './emulator.ts';
import { isObject, type JsonObject, stringIn } from './json.ts';
import { isTrue } from './ledger.ts';
import { historyOf, inWindow, messageObject, TOMBSTONE_TEXT } from './message-history.ts';
import { conversationById, emulatorId, isHidden, publicId } from './places.ts';
import { type Method, page, refuse, type SlackState } from './state.ts';

export const conversationMethods: Readonly<Record<string, Method>> = {
  'conversations.info': async (state, body) => {
    const found = await readable(state, 'conversations.info', body);
    if ('answer' in found) return found.answer;
    return { ok: true, channel: conversationObject(state, found.conversation) };
  },

  'conversations.members': async (state, body) => {
    const found = await readable(state, 'conversations.members', body);
    if ('answer' in found) return found.answer;
    const { conversation } = found;
    const members =
      conversation.kind === 'direct'
        ? [state.directory.botUserId, conversation.userId]
        : state.directory.membersOf(conversation.channel);
    const part = page(members, body, 100);
    if (part === undefined) return refuse('invalid_cursor');
    return { ok: true, members: part.items, response_metadata: { next_cursor: part.nextCursor } };
  },

  'conversations.list': async (state, body) => {
    const answer = await state.emulator.callAsBot('conversations.list', body);
    if (!answer.ok) return answer;
    const types = (stringIn(body.types) ?? 'public_channel').split(',').map((type) => type.trim());
    const channels = state.directory
      .channels()
      .filter((channel) => types.includes(channel.isPrivate ? 'private_channel' : 'public_channel'))
      .filter((channel) => !channel.isPrivate || channel.botIsMember)
      .filter((channel) => !channel.isArchived || !isTrue(body.exclude_archived));
    const part = page(channels, body, 100);
    if (part === undefined) return refuse('invalid_cursor');
    return {
      ok: true,
      channels: part.items.map((channel) => state.directory.channelObject(channel)),
      response_metadata: { next_cursor: part.nextCursor },
    };
  },

  'conversations.join': async (state, body) => {
    const conversation = conversationById(state, body.channel);
    if (conversation?.kind !== 'channel' || isHidden(conversation)) return refuse('channel_not_found');
    const { channel } = conversation;
    const answer = await state.emulator.callAsBot('conversations.join', { channel: channel.emulatorId });
    if (!answer.ok) return answer;
    if (channel.isArchived) return refuse('is_archived');
    state.directory.setChannel(channel.id, { botIsMember: true });
    return { ok: true, channel: state.directory.channelObject({ ...channel, botIsMember: true }) };
  },

  'conversations.open': async (state, body) => {
    const userIds = Array.isArray(body.users) ? body.users.map(String) : (stringIn(body.users) ?? '').split(',');
    const user = userIds.length === 1 ? state.directory.user(userIds[0] ?? '') : undefined;
    const answer = await state.emulator.callAsBot('conversations.open', body);
    if (answer.error === 'missing_scope') return answer;
    // The emulator knows neither who has left nor who is a bot.
    if (user?.deleted === true) return refuse('user_disabled');
    if (user?.isBot === true) return refuse('cannot_dm_bot');
    const id = isObject(answer.channel) ? stringIn(answer.channel.id) : undefined;
    if (answer.ok && id !== undefined && user !== undefined) state.directory.openDirectMessage(id, user.id);
    return answer;
  },

  'conversations.history': async (state, body) => {
    const found = await readable(state, 'conversations.history', body);
    if ('answer' in found) return found.answer;
    if (!isMember(found.conversation)) return refuse('not_in_channel');
    return historyOf(state, publicId(found.conversation), body);
  },

  'conversations.replies': async (state, body) => {
    const found = await readable(state, 'conversations.replies', body);
    if ('answer' in found) return found.answer;
    if (!isMember(found.conversation)) return refuse('not_in_channel');
    const channel = publicId(found.conversation);
    const threadTs = stringIn(body.ts) ?? '';
    const parent = state.ledger.message(channel, threadTs);
    const isTombstone = state.ledger.isTombstone(channel, threadTs);
    // The emulator answers an unknown thread with an empty list.
    if (parent === undefined && !isTombstone) return refuse('thread_not_found');
    const replies = state.ledger
      .messages(channel)
      .filter((message) => message.threadTs === threadTs && inWindow(message.ts, body));
    const part = page(replies, body, 100);
    if (part === undefined) return refuse('invalid_cursor');
    const head =
      parent === undefined
        ? { type: 'message', subtype: 'tombstone', text: TOMBSTONE_TEXT, ts: threadTs, thread_ts: threadTs }
        : messageObject(state, parent, body);
    return {
      ok: true,
      messages: [head, ...part.items.map((message) => messageObject(state, message, body))],
      has_more: part.nextCursor !== '',
      response_metadata: { next_cursor: part.nextCursor },
    };
  },
};

/** Lets the emulator judge token and scope, and Slack's rules what the bot can see. */
async function readable(
  state: SlackState,
  method: string,
  body: JsonObject,
): Promise<{ conversation: Conversation } | { answer: Answer }> {
  const conversation = conversationById(state, body.channel);
  if (conversation === undefined) return { answer: refuse('channel_not_found') };
  const answer = await state.emulator.callAsBot(method, { ...body, channel: emulatorId(conversation) });
  // Ids and cursors of the emulator mean nothing here, so any other complaint is judged anew.
  if (answer.error === 'missing_scope') return { answer };
  return isHidden(conversation) ? { answer: refuse('channel_not_found') } : { conversation };
}

function isMember(conversation: Conversation): boolean {
  return conversation.kind === 'direct' || conversation.channel.botIsMember;
}

function conversationObject(state: SlackState, conversation: Conversation): JsonObject {
  return conversation.kind === 'channel'
    ? state.directory.channelObject(conversation.channel)
    : { id: conversation.id, is_im: true, is_archived: false, user: conversation.userId, is_user_deleted: false };
}
