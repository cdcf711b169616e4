import { z } from 'zod';
import { slashCommand } from './messages/vocabulary.ts';

const text = z.string();
const named = z.looseObject({ id: text });
const view = z.looseObject({
  id: text,
  callback_id: text,
  state: z.looseObject({ values: z.record(text, z.unknown()) }),
});
const action = z.looseObject({ type: text, action_id: text });

/**
 * As much of what Slack sends as Bolt and the handlers look into without asking (Slack documentation, "Slash commands",
 * "Interaction payloads" and "The Events API"). What nobody here asked Slack for is not among it.
 */
const payloadShape = z.union([
  z.looseObject({
    command: z.literal(slashCommand),
    text: text.optional(),
    user_id: text,
    trigger_id: text,
    response_url: text,
  }),
  z.looseObject({ type: z.literal('event_callback'), event: z.looseObject({ type: text }) }),
  z.looseObject({
    type: z.literal('block_actions'),
    user: named,
    trigger_id: text,
    actions: z.tuple([action], action),
  }),
  z.looseObject({ type: z.literal('view_submission'), user: named, trigger_id: text, view }),
  z.looseObject({ type: z.literal('block_suggestion'), user: named, action_id: text, value: text }),
  z.looseObject({ type: z.literal('shortcut'), user: named, trigger_id: text, callback_id: text }),
  z.looseObject({
    type: z.literal('message_action'),
    user: named,
    trigger_id: text,
    callback_id: text,
    channel: named,
    message_ts: text,
  }),
  z.looseObject({ type: z.literal('url_verification'), challenge: text }),
  z.looseObject({ ssl_check: z.literal('1') }),
]);

/** Whether this can be handled: Bolt fails on some of what cannot, and ends the process on a payload that is no object. */
export const isPayload = (payload: unknown): boolean => payloadShape.safeParse(payload).success;

/** What comes over the web socket (Slack documentation, "Using Socket Mode"): a payload in its envelope, or a word on the connection. */
const frameShape = z.union([
  z.looseObject({ type: z.enum(['hello', 'disconnect']) }),
  z.looseObject({ type: text, envelope_id: text, payload: payloadShape }),
]);

/** The same for a message of the web socket: Slack's client ends the process on one that is no object, or has no event. */
export function isFrame(message: string): boolean {
  try {
    return frameShape.safeParse(JSON.parse(message)).success;
  } catch {
    return false;
  }
}
