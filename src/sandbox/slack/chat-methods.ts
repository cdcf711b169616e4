import { withIds } from './block-ids.ts';
import { problemsOfMessage } from './block-kit-views.ts';
import type { Conversation } from './directory.ts';
import type { Answer } from './emulator.ts';
import { isObject, type JsonObject, objectsIn, stringIn } from './json.ts';
import { isTrue } from './ledger.ts';
import { conversationById, destination, emulatorId, isHidden, isIn, publicId, writable } from './places.ts';
import { type Method, refuse, refuseInvalid, type SlackState } from './state.ts';

const MAX_TEXT = 40_000;
/** As JSON. Not documented: about where `chat.postMessage` was seen to refuse (slackapi/bolt-js#2509); response URLs do not. */
const MAX_BLOCKS_LENGTH = 13_000;

export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': async (state, body) => {
    const refusal = (await missingScope(state, 'chat.postMessage')) ?? checkContent(state, body, 'chat.postMessage');
    if (refusal !== undefined) return refusal;
    const place = destination(state, body.channel);
    if ('error' in place) return refuse(place.error);
    return postMessage(state, place.reference, body, 'bot');
  },

  'chat.postEphemeral': async (state, body) => {
    const refusal =
      (await missingScope(state, 'chat.postEphemeral')) ?? checkContent(state, body, 'chat.postEphemeral');
    if (refusal !== undefined) return refusal;
    const place = writable(state, body.channel);
    if ('error' in place) return refuse(place.error);
    const { conversation } = place;
    const user = stringIn(body.user) ?? '';
    if (!isIn(conversation, user)) return refuse('user_not_in_channel');
    const blocks = withIds(body.blocks);
    const answer = await state.emulator.callAsBot('chat.postEphemeral', {
      ...body,
      channel: emulatorId(conversation),
      ...(blocks.length > 0 ? { blocks } : {}),
    });
    const ts = stringIn(answer.message_ts);
    if (answer.ok && ts !== undefined) {
      state.ledger.postEphemeral(newMessage(state, ts, conversation, body), user, { ...body, blocks });
    }
    return answer;
  },

  'chat.update': async (state, body) => {
    const refusal = (await missingScope(state, 'chat.update')) ?? checkContent(state, body, 'chat.update');
    if (refusal !== undefined) return refusal;
    const place = writable(state, body.channel);
    if ('error' in place) return refuse(place.error === 'is_archived' ? 'is_inactive' : place.error);
    return updateMessage(state, place.conversation, body);
  },

  'chat.delete': async (state, body) => {
    const refusal = await missingScope(state, 'chat.delete');
    if (refusal !== undefined) return refusal;
    const place = writable(state, body.channel);
    if ('error' in place) return refuse(place.error);
    return deleteMessage(state, place.conversation, stringIn(body.ts) ?? '');
  },

  'chat.getPermalink': async (state, body) => {
    const conversation = conversationById(state, body.channel);
    if (conversation === undefined || isHidden(conversation)) return refuse('channel_not_found');
    const answer = await state.emulator.callAsBot('chat.getPermalink', { ...body, channel: emulatorId(conversation) });
    const path = /\/archives\/[^/]+(\/.*)$/.exec(stringIn(answer.permalink) ?? '')?.[1];
    if (path === undefined) return answer;
    // The emulator links to itself, under its own channel id.
    const id = publicId(conversation);
    const query = path.replace(/cid=[^&]+/, `cid=${id}`);
    const permalink = `https://${state.directory.teamDomain}.slack.com/archives/${id}${query}`;
    return { ok: true, channel: id, permalink };
  },
};

/**
 * Posts for the bot, for Slack itself where a response URL is used, or for a person. `reference` is a conversation or a
 * user id.
 */
