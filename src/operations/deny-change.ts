import { cancelChange, denyChange } from '../grants/change.ts';
import type { Grant } from '../grants/grant.ts';
import type { OperationContext } from './context.ts';
import { decideGrant, type GrantOperationInput, type GrantOperationOutcome } from './decide-grant.ts';
import { type DenyOutcome, denialProblem } from './deny-request.ts';

/** A decision about a proposed change, which its number names. */
export interface ChangeInput extends GrantOperationInput {
  readonly number: number;
}

/** Who counts as having asked where a proposed change is decided. */
export const proposer = (grant: Grant): string | undefined => grant.proposal?.by.slackId;

export async function denyGrantChange(
  context: OperationContext,
  input: ChangeInput & { readonly reason: string },
): Promise<DenyOutcome> {
  const message = denialProblem(input.reason);
  if (message !== undefined) return { kind: 'invalid', message };
  return decideGrant(context, input, {
    action: 'deny',
    fresh: false,
    askedBy: proposer,
    transition: (grant, decision) => denyChange(grant, decision, input.number, input.reason.trim()),
  });
}

/** For whoever proposed it. */
export function cancelGrantChange(context: OperationContext, input: ChangeInput): Promise<GrantOperationOutcome> {
  return decideGrant(context, input, {
    action: 'cancel',
    fresh: false,
    askedBy: proposer,
    transition: (grant, decision) => cancelChange(grant, decision, input.number),
  });
}
