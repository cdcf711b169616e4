import type { BlockOptions, OptionGroups, ViewOutput } from '@slack/bolt';
import type { InputBlock, ModalView, PlainTextOption } from '@slack/types';
import { z } from 'zod';
import { type AccessType, byRank } from '../../grants/access-types.ts';
import { formatDuration } from '../../grants/duration.ts';
import type { Organization } from '../../grants/organization.ts';
import { type RequestField, type RequestFields, shortestReason } from '../../operations/validate-request.ts';
import type { ProviderCapabilities, Target } from '../../providers/provider.ts';
import { message, type Piece, paragraph, smallPrint } from '../messages/blocks.ts';
import { allTargets, slashCommand } from '../messages/vocabulary.ts';
import { bold, code, inWords, join, say, type Words } from '../messages/words.ts';
import { plain } from '../text.ts';
import { entered, modal, originSchema, textInput } from './modal.ts';

export const requestModalIds = { submit: 'request-access', target: 'target' } as const;

/** By field of the request; each is the id of its block and of its action. */
const fieldIds = {
  target: requestModalIds.target,
  type: 'type',
  duration: 'duration',
  reason: 'reason',
  caseUrl: 'case-url',
} as const satisfies Record<RequestField, string>;

const hour = 3_600_000;
const offeredHours = [0.5, 1, 2, 4, 8, 12, 24];

/** What was understood of what somebody typed; what was not is absent. */
export interface RequestDraft {
  readonly target?: Target;
  readonly type?: AccessType;
  /** Within the provider's bounds. Absent where what was typed cannot be used: it has to be chosen then. */
  readonly durationMs?: number;
  readonly reason: string;
  readonly caseUrl?: string;
  /** What the typed words leave open. */
  readonly warnings: readonly Words[];
  /** A name that may have been meant for a cluster: the picker begins with those like it. */
  readonly near?: string;
}

export const requestMetadata = originSchema.extend({
  /** Whether the caller's own approval comes with it. */
  approve: z.boolean(),
  near: z.string().optional(),
});

export interface RequestModalContext {
  readonly organization: Pick<Organization, 'confirmed'>;
  readonly targetCount: number;
  readonly approve: boolean;
  readonly responseUrl?: string;
}

export function requestModal(
  draft: RequestDraft,
  context: RequestModalContext,
  capabilities: ProviderCapabilities,
): ModalView {
  const { approve, responseUrl } = context;
  const near = draft.near === undefined ? undefined : plain(draft.near, 100).text;
  return modal({
    title: approve ? 'Grant support access' : 'Ask for support access',
    content: message(
      ...draft.warnings.map(warningPiece),
      ...situation(context, capabilities),
      ...capabilities.accessTypes.map(explanation),
    ),
    inputs: [
      targetInput(draft.target),
      typeInput(draft.type, capabilities),
      durationInput(draft.durationMs, capabilities),
      textInput(fieldIds.reason, 'Reason', {
        initial: draft.reason,
        hint: `Why support needs access, in at least ${shortestReason} characters. Everybody in the channel reads it.`,
      }),
      caseInput(draft.caseUrl),
    ],
    submit: { callbackId: requestModalIds.submit, label: approve ? 'Grant' : 'Ask' },
    metadata: { responseUrl, approve, near } satisfies z.infer<typeof requestMetadata>,
  });
}

/** What was entered, in the form in which it is checked. A duration that is not there is no duration at all. */
export function requestFields(view: Pick<ViewOutput, 'state'>): RequestFields & { readonly targetId: string } {
  const caseUrl = entered(view, fieldIds.caseUrl).trim();
  return {
    targetId: entered(view, fieldIds.target),
    type: entered(view, fieldIds.type),
    durationMs: Number(entered(view, fieldIds.duration)),
    reason: entered(view, fieldIds.reason),
    caseUrl: caseUrl === '' ? undefined : caseUrl,
  };
}

/** In Slack's form: by block. */
export function requestErrors(
  problems: readonly { readonly field: RequestField; readonly message: string }[],
): Record<string, string> {
  return Object.fromEntries(problems.map(({ field, message: text }) => [fieldIds[field], text]));
}

