import type { Organization } from '../grants/organization.ts';
import type { PermissionRefusal } from '../grants/permissions.ts';
import {
  changeSettings,
  type OwnerSettings,
  type SettingChange,
  settingChanges,
  settingsOf,
  settingsVersionOf,
} from '../grants/settings.ts';
import { decidersNeeded, type SettingProblem, settingsProblems } from '../grants/settings-problems.ts';
import type { ProjectDeciders } from '../work/deciders.ts';
import type { ChannelStanding } from '../work/workplace.ts';
import { actorFor, auditRefusal, type NotPermitted, type OperationContext, type OperationInput } from './context.ts';
import { identify, permission } from './identify.ts';

export interface ShownSettings {
  readonly kind: 'settings';
  readonly organization: Organization;
  readonly settings: OwnerSettings;
  readonly version: number;
  /** Who can decide now; empty while the provider's people have not been read. */
  readonly deciding: readonly ProjectDeciders[];
  /** How many people it takes, so that everybody's requests can be approved. */
  readonly needed: number;
  /** Why the reader may not change them; absent when they may. */
  readonly readOnly?: PermissionRefusal;
}

/** The settings in force, for whoever may see how things stand. */
export async function showSettings(
  context: OperationContext,
  { slackId }: Pick<OperationInput, 'slackId'>,
): Promise<ShownSettings | NotPermitted> {
  const caller = await identify(context, slackId, { fresh: true });
  const seeing = permission(context, caller, 'see');
  if (!seeing.allowed) {
    await auditRefusal(context, { action: 'settings', actor: actorFor(caller), reason: seeing.reason });
    return { kind: 'not-permitted', reason: seeing.reason, deciders: [] };
  }
  const changing = permission(context, caller, 'settings');
  const organization = await context.organizations.get(context.organizationId);
  const settings = settingsOf(organization, basisOf(context));
  return {
    kind: 'settings',
    organization,
    settings,
    version: settingsVersionOf(organization),
    deciding: await context.deciders.byProject(organization),
    needed: decidersNeeded(settings),
    readOnly: changing.allowed ? undefined : changing.reason,
  };
}

export interface SettingsWish {
  readonly settings: OwnerSettings;
  /** Of the settings that the person looked at. */
  readonly version: number;
}

export type ChangeSettingsOutcome =
  | { readonly kind: 'changed'; readonly changes: readonly SettingChange[]; readonly organization: Organization }
  | { readonly kind: 'no-change' }
  /** Somebody changed settings since the person looked at them. */
  | { readonly kind: 'changed-meanwhile' }
  | { readonly kind: 'invalid'; readonly problems: readonly SettingProblem[] }
  | NotPermitted;

/** Changes what owners set; the roles are read now. */
export async function changeOrganizationSettings(
  context: OperationContext,
  input: OperationInput & SettingsWish,
): Promise<ChangeSettingsOutcome> {
  const { organizations, organizationId, clock, work } = context;
  const caller = await identify(context, input.slackId, { fresh: true });
  const by = actorFor(caller);
  const allowed = permission(context, caller, 'settings');
  const before = await organizations.get(organizationId);
  if (!allowed.allowed) {
    await auditRefusal(context, { action: 'settings', actor: by, reason: allowed.reason });
    return { kind: 'not-permitted', reason: allowed.reason, deciders: await context.deciders.owners(before) };
  }
  const { settings, version, operationId } = input;
  const channel = await channelProblem(context, before, settings);
  if (channel !== undefined) return { kind: 'invalid', problems: [channel] };
  const decidersByProject = await decidersCounted(context, before);
  const changes = settingChanges(settingsOf(before, basisOf(context)), settings);
  const outcome = await organizations.update(organizationId, (doc) =>
    changeSettings(
      doc,
      { settings, version, decidersByProject },
      { by, operationId, basis: allowed.basis, now: clock.now() },
      basisOf(context),
    ),
  );
  switch (outcome.kind) {
    case 'done':
      void work.organization(organizationId);
      return { kind: 'changed', changes, organization: outcome.doc };
    case 'refused': {
      const { refusal } = outcome;
      await auditRefusal(context, { action: 'settings', actor: by, reason: refusal.code });
      return refusal.code === 'invalid' ? { kind: 'invalid', problems: refusal.problems } : { kind: refusal.code };
    }
    case 'duplicate':
    case 'missing':
      throw new Error(`The organization's record could not be written: ${outcome.kind}`);
  }
}

/** What is wrong with settings that somebody wishes for, as far as it is known without asking who they are. */
export async function wishProblems(
  context: OperationContext,
  { settings, version }: SettingsWish,
): Promise<readonly SettingProblem[]> {
  const organization = await context.organizations.get(context.organizationId);
  const before = settingsOf(organization, basisOf(context));
  const problems = settingsProblems(settings, {
    capabilities: context.provider.capabilities,
    decidersByProject: await decidersCounted(context, organization),
    changed: settingChanges(before, settings).map(({ name }) => name),
  });
  // What was changed meanwhile is shown first: the channel may be one of those things.
  if (problems.length > 0 || version !== settingsVersionOf(organization)) return problems;
  const channel = await channelProblem(context, organization, settings);
  return channel === undefined ? [] : [channel];
}

const basisOf = ({ basePolicy, provider }: OperationContext) => ({
  base: basePolicy,
  capabilities: provider.capabilities,
});

const decidersCounted = async (context: OperationContext, organization: Organization): Promise<number[]> =>
  (await context.deciders.byProject(organization)).map(({ deciders }) => deciders.length);

const channelWords: Readonly<Record<Exclude<ChannelStanding, 'usable'>, string>> = {
  'not-found': 'Portcullis cannot see that channel. Type /invite @Portcullis there first.',
  'not-member': 'Portcullis is not in that channel. Type /invite @Portcullis there first.',
  archived: 'That channel is archived: nothing can be posted there.',
};

/** A channel that was chosen before stays, whatever has become of it: other settings can be changed all the same. */
async function channelProblem(
  { workplace }: OperationContext,
  before: Organization,
  { channelId }: OwnerSettings,
): Promise<SettingProblem | undefined> {
  if (channelId === before.channelId) return undefined;
  const standing = await workplace.channelStanding(channelId);
  return standing === 'usable' ? undefined : { name: 'channelId', message: channelWords[standing] };
}
