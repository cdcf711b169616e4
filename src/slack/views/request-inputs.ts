import type { ViewOutput } from '@slack/bolt';
import type { InputBlock, PlainTextElement } from '@slack/types';
import { formatDuration, typedDurations } from '../../grants/duration.ts';
import { capital, type TargetNoun, withGroup } from '../../grants/target-noun.ts';
import type { ProviderOffer } from '../../operations/offer.ts';
import { durationBounds, type RequestField } from '../../operations/validate-request.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { utc } from '../messages/words.ts';
import { plain } from '../text.ts';
import { offeredDurations, option } from './access-choice.ts';
import { textInput } from './modal.ts';

/** By field of the request; each is the id of its block and of its action, and stays so that Slack keeps what was entered. */
export const requestFieldIds = {
  target: 'target',
  type: 'type',
  duration: 'duration',
  ownDuration: 'own-duration',
  reason: 'reason',
  caseUrl: 'case-url',
  blockFirst: 'block-first',
} as const satisfies Record<RequestField | 'ownDuration' | 'blockFirst', string>;

/** The entry of the menu that asks for a duration of one's own. */
export const anotherTime = 'another';

/** A target as the picker names it. */
export interface ChosenTarget {
  readonly id: string;
  readonly name: string;
  /** Absent where the name says it already, or a group of the picker did. */
  readonly projectName?: string;
}

/** In a picker of targets. */
export const targetPlaceholder = ({ group }: TargetNoun): PlainTextElement =>
  plain(`Type a part of its name${group === undefined ? '' : `, or its ${group}`}`, 150);

/** What the form shows changes with the choice, so the bot is told of it at once. */
export function targetInput(target: ChosenTarget | undefined, { targetNoun }: ProviderCapabilities): InputBlock {
  return {
    type: 'input',
    block_id: requestFieldIds.target,
    dispatch_action: true,
    label: plain(capital(targetNoun.one), 2_000),
    element: {
      type: 'external_select',
      action_id: requestFieldIds.target,
      placeholder: targetPlaceholder(targetNoun),
      min_query_length: 0,
      ...(target === undefined
        ? {}
        : { initial_option: option(withGroup(target.name, target.projectName), target.id) }),
    },
  };
}

/**
 * A menu, and below it a field for a duration of one's own where that is chosen. `from`: when it would begin for whoever
 * grants it now; they read when it would end.
 */
export function durationInputs(
  { durationMs, ownDuration }: { readonly durationMs?: number; readonly ownDuration?: string },
  capabilities: ProviderCapabilities,
  from?: Date,
): InputBlock[] {
  const end = from === undefined || durationMs === undefined ? undefined : new Date(from.getTime() + durationMs);
  const another = option('Another time…', anotherTime);
  const options = offeredDurations(capabilities, durationMs).map((ms) => option(formatDuration(ms), String(ms)));
  const initial = ownDuration === undefined ? options.find(({ value }) => value === String(durationMs)) : another;
  const menu: InputBlock = {
    type: 'input',
    block_id: requestFieldIds.duration,
    dispatch_action: true,
    label: plain('Duration', 2_000),
    hint: plain(
      `Counted from the approval.${end === undefined ? '' : ` Granted now, it lasts until ${utc(end)}.`}`,
      2_000,
    ),
    element: {
      type: 'static_select',
      action_id: requestFieldIds.duration,
      options: [...options, another],
      ...(initial === undefined ? {} : { initial_option: initial }),
    },
  };
  if (ownDuration === undefined) return [menu];
  const own = textInput(requestFieldIds.ownDuration, 'How long', {
    initial: ownDuration,
    hint: `For example ${typedDurations(capabilities)}: ${durationBounds(capabilities)}.`,
    multiline: false,
  });
  return [menu, own];
}

export function caseInput(caseUrl: string | undefined, { caseUrlRequired }: ProviderOffer): InputBlock {
  return {
    type: 'input',
    block_id: requestFieldIds.caseUrl,
    label: plain('Support case', 2_000),
    hint: plain('Its link, which begins with https://', 2_000),
    optional: caseUrlRequired !== true,
    element: {
      type: 'url_text_input',
      action_id: requestFieldIds.caseUrl,
      ...(caseUrl === undefined ? {} : { initial_value: caseUrl }),
    },
  };
}

/** For whoever may block: one box to tick. */
export function blockFirstInput(ticked: boolean, { canSetBlock, vendor }: ProviderCapabilities): InputBlock {
  const chosen = {
    ...option('Block support access for the whole organization first', 'block'),
    description: plain(
      canSetBlock
        ? 'Opens once it was seen blocked, within 15 minutes or not at all.'
        : `You block by hand in ${vendor}. Opens once that was seen, within 15 minutes.`,
      75,
    ),
  };
  return {
    type: 'input',
    block_id: requestFieldIds.blockFirst,
    optional: true,
    label: plain('Before it opens', 2_000),
    element: {
      type: 'checkboxes',
      action_id: requestFieldIds.blockFirst,
      options: [chosen],
      ...(ticked ? { initial_options: [chosen] } : {}),
    },
  };
}

/** Whether it was ticked that the organization be blocked first. */
export const blocksFirst = (view: Pick<ViewOutput, 'state'>): boolean =>
  (view.state.values[requestFieldIds.blockFirst]?.[requestFieldIds.blockFirst]?.selected_options ?? []).length > 0;
