import { accessTypeById } from '../grants/access-types.ts';
import { approve } from '../grants/decide.ts';
import type { OperationContext } from './context.ts';
import { decideGrant, type GrantOperationInput, type GrantOperationOutcome } from './decide-grant.ts';

/** Approves the terms that the person saw; the last approval needed starts the opening and the clock. */
export async function approveRequest(
  context: OperationContext,
  input: GrantOperationInput & { readonly termsVersion: number },
): Promise<GrantOperationOutcome> {
  const { confirmed } = await context.organizations.get(context.organizationId);
  const { accessTypes } = context.provider.capabilities;
  return decideGrant(context, input, {
    action: 'approve',
    fresh: true,
    transition: (grant, decision) =>
      approve(grant, decision, {
        termsVersion: input.termsVersion,
        type: accessTypeById(accessTypes, grant.terms.type),
        blocked: confirmed?.blocked,
      }),
  });
}
