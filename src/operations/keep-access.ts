import { keep } from '../grants/found.ts';
import type { Grant } from '../grants/grant.ts';
import type { Organization } from '../grants/organization.ts';
import type { OperationContext } from './context.ts';
import { decideGrant, type GrantOperationInput, type GrantOperationOutcome } from './decide-grant.ts';

/** Leaves open what was found open, with the approvals that opening it would have taken. */
export async function keepAccess(
  context: OperationContext,
  input: GrantOperationInput & { readonly termsVersion: number },
): Promise<GrantOperationOutcome> {
  const organization = await context.organizations.get(context.organizationId);
  return decideGrant(context, input, {
    action: 'approve',
    fresh: true,
    askedBy: (grant) => openerOf(grant, organization),
    transition: (grant, decision) => keep(grant, decision, { termsVersion: input.termsVersion }),
  });
}

/** Whoever opened it themselves decides about something of their own, as far as the provider's records name them. */
export function openerOf({ found }: Grant, { links }: Pick<Organization, 'links'>): string | undefined {
  const email = found?.who?.toLowerCase();
  return email === undefined ? undefined : links.find((link) => link.email.toLowerCase() === email)?.slackId;
}
