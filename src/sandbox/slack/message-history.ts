import { type Answer, BOT_ID } from './emulator.ts';
import { type JsonObject, stringIn } from './json.ts';
import { isTrue, type SlackMessage } from './ledger.ts';
import { page, refuse, type SlackState } from './state.ts';

export const TOMBSTONE_TEXT = 'This message was deleted.';

/**
 * What `conversations.history` answers, newest first: no replies except those that were broadcast. The emulator knows
 * neither broadcasts nor `oldest`, `latest` and `inclusive`.
 */
export function historyOf(state: SlackState, channel: string, body: JsonObject): Answer {
  const shown = state.ledger
    .messages(channel)
    .filter((message) => (message.threadTs === undefined || message.broadcast) && inWindow(message.ts, body));
  // With `oldest` alone Slack pages forward, from the messages closest to it.
  const isForward = stringIn(body.oldest) !== undefined && stringIn(body.latest) === undefined;
  const part = page(isForward ? shown : shown.toReversed(), body, 100);
  if (part === undefined) return refuse('invalid_cursor');
  const messages = isForward ? part.items.toReversed() : part.items;
  return {
    ok: true,
    messages: messages.map((message) => messageObject(state, message, body)),
    has_more: part.nextCursor !== '',
    pin_count: 0,
    response_metadata: { next_cursor: part.nextCursor },
  };
}

/** Both ends are left out unless `inclusive`. A `ts` has ten digits before the point and six after, so text compares. */
export function inWindow(ts: string, body: JsonObject): boolean {
  const oldest = boundary(body.oldest);
  const latest = boundary(body.latest);
  if (isTrue(body.inclusive) && (ts === oldest || ts === latest)) return true;
  return (oldest === undefined || ts > oldest) && (latest === undefined || ts < latest);
}

function boundary(value: unknown): string | undefined {
  if (typeof value === 'number') return value.toFixed(6);
  const text = stringIn(value);
  return text === undefined || text === '0' ? undefined : text;
}

/** A message as history and replies hand it out. Metadata comes only to those who ask for it. */
export function messageObject(state: SlackState, message: SlackMessage, body: JsonObject): JsonObject {
  const replies = state.ledger.messages(message.channel).filter((other) => other.threadTs === message.ts);
  const lastReply = replies.at(-1);
  return {
    type: 'message',
    ...(message.broadcast ? { subtype: 'thread_broadcast' } : {}),
    user: message.user,
    ...(message.user === state.directory.botUserId ? { bot_id: BOT_ID, app_id: state.directory.appId } : {}),
    team: state.directory.teamId,
    text: message.text,
    ts: message.ts,
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
    ...(message.files === undefined
      ? {}
      : { subtype: 'file_share', files: message.files.map(({ id, name, title }) => ({ id, name, title })) }),
    ...(message.edited ? { edited: { user: message.user, ts: message.ts } } : {}),
    ...(message.metadata !== undefined && isTrue(body.include_all_metadata) ? { metadata: message.metadata } : {}),
    ...(message.threadTs !== undefined ? { thread_ts: message.threadTs, parent_user_id: message.user } : {}),
    ...(lastReply === undefined
      ? {}
      : {
          thread_ts: message.ts,
          reply_count: replies.length,
          reply_users: [...new Set(replies.map((reply) => reply.user))],
          latest_reply: lastReply.ts,
        }),
  };
}
