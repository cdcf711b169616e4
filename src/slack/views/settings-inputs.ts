import type { InputBlock, PlainTextOption } from '@slack/types';
import { byRank } from '../../grants/access-types.ts';
import { formatDuration } from '../../grants/duration.ts';
import type { OwnerSettings, SettingName } from '../../grants/settings.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import {
  caseUrlLabels,
  digestLabels,
  ownApprovalLabels,
  remindersText,
  settingLabels,
} from '../messages/setting-words.ts';
import { plain } from '../text.ts';
import { option, sentenceCase } from './access-choice.ts';
import { textInput } from './modal.ts';

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
  weeklyDigest: 'setting-digest',
  timeZone: 'setting-time-zone',
} as const satisfies Record<SettingName, string>;

/** Of the entry that takes a group back: a menu in a modal cannot be emptied everywhere. */
export const noGroup = 'none';

export function settingInputs(settings: OwnerSettings, capabilities: ProviderCapabilities): InputBlock[] {
  const { accessTypes, remindBeforeMs } = capabilities;
  const reminders = remindBeforeMs === undefined ? '4h, 30m' : remindersText(remindBeforeMs);
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
        hint: `For example: ${reminders}. None comes earlier than half the duration. Empty: no reminders.`,
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
    choice(
      'weeklyDigest',
      Object.entries(digestLabels).map(([value, label]) => option(sentenceCase(label), value)),
      settings.weeklyDigest ? 'posted' : 'off',
      'What the week before brought, in numbers, by the clocks of the time zone below.',
    ),
    input(
      'timeZone',
      {
        type: 'external_select',
        action_id: settingFieldIds.timeZone,
        min_query_length: 0,
        initial_option: option(timeZone, timeZone),
      },
      { hint: 'For the weekly digest.' },
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
  name: 'approvalsNeeded' | 'ownApprovalCounts' | 'caseUrlRequired' | 'weeklyDigest',
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
