import type { PlainTextOption } from '@slack/types';
import type { AccessType } from '../../grants/access-types.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { columns, type Piece, paragraph, smallPrint } from '../messages/blocks.ts';
import { bold, join, say, type Words } from '../messages/words.ts';
import { plain } from '../text.ts';

const hour = 3_600_000;
const offeredHours = [0.5, 1, 2, 4, 8, 12, 24];

/** Within the provider's bounds, shortest first; `alsoMs` stands among them. */
export function offeredDurations(
  { minDurationMs, maxDurationMs, defaultDurationMs }: ProviderCapabilities,
  alsoMs?: number,
): number[] {
  const offered = [...offeredHours.map((hours) => hours * hour), minDurationMs, maxDurationMs, defaultDurationMs];
  const within = [...offered, ...(alsoMs === undefined ? [] : [alsoMs])].filter(
    (durationMs) => durationMs >= minDurationMs && durationMs <= maxDurationMs,
  );
  return [...new Set(within)].sort((a, b) => a - b);
}

/** What support can and cannot see, and what to have in mind, in small print: where several types are explained. */
export function explanation(type: AccessType): Piece {
  return smallPrint(
    join(' ', [
      bold(say`${sentenceCase(type.label)}.`),
      say`Support can see: ${type.canSee.join('; ')}.`,
      type.cannotSee.length === 0 ? undefined : say`Support cannot see: ${type.cannotSee.join('; ')}.`,
      ...type.warnings.map((warning) => say`${warning}`),
    ]),
  );
}

/** What support can and cannot see with the one type that is chosen, side by side. It names the type it is about. */
export function comparison({ label, canSee, cannotSee, warnings }: AccessType): Piece[] {
  const title = bold(say`With ${label}:`);
  return [
    paragraph(title),
    columns(itemized('Support can see', canSee), itemized('Support cannot see', cannotSee)),
    ...(warnings.length === 0 ? [] : [smallPrint(...warnings.map((warning) => say`${warning}`))]),
  ];
}

const itemized = (title: string, items: readonly string[]): Words | undefined =>
  items.length === 0 ? undefined : join('\n', [bold(say`${title}`), ...items.map((item) => say`• ${item}`)]);

/** Something to know before the form is sent. */
export function warningPiece({ mrkdwn, text }: Words): Piece {
  return {
    blocks: [{ type: 'alert', level: 'warning', text: { type: 'mrkdwn', text: mrkdwn, verbatim: true } }],
    text,
  };
}

export const option = (text: string, value: string): PlainTextOption => ({ text: plain(text, 75), value });

export const sentenceCase = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
