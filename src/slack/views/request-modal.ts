import type { BlockOptions, OptionGroups, ViewOutput } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { type AccessType, byRank } from '../../grants/access-types.ts';
import { parseDuration } from '../../grants/duration.ts';
import type { Organization } from '../../grants/organization.ts';
import type { ProviderOffer } from '../../operations/offer.ts';
import {
  type FieldProblem,
  type RequestField,
  type RequestFields,
  requestProblems,
  shortestReason,
} from '../../operations/validate-request.ts';
import type { ProviderCapabilities, Target } from '../../providers/provider.ts';
import { message, type Piece, paragraph } from '../messages/blocks.ts';
import { everythingEntered, slashCommand } from '../messages/vocabulary.ts';
import { code, inWords, say, type Words } from '../messages/words.ts';
import { plain } from '../text.ts';
import { comparison, option, typeChoice, warningPiece } from './access-choice.ts';
import { asInputs, entered, modal, originSchema, textInput } from './modal.ts';
import {
  anotherTime,
  blockFirstInput,
  blocksFirst,
  type ChosenTarget,
  caseInput,
  durationInputs,
  requestFieldIds,
  targetInput,
} from './request-inputs.ts';
import { type KnownStanding, targetWarning } from './target-warning.ts';

export const requestModalIds = { submit: 'request-access', ...requestFieldIds } as const;

/** What the typed words leave open in one field. */
export interface DraftWarning {
  readonly field: RequestField;
  readonly words: Words;
}

/** What was understood of what somebody typed, or what a form holds so far; what is not there is absent. */
export interface RequestDraft {
  readonly target?: ChosenTarget;
  readonly type?: AccessType;
  /** Within the provider's bounds. Absent where what was typed cannot be used: it has to be chosen then. */
  readonly durationMs?: number;
  /** As typed; present, though it may be empty, where a duration of one's own was chosen. */
  readonly ownDuration?: string;
  readonly reason: string;
  readonly caseUrl?: string;
  /** Whether the organization is to be blocked before anything opens. */
  readonly blockFirst?: boolean;
  readonly warnings: readonly DraftWarning[];
  /** A name that may have been meant for a target: the picker begins with those like it. */
  readonly near?: string;
}

const warningSchema = z.object({
  field: z.enum(['target', 'type', 'duration', 'reason', 'caseUrl']),
  words: z.object({ mrkdwn: z.string(), text: z.string() }),
});

export const requestMetadata = originSchema.extend({
  /** Whether the caller's own approval comes with it. */
  approve: z.boolean(),
  offersBlock: z.boolean().default(false),
  near: z.string().optional(),
  warnings: z.array(warningSchema).default([]),
});

export interface RequestModalContext {
  readonly organization: Pick<Organization, 'confirmed'>;
  readonly targetCount: number;
  readonly approve: boolean;
  /** Whether to offer that the organization be blocked before anything opens. */
  readonly offersBlock?: boolean;
  readonly responseUrl?: string;
  /** For whoever grants it: when access would begin. */
  readonly from?: Date;
  /** Of the draft's target. */
  readonly standing?: KnownStanding;
}

/** `capabilities` are those that the policy leaves. */
export function requestModal(
  draft: RequestDraft,
  context: RequestModalContext,
  capabilities: ProviderOffer,
): ModalView {
  const { approve, offersBlock = false, responseUrl, from, standing } = context;
  const { target, warnings } = draft;
  const near = draft.near === undefined ? undefined : plain(draft.near, 100).text;
  const onOffer = byRank(capabilities.accessTypes);
  // Nothing said starts from the least.
  const type = onOffer.find(({ id }) => id === draft.type?.id) ?? onOffer[0];
  const beside =
    target === undefined || standing === undefined ? [] : targetWarning(target, standing, type?.id, capabilities);
  return modal({
    title: approve ? 'Grant support access' : 'Ask for support access',
    content: message(...warnings.map(({ words }) => warningPiece(words)), ...situation(context, capabilities)),
    inputs: [
      targetInput(target, capabilities),
      ...asInputs(beside),
      typeChoice(requestFieldIds.type, onOffer, { label: 'Access', chosen: type }),
      ...asInputs(type === undefined ? [] : comparison(type)),
      ...durationInputs(draft, capabilities, from),
      textInput(requestFieldIds.reason, 'Reason', {
        initial: draft.reason,
        hint: `Why support needs access, in at least ${shortestReason} characters. Everybody in the channel reads it.`,
      }),
      caseInput(draft.caseUrl, capabilities),
      ...(offersBlock ? [blockFirstInput(draft.blockFirst === true, capabilities)] : []),
    ],
    submit: { callbackId: requestModalIds.submit, label: approve ? 'Grant' : 'Ask' },
    metadata: {
      responseUrl,
      approve,
      offersBlock,
      near,
      warnings: fitting(warnings),
    } satisfies z.infer<typeof requestMetadata>,
  });
}

/** As many as the metadata has room for: a warning that is not kept goes when the form is next shown anew. */
function fitting(warnings: readonly DraftWarning[]): z.infer<typeof warningSchema>[] {
  const kept: z.infer<typeof warningSchema>[] = [];
  for (const warning of warnings) {
    if (JSON.stringify([...kept, warning]).length <= longestKept) kept.push(warning);
  }
  return kept;
}

