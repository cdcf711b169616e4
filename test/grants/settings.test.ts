import { describe, expect, it } from 'vitest';
import { newOrganization, type Organization } from '../../src/grants/organization.ts';
import { defaultPolicy, policyOf } from '../../src/grants/policy.ts';
import { changeSettings, type OwnerSettings, settingChanges, settingsOf } from '../../src/grants/settings.ts';
import { atlasAccessTypes } from '../../src/providers/atlas/access-types.ts';
import { ada, at, ben, hour, infrastructure, logs, minute } from '../support/grants.ts';

const capabilities = {
  accessTypes: atlasAccessTypes,
  minDurationMs: 30 * minute,
  maxDurationMs: 24 * hour,
  defaultDurationMs: 24 * hour,
};
const basis = { base: defaultPolicy, capabilities };
const organization = newOrganization('org1', 'C1', at(0));
const current = settingsOf(organization, basis);

interface Tried {
  readonly change?: Partial<OwnerSettings>;
  readonly version?: number;
  readonly deciders?: readonly number[];
  readonly operationId?: string;
  readonly on?: Organization;
}

const trying = ({ change = {}, version = 0, deciders = [2], operationId = 'op-1', on = organization }: Tried) =>
  changeSettings(
    on,
    { settings: { ...settingsOf(on, basis), ...change }, version, decidersByProject: deciders },
    { by: ada, operationId, basis: 'fresh', now: at(minute) },
    basis,
  );

function changed(tried: Tried): Organization {
  const result = trying(tried);
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.doc;
}

const problemsOf = (tried: Tried): string[] => {
  const result = trying(tried);
  if (result.ok || result.refusal.code !== 'invalid') return [];
  return result.refusal.problems.map(({ name, message }) => `${name}: ${message}`);
};

describe('the settings in force', () => {
  it('are those of the operator and the provider until owners change them', () => {
    expect(current).toEqual({
      defaultDurationMs: 24 * hour,
      maxDurationMs: 24 * hour,
      accessTypes: atlasAccessTypes.map(({ id }) => id),
      approvalsNeeded: 1,
      ownApprovalCounts: true,
      caseUrlRequired: false,
      requestLifeMs: 24 * hour,
      remindBeforeMs: [4 * hour, 30 * minute],
      channelId: 'C1',
      weeklyDigest: true,
      timeZone: 'UTC',
    });
  });

  it('differ in no way by the order of types and reminder times', () => {
    const { accessTypes, remindBeforeMs } = current;
    const turned = { ...current, accessTypes: accessTypes.toReversed(), remindBeforeMs: remindBeforeMs.toReversed() };
    expect(settingChanges(current, turned)).toEqual([]);
  });
});

