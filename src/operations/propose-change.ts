import { byRank } from '../grants/access-types.ts';
import { approveChange, type ChangeTerms, proposeChange } from '../grants/change.ts';
import type { Grant } from '../grants/grant.ts';
import { policyOf } from '../grants/policy.ts';
import { underPolicy } from '../grants/stricter.ts';
import type { OperationContext } from './context.ts';
import { decideGrant, type GrantOperationInput, type GrantOperationOutcome } from './decide-grant.ts';
import { identify, permission } from './identify.ts';
import { offerUnder } from './offer.ts';
import { durationProblem, typeProblem } from './validate-request.ts';

export type ProposeChangeOutcome =
  /** The caller's approval was enough: the provider is being made to hold it. */
  | { readonly kind: 'changing'; readonly grant: Grant }
  /** It waits for others; `why` says what became of an approval that the caller could have given. */
  | {
      readonly kind: 'waiting';
      readonly grant: Grant;
      readonly why?: 'more-approvals' | 'needs-block' | 'own-approval';
    }
  | { readonly kind: 'invalid'; readonly message: string }
  | Exclude<GrantOperationOutcome, { readonly kind: 'done' }>;

/** Asks for other terms of an open grant. A decider's own proposal carries their approval, as a `grant` does. */
export async function proposeGrantChange(
  context: OperationContext,
  input: GrantOperationInput & ChangeTerms,
): Promise<ProposeChangeOutcome> {
  const { capabilities } = context.provider;
  const { type, durationMs } = input;
  const organization = await context.organizations.get(context.organizationId);
  const offer = offerUnder(context, policyOf(organization, context.basePolicy));
  const duration = durationMs === undefined ? undefined : durationProblem(durationMs, offer);
  const problem = duration ?? typeProblem(type, offer);
  if (problem !== undefined) return { kind: 'invalid', message: problem.message };
  const { confirmed } = organization;
  const approval = { types: byRank(capabilities.accessTypes), blocked: confirmed?.blocked };
  let why: Extract<ProposeChangeOutcome, { kind: 'waiting' }>['why'];
  const outcome = await decideGrant(context, input, {
    action: 'ask',
    fresh: true,
    transition: (grant, { may, ...decision }) => {
      const proposed = proposeChange(grant, decision, { type, durationMs });
      if (!proposed.ok || proposed.replayed === true) return proposed;
      const approving = may('approve', true);
      why = !approving.allowed && approving.reason === 'own-request' ? 'own-approval' : undefined;
      const number = proposed.doc.proposal?.number;
      if (!approving.allowed || number === undefined) return proposed;
      const own = { ...decision, operationId: `${input.operationId}:approve`, basis: approving.basis };
      const approved = approveChange(proposed.doc, own, { number, ...approval });
      why = approved.ok ? 'more-approvals' : 'needs-block';
      return approved.ok ? approved : proposed;
    },
  });
  if (outcome.kind !== 'done') return outcome;
  const { grant } = outcome;
  return grant.proposal === undefined ? { kind: 'changing', grant } : { kind: 'waiting', grant, why };
}

/** Whether the caller's own approval would be enough, as far as is known before it is clear for what. */
export async function mayChangeAlone(context: OperationContext, grant: Grant, slackId: string): Promise<boolean> {
  const caller = await identify(context, slackId, { projectId: grant.target.projectId, fresh: false });
  const { approvalsNeeded } = underPolicy(grant, caller.policy);
  return approvalsNeeded === 1 && permission(context, caller, 'approve', true).allowed;
}
