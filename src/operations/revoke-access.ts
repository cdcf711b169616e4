import { cancel, revoke } from '../grants/decide.ts';
import type { OperationContext } from './context.ts';
import { workedOff } from './context.ts';
import { decideGrant, type GrantOperationInput, type GrantOperationOutcome } from './decide-grant.ts';

/**
 * Closes access now. Waits a moment for the provider, so that the outcome can say what was seen; what is still pending then
 * goes on by itself.
 */
export async function revokeAccess(
  context: OperationContext,
  input: GrantOperationInput,
): Promise<GrantOperationOutcome> {
  const outcome = await decideGrant(context, input, { action: 'revoke', fresh: false, transition: revoke });
  if (outcome.kind !== 'done') return outcome;
  return { kind: 'done', grant: await workedOff(context, outcome.grant) };
}

/** Takes back a request that nobody has decided: for whoever asked. */
export function cancelRequest(context: OperationContext, input: GrantOperationInput): Promise<GrantOperationOutcome> {
  return decideGrant(context, input, { action: 'cancel', fresh: false, transition: cancel });
}
