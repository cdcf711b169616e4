import type { UserGroup } from '../../grants/policy.ts';
import { escapeMrkdwn, groupMention, link, mention, plain, slackDate } from '../text.ts';

/**
 * The same words twice: as mrkdwn for blocks, and as plain text for notifications and screen readers. Slack reads mrkdwn in
 * both, so both are escaped; the plain text holds nothing that Slack would make a mention, a link or a date of.
 */
export interface Words {
  readonly mrkdwn: string;
  readonly text: string;
}

type Value = string | number | Words;

const nothing: Words = { mrkdwn: '', text: '' };

/**
 * Words from a template. Strings that are put in are names or messages of somebody else: they are escaped, and brought onto
 * one line so that they cannot pass for another one. Only `Words` go in as they are.
 */
export function say(template: TemplateStringsArray, ...values: readonly Value[]): Words {
  const parts = values.map(asWords);
  const put = (form: keyof Words): string => String.raw({ raw: template }, ...parts.map((part) => part[form]));
  return { mrkdwn: put('mrkdwn'), text: put('text') };
}

function asWords(value: Value): Words {
  if (typeof value === 'object') return value;
  const safe = escapeMrkdwn(String(value).replace(/\s+/g, ' '));
  return { mrkdwn: safe, text: safe };
}

/** Joins what is there; what is undefined or empty leaves no gap. */
export function join(separator: string, parts: readonly (Words | undefined)[]): Words {
  const put = (form: keyof Words): string =>
    parts
      .map((part) => part?.[form] ?? '')
      .filter((part) => part !== '')
      .join(separator);
  return { mrkdwn: put('mrkdwn'), text: put('text') };
}

export const bold = (words: Words): Words => ({ mrkdwn: `*${words.mrkdwn}*`, text: words.text });

/** Something to type, from this code's own words. */
export const code = (command: string): Words => ({
  mrkdwn: `\`${escapeMrkdwn(command)}\``,
  text: escapeMrkdwn(command),
});

/** An instant: in blocks in the reader's time zone, in plain text in UTC. */
export const at = (date: Date): Words => ({ mrkdwn: slackDate(date), text: utc(date) });

/** The same with how long it is until then, or since, which Slack keeps current. */
export const atAndAgo = (date: Date): Words => ({
  mrkdwn: `${slackDate(date)} (${slackDate(date, '{ago}')})`,
  text: utc(date),
});

/** For example `2026-03-01 14:05 UTC`. */
export const utc = (date: Date): string => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

export const linked = (url: string, label: string): Words => ({
  mrkdwn: link(url, label),
  text: escapeMrkdwn(label),
});

/** Mentions somebody, which notifies them; `name` stands in the plain text. */
export const mentioned = (slackId: string, name: string): Words => ({
  mrkdwn: mention(slackId),
  text: asWords(name).text,
});

/** Mentions at most three people, or a group instead of them; the plain text has no names for them. */
export function mentionedDeciders(slackIds: readonly string[], group?: UserGroup): Words {
  if (group !== undefined) return { mrkdwn: groupMention(group.id), text: '' };
  return slackIds.length === 0 ? nothing : { mrkdwn: inWords(slackIds.slice(0, 3).map(mention)), text: '' };
}

/** Words for blocks alone. */
export const unspoken = (words: Words): Words => ({ mrkdwn: words.mrkdwn, text: '' });

/** For example `Olivia, Oscar and Priya`. */
export function inWords(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** The same of words, cut where the list is long. */
export function listed(items: readonly Words[], max = 5): Words {
  const shown = items.length <= max ? items : [...items.slice(0, max), say`${items.length - max} more`];
  const put = (form: keyof Words): string => inWords(shown.map((item) => item[form]));
  return { mrkdwn: put('mrkdwn'), text: put('text') };
}

/** A message of somebody else, cut to what a paragraph holds. */
export const shortened = (message: string): string => plain(message, 400).text;
