import { byRank } from '../grants/access-types.ts';
import { approveChange } from '../grants/change.ts';
import { approvable } from '../grants/stricter.ts';
import type { OperationContext } from './context.ts';
import { decideGrant, type GrantOperationOutcome } from './decide-grant.ts';
import { type ChangeInput, proposer } from './deny-change.ts';
import { offerUnder } from './offer.ts';

/** Approves a proposed change of an open grant; with the last approval needed the provider is made to hold it. */
export async function approveGrantChange(
  context: OperationContext,
  input: ChangeInput,
): Promise<GrantOperationOutcome> {
  const { confirmed } = await context.organizations.get(context.organizationId);
  const types = byRank(context.provider.capabilities.accessTypes);
  return decideGrant(context, input, {
    action: 'approve',
    fresh: true,
    askedBy: proposer,
    transition: (grant, decision) => {
      const approved = approveChange(grant, decision, { number: input.number, types, blocked: confirmed?.blocked });
      const { proposal } = grant;
      if (!approved.ok || approved.replayed === true || proposal === undefined) return approved;
      return approvable(grant, proposal, offerUnder(context, decision.policy)) ?? approved;
    },
  });
}
