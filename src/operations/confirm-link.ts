import type { Actor, RolesBasis } from '../grants/grant.ts';
import { confirmLink } from '../grants/links.ts';
import type { Organization } from '../grants/organization.ts';
import { actorFor, auditRefusal, type NotPermitted, type OperationContext, type OperationInput } from './context.ts';
import { identify, permission } from './identify.ts';

export type ConfirmLinkOutcome =
  | { readonly kind: 'confirmed'; readonly organization: Organization }
  /** Nobody waits for this any more: confirmed before, or changed since. */
  | { readonly kind: 'no-such-link' }
  /** Nobody confirms the link to their own Slack account. */
  | { readonly kind: 'own-link' }
  | NotPermitted;

interface LinkInput {
  readonly accountId: string;
  readonly linkSlackId: string;
}

/** An owner vouches, by the button in the channel, that a Slack account belongs to an account of the directory. */
export async function confirmLinkAsOwner(
  context: OperationContext,
  input: OperationInput & LinkInput,
): Promise<ConfirmLinkOutcome> {
  const caller = await identify(context, input.slackId, { fresh: true });
  const actor = actorFor(caller);
  const allowed = permission(context, caller, 'confirm-link');
  if (!allowed.allowed) {
    await auditRefusal(context, { action: 'confirm-link', actor, reason: allowed.reason });
    const organization = await context.organizations.get(context.organizationId);
    return { kind: 'not-permitted', reason: allowed.reason, deciders: await context.deciders.owners(organization) };
  }
  return confirm(context, input, actor, allowed.basis);
}

/** The same by an operator, on the command line of the bot: for an organization with a single owner. */
export function confirmLinkAsOperator(
  context: OperationContext,
  input: LinkInput & { readonly operationId: string; readonly operator: string },
): Promise<ConfirmLinkOutcome> {
  return confirm(context, input, { kind: 'operator', name: input.operator }, 'not-needed');
}

async function confirm(
  context: OperationContext,
  input: LinkInput & { readonly operationId: string },
  by: Actor,
  basis: RolesBasis,
): Promise<ConfirmLinkOutcome> {
  const { organizations, organizationId, clock, work } = context;
  const { accountId, linkSlackId: slackId, operationId } = input;
  const outcome = await organizations.update(organizationId, (doc) =>
    confirmLink(doc, { accountId, slackId, by, operationId, basis, now: clock.now() }),
  );
  if (outcome.kind === 'done') {
    void work.organization(organizationId);
    return { kind: 'confirmed', organization: outcome.doc };
  }
  if (outcome.kind !== 'refused') return { kind: 'no-such-link' };
  await auditRefusal(context, { action: 'confirm-link', actor: by, reason: outcome.refusal.code });
  return outcome.refusal.code === 'own-link' ? { kind: 'own-link' } : { kind: 'no-such-link' };
}
