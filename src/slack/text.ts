import type { PlainTextElement, RichTextBlock } from '@slack/types';

const ellipsis = '…';

/**
 * Text for a place where Slack reads mrkdwn: `&`, `<` and `>` escaped, so that no mention, link or date comes of it
 * (Slack documentation, "Formatting message text"). Stars, underscores and back-ticks keep their meaning: what a person
 * typed is shown exactly by `typed`.
 */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A plain text object of at most `max` characters, in which Slack parses nothing, `:emoji:` names included. */
export function plain(text: string, max: number): PlainTextElement {
  return { type: 'plain_text', text: cutText(text, max), emoji: false };
}

/**
 * The text, or its beginning and an ellipsis where it is longer than `max`. Counted in UTF-16 units, of which no way of
 * counting characters finds more, and cut between code points.
 */
function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  let cut = '';
  for (const character of text) {
    if (cut.length + character.length + ellipsis.length > max) break;
    cut += character;
  }
  return cut + ellipsis;
}

/** What a person typed, exactly, as a quotation: Slack parses nothing in a text element. Not for an empty text. */
export function typed(text: string): RichTextBlock {
  return { type: 'rich_text', elements: [{ type: 'rich_text_quote', elements: [{ type: 'text', text }] }] };
}

/** Text to copy, as a block of fixed-width characters in which Slack parses nothing. Not for an empty text. */
export function codeBlock(text: string): RichTextBlock {
  return { type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }] };
}

/**
 * An instant in the time zone of whoever reads it, for mrkdwn. `{ago}` as the format says how long ago or until, and
 * Slack keeps it current (Slack documentation, "Formatting message text": date formatting). Where that cannot be shown
 * stands the ISO 8601 form, UTC.
 */
export function slackDate(date: Date, format = '{date_short_pretty} at {time}'): string {
  const seconds = Math.floor(date.getTime() / 1000);
  const iso = new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  return `<!date^${seconds}^${format}|${iso}>`;
}

/** Mentions a Slack user, for mrkdwn. */
export function mention(userId: string): string {
  return `<@${userId}>`;
}

/** Mentions a Slack user group, for mrkdwn. */
export function groupMention(groupId: string): string {
  return `<!subteam^${groupId}>`;
}

/** A link for mrkdwn. What would end it early in the address is percent-encoded, in the text escaped. */
export function link(url: string, text: string): string {
  const address = url.replace(/[\s<>|"]/g, (character) => encodeURIComponent(character));
  return `<${escapeMrkdwn(address)}|${escapeMrkdwn(text).replace(/\s+/g, ' ')}>`;
}
