import { deny } from '../grants/decide.ts';
import type { OperationContext } from './context.ts';
import { decideGrant, type GrantOperationInput, type GrantOperationOutcome } from './decide-grant.ts';

/** Characters; a reason for a denial may be short, but not missing. */
const denialReasonLength = { min: 3, max: 500 } as const;

export type DenyOutcome = GrantOperationOutcome | { readonly kind: 'invalid'; readonly message: string };

export async function denyRequest(
  context: OperationContext,
  input: GrantOperationInput & { readonly reason: string },
): Promise<DenyOutcome> {
  const message = denialProblem(input.reason);
  if (message !== undefined) return { kind: 'invalid', message };
  const reason = input.reason.trim();
  return decideGrant(context, input, {
    action: 'deny',
    fresh: false,
    transition: (grant, decision) => deny(grant, decision, reason),
  });
}

/** What is wrong with a reason for a denial, in words for whoever typed it. */
export function denialProblem(reason: string): string | undefined {
  const { min, max } = denialReasonLength;
  const length = [...reason.trim()].length;
  if (length < min) return 'Say why, so that whoever asked knows what to do next.';
  return length > max || reason.length > 2 * max
    ? `Keep the reason to ${max} characters; it has ${length}.`
    : undefined;
}