describe('a change of settings', () => {
  it('keeps only what differs, writes every change down, and tells of all of them in one note', () => {
    const doc = changed({ change: { approvalsNeeded: 2, maxDurationMs: 8 * hour, defaultDurationMs: 4 * hour } });
    expect(doc.policy).toEqual({ approvalsNeeded: 2, maxDurationMs: 8 * hour, defaultDurationMs: 4 * hour });
    expect(policyOf(doc, { ...defaultPolicy, ownApprovalCounts: false }).ownApprovalCounts).toBe(false);
    const changes = [
      { name: 'defaultDurationMs', from: 24 * hour, to: 4 * hour },
      { name: 'maxDurationMs', from: 24 * hour, to: 8 * hour },
      { name: 'approvalsNeeded', from: 1, to: 2 },
    ];
    expect(doc.history.map(({ action, actor, setting }) => ({ action, actor, setting }))).toEqual(
      changes.map((setting) => ({ action: 'change-setting', actor: ada, setting })),
    );
    expect(doc.history.at(-1)?.detail).toBe('approvalsNeeded: 1 → 2');
    expect(doc.owed.filter(({ kind }) => kind === 'note')).toMatchObject([
      { note: { type: 'settings-changed', by: ada, changes } },
    ]);
    expect(doc.owed.map(({ kind }) => kind)).toContain('refresh-requests');
    expect(doc.version).toBeGreaterThan(organization.version);
  });

  it('takes a value back: what is absent again is not set', () => {
    const group = { id: 'S1', handle: 'owners' };
    const set = changed({ change: { decidersGroup: group, grantsPerHour: 2 } });
    const back = changed({
      on: set,
      version: 1,
      operationId: 'op-2',
      change: { decidersGroup: undefined, grantsPerHour: undefined },
    });
    expect(settingsOf(back, basis)).toEqual(current);
    expect(back.history.at(-2)?.setting).toEqual({ name: 'decidersGroup', from: group, to: undefined });
  });

  it('to another channel moves what is posted, stands over what the operator names, and is told in both', () => {
    const doc = changed({ change: { channelId: 'C2' } });
    expect(doc).toMatchObject({ channelId: 'C2', channelChosen: true });
    expect(doc.policy).toEqual({});
    expect(doc.owed.filter(({ kind }) => kind.startsWith('note'))).toMatchObject([
      { kind: 'note' },
      { kind: 'note-in-channel-left', channelId: 'C1' },
    ]);
    expect(changed({ change: { timeZone: 'Asia/Tokyo' } }).channelChosen).toBeUndefined();
  });

  it('makes nothing new when it comes twice', () => {
    const once = changed({ change: { approvalsNeeded: 2 } });
    expect(trying({ on: once, change: { approvalsNeeded: 2 } })).toEqual({ ok: true, doc: once, replayed: true });
  });

  it('is refused where nothing is different, and where somebody changed something since', () => {
    expect(trying({})).toMatchObject({ ok: false, refusal: { code: 'no-change' } });
    const since = changed({ change: { approvalsNeeded: 2 } });
    expect(trying({ on: since, version: 0, operationId: 'op-2', change: { timeZone: 'Europe/Berlin' } })).toMatchObject(
      { ok: false, refusal: { code: 'changed-meanwhile' } },
    );
  });
});

