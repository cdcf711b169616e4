import { byRank } from '../grants/access-types.ts';
import { approveNarrowed } from '../grants/decide.ts';
import type { Grant } from '../grants/grant.ts';
import type { OperationContext } from './context.ts';
import { decideGrant, type GrantOperationInput, type GrantOperationOutcome } from './decide-grant.ts';
import { durationProblem } from './validate-request.ts';

/** Characters. */
export const longestWord = 500;

export interface NarrowedFields {
  readonly type: string;
  readonly durationMs: number;
  /** To whoever asked; may be empty. */
  readonly word: string;
}

export type ApproveNarrowedOutcome = GrantOperationOutcome | { readonly kind: 'invalid'; readonly message: string };

/** Approves a request with shorter or narrower terms than were asked for. */
export async function approveRequestNarrowed(
  context: OperationContext,
  input: GrantOperationInput & NarrowedFields & { readonly termsVersion: number },
): Promise<ApproveNarrowedOutcome> {
  const { capabilities } = context.provider;
  const problem = durationProblem(input.durationMs, capabilities)?.message ?? wordProblem(input.word);
  if (problem !== undefined) return { kind: 'invalid', message: problem };
  const { confirmed } = await context.organizations.get(context.organizationId);
  const { type, durationMs, termsVersion } = input;
  const terms: Grant['terms'] = { type, durationMs };
  return decideGrant(context, input, {
    action: 'approve',
    fresh: true,
    transition: (grant, decision) =>
      approveNarrowed(grant, decision, {
        termsVersion,
        terms,
        types: byRank(capabilities.accessTypes),
        blocked: confirmed?.blocked,
        word: input.word.trim(),
      }),
  });
}

export function wordProblem(word: string): string | undefined {
  const length = [...word.trim()].length;
  return length > longestWord || word.length > 2 * longestWord
    ? `Keep this to ${longestWord} characters; it has ${length}.`
    : undefined;
}
