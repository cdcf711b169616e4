import type { ViewOutput } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { parseDuration } from '../../grants/duration.ts';
import type { OwnerSettings, SettingChange, SettingName } from '../../grants/settings.ts';
import type { SettingProblem } from '../../grants/settings-problems.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { message, type Piece } from '../messages/blocks.ts';
import { changeLines } from '../messages/setting-words.ts';
import { join, say } from '../messages/words.ts';
import { warningPiece } from './access-choice.ts';
import { entered, modal, originSchema } from './modal.ts';
import { noGroup, settingFieldIds, settingInputs } from './settings-inputs.ts';

export const settingsModalIds = { submit: 'change-settings' } as const;

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
  weeklyDigest: z.boolean(),
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
    inputs: settingInputs(shown, capabilities),
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
    weeklyDigest: text('weeklyDigest') !== 'off',
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
