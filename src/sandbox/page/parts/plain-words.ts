import type { Inline, Paragraph } from '../mrkdwn.ts';

/** What remains of mrkdwn where only words can be said. */
export const plainWords = (paragraphs: readonly Paragraph[]): string =>
  paragraphs
    .map((paragraph) => (paragraph.kind === 'preformatted' ? paragraph.text : paragraph.lines.map(lineWords).join(' ')))
    .join(' ');

const lineWords = (line: readonly Inline[]): string => line.map(words).join('');

function words(inline: Inline): string {
  switch (inline.kind) {
    case 'text':
    case 'code':
    case 'link':
      return inline.text;
    case 'bold':
    case 'italic':
    case 'strike':
      return lineWords(inline.children);
    case 'mention':
      return `${inline.sign}${inline.id}`;
    case 'everybody':
      return `@${inline.name}`;
    case 'date':
      return inline.fallback;
  }
}
