import type { PersonActor, RolesBasis } from './grant.ts';
import type { Offerable } from './offer.ts';
import type { Organization, OrganizationHistoryEntry } from './organization.ts';
import { withOrganizationNote } from './organization.ts';
import { owe, oweOnce, touched } from './owed.ts';
import { type OrganizationPolicy, type Policy, policyOf } from './policy.ts';
import { type SettingProblem, settingsProblems } from './settings-problems.ts';

/** Everything that owners set, as it is in force. Durations in milliseconds; what is absent is not set. */
export interface OwnerSettings
  extends Required<Omit<OrganizationPolicy, 'nudgeAfterMs' | 'decidersGroup' | 'grantsPerHour'>>,
    Pick<OrganizationPolicy, 'decidersGroup' | 'grantsPerHour'> {
  /** Where new requests and notes are posted. */
  readonly channelId: string;
}

export type SettingName = keyof OwnerSettings;

/** One setting that somebody changed. */
export type SettingChange = {
  readonly [Name in SettingName]: {
    readonly name: Name;
    readonly from?: OwnerSettings[Name];
    readonly to?: OwnerSettings[Name];
  };
}[SettingName];

/** In the order in which people read them. */
export const settingNames = [
  'defaultDurationMs',
  'maxDurationMs',
  'accessTypes',
  'approvalsNeeded',
  'ownApprovalCounts',
  'decidersGroup',
  'grantsPerHour',
  'caseUrlRequired',
  'requestLifeMs',
  'remindBeforeMs',
  'channelId',
  'weeklyDigest',
  'timeZone',
] as const satisfies readonly SettingName[];

/** What the settings rest on. */
export interface SettingsBasis {
  /** The operator's policy. */
  readonly base: Policy;
  readonly capabilities: Offerable;
}

export function settingsOf(organization: Organization, { base, capabilities }: SettingsBasis): OwnerSettings {
  const policy = policyOf(organization, base);
  return {
    defaultDurationMs: policy.defaultDurationMs ?? capabilities.defaultDurationMs,
    maxDurationMs: policy.maxDurationMs ?? capabilities.maxDurationMs,
    accessTypes: policy.accessTypes ?? capabilities.accessTypes.map(({ id }) => id),
    approvalsNeeded: policy.approvalsNeeded,
    ownApprovalCounts: policy.ownApprovalCounts,
    decidersGroup: policy.decidersGroup,
    grantsPerHour: policy.grantsPerHour,
    caseUrlRequired: policy.caseUrlRequired,
    requestLifeMs: policy.requestLifeMs,
    remindBeforeMs: policy.remindBeforeMs,
    channelId: organization.channelId,
    weeklyDigest: policy.weeklyDigest,
    timeZone: policy.timeZone,
  };
}

/** What is different, in the order in which people read it. The order of types and of reminder times makes no difference. */
export function settingChanges(before: OwnerSettings, after: OwnerSettings): SettingChange[] {
  return settingNames
    .filter((name) => comparable(before[name]) !== comparable(after[name]))
    .map((name) => ({ name, from: before[name], to: after[name] }) as SettingChange);
}

const comparable = (value: OwnerSettings[SettingName]): string =>
  JSON.stringify(Array.isArray(value) ? [...value].sort() : (value ?? null));

export interface SettingsDecision {
  readonly by: PersonActor;
  readonly operationId: string;
  readonly basis: RolesBasis;
  readonly now: Date;
}

export type SettingsRefusal =
  /** Somebody changed settings since this person began. */
  | { readonly code: 'changed-meanwhile'; readonly organization: Organization }
  | { readonly code: 'no-change'; readonly organization: Organization }
  | {
      readonly code: 'invalid';
      readonly organization: Organization;
      readonly problems: readonly [SettingProblem, ...SettingProblem[]];
    };

export type SettingsResult =
  | { readonly ok: true; readonly doc: Organization; readonly replayed?: boolean }
  | { readonly ok: false; readonly refusal: SettingsRefusal };

/**
 * Changes settings as a whole: what nobody could satisfy is refused with its reasons. Only what differs is kept, so that the
 * rest goes on following the operator. The caller has checked permission, and that a new channel can be posted to.
 */
export function changeSettings(
  organization: Organization,
  wish: {
    readonly settings: OwnerSettings;
    /** Of the settings that were looked at. */
    readonly version: number;
    /** How many people can decide, by project; the smallest project is no reason to refuse, only the largest. */
    readonly decidersByProject: readonly number[];
  },
  { by, operationId, basis, now }: SettingsDecision,
  settingsBasis: SettingsBasis,
): SettingsResult {
  if (organization.history.some((entry) => entry.operationId === operationId)) {
    return { ok: true, doc: organization, replayed: true };
  }
  const before = settingsOf(organization, settingsBasis);
  const { settings, version, decidersByProject } = wish;
  if (version !== settingsVersionOf(organization)) {
    return { ok: false, refusal: { code: 'changed-meanwhile', organization } };
  }
  const changes = settingChanges(before, settings);
  if (changes.length === 0) return { ok: false, refusal: { code: 'no-change', organization } };
  const [problem, ...others] = settingsProblems(settings, {
    capabilities: settingsBasis.capabilities,
    decidersByProject,
    changed: changes.map(({ name }) => name),
  });
  if (problem !== undefined) {
    return { ok: false, refusal: { code: 'invalid', organization, problems: [problem, ...others] } };
  }
  const entries = changes.map(
    (change): OrganizationHistoryEntry => ({
      at: now,
      action: 'change-setting',
      actor: by,
      operationId,
      basis,
      setting: change,
      detail: `${change.name}: ${comparable(change.from)} → ${comparable(change.to)}`,
    }),
  );
  const moved = changes.some(({ name }) => name === 'channelId');
  const changed: Organization = {
    ...organization,
    policy: { ...organization.policy, ...policyChange(changes) },
    settingsVersion: version + 1,
    channelId: settings.channelId,
    channelChosen: moved ? true : organization.channelChosen,
    history: [...organization.history, ...entries],
  };
  const note = { type: 'settings-changed', changes, by, at: now } as const;
  const noted = withOrganizationNote(changed, note, now);
  const left = { kind: 'note-in-channel-left', dueAt: now, note, channelId: before.channelId } as const;
  const told = moved ? owe(noted, left) : noted;
  // Open requests say how many approvals they need and who decides.
  return { ok: true, doc: touched(oweOnce(told, { kind: 'refresh-requests', dueAt: now })) };
}

/** Counts the changes of settings. */
export const settingsVersionOf = (organization: Pick<Organization, 'settingsVersion'>): number =>
  organization.settingsVersion ?? 0;

const policyChange = (changes: readonly SettingChange[]): Partial<OrganizationPolicy> =>
  Object.fromEntries(changes.filter(({ name }) => name !== 'channelId').map(({ name, to }) => [name, to]));
