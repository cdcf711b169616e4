import { silenceReminders } from '../grants/decide.ts';
import type { OperationContext } from './context.ts';
import { decideGrant, type GrantOperationInput, type GrantOperationOutcome } from './decide-grant.ts';

/** "Let it end": the access runs to its end without another reminder. */
export function letEnd(context: OperationContext, input: GrantOperationInput): Promise<GrantOperationOutcome> {
  return decideGrant(context, input, { action: 'silence', fresh: false, transition: silenceReminders });
}
