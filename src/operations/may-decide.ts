import type { Grant } from '../grants/grant.ts';
import type { PermissionAction } from '../grants/permissions.ts';
import { actorFor, auditRefusal, type NotPermitted, type OperationContext } from './context.ts';
import type { GrantOperationInput } from './decide-grant.ts';
import { identify, permission } from './identify.ts';

export type MayDecideOutcome =
  | { readonly kind: 'may'; readonly grant: Grant }
  | (NotPermitted & { readonly grant: Grant })
  /** No such record. */
  | { readonly kind: 'missing' };

/** Asked before a confirm step, from what is stored; the decision itself asks again. */
export async function mayDecideGrant(
  context: OperationContext,
  input: Pick<GrantOperationInput, 'slackId' | 'grantId'>,
  action: PermissionAction,
  askedBy: (grant: Grant) => string | undefined = (grant) => grant.requestedBy?.slackId,
): Promise<MayDecideOutcome> {
  const { grants, organizations, organizationId } = context;
  const grant = await grants.find(input.grantId);
  if (grant === undefined || grant.organizationId !== organizationId) return { kind: 'missing' };
  const { projectId } = grant.target;
  const caller = await identify(context, input.slackId, { projectId, fresh: false });
  const allowed = permission(context, caller, action, askedBy(grant) === input.slackId);
  if (allowed.allowed) return { kind: 'may', grant };
  await auditRefusal(context, { action, actor: actorFor(caller), reason: allowed.reason, grant });
  const { deciders } = await context.deciders.forTarget(await organizations.get(organizationId), projectId);
  return { kind: 'not-permitted', reason: allowed.reason, deciders, grant };
}
