import type { Organization } from '../grants/organization.ts';
import type { PermissionRefusal } from '../grants/permissions.ts';
import type { Directory } from '../store/directories.ts';
import { actorFor, auditRefusal, type NotPermitted, type OperationContext, type OperationInput } from './context.ts';
import { identify, permission } from './identify.ts';

export type PrepareRequestOutcome =
  | { readonly kind: 'ready'; readonly organization: Organization; readonly directory: Directory }
  | NotPermitted;

/** These may be settled by the fresh reading that the decision itself makes, so they are no reason to refuse a form. */
const unsettled: readonly PermissionRefusal[] = ['roles-unavailable', 'own-request', 'link-pending', 'not-linked'];

/** What a form for a request shows. Nobody is made to fill one in who would be refused afterwards, as far as is known. */
export async function prepareRequest(
  context: OperationContext,
  input: Pick<OperationInput, 'slackId'> & { readonly approve: boolean },
): Promise<PrepareRequestOutcome> {
  const { organizations, directories, organizationId } = context;
  const [caller, organization, directory] = await Promise.all([
    identify(context, input.slackId, { fresh: false }),
    organizations.get(organizationId),
    directories.get(organizationId),
  ]);
  const asking = permission(context, caller, 'ask');
  const approving = input.approve ? permission(context, caller, 'approve') : asking;
  const refused = [asking, approving].find((one) => !one.allowed);
  if (refused === undefined || refused.allowed || unsettled.includes(refused.reason)) {
    return { kind: 'ready', organization, directory };
  }
  const action = input.approve ? 'grant' : 'request';
  auditRefusal(context, { action, actor: actorFor(caller.person, caller.account?.id), reason: refused.reason });
  return { kind: 'not-permitted', reason: refused.reason, deciders: await context.deciders.owners(organization) };
}
