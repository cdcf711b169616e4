import type { Grant } from '../grants/grant.ts';
import { nearestNames } from '../grants/nearest.ts';
import type { Organization } from '../grants/organization.ts';
import type { PermissionRefusal } from '../grants/permissions.ts';
import type { Target } from '../providers/provider.ts';
import { type ClockTrouble, clockTrouble } from './clock-trouble.ts';
import { actorFor, auditRefusal, type OperationContext, type OperationInput } from './context.ts';
import { identify, permission } from './identify.ts';
import { type LockdownStanding, lockdownUnderWay } from './lockdown.ts';
import { targetsNamed } from './targets.ts';

export type StatusOutcome =
  | {
      readonly kind: 'status';
      readonly organization: Organization;
      /** Undefined until the provider's targets have been read once. */
      readonly targetCount: number | undefined;
      readonly live: readonly Grant[];
      readonly requested: readonly Grant[];
      /** What the status was asked for: one name may stand in several projects. */
      readonly filter?: readonly Target[];
      readonly mayBlock: boolean;
      readonly clock?: ClockTrouble;
      readonly lockdown?: LockdownStanding;
    }
  | { readonly kind: 'unknown-target'; readonly name: string; readonly nearest: readonly string[] }
  | { readonly kind: 'not-permitted'; readonly reason: PermissionRefusal };

/** What is open, what may be, and what waits: for one target or for all. Reads only what is stored. */
export async function showStatus(
  context: OperationContext,
  input: Pick<OperationInput, 'slackId'> & { readonly targetName?: string },
): Promise<StatusOutcome> {
  const { organizationId, organizations, directories, grants } = context;
  const [caller, organization, directory, live, requested] = await Promise.all([
    identify(context, input.slackId, { fresh: false }),
    organizations.get(organizationId),
    directories.get(organizationId),
    grants.live(organizationId),
    grants.requested(organizationId),
  ]);
  const seeing = permission(context, caller, 'see');
  if (!seeing.allowed) {
    await auditRefusal(context, { action: 'see', actor: actorFor(caller), reason: seeing.reason });
    return { kind: 'not-permitted', reason: seeing.reason };
  }
  const targetCount = directory.refreshedAt === undefined ? undefined : directory.targets.length;
  const mayBlock = permission(context, caller, 'block').allowed;
  const lockdown = await lockdownUnderWay(context, organization);
  const clock = clockTrouble(context, caller);
  const all = { kind: 'status', organization, targetCount, mayBlock, clock, lockdown } as const;
  if (input.targetName === undefined) return { ...all, live, requested };
  const filter = targetsNamed(directory.targets, input.targetName);
  if (filter.length === 0) {
    const nearest = nearestNames(
      input.targetName,
      directory.targets.map((target) => target.name),
    );
    return { kind: 'unknown-target', name: input.targetName, nearest };
  }
  const concerns = (grant: Grant): boolean => filter.some((target) => target.id === grant.target.id);
  return { ...all, filter, live: live.filter(concerns), requested: requested.filter(concerns) };
}
