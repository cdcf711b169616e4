import { accessTypeById } from '../grants/access-types.ts';
import { approve } from '../grants/decide.ts';
import type { RolesBasis } from '../grants/grant.ts';
import { policyOf } from '../grants/policy.ts';
import { approvable, withinLimit } from '../grants/stricter.ts';
import type { OperationContext } from './context.ts';
import { decideGrant, type GrantOperationInput, type GrantOperationOutcome } from './decide-grant.ts';
import { offerUnder, openedLately } from './offer.ts';

/** Approves the terms that the person saw; the last approval needed starts the opening and the clock. */
export async function approveRequest(
  context: OperationContext,
  input: GrantOperationInput & {
    readonly termsVersion: number;
    /** Where the organization is not blocked it is blocked first; on what the right to that rests. */
    readonly blockFirst?: RolesBasis;
  },
): Promise<GrantOperationOutcome> {
  const organization = await context.organizations.get(context.organizationId);
  const opened = await openedLately(context, input.slackId, policyOf(organization, context.basePolicy));
  const { accessTypes } = context.provider.capabilities;
  return decideGrant(context, input, {
    action: 'approve',
    fresh: true,
    transition: (grant, decision) => {
      const approved = approve(grant, decision, {
        termsVersion: input.termsVersion,
        type: accessTypeById(accessTypes, grant.terms.type),
        blocked: organization.confirmed?.blocked,
        blockFirst: input.blockFirst,
      });
      if (!approved.ok || approved.replayed === true) return approved;
      return (
        approvable(grant, grant.terms, offerUnder(context, decision.policy)) ??
        withinLimit(grant, approved, opened, decision.policy, decision.now)
      );
    },
  });
}
