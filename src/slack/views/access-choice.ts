import type { InputBlock, PlainTextOption } from '@slack/types';
import type { AccessType } from '../../grants/access-types.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { columns, type Piece, paragraph, smallPrint } from '../messages/blocks.ts';
import { bold, join, say, type Words } from '../messages/words.ts';
import { plain } from '../text.ts';

const hour = 3_600_000;
const offeredHours = [0.5, 1, 2, 4, 8, 12, 24, 48, 72, 120, 168, 336, 720];

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

/** A choice among types. What the form shows follows it, so the bot is told of it at once. */
export function typeChoice(
  id: string,
  types: readonly AccessType[],
  { label, hint, chosen }: { readonly label: string; readonly hint?: string; readonly chosen?: AccessType },
): InputBlock {
  const options = types.map((type) => option(sentenceCase(type.label), type.id));
  const initial = options.find(({ value }) => value === chosen?.id);
  return {
    type: 'input',
    block_id: id,
    dispatch_action: true,
    label: plain(label, 2_000),
    ...(hint === undefined ? {} : { hint: plain(hint, 2_000) }),
    element: {
      type: 'radio_buttons',
      action_id: id,
      options,
      ...(initial === undefined ? {} : { initial_option: initial }),
    },
  };
}

/** Something to know before the form is sent. */
export function warningPiece({ mrkdwn, text }: Words): Piece {
  return {
    blocks: [{ type: 'alert', level: 'warning', text: { type: 'mrkdwn', text: mrkdwn, verbatim: true } }],
    text,
  };
}

export const option = (text: string, value: string): PlainTextOption => ({ text: plain(text, 75), value });

export const sentenceCase = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