describe('what nobody could satisfy is refused, with the reason at its field', () => {
  it.each<[string, Tried, string[]]>([
    [
      'two approvals and one decider',
      { change: { approvalsNeeded: 2 }, deciders: [1] },
      ['approvalsNeeded: Nothing could be approved: it would take 2 people, and only one person can decide now.'],
    ],
    [
      'three approvals and two deciders',
      { change: { approvalsNeeded: 3 } },
      ['approvalsNeeded: Nothing could be approved: it would take 3 people, and only 2 people can decide now.'],
    ],
    [
      'two approvals and nobody',
      { change: { approvalsNeeded: 2 }, deciders: [] },
      ['approvalsNeeded: Nothing could be approved: it would take 2 people, and nobody can decide now.'],
    ],
    [
      'own approvals that do not count, and one decider',
      { change: { ownApprovalCounts: false }, deciders: [1] },
      [
        'ownApprovalCounts: What a decider asks for could never be approved: it would take 1 other person, and only one person can decide now.',
      ],
    ],
    [
      'the same of two',
      { change: { ownApprovalCounts: false, approvalsNeeded: 2 } },
      [
        'ownApprovalCounts: What a decider asks for could never be approved: it would take 2 other people, and only 2 people can decide now.',
      ],
    ],
    [
      'four approvals',
      { change: { approvalsNeeded: 4 }, deciders: [9] },
      ['approvalsNeeded: Choose a number from 1 to 3.'],
    ],
    [
      'a default above the longest',
      { change: { maxDurationMs: 8 * hour } },
      ['defaultDurationMs: Give a duration from 30 min to 8 h, which is the longest.'],
    ],
    [
      'durations outside those of the provider',
      { change: { maxDurationMs: 25 * hour, defaultDurationMs: minute } },
      [
        'maxDurationMs: Give a duration from 30 min to 24 h, for example 8h.',
        'defaultDurationMs: Give a duration from 30 min to 24 h.',
      ],
    ],
    [
      'durations that cannot be read',
      { change: { defaultDurationMs: Number.NaN, requestLifeMs: Number.NaN } },
      [
        'defaultDurationMs: Give a duration from 30 min to 24 h, which is the longest.',
        'requestLifeMs: Give a duration from 30 min to 7 days, for example 24h.',
      ],
    ],
    [
      'a reminder that would never come',
      { change: { maxDurationMs: 4 * hour, defaultDurationMs: 4 * hour } },
      [
        'remindBeforeMs: 4 h would never come: reminders come at most half the longest duration before the end, which is 2 h.',
      ],
    ],
    ['a reminder twice', { change: { remindBeforeMs: [hour, hour] } }, ['remindBeforeMs: 1 h stands there twice.']],
    [
      'a reminder that cannot be read',
      { change: { remindBeforeMs: [Number.NaN] } },
      ['remindBeforeMs: Give times before the end, with commas between them, for example: 4h, 30m.'],
    ],
    [
      'six reminders',
      { change: { remindBeforeMs: [1, 2, 3, 4, 5, 6].map((count) => count * hour) } },
      ['remindBeforeMs: Give at most 5 times.'],
    ],
    [
      'a short life',
      { change: { requestLifeMs: 29 * minute } },
      ['requestLifeMs: Give a duration from 30 min to 7 days, for example 24h.'],
    ],
    [
      'no type on offer',
      { change: { accessTypes: [] } },
      ['accessTypes: Offer at least one type of access: without one nobody could ask.'],
    ],
    [
      'a type that the provider has not',
      { change: { accessTypes: [logs, 'KEYS'] } },
      ['accessTypes: Offer at least one type of access: without one nobody could ask.'],
    ],
    [
      'no grants at all',
      { change: { grantsPerHour: 0 } },
      ['grantsPerHour: Give a whole number from 1 to 100, or leave it empty for no limit.'],
    ],
    [
      'half a grant',
      { change: { grantsPerHour: 1.5 } },
      ['grantsPerHour: Give a whole number from 1 to 100, or leave it empty for no limit.'],
    ],
    [
      'a zone that there is not',
      { change: { timeZone: 'Mars/Olympus' } },
      ['timeZone: Choose one of the time zones on offer.'],
    ],
  ])('%s', (_, tried, problems) => {
    expect(problemsOf(tried)).toEqual(problems);
  });

  it.each<[string, Tried]>([
    ['two approvals and two deciders', { change: { approvalsNeeded: 2 } }],
    ['enough deciders in one project at least', { change: { approvalsNeeded: 2 }, deciders: [1, 2] }],
    ['own approvals that do not count, and two deciders', { change: { ownApprovalCounts: false } }],
    // What was so before is warned of; it keeps nobody from changing something else.
    ['something else, with nobody to decide', { change: { timeZone: 'Asia/Tokyo' }, deciders: [] }],
    [
      'the shortest of everything',
      {
        change: {
          maxDurationMs: 30 * minute,
          defaultDurationMs: 30 * minute,
          remindBeforeMs: [15 * minute],
          requestLifeMs: 30 * minute,
        },
      },
    ],
    ['one type and no reminders', { change: { accessTypes: [infrastructure], remindBeforeMs: [] } }],
  ])('but not %s', (_, tried) => {
    expect(problemsOf(tried)).toEqual([]);
    expect(trying(tried).ok).toBe(true);
  });

  it('is by whom it is: another owner writes their own name', () => {
    const result = changeSettings(
      organization,
      { settings: { ...current, caseUrlRequired: true }, version: 0, decidersByProject: [2] },
      { by: ben, operationId: 'op-9', basis: 'fresh', now: at(0) },
      basis,
    );
    expect(result.ok && result.doc.history.at(-1)?.actor).toEqual(ben);
  });
});
