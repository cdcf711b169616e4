import { byRank } from '../grants/access-types.ts';
import { approveNarrowed } from '../grants/decide.ts';
import type { Grant } from '../grants/grant.ts';
import { policyOf } from '../grants/policy.ts';
import { approvable, withinLimit } from '../grants/stricter.ts';
import { type MayNotBlock, mayBlockFirst } from './block-then-open.ts';
import type { OperationContext } from './context.ts';
import { decideGrant, type GrantOperationInput, type GrantOperationOutcome } from './decide-grant.ts';
import { offerUnder, openedLately } from './offer.ts';
import { durationProblem, typeProblem } from './validate-request.ts';

/** Characters. */
export const longestWord = 500;

export interface NarrowedFields {
  readonly type: string;
  readonly durationMs: number;
  /** To whoever asked; may be empty. */
  readonly word: string;
}

export type ApproveNarrowedOutcome =
  | GrantOperationOutcome
  | MayNotBlock
  | { readonly kind: 'invalid'; readonly message: string };

/** Approves a request with shorter or narrower terms than were asked for. */
export async function approveRequestNarrowed(
  context: OperationContext,
  input: GrantOperationInput &
    NarrowedFields & {
      readonly termsVersion: number;
      /** Where the organization is not blocked it is blocked first. */
      readonly blockFirst: boolean;
    },
): Promise<ApproveNarrowedOutcome> {
  const { capabilities } = context.provider;
  const organization = await context.organizations.get(context.organizationId);
  const current = policyOf(organization, context.basePolicy);
  const offer = offerUnder(context, current);
  const problem =
    (typeProblem(input.type, offer) ?? durationProblem(input.durationMs, offer))?.message ?? wordProblem(input.word);
  if (problem !== undefined) return { kind: 'invalid', message: problem };
  const blocking = input.blockFirst ? await mayBlockFirst(context, input) : undefined;
  if (blocking?.kind === 'may-not-block') return blocking;
  const opened = await openedLately(context, input.slackId, current);
  const { type, durationMs, termsVersion } = input;
  const terms: Grant['terms'] = { type, durationMs };
  return decideGrant(context, input, {
    action: 'approve',
    fresh: true,
    transition: (grant, decision) => {
      const approved = approveNarrowed(grant, decision, {
        termsVersion,
        terms,
        types: byRank(capabilities.accessTypes),
        blocked: organization.confirmed?.blocked,
        blockFirst: blocking?.basis,
        word: input.word.trim(),
      });
      if (!approved.ok || approved.replayed === true) return approved;
      return (
        approvable(grant, terms, offerUnder(context, decision.policy)) ??
        withinLimit(grant, approved, opened, decision.policy, decision.now)
      );
    },
  });
}

export function wordProblem(word: string): string | undefined {
  const length = [...word.trim()].length;
  return length > longestWord || word.length > 2 * longestWord
    ? `Keep this to ${longestWord} characters; it has ${length}.`
    : undefined;
}
