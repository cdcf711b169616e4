import type { ViewOutput } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { byRank } from '../../grants/access-types.ts';
import { formatDuration } from '../../grants/duration.ts';
import type { Grant } from '../../grants/grant.ts';
import { longestWord, type NarrowedFields } from '../../operations/approve-narrowed.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { message, paragraph } from '../messages/blocks.ts';
import { accessFact, asTyped, clusterFact, idLine } from '../messages/grant-parts.ts';
import { standingOf } from '../messages/grant-standing.ts';
import { approvalsSoFar, durationFact } from '../messages/request-parts.ts';
import { bold, say } from '../messages/words.ts';
import { plain } from '../text.ts';
import { explanation, offeredDurations, option, sentenceCase } from './access-choice.ts';
import { entered, type ModalOrigin, modal, originSchema, textInput } from './modal.ts';

export const narrowModalIds = {
  submit: 'approve-narrowed',
  type: 'type',
  duration: 'duration',
  word: 'word',
} as const;

export const narrowMetadata = originSchema.extend({ grantId: z.string(), termsVersion: z.number() });

/** What was asked for, or less: a shorter time, a type that shows less. Undefined when nothing like that is on offer. */
export function narrowModal(
  grant: Grant,
  capabilities: ProviderCapabilities,
  /** What can be approved now: less, perhaps, than when it was asked for. */
  offer: ProviderCapabilities,
  origin: ModalOrigin,
): ModalView | undefined {
  const { terms, termsVersion } = grant;
  const ranked = byRank(capabilities.accessTypes);
  const types = ranked
    .slice(0, ranked.findIndex((type) => type.id === terms.type) + 1)
    .filter(({ id }) => offer.accessTypes.some((type) => type.id === id));
  const typeOptions = types.map(({ id, label }) => option(sentenceCase(label), id));
  const durations = offeredDurations(offer, terms.durationMs).filter((ms) => ms <= terms.durationMs);
  const durationOptions = durations.map((ms) => option(formatDuration(ms), String(ms)));
  const [widest, longest] = [typeOptions.at(-1), durationOptions.at(-1)];
  if (widest === undefined || longest === undefined) return undefined;
  return modal({
    title: 'Approve with changes',
    content: message(
      paragraph(
        bold(standingOf(grant, capabilities).headline),
        clusterFact(grant),
        accessFact(grant, capabilities),
        durationFact(grant),
      ),
      ...asTyped(grant),
      approvalsSoFar(grant),
      grant.approvals.length === 0
        ? undefined
        : paragraph(say`Those who approved the terms as they are now are asked again, unless you change nothing.`),
      ...types.map(explanation),
      idLine(grant),
    ),
    inputs: [
      {
        type: 'input',
        block_id: narrowModalIds.type,
        label: plain('Access', 2_000),
        element: {
          type: 'radio_buttons',
          action_id: narrowModalIds.type,
          options: typeOptions,
          initial_option: widest,
        },
      },
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
          hint: `${grant.requestedBy.name} and everybody in the channel read it. At most ${longestWord} characters.`,
        }),
        optional: true,
      },
    ],
    submit: { callbackId: narrowModalIds.submit, label: 'Approve' },
    metadata: { ...origin, grantId: grant._id, termsVersion } satisfies z.infer<typeof narrowMetadata>,
  });
}

export const narrowedFields = (view: Pick<ViewOutput, 'state'>): NarrowedFields => ({
  type: entered(view, narrowModalIds.type),
  durationMs: Number(entered(view, narrowModalIds.duration)),
  word: entered(view, narrowModalIds.word),
});
