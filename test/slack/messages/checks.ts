import fc from 'fast-check';
import { isObject, textOf } from '../../../src/sandbox/slack/json.ts';
import type { OutgoingMessage } from '../../../src/work/messenger.ts';
import * as sample from './samples.ts';

/** Later than everything that is told of. */
export const minutes = 75;

/**
 * The words of a text without what only sets them. Where nothing is rendered a time is written out, in UTC; and mentions,
 * which notify where they stand, are left out of the plain text.
 */
const words = (text: string): string =>
  text
    .replace(/(?:today|tomorrow|yesterday|[A-Z]\w\w \d+, \d{4}) at (\d\d:\d\d UTC)(?: \([^)]*\))?/g, '$1')
    .replace(/\d{4}-\d\d-\d\d (\d\d:\d\d UTC)/g, '$1')
    .replace(/(?:To decide: )?@\w+(?:(?:, | and )@\w+)*/g, '')
    .replace(/\bU(?:ADA|OLIVIA|OSCAR|PRIYA|SAM)\b/g, '')
    .replace(/#?\bCACCESS\b/g, 'the channel')
    .replace(/[`#]/g, '')
    .replace(/[*>•]|\(https?:[^)]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ([.,;])/g, '$1');

/** What stands in a message, line by line, and what is heard of it where only its text is read. */
export function shownAndSpoken(message: OutgoingMessage): { readonly shown: string[]; readonly spoken: string } {
  const shown = sample
    .read(message, minutes)
    .split('\n')
    // Buttons; and what a table says in columns the text says in sentences.
    .filter((line) => !line.startsWith('[') && !line.includes(' | '))
    .map((line) => words(line).trim());
  return { shown, spoken: words(sample.read({ text: message.text, blocks: [] }, minutes)) };
}

/** Every object of a message that Slack parses. */
export function mrkdwnIn(value: unknown): { text: string; verbatim: unknown }[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnIn);
  if (!isObject(value)) return [];
  const inside = Object.values(value).flatMap(mrkdwnIn);
  return value.type === 'mrkdwn' ? [{ text: textOf(value), verbatim: value.verbatim }, ...inside] : inside;
}

export const slackDates = /<!date\^\d+\^[^|<>]+\|[^<>]+>/g;
/** What this code writes itself: people, a group, the channel, the provider's pages, Slack's own pages. */
const own = /<@U(?:ADA|OLIVIA|OSCAR|PRIYA|SAM)>|<#C\w+>|<https:\/\/(?:cloud|slack)\.example\/[^|<>]+\|[^<>]+>/g;

/** What of a message Slack would make something of that this code did not mean. */
export const firing = ({ text, blocks }: OutgoingMessage): string[] => [
  ...[text.replace(/<@U(?:ADA|OLIVIA|OSCAR|PRIYA|SAM)>/g, '')].filter((one) => /[<>]/.test(one)),
  ...mrkdwnIn(blocks)
    .filter(({ text, verbatim }) => verbatim !== true || /[<>]/.test(text.replace(slackDates, '').replace(own, '')))
    .map((part) => part.text),
];

/** What of a message or form, buttons and confirm steps included, is in Atlas's own words; ids and addresses have none. */
export const inWordsOfAtlas = (shown: unknown): string[] =>
  JSON.stringify(shown)
    .replace(/https?:\/\/[^"|>\s]*|\bCLUSTER_[A-Z_]+\b/g, '')
    .match(/.{0,40}(?:cluster|atlas|mongodb).{0,40}/gi) ?? [];

/** What somebody could type, or be called, to make a message do something. */
const traps = [
  '<!channel>',
  '<!here|here>',
  '<@UVICTIM>',
  '<https://evil.example|sign in>',
  '@channel',
  '&lt;!channel&gt;',
];
export const hostile = fc
  .array(fc.oneof(fc.constantFrom(...traps, '*', '`', '```', '>', '|', '\n', '😀'), fc.string({ unit: 'grapheme' })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join(' '));
