import type { ViewOutput } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { type AccessType, byRank } from '../../grants/access-types.ts';
import { formatDuration } from '../../grants/duration.ts';
import type { Grant } from '../../grants/grant.ts';
import { longestWord, type NarrowedFields } from '../../operations/approve-narrowed.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { message, type Piece, paragraph } from '../messages/blocks.ts';
import { accessFact, asTyped, idLine, targetFact } from '../messages/grant-parts.ts';
import { standingOf } from '../messages/grant-standing.ts';
import { approvalsSoFar, durationFact } from '../messages/request-parts.ts';
import { askerName, slashCommand } from '../messages/vocabulary.ts';
import { bold, code, say } from '../messages/words.ts';
import { plain } from '../text.ts';
import { comparison, offeredDurations, option, typeChoice } from './access-choice.ts';
import { asInputs, entered, type ModalOrigin, modal, originSchema, textInput } from './modal.ts';
import { blockFirstInput, blocksFirst } from './request-inputs.ts';

export const narrowModalIds = {
  submit: 'approve-narrowed',
  /** Of the choice that the form follows: no other form's. */
  type: 'narrowed-type',
  duration: 'duration',
  word: 'word',
} as const;

export const narrowMetadata = originSchema.extend({
  grantId: z.string(),
  termsVersion: z.number(),
  offersBlock: z.boolean().default(false),
});

export interface NarrowForm extends ModalOrigin {
  /** What can be approved now: less, perhaps, than when it was asked for. */
  readonly offer: ProviderCapabilities;
  readonly blocked?: boolean;
  /** Whether to offer that the organization be blocked before it opens. */
  readonly offersBlock: boolean;
  /** The access type that is chosen so far; what was asked for at first, or the most of it that is on offer. */
  readonly chosen?: string;
}

/** What was asked for, or less: a shorter time, a type that shows less. Undefined when nothing like that is on offer. */
export function narrowModal(grant: Grant, form: NarrowForm, capabilities: ProviderCapabilities): ModalView | undefined {
  const { terms, termsVersion } = grant;
  const { offer, offersBlock, responseUrl } = form;
  const ranked = byRank(capabilities.accessTypes);
  const types = ranked
    .slice(0, ranked.findIndex((type) => type.id === terms.type) + 1)
    .filter(({ id }) => offer.accessTypes.some((type) => type.id === id));
  const durations = offeredDurations(offer, terms.durationMs).filter((ms) => ms <= terms.durationMs);
  const durationOptions = durations.map((ms) => option(formatDuration(ms), String(ms)));
  const [chosen, longest] = [types.find(({ id }) => id === form.chosen) ?? types.at(-1), durationOptions.at(-1)];
  if (chosen === undefined || longest === undefined) return undefined;
  return modal({
    title: 'Approve with changes',
    content: message(
      paragraph(
        bold(standingOf(grant, capabilities).headline),
        targetFact(grant, capabilities),
        accessFact(grant, capabilities),
        durationFact(grant),
      ),
      ...asTyped(grant),
      approvalsSoFar(grant),
      grant.approvals.length === 0
        ? undefined
        : paragraph(say`Those who approved the terms as they are now are asked again, unless you change nothing.`),
      idLine(grant),
    ),
    inputs: [
      typeChoice(narrowModalIds.type, types, { label: 'Access', chosen }),
      ...asInputs([...comparison(chosen), ...blockNeeded(chosen, form)]),
      {
        type: 'input',
        block_id: narrowModalIds.duration,
        label: plain('Duration', 2_000),
        hint: plain('Counted from the approval.', 2_000),
        element: {
          type: 'static_select',
          action_id: narrowModalIds.duration,
          options: durationOptions,
          initial_option: longest,
        },
      },
      {
        ...textInput(narrowModalIds.word, 'Why', {
          hint: `${askerName(grant)} and everybody in the channel read it. At most ${longestWord} characters.`,
        }),
        optional: true,
      },
      ...(offersBlock ? [blockFirstInput(false, capabilities)] : []),
    ],
    submit: { callbackId: narrowModalIds.submit, label: 'Approve' },
    metadata: { responseUrl, grantId: grant._id, termsVersion, offersBlock } satisfies z.infer<typeof narrowMetadata>,
  });
}

function blockNeeded({ needsBlock, label }: AccessType, { blocked, offersBlock }: NarrowForm): Piece[] {
  if (!needsBlock || blocked === true) return [];
  return [
    offersBlock
      ? paragraph(say`For ${label} the organization has to be blocked: the last box does that first.`)
      : paragraph(say`This cannot be approved until the organization is blocked: ${code(`${slashCommand} block`)}`),
  ];
}

/** At its field: what was chosen opens only once the organization is blocked, and the box that does that was left empty. */
export function unblockedError(
  type: Pick<AccessType, 'needsBlock' | 'label'> | undefined,
  { offersBlock }: z.infer<typeof narrowMetadata>,
  view: Pick<ViewOutput, 'state'>,
): string | undefined {
  if (type?.needsBlock !== true || !offersBlock || blocksFirst(view)) return undefined;
  return `For ${type.label} the organization has to be blocked first: tick this, or choose other access.`;
}

export const narrowedFields = (view: Pick<ViewOutput, 'state'>): NarrowedFields => ({
  type: entered(view, narrowModalIds.type),
  durationMs: Number(entered(view, narrowModalIds.duration)),
  word: entered(view, narrowModalIds.word),
});