/** Of the 3,000 characters that Slack allows a metadata: the rest is for an address and a name. */
const longestKept = 1_500;

/** What was entered, in the form in which it is checked. A duration that is not there is no duration at all. */
export function requestFields(view: Pick<ViewOutput, 'state'>): RequestFields & { readonly targetId: string } {
  const caseUrl = entered(view, requestFieldIds.caseUrl).trim();
  return {
    targetId: entered(view, requestFieldIds.target),
    type: entered(view, requestFieldIds.type),
    durationMs: enteredDuration(view),
    reason: entered(view, requestFieldIds.reason),
    caseUrl: caseUrl === '' ? undefined : caseUrl,
  };
}

function enteredDuration(view: Pick<ViewOutput, 'state'>): number {
  const chosen = entered(view, requestFieldIds.duration);
  if (chosen !== anotherTime) return Number(chosen);
  const parsed = parseDuration(entered(view, requestFieldIds.ownDuration));
  return parsed.ok ? parsed.durationMs : 0;
}

/** What a form holds while somebody fills it in, to show it anew. What has been put right is not warned of any more. */
export function draftSoFar(
  view: Pick<ViewOutput, 'state'>,
  { warnings, near }: Pick<z.infer<typeof requestMetadata>, 'warnings' | 'near'>,
  capabilities: ProviderOffer,
): RequestDraft {
  const fields = requestFields(view);
  const chosen = view.state.values[requestFieldIds.target]?.[requestFieldIds.target]?.selected_option;
  const own = entered(view, requestFieldIds.duration) === anotherTime;
  const open = new Set<RequestField>(requestProblems(fields, capabilities).map(({ field }) => field));
  if (chosen == null) open.add('target');
  return {
    target: chosen == null ? undefined : { id: chosen.value, name: chosen.text.text },
    type: capabilities.accessTypes.find(({ id }) => id === fields.type),
    durationMs: own || fields.durationMs === 0 ? undefined : fields.durationMs,
    ownDuration: own ? entered(view, requestFieldIds.ownDuration) : undefined,
    reason: fields.reason,
    // Slack takes no other initial value for an address; what was typed stays in any case.
    caseUrl: open.has('caseUrl') ? undefined : fields.caseUrl,
    blockFirst: blocksFirst(view),
    warnings: warnings.filter(({ field }) => open.has(field)),
    near,
  };
}

/** In Slack's form: by block of that view. */
export function requestErrors(
  problems: readonly FieldProblem[],
  { state }: Pick<ViewOutput, 'state'>,
): Record<string, string> {
  const typesDuration = state.values[requestFieldIds.ownDuration] !== undefined;
  const block = (field: RequestField): string =>
    requestFieldIds[field === 'duration' && typesDuration ? 'ownDuration' : field];
  return Object.fromEntries(problems.map(({ field, message: text }) => [block(field), text]));
}

/** Targets as entries of the picker, under their projects; likeliest project first, at most 100 (Slack's limit). */
export function targetOptions(
  targets: readonly Target[],
): { options: BlockOptions['options'] } | OptionGroups<BlockOptions> {
  const offered = targets.slice(0, 100);
  // Slack takes no empty list of groups.
  if (offered.length === 0) return { options: [] };
  const projects = [...new Set(offered.map((target) => target.projectId))];
  // A group without a name is none.
  if (offered.every(({ projectName }) => projectName === '')) {
    return { options: offered.map((target) => option(target.name, target.id)) };
  }
  return {
    option_groups: projects.map((projectId) => {
      const inProject = offered.filter((target) => target.projectId === projectId);
      return {
        label: plain(inProject[0]?.projectName ?? projectId, 75),
        options: inProject.map((target) => option(target.name, target.id)),
      };
    }),
  };
}

/** What an access means while the organization is as it is. */
function situation(
  { organization, targetCount, offersBlock }: RequestModalContext,
  capabilities: ProviderCapabilities,
): Piece[] {
  const { accessTypes, hasBlock, supportStaff, targetNoun } = capabilities;
  if (!hasBlock) return [];
  const blocked = organization.confirmed?.blocked;
  if (blocked === true) {
    return [paragraph(say`Support access is blocked: ${supportStaff} can enter only what a grant opens.`)];
  }
  const waiting = accessTypes.filter((type) => type.needsBlock).map((type) => type.label);
  const notYet =
    waiting.length === 0
      ? undefined
      : offersBlock === true
        ? say`For ${inWords(waiting)} the organization has to be blocked: the last box does that first.`
        : say`A request for ${inWords(waiting)} cannot be approved until the organization is blocked: ${code(`${slashCommand} block`)}`;
  const now =
    blocked === false
      ? say`Support access is not blocked: ${supportStaff} can enter ${everythingEntered(targetCount, targetNoun)} anyway.`
      : say`Whether support access is blocked has not been read yet. Until it has, count on ${supportStaff} being able to enter.`;
  return [paragraph(now, notYet)];
}
