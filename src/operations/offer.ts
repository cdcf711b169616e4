import { type Offer, offered } from '../grants/offer.ts';
import { type Policy, policyOf } from '../grants/policy.ts';
import { hourMs, openedBy } from '../grants/stricter.ts';
import type { ProviderCapabilities } from '../providers/provider.ts';
import type { OperationContext } from './context.ts';
import { promptly } from './promptly.ts';

/** What people can ask for now. */
export type ProviderOffer = Offer<ProviderCapabilities>;

export const offerUnder = (context: Pick<OperationContext, 'provider'>, policy: Policy): ProviderOffer =>
  offered(context.provider.capabilities, policy);

/** Throws where the record cannot be read. */
export async function currentPolicy({ organizations, organizationId, basePolicy }: OperationContext): Promise<Policy> {
  return policyOf(await organizations.get(organizationId), basePolicy);
}

/**
 * For forms and words, which wait for nothing long: where the record cannot be read at once, what the operator set. What is
 * decided goes by the record.
 */
export async function promptOffer(context: OperationContext): Promise<ProviderOffer> {
  const failure = 'What owners have set could not be read';
  return offerUnder(context, await promptly(context.log, failure, currentPolicy(context), context.basePolicy));
}

/** When this person's approval opened grants within the last hour; only where that is limited. */
export async function openedLately(
  { grants, organizationId, clock }: OperationContext,
  slackId: string,
  { grantsPerHour }: Pick<Policy, 'grantsPerHour'>,
): Promise<Date[]> {
  if (grantsPerHour === undefined) return [];
  const since = new Date(clock.now().getTime() - hourMs);
  const approved = await grants.approvedSince(organizationId, since);
  return approved.map((grant) => openedBy(grant, slackId)).filter((at) => at !== undefined);
}
