import { describe, expect, it } from 'vitest';
import { newOrganization } from '../../../src/grants/organization.ts';
import { defaultPolicy } from '../../../src/grants/policy.ts';
import { type OwnerSettings, settingChanges, settingNames, settingsOf } from '../../../src/grants/settings.ts';
import { problemsOfMessage, problemsOfView } from '../../../src/sandbox/slack/block-kit-views.ts';
import { message } from '../../../src/slack/messages/blocks.ts';
import { settingsNotePieces, settingsPiece } from '../../../src/slack/messages/setting-words.ts';
import { groupOptions, timeZoneOptions } from '../../../src/slack/views/settings-inputs.ts';
import { settingsMetadata, settingsModal } from '../../../src/slack/views/settings-modal.ts';
import * as sample from '../messages/samples.ts';

const { capabilities } = sample;
const current = settingsOf(newOrganization('org1', 'C1', sample.start), { base: defaultPolicy, capabilities });
const longest: OwnerSettings = {
  defaultDurationMs: 23.98 * 3_600_000,
  maxDurationMs: 23.99 * 3_600_000,
  accessTypes: capabilities.accessTypes.slice(1).map(({ id }) => id),
  approvalsNeeded: 3,
  ownApprovalCounts: false,
  decidersGroup: { id: `S${'0'.repeat(20)}`, handle: 'g'.repeat(80) },
  grantsPerHour: 100,
  caseUrlRequired: true,
  requestLifeMs: 167.9 * 3_600_000,
  remindBeforeMs: [11.9, 10.9, 9.9, 8.9, 7.9].map((hours) => hours * 3_600_000),
  channelId: `C${'0'.repeat(20)}`,
  weeklyDigest: false,
  timeZone: 'America/Argentina/ComodRivadavia',
};
const changes = settingChanges(current, longest);

describe('with the longest values in every setting', () => {
  it('the form stays within the limits of Slack, with what it keeps', () => {
    const view = settingsModal(
      {
        settings: longest,
        version: 999_999,
        standing: [],
        draft: { entered: longest, meanwhile: changes, by: 'n'.repeat(80) },
        responseUrl: `https://hooks.slack.com/${'x'.repeat(200)}`,
      },
      capabilities,
    );
    expect(problemsOfView(JSON.parse(JSON.stringify(view)), 'modal')).toEqual([]);
    expect(settingsMetadata.parse(JSON.parse(view.private_metadata ?? ''))).toMatchObject({ opened: longest });
  });

  it('so do the note and the text to read, which notify nobody', () => {
    expect(changes.map(({ name }) => name)).toEqual([...settingNames]);
    const note = { type: 'settings-changed', changes, by: sample.olivia, at: sample.start } as const;
    for (const shown of [
      message(...settingsNotePieces(note, capabilities)),
      message(settingsPiece(longest, capabilities)),
    ]) {
      expect(problemsOfMessage(JSON.parse(JSON.stringify(shown.blocks)))).toEqual([]);
      expect(sample.notified(shown)).toEqual([]);
    }
  });
});

describe('the menus', () => {
  it('offer groups by a part of their handle, and the way back to people', () => {
    const groups = ['db-owners', 'sre', 'db-readers'].map((handle, index) => ({ id: `S${index}`, handle }));
    expect(groupOptions(groups, ' @DB').map(({ text }) => text.text)).toEqual([
      'People who may decide',
      '@db-owners',
      '@db-readers',
    ]);
    const many = Array.from({ length: 150 }, (_, index) => ({ id: `S${index}`, handle: `group-${index}` }));
    expect(groupOptions(many, '')).toHaveLength(100);
  });

  it('offer time zones by a part of their name', () => {
    expect(timeZoneOptions('')[0]?.value).toBe('UTC');
    expect(timeZoneOptions('')).toHaveLength(100);
    expect(timeZoneOptions('berlin').map(({ value }) => value)).toEqual(['Europe/Berlin']);
    expect(timeZoneOptions('nowhere')).toEqual([]);
  });
});
