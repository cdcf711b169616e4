import type { Button, KnownBlock, RichTextBlock } from '@slack/types';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { codeBlock, escapeMrkdwn, plain, typed } from '../text.ts';
import { join, type Words } from './words.ts';

/** A part of a message, and what it says where only plain text is read. */
export interface Piece {
  readonly blocks: readonly KnownBlock[];
  readonly text: string;
}

/** Slack documentation, "Section block", and for the text the error `msg_too_long` of `chat.update`. */
const longestSection = 3000;
const longestText = 4000;

/**
 * A paragraph of one line or more, as one block or, where names are so long that it takes them, several. `verbatim` keeps
 * Slack from making links and mentions of bare addresses and names (Slack documentation, "Text object").
 */
export function paragraph(...lines: readonly (Words | undefined)[]): Piece {
  const sections: string[] = [];
  for (const line of lines) {
    if (line === undefined || line.mrkdwn === '') continue;
    const joined = `${sections.at(-1) ?? ''}\n${line.mrkdwn}`.trimStart();
    if (joined.length <= longestSection) sections.splice(-1, 1, joined);
    else sections.push(line.mrkdwn);
  }
  return {
    blocks: sections.map((text) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } })),
    text: join('\n', lines).text,
  };
}

/** At most ten texts side by side in two columns, on a phone one below the other (Slack documentation, "Section block"). */
export function columns(...texts: readonly (Words | undefined)[]): Piece {
  const present = texts.filter((text) => text !== undefined);
  const fields = present.map(({ mrkdwn }) => ({ type: 'mrkdwn' as const, text: mrkdwn, verbatim: true }));
  return { blocks: [{ type: 'section', fields }], text: join('\n', present).text };
}

/** Small print. */
export function smallPrint(...lines: readonly (Words | undefined)[]): Piece {
  const { mrkdwn, text } = join('\n', lines);
  return { blocks: [{ type: 'context', elements: [{ type: 'mrkdwn', text: mrkdwn, verbatim: true }] }], text };
}

/** What a person typed, exactly as typed, under a label. Undefined when nothing was typed. */
export function quotation(label: string, text: string): Piece | undefined {
  if (text.trim() === '') return undefined;
  const block: RichTextBlock = {
    type: 'rich_text',
    elements: [
      { type: 'rich_text_section', elements: [{ type: 'text', text: `${label}:`, style: { bold: true } }] },
      ...typed(text).elements,
    ],
  };
  return { blocks: [block], text: `${label}: ${escapeMrkdwn(text)}` };
}

/** An address that a person typed: the label shows where it leads. */
export function address(label: string, url: string): Piece {
  const shown = url.length <= 60 ? url : `${url.slice(0, 59)}…`;
  const block: RichTextBlock = {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: `${label}: `, style: { bold: true } },
          { type: 'link', url, text: shown },
        ],
      },
    ],
  };
  return { blocks: [block], text: `${label}: ${escapeMrkdwn(shown)}` };
}

/** Text to copy. */
export const copyable = (text: string): Piece => ({ blocks: [codeBlock(text)], text: escapeMrkdwn(text) });

export const buttonRow = (...elements: Button[]): Piece => ({ blocks: [{ type: 'actions', elements }], text: '' });

export function message(...pieces: readonly (Piece | undefined)[]): OutgoingMessage {
  const present = pieces.filter((piece) => piece !== undefined);
  const text = present
    .map((piece) => piece.text)
    .filter((part) => part !== '')
    .join('\n');
  return { text: plain(text, longestText).text, blocks: present.flatMap((piece) => piece.blocks) };
}

/** The first of them, as many as have room. `sizeOf` and `room` count characters. */
export function whatFits<T>(items: readonly T[], room: number, sizeOf: (item: T) => number): T[] {
  let taken = 0;
  const end = items.findIndex((item) => {
    taken += sizeOf(item);
    return taken > room;
  });
  return items.slice(0, end === -1 ? items.length : end);
}

/** One paragraph, for example an answer that only the person who clicked sees. */
export const paragraphMessage = (words: Words): OutgoingMessage => message(paragraph(words));
