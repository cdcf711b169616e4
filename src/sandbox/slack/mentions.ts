import { isObject, type JsonObject } from './json.ts';
import type { ReadableMessage } from './render-text.ts';

const MENTION = /<(@[UW]\w+|!here|!channel|!everyone|!subteam\^\w+)(?:\|[^<>]*)?>/g;

/** Keys of text that Slack parses wherever they stand in blocks and attachments. */
const PARSED_BY_KEY = ['text', 'pretext', 'title', 'value', 'fallback'];

/**
 * Whom a message would notify: `<@U…>`, `<!here>`, `<!subteam^S…>`, each as often as it stands there. Counts the `text`,
 * every mrkdwn object and markdown block, attachments, and the user, user group and broadcast elements of rich text. Text
 * inside code counts too, since Slack resolves references there.
 */
export function mentionsIn(message: ReadableMessage): string[] {
  return [
    ...inText(message.text),
    ...(message.blocks ?? []).flatMap(inBlock),
    ...(message.attachments ?? []).flatMap(inAttachment),
  ];
}

function inText(text: unknown): string[] {
  return typeof text === 'string' ? Array.from(text.matchAll(MENTION), ([, target]) => `<${target}>`) : [];
}

function inBlock(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(inBlock);
  if (!isObject(value)) return [];
  switch (value.type) {
    case 'mrkdwn':
    case 'markdown':
      return inText(value.text);
    // Nothing in these is parsed, so what stands there is only text.
    case 'plain_text':
    case 'raw_text':
    case 'text':
      return [];
    case 'user':
      return [`<@${String(value.user_id)}>`];
    case 'usergroup':
      return [`<!subteam^${String(value.usergroup_id)}>`];
    case 'broadcast':
      return [`<!${String(value.range)}>`];
    default:
      return Object.values(value).flatMap(inBlock);
  }
}

function inAttachment(attachment: JsonObject): string[] {
  const fields = Array.isArray(attachment.fields) ? attachment.fields.filter(isObject) : [];
  const parsed = [attachment, ...fields].flatMap((part) => PARSED_BY_KEY.flatMap((key) => inText(part[key])));
  return [...parsed, ...inBlock(attachment.blocks)];
}