/** Targets as entries of the picker, under their projects; likeliest project first, at most 100 (Slack's limit). */
export function targetOptions(
  targets: readonly Target[],
): { options: BlockOptions['options'] } | OptionGroups<BlockOptions> {
  const offered = targets.slice(0, 100);
  // Slack takes no empty list of groups.
  if (offered.length === 0) return { options: [] };
  const projects = [...new Set(offered.map((target) => target.projectId))];
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

export function warningPiece({ mrkdwn, text }: Words): Piece {
  return {
    blocks: [{ type: 'alert', level: 'warning', text: { type: 'mrkdwn', text: mrkdwn, verbatim: true } }],
    text,
  };
}

/** What an access means while the organization is as it is. */
function situation({ organization, targetCount }: RequestModalContext, capabilities: ProviderCapabilities): Piece[] {
  const { accessTypes, supportStaff } = capabilities;
  const blocked = organization.confirmed?.blocked;
  if (blocked === true) {
    return [paragraph(say`Support access is blocked: ${supportStaff} can enter only what a grant opens.`)];
  }
  const waiting = accessTypes.filter((type) => type.needsBlock).map((type) => type.label);
  const notYet =
    waiting.length === 0
      ? undefined
      : say`A request for ${inWords(waiting)} cannot be approved until the organization is blocked: ${code(`${slashCommand} block`)}`;
  const now =
    blocked === false
      ? say`Support access is not blocked: ${supportStaff} can enter the infrastructure of ${allTargets(targetCount)} anyway.`
      : say`Whether support access is blocked has not been read yet. Until it has, count on ${supportStaff} being able to enter.`;
  return [paragraph(now, notYet)];
}

/** What support can and cannot see, and what to have in mind. */
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

function targetInput(target: Target | undefined): InputBlock {
  return {
    type: 'input',
    block_id: fieldIds.target,
    label: plain('Cluster', 2_000),
    element: {
      type: 'external_select',
      action_id: fieldIds.target,
      placeholder: plain('Type a part of its name, or its project', 150),
      min_query_length: 0,
      ...(target === undefined ? {} : { initial_option: option(`${target.name} (${target.projectName})`, target.id) }),
    },
  };
}

function typeInput(type: AccessType | undefined, { accessTypes }: ProviderCapabilities): InputBlock {
  const options = accessTypes.map(({ id, label }) => option(sentenceCase(label), id));
  // Nothing said starts from the least.
  const chosen = type?.id ?? byRank(accessTypes)[0]?.id;
  const initial = options.find(({ value }) => value === chosen);
  return {
    type: 'input',
    block_id: fieldIds.type,
    label: plain('Access', 2_000),
    element: {
      type: 'radio_buttons',
      action_id: fieldIds.type,
      options,
      ...(initial === undefined ? {} : { initial_option: initial }),
    },
  };
}

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

function durationInput(chosenMs: number | undefined, capabilities: ProviderCapabilities): InputBlock {
  const options = offeredDurations(capabilities, chosenMs).map((durationMs) =>
    option(formatDuration(durationMs), String(durationMs)),
  );
  const initial = options.find(({ value }) => value === String(chosenMs));
  return {
    type: 'input',
    block_id: fieldIds.duration,
    label: plain('Duration', 2_000),
    hint: plain('Counted from the approval.', 2_000),
    element: {
      type: 'static_select',
      action_id: fieldIds.duration,
      options,
      ...(initial === undefined ? {} : { initial_option: initial }),
    },
  };
}

function caseInput(caseUrl: string | undefined): InputBlock {
  return {
    type: 'input',
    block_id: fieldIds.caseUrl,
    label: plain('Support case', 2_000),
    hint: plain('Its link, which begins with https://', 2_000),
    optional: true,
    element: {
      type: 'url_text_input',
      action_id: fieldIds.caseUrl,
      ...(caseUrl === undefined ? {} : { initial_value: caseUrl }),
    },
  };
}

export const option = (text: string, value: string): PlainTextOption => ({ text: plain(text, 75), value });

export const sentenceCase = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