export async function postMessage(
  state: SlackState,
  reference: string,
  body: JsonObject,
  as: 'bot' | 'sandbox' | { readonly userId: string },
): Promise<Answer> {
  const before = state.directory.conversation(reference);
  const threadTs = stringIn(body.thread_ts);
  const parent = threadTs && before ? state.ledger.message(publicId(before), threadTs) : undefined;
  if (parent?.threadTs !== undefined)
    state.warn(`thread_ts ${threadTs} names a reply, not the message that opens a thread`);
  const blocks = withIds(body.blocks);
  const request = {
    ...body,
    channel: before === undefined ? reference : emulatorId(before),
    ...(blocks.length > 0 ? { blocks } : {}),
  };
  const answer =
    as === 'bot'
      ? await state.emulator.callAsBot('chat.postMessage', request)
      : await state.emulator.callAsSandbox('chat.postMessage', request);
  const ts = stringIn(answer.ts);
  const channel = stringIn(answer.channel);
  if (!answer.ok || ts === undefined || channel === undefined) return answer;
  if (before === undefined) state.directory.openDirectMessage(channel, reference);
  const conversation = state.directory.conversation(reference);
  if (conversation === undefined) throw new Error(`The emulator posted to ${channel}, which nobody knows`);
  const author = typeof as === 'string' ? {} : { user: as.userId };
  state.ledger.post({ ...newMessage(state, ts, conversation, body), ...author }, { ...body, blocks });
  return { ...answer, channel: publicId(conversation) };
}

export async function updateMessage(state: SlackState, conversation: Conversation, body: JsonObject): Promise<Answer> {
  const id = publicId(conversation);
  const ts = stringIn(body.ts) ?? '';
  const blocks = Array.isArray(body.blocks) ? { blocks: withIds(body.blocks) } : {};
  const answer = await state.emulator.callAsSandbox('chat.update', {
    ...body,
    ...blocks,
    channel: emulatorId(conversation),
  });
  if (!answer.ok) return answer;
  // What the emulator holds now: it keeps and drops text, blocks and metadata by the same rules as Slack.
  if (isObject(answer.message)) state.ledger.update(id, ts, answer.message);
  return { ...answer, channel: id };
}

export async function deleteMessage(state: SlackState, conversation: Conversation, ts: string): Promise<Answer> {
  const answer = await state.emulator.callAsSandbox('chat.delete', { channel: emulatorId(conversation), ts });
  if (!answer.ok) return answer;
  state.ledger.delete(publicId(conversation), ts);
  return { ...answer, channel: publicId(conversation) };
}

/** Text, blocks and metadata as Slack would refuse them, before it looks at where they go. */
export function checkContent(state: SlackState, body: JsonObject, method: string): Answer | undefined {
  if (typeof body.text === 'string' && body.text.length > MAX_TEXT) return refuse('msg_too_long');
  if (body.blocks !== undefined) {
    const problems = problemsOfMessage(body.blocks);
    if (problems.length > 0) return refuseInvalid('invalid_blocks', problems);
    const length = JSON.stringify(body.blocks).length;
    if (method.startsWith('chat.') && length > MAX_BLOCKS_LENGTH) return refuse('msg_blocks_too_long');
    if (objectsIn(body.blocks).length > 0 && stringIn(body.text) === undefined) {
      state.warn(`${method} has blocks and no text: notifications and screen readers get nothing`);
    }
  }
  const { metadata } = body;
  if (metadata === undefined) return undefined;
  const isEmpty = isObject(metadata) && Object.keys(metadata).length === 0;
  const fits = isObject(metadata) && stringIn(metadata.event_type) !== undefined && isObject(metadata.event_payload);
  return isEmpty || fits ? undefined : refuse('invalid_metadata_format');
}

/** A call that fails for its arguments at the latest: what it says of scopes comes first, as in Slack. */
export async function missingScope(state: SlackState, method: string): Promise<Answer | undefined> {
  const answer = await state.emulator.callAsBot(method, {});
  return answer.error === 'missing_scope' ? answer : undefined;
}

export function newMessage(state: SlackState, ts: string, conversation: Conversation, body: JsonObject) {
  const threadTs = stringIn(body.thread_ts);
  const inThread = threadTs !== undefined && threadTs !== ts;
  if (!inThread && isTrue(body.reply_broadcast)) state.warn('reply_broadcast without thread_ts has no effect');
  return {
    ts,
    channel: publicId(conversation),
    user: state.directory.botUserId,
    ...(inThread ? { threadTs } : {}),
  };
}
