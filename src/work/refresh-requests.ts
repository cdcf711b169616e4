import type { Grant } from '../grants/grant.ts';
import type { Organization, OrganizationEffect } from '../grants/organization.ts';
import { oweOnce, touched, withoutEffect } from '../grants/owed.ts';
import { type Policy, policyOf } from '../grants/policy.ts';
import { underPolicy } from '../grants/stricter.ts';
import type { GrantStore } from '../store/grants.ts';
import type { Result } from './worker.ts';

export interface RefreshDependencies {
  readonly grants: GrantStore;
  readonly basePolicy: Policy;
  readonly now: () => Date;
  /** Has a grant's work looked at now. */
  readonly kick: (grantId: string) => void;
}

/**
 * Open requests say whether the organization is blocked, who decides and how many approvals it takes. What waits for the
 * block opens, or is given up.
 */
export async function refreshRequests(
  { grants, kick, now, basePolicy }: RefreshDependencies,
  effect: OrganizationEffect,
  organization: Organization,
): Promise<Result<Organization>> {
  const { _id: organizationId } = organization;
  const policy = policyOf(organization, basePolicy);
  const change = async (grantId: string, owing: (grant: Grant, at: Date) => Grant): Promise<void> => {
    await grants.update<never>(grantId, (doc) => ({ ok: true, doc: owing(doc, now()) }));
    kick(grantId);
  };
  for (const { _id } of await grants.requested(organizationId)) {
    await change(_id, (doc, dueAt) =>
      doc.state === 'requested' ? oweOnce(touched(underPolicy(doc, policy)), { kind: 'render', dueAt }) : doc,
    );
  }
  const waiting = (await grants.live(organizationId)).filter(({ awaitsBlock }) => awaitsBlock !== undefined);
  for (const { _id } of waiting) {
    await change(_id, (doc, dueAt) => (doc.state === 'opening' ? oweOnce(doc, { kind: 'sync', dueAt }) : doc));
  }
  return (doc) => withoutEffect(doc, effect.id);
}
