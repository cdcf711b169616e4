import type { PermissionRefusal } from '../grants/permissions.ts';
import { actorFor, auditRefusal, type NotPermitted, type OperationContext, type OperationInput } from './context.ts';
import { identify, permission } from './identify.ts';

/** These can be otherwise by the time the form is sent, so they are no reason to refuse it. */
const unsettled: readonly PermissionRefusal[] = ['roles-unavailable', 'link-pending', 'not-linked'];

/**
 * Whether the caller may ask, or with `approve` carry their own approval as well, as far as can be known before it is clear
 * for what. Nobody is made to fill in a form that would be refused. Undefined when nothing speaks against it.
 */
export async function prepareRequest(
  context: OperationContext,
  input: Pick<OperationInput, 'slackId'> & { readonly approve: boolean },
): Promise<NotPermitted | undefined> {
  const caller = await identify(context, input.slackId, { fresh: input.approve });
  const asking = permission(context, caller, 'ask');
  const allowed = asking.allowed && input.approve ? permission(context, caller, 'approve') : asking;
  if (allowed.allowed || unsettled.includes(allowed.reason)) return undefined;
  const action = input.approve ? 'grant' : 'request';
  await auditRefusal(context, { action, actor: actorFor(caller), reason: allowed.reason });
  const organization = await context.organizations.get(context.organizationId);
  return { kind: 'not-permitted', reason: allowed.reason, deciders: await context.deciders.anywhere(organization) };
}
