import { formatDuration } from '../../grants/duration.ts';
import type { OrganizationNote } from '../../grants/organization.ts';
import { type OwnerSettings, type SettingChange, type SettingName, settingNames } from '../../grants/settings.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { type Piece, paragraph, smallPrint } from './blocks.ts';
import { fact } from './grant-parts.ts';
import { accessLabel, actorName, slashCommand } from './vocabulary.ts';
import { at, bold, code, inWords, say, type Words } from './words.ts';

export const settingLabels: Readonly<Record<SettingName, string>> = {
  defaultDurationMs: 'Duration when nothing is said',
  maxDurationMs: 'Longest duration',
  accessTypes: 'Types of access on offer',
  approvalsNeeded: 'Approvals needed',
  ownApprovalCounts: "A decider's own approval",
  decidersGroup: 'Mentioned in requests',
  grantsPerHour: 'Grants that one person may open in an hour',
  caseUrlRequired: 'Link to the support case',
  requestLifeMs: 'An undecided request lapses after',
  remindBeforeMs: 'Reminders before the end',
  channelId: 'Channel',
  weeklyDigest: 'Weekly digest',
  timeZone: 'Time zone',
};

/** For choices, and for what is shown. */
export const ownApprovalLabels = { counts: 'counts', 'does-not-count': 'does not count' } as const;
export const caseUrlLabels = { optional: 'may be left out', required: 'required' } as const;
export const digestLabels = { posted: 'posted every Monday at 9:00', off: 'switched off' } as const;

/** The value of one setting, in words. Nothing in them notifies anybody. */
function settingValue({ name, to }: SettingChange, capabilities: ProviderCapabilities): Words {
  switch (name) {
    case 'defaultDurationMs':
    case 'maxDurationMs':
    case 'requestLifeMs':
      return say`${formatDuration(to ?? 0)}`;
    case 'accessTypes':
      return say`${(to ?? []).map((id) => accessLabel(capabilities, id)).join('; ')}`;
    case 'approvalsNeeded':
      return say`${to ?? 1}`;
    case 'ownApprovalCounts':
      return say`${to === true ? ownApprovalLabels.counts : ownApprovalLabels['does-not-count']}`;
    case 'decidersGroup':
      return to === undefined ? say`people who may decide` : say`@${to.handle}`;
    case 'grantsPerHour':
      return to === undefined ? say`no limit` : say`${to}`;
    case 'caseUrlRequired':
      return say`${to === true ? caseUrlLabels.required : caseUrlLabels.optional}`;
    case 'remindBeforeMs':
      return say`${remindersText(to ?? []) || 'none'}`;
    case 'channelId':
      return to === undefined ? say`none` : { mrkdwn: `<#${to}>`, text: to };
    case 'weeklyDigest':
      return say`${to === true ? digestLabels.posted : digestLabels.off}`;
    case 'timeZone':
      return say`${to ?? ''}`;
  }
}

/** Longest first, as they come. */
export const remindersText = (remindBeforeMs: readonly number[]): string =>
  [...remindBeforeMs]
    .sort((a, b) => b - a)
    .map(formatDuration)
    .join(', ');

/** All settings as they are in force, to read. */
export const settingsPiece = (settings: OwnerSettings, capabilities: ProviderCapabilities): Piece =>
  paragraph(
    ...settingNames.map((name) =>
      fact(settingLabels[name], settingValue({ name, to: settings[name] } as SettingChange, capabilities)),
    ),
  );

/** What changed, a line each. */
export const changeLines = (changes: readonly SettingChange[], capabilities: ProviderCapabilities): Words[] =>
  changes.map((change) => {
    const before = settingValue({ name: change.name, to: change.from } as SettingChange, capabilities);
    return fact(settingLabels[change.name], say`${settingValue(change, capabilities)} (before: ${before})`);
  });

/** The note in the channel. */
export function settingsNotePieces(
  { changes, by, at: when }: Extract<OrganizationNote, { type: 'settings-changed' }>,
  capabilities: ProviderCapabilities,
): Piece[] {
  const what = inWords(changes.length === 1 ? ['a setting'] : [`${changes.length} settings`]);
  const moved = changes.some(({ name }) => name === 'channelId');
  return [
    paragraph(
      bold(say`${actorName(by, capabilities)} changed ${what} of Portcullis`),
      ...changeLines(changes, capabilities),
      say`Changed ${at(when)}. What is open now keeps its terms.`,
      moved
        ? say`New requests and notes are posted in the new channel; what stands in the old one stays there.`
        : undefined,
    ),
    smallPrint(say`All settings: ${code(`${slashCommand} settings`)}`),
  ];
}
