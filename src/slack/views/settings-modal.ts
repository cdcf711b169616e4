import type { ViewOutput } from '@slack/bolt';
import type { InputBlock, ModalView, PlainTextOption } from '@slack/types';
import { z } from 'zod';
import { byRank } from '../../grants/access-types.ts';
import { formatDuration, parseDuration } from '../../grants/duration.ts';
import type { OwnerSettings, SettingChange, SettingName } from '../../grants/settings.ts';
import type { SettingProblem } from '../../grants/settings-problems.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { message, type Piece } from '../messages/blocks.ts';
import {
  caseUrlLabels,
  changeLines,
  ownApprovalLabels,
  remindersText,
  settingLabels,
} from '../messages/setting-words.ts';
import { join, say } from '../messages/words.ts';
import { plain } from '../text.ts';
import { option, sentenceCase, warningPiece } from './access-choice.ts';
import { entered, modal, originSchema, textInput } from './modal.ts';

export const settingsModalIds = { submit: 'change-settings' } as const;

/** By setting; each is the id of its block and of its action. */
export const settingFieldIds = {
  defaultDurationMs: 'setting-default-duration',
  maxDurationMs: 'setting-longest-duration',
  accessTypes: 'setting-types',
  approvalsNeeded: 'setting-approvals',
  ownApprovalCounts: 'setting-own-approval',
  decidersGroup: 'setting-group',
  grantsPerHour: 'setting-grants-per-hour',
  caseUrlRequired: 'setting-case',
  requestLifeMs: 'setting-request-life',
  remindBeforeMs: 'setting-reminders',
  channelId: 'setting-channel',
  timeZone: 'setting-time-zone',
} as const satisfies Record<SettingName, string>;

/** Of the entry that takes a group back: a menu in a modal cannot be emptied everywhere. */
const noGroup = 'none';

const settingsSchema: z.ZodType<OwnerSettings> = z.object({
  defaultDurationMs: z.number(),
  maxDurationMs: z.number(),
  accessTypes: z.array(z.string()),
  approvalsNeeded: z.number(),
  ownApprovalCounts: z.boolean(),
  decidersGroup: z.object({ id: z.string(), handle: z.string() }).optional(),
  grantsPerHour: z.number().optional(),
  caseUrlRequired: z.boolean(),
  requestLifeMs: z.number(),
  remindBeforeMs: z.array(z.number()),
  channelId: z.string(),
  timeZone: z.string(),
});

export const settingsMetadata = originSchema.extend({
  /** Of the settings that the form began with. */
  version: z.number(),
  opened: settingsSchema,
});

export interface SettingsForm {
  /** What is in force. */
  readonly settings: OwnerSettings;
  readonly version: number;
  /** Who can decide, and what to warn of. */
  readonly standing: readonly Piece[];
  /** What the person had entered before somebody else changed settings. */
  readonly draft?: {
    readonly entered: OwnerSettings;
    readonly meanwhile: readonly SettingChange[];
    readonly by: string;
  };
  readonly responseUrl?: string;
}

export function settingsModal(form: SettingsForm, capabilities: ProviderCapabilities): ModalView {
  const { settings, version, standing, draft, responseUrl } = form;
  const shown = draft?.entered ?? settings;
  return modal({
    title: 'Portcullis settings',
    content: message(draft === undefined ? undefined : meanwhilePiece(draft, capabilities), ...standing),
    inputs: inputs(shown, capabilities),
    submit: { callbackId: settingsModalIds.submit, label: 'Save' },
    metadata: { responseUrl, version, opened: settings } satisfies z.infer<typeof settingsMetadata>,
  });
}

function meanwhilePiece(
  { meanwhile, by }: NonNullable<SettingsForm['draft']>,
  capabilities: ProviderCapabilities,
): Piece {
  return warningPiece(
    join('\n', [
      say`Nothing was saved: ${by} changed settings while you had them open. What you had changed yourself still stands below; look at it, and save again.`,
      ...changeLines(meanwhile, capabilities),
    ]),
  );
}

function inputs(settings: OwnerSettings, { accessTypes }: ProviderCapabilities): InputBlock[] {
  const { decidersGroup: group, grantsPerHour, timeZone } = settings;
  const types = byRank(accessTypes).map(({ id, label }) => option(sentenceCase(label), id));
  const offered = types.filter(({ value }) => value !== undefined && settings.accessTypes.includes(value));
  return [
    duration('defaultDurationMs', settings),
    duration('maxDurationMs', settings),
    input('accessTypes', {
      type: 'checkboxes',
      action_id: settingFieldIds.accessTypes,
      options: types,
      ...(offered.length === 0 ? {} : { initial_options: offered }),
    }),
    choice(
      'approvalsNeeded',
      [1, 2, 3].map((count) => option(String(count), String(count))),
      String(settings.approvalsNeeded),
      'Each by a different person.',
    ),
    choice(
      'ownApprovalCounts',
      Object.entries(ownApprovalLabels).map(([value, label]) => option(sentenceCase(label), value)),
      settings.ownApprovalCounts ? 'counts' : 'does-not-count',
      'Of what they ask for themselves.',
    ),
    input(
      'decidersGroup',
      {
        type: 'external_select',
        action_id: settingFieldIds.decidersGroup,
        min_query_length: 0,
        initial_option: group === undefined ? peopleOption() : groupOption(group),
      },
      { hint: 'A user group of this workspace is mentioned instead of people. It gives nobody a right.' },
    ),
    input(
      'grantsPerHour',
      {
        type: 'number_input',
        action_id: settingFieldIds.grantsPerHour,
        is_decimal_allowed: false,
        min_value: '1',
        max_value: '100',
        ...(grantsPerHour === undefined ? {} : { initial_value: String(grantsPerHour) }),
      },
      { hint: 'By their own approval. Empty: no limit.', optional: true },
    ),
    choice(
      'caseUrlRequired',
      Object.entries(caseUrlLabels).map(([value, label]) => option(sentenceCase(label), value)),
      settings.caseUrlRequired ? 'required' : 'optional',
    ),
    duration('requestLifeMs', settings, 'From 30m to 7d.'),
    {
      ...textInput(settingFieldIds.remindBeforeMs, settingLabels.remindBeforeMs, {
        initial: remindersText(settings.remindBeforeMs),
        hint: 'For example: 4h, 30m. None comes earlier than half the duration. Empty: no reminders.',
        multiline: false,
      }),
      optional: true,
    },
    input(
      'channelId',
      {
        type: 'conversations_select',
        action_id: settingFieldIds.channelId,
        initial_conversation: settings.channelId,
        filter: { include: ['public', 'private'], exclude_bot_users: true, exclude_external_shared_channels: true },
      },
      {
        // Slack shows nothing chosen to an owner who is not in a private channel.
        hint: 'Portcullis has to be in it. What stands in the channel before stays there. Empty: stays as it is.',
        optional: true,
      },
    ),
    input(
      'timeZone',
      {
        type: 'external_select',
        action_id: settingFieldIds.timeZone,
        min_query_length: 0,
        initial_option: option(timeZone, timeZone),
      },
      { hint: 'For the weekly summary.' },
    ),
  ];
}

