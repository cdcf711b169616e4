import type { ViewOutput } from '@slack/bolt';
import type { InputBlock, ModalView } from '@slack/types';
import { z } from 'zod';
import { byRank } from '../../grants/access-types.ts';
import { changedTerms } from '../../grants/change.ts';
import { formatDuration } from '../../grants/duration.ts';
import { type Grant, termsInForce } from '../../grants/grant.ts';
import { withGroup } from '../../grants/target-noun.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { message, paragraph } from '../messages/blocks.ts';
import { accessFact, idLine, targetFact } from '../messages/grant-parts.ts';
import { standingOf } from '../messages/grant-standing.ts';
import { slashCommand } from '../messages/vocabulary.ts';
import { at, bold, code, say, type Words } from '../messages/words.ts';
import { plain } from '../text.ts';
import { comparison, offeredDurations, option, typeChoice, warningPiece } from './access-choice.ts';
import { asInputs, entered, type ModalOrigin, modal, originSchema } from './modal.ts';

export const changeModalIds = {
  extend: 'extend-access',
  changeType: 'change-access-type',
  choose: 'choose-what-to-change',
  choice: 'choice',
  duration: 'duration',
  /** Of the choice that a form follows: no other form's. */
  type: 'new-type',
} as const;

export type ChangeKind = 'extend' | 'change-type';

export const changeMetadata = originSchema.extend({
  grantId: z.string(),
  /** Whether the person's own approval is enough, as far as was known when the form was opened. */
  alone: z.boolean().default(false),
});

export const chooseMetadata = originSchema.extend({
  kind: z.enum(['extend', 'change-type']),
  durationMs: z.number().optional(),
  type: z.string().optional(),
});

export interface ChangeForm extends ModalOrigin {
  /** Whether the person's own approval is enough. */
  readonly alone: boolean;
  readonly now: Date;
  readonly warning?: Words;
  readonly blocked?: boolean;
  /** What can be asked for now; what is open may hold more. */
  readonly offer: ProviderCapabilities;
}

/** The durations that would end later than the grant does now, with those ends. */
function laterEnds(grant: Grant, offer: ProviderCapabilities, now: Date): { durationMs: number; until: Date }[] {
  const inForce = termsInForce(grant);
  if (inForce === undefined) return [];
  return offeredDurations(offer)
    .map((durationMs) => ({ durationMs, until: changedTerms(inForce, { ...inForce, durationMs }, now).until }))
    .filter(({ until }) => until > inForce.until);
}

/** Undefined when no duration on offer ends later than the grant does now. */
export function extendModal(grant: Grant, form: ChangeForm, capabilities: ProviderCapabilities): ModalView | undefined {
  const { alone, now, warning, responseUrl, offer } = form;
  const ends = laterEnds(grant, offer, now);
  if (ends.length === 0) return undefined;
  const input: InputBlock = {
    type: 'input',
    block_id: changeModalIds.duration,
    label: plain('New duration', 2_000),
    hint: plain('Counted from the approval.', 2_000),
    element: {
      type: 'static_select',
      action_id: changeModalIds.duration,
      placeholder: plain('Choose how long', 150),
      options: ends.map(({ durationMs }) => option(formatDuration(durationMs), String(durationMs))),
    },
  };
  return modal({
    title: 'Extend support access',
    content: message(
      warning === undefined ? undefined : warningPiece(warning),
      ...standingPieces(grant, capabilities),
      paragraph(
        alone ? say`The new end:` : say`The new end, if it were approved now:`,
        ...ends.map(({ durationMs, until }) => say`${formatDuration(durationMs)}: until ${at(until)}`),
      ),
      idLine(grant),
    ),
    inputs: [input],
    submit: { callbackId: changeModalIds.extend, label: alone ? 'Extend' : 'Ask to extend' },
    metadata: { responseUrl, grantId: grant._id, alone } satisfies z.infer<typeof changeMetadata>,
  });
}

/** Shows what is chosen, the least at first. Undefined when there is no other type on offer. */
export function changeTypeModal(
  grant: Grant,
  form: ChangeForm & { readonly chosen?: string },
  capabilities: ProviderCapabilities,
): ModalView | undefined {
  const { alone, warning, blocked, responseUrl, offer } = form;
  const others = byRank(offer.accessTypes).filter((type) => type.id !== termsInForce(grant)?.type);
  const chosen = others.find(({ id }) => id === form.chosen) ?? others[0];
  if (chosen === undefined) return undefined;
  return modal({
    title: 'Change access type',
    content: message(
      warning === undefined ? undefined : warningPiece(warning),
      ...standingPieces(grant, capabilities),
      idLine(grant),
    ),
    inputs: [
      typeChoice(changeModalIds.type, others, { label: 'New access', hint: 'The end stays as it is.', chosen }),
      ...asInputs([
        ...comparison(chosen),
        ...(chosen.needsBlock && blocked !== true
          ? [
              paragraph(
                say`A change to ${chosen.label} cannot be approved while the organization is not blocked: ${code(`${slashCommand} block`)}`,
              ),
            ]
          : []),
      ]),
    ],
    submit: { callbackId: changeModalIds.changeType, label: alone ? 'Change type' : 'Ask to change type' },
    metadata: { responseUrl, grantId: grant._id, alone } satisfies z.infer<typeof changeMetadata>,
  });
}

const standingPieces = (grant: Grant, capabilities: ProviderCapabilities) => {
  const { headline, details } = standingOf(grant, capabilities);
  return [paragraph(bold(headline), ...details, accessFact(grant, capabilities), targetFact(grant, capabilities))];
};

/** Several grants are open. */
export function chooseChangeModal(grants: readonly Grant[], metadata: z.infer<typeof chooseMetadata>): ModalView {
  const options = grants
    .slice(0, 100)
    .map((grant) => option(withGroup(grant.target.name, grant.target.projectName), grant._id));
  return modal({
    title: metadata.kind === 'extend' ? 'Extend support access' : 'Change access type',
    content: message(paragraph(say`Several are open.`)),
    inputs: [
      {
        type: 'input',
        block_id: changeModalIds.choice,
        label: plain('Which one', 2_000),
        element: { type: 'static_select', action_id: changeModalIds.choice, options },
      },
    ],
    submit: { callbackId: changeModalIds.choose, label: 'Next' },
    metadata,
  });
}

export const enteredDuration = (view: Pick<ViewOutput, 'state'>): number =>
  Number(entered(view, changeModalIds.duration));

export const enteredType = (view: Pick<ViewOutput, 'state'>): string => entered(view, changeModalIds.type);
