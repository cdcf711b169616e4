import type { Permission, PermissionAction } from '../grants/permissions.ts';
import { actorFor, auditRefusal, type OperationContext, type OperationInput } from './context.ts';
import { type Caller, identify, permission } from './identify.ts';

export interface WhoAmI {
  readonly caller: Caller;
  /** What the caller may do, as far as roles over the whole organization or any project tell. */
  readonly may: Readonly<
    Record<Extract<PermissionAction, 'ask' | 'approve' | 'revoke' | 'block' | 'unblock'>, Permission>
  >;
  readonly projects: readonly { readonly name: string; readonly roles: readonly string[] }[];
  readonly deciders: readonly string[];
}

/** How the caller is known, what they may decide, or why not. */
export async function whoAmI(context: OperationContext, input: Pick<OperationInput, 'slackId'>): Promise<WhoAmI> {
  const caller = await identify(context, input.slackId, { fresh: false });
  const seeing = permission(context, caller, 'see');
  if (!seeing.allowed) {
    await auditRefusal(context, { action: 'whoami', actor: actorFor(caller), reason: seeing.reason });
  }
  const directory = await context.directories.get(context.organizationId);
  const organization = await context.organizations.get(context.organizationId);
  const names = new Map(directory.targets.map((target) => [target.projectId, target.projectName]));
  return {
    caller,
    may: {
      ask: permission(context, caller, 'ask'),
      approve: permission(context, caller, 'approve'),
      revoke: permission(context, caller, 'revoke'),
      block: permission(context, caller, 'block'),
      unblock: permission(context, caller, 'unblock'),
    },
    projects: Object.entries(caller.account?.projectRoles ?? {}).map(([id, roles]) => ({
      name: names.get(id) ?? id,
      roles,
    })),
    deciders: await context.deciders.anywhere(organization),
  };
}