function input(
  name: SettingName,
  element: InputBlock['element'],
  { hint, optional }: { readonly hint?: string; readonly optional?: boolean } = {},
): InputBlock {
  return {
    type: 'input',
    block_id: settingFieldIds[name],
    label: plain(settingLabels[name], 2_000),
    ...(hint === undefined ? {} : { hint: plain(hint, 2_000) }),
    ...(optional === true ? { optional } : {}),
    element,
  };
}

const duration = (
  name: 'defaultDurationMs' | 'maxDurationMs' | 'requestLifeMs',
  settings: OwnerSettings,
  hint?: string,
): InputBlock =>
  textInput(settingFieldIds[name], settingLabels[name], {
    initial: formatDuration(settings[name]),
    hint,
    multiline: false,
  });

function choice(
  name: 'approvalsNeeded' | 'ownApprovalCounts' | 'caseUrlRequired',
  options: PlainTextOption[],
  chosen: string,
  hint?: string,
): InputBlock {
  const initial = options.find(({ value }) => value === chosen);
  const element = {
    type: 'radio_buttons' as const,
    action_id: settingFieldIds[name],
    options,
    ...(initial === undefined ? {} : { initial_option: initial }),
  };
  return input(name, element, { hint });
}

const peopleOption = (): PlainTextOption => option('People who may decide', noGroup);

const groupOption = ({ id, handle }: NonNullable<OwnerSettings['decidersGroup']>): PlainTextOption =>
  option(`@${handle}`, id);

/** At most 100 entries (Slack's limit): the way back to people, and the groups whose handle holds what was typed. */
export function groupOptions(
  groups: readonly NonNullable<OwnerSettings['decidersGroup']>[],
  typed: string,
): PlainTextOption[] {
  const wanted = typed.trim().replace(/^@/, '').toLowerCase();
  const found = groups.filter(({ handle }) => handle.toLowerCase().includes(wanted));
  return [peopleOption(), ...found.map(groupOption)].slice(0, 100);
}

/** Zones whose name holds what was typed, with spaces for underscores; those of the tz database that Node knows. */
export function timeZoneOptions(typed: string): PlainTextOption[] {
  const wanted = typed.trim().toLowerCase().replaceAll(' ', '_');
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]
    .filter((zone) => zone.toLowerCase().includes(wanted))
    .slice(0, 100)
    .map((zone) => option(zone, zone));
}

/** What was entered; what cannot be read as a duration is `NaN`, which no setting may be. */
export function enteredSettings(view: Pick<ViewOutput, 'state'>, opened: OwnerSettings): OwnerSettings {
  const field = (name: SettingName) => view.state.values[settingFieldIds[name]]?.[settingFieldIds[name]];
  const text = (name: SettingName): string => entered(view, settingFieldIds[name]).trim();
  const group = field('decidersGroup')?.selected_option;
  return {
    defaultDurationMs: durationIn(text('defaultDurationMs')),
    maxDurationMs: durationIn(text('maxDurationMs')),
    accessTypes: (field('accessTypes')?.selected_options ?? []).map(({ value }) => value ?? ''),
    approvalsNeeded: Number(text('approvalsNeeded')),
    ownApprovalCounts: text('ownApprovalCounts') !== 'does-not-count',
    decidersGroup:
      group == null || group.value === noGroup
        ? undefined
        : { id: group.value, handle: group.text.text.replace(/^@/, '') },
    grantsPerHour: text('grantsPerHour') === '' ? undefined : Number(text('grantsPerHour')),
    caseUrlRequired: text('caseUrlRequired') === 'required',
    requestLifeMs: durationIn(text('requestLifeMs')),
    remindBeforeMs: text('remindBeforeMs')
      .split(/[,;]|\band\b/i)
      .filter((part) => part.trim() !== '')
      .map(durationIn)
      .sort((a, b) => b - a),
    channelId: field('channelId')?.selected_conversation ?? opened.channelId,
    timeZone: text('timeZone'),
  };
}

function durationIn(text: string): number {
  const parsed = parseDuration(text);
  return parsed.ok ? parsed.durationMs : Number.NaN;
}

/** In Slack's form: by block; the first of each. */
export const settingErrors = (problems: readonly SettingProblem[]): Record<string, string> =>
  Object.fromEntries(problems.toReversed().map(({ name, message: text }) => [settingFieldIds[name], text]));
