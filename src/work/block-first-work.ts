import { blockAwaited, blockedFirst, blockToBeRead } from '../grants/block-first.ts';
import type { BlockFirst, Grant } from '../grants/grant.ts';
import { oweOnce, withoutEffect } from '../grants/owed.ts';
import type { Provider } from '../providers/provider.ts';
import type { OrganizationStore } from '../store/organizations.ts';
import type { Result } from './worker.ts';

export interface BlockFirstDependencies {
  readonly provider: Pick<Provider, 'capabilities'>;
  readonly organizations: Pick<OrganizationStore, 'get' | 'update'>;
  readonly now: () => Date;
  /** Has the organization's work looked at now. */
  readonly kickOrganization: (organizationId: string) => void;
}

/** Has the organization blocked, as was decided with this grant. */
export async function askForBlock(
  { provider, organizations, now, kickOrganization }: BlockFirstDependencies,
  effect: { readonly id: string; readonly decision: BlockFirst },
  { organizationId }: Grant,
): Promise<Result<Grant>> {
  const { canSetBlock } = provider.capabilities;
  await organizations.update<never>(organizationId, (doc) => ({
    ok: true,
    doc: blockedFirst(doc, effect.decision, { canSetBlock, now: now() }),
  }));
  kickOrganization(organizationId);
  return (doc) => withoutEffect(doc, effect.id);
}

/** Looks how the block stands that has to be seen before a grant is opened. No call is made for it meanwhile. */
export async function waitForBlock(
  { organizations, now, kickOrganization }: BlockFirstDependencies,
  grant: Grant,
): Promise<Result<Grant>> {
  const { organizationId } = grant;
  const organization = await organizations.get(organizationId);
  const next = blockAwaited(grant, organization, now());
  if (next.state === 'opening' && next.awaitsBlock !== undefined && blockToBeRead(organization)) {
    await organizations.update<never>(organizationId, (doc) => ({
      ok: true,
      doc: oweOnce(doc, { kind: 'sync', dueAt: now() }),
    }));
    kickOrganization(organizationId);
  }
  return (doc, at) => blockAwaited(doc, organization, at);
}
