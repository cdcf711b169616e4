import type { AccessType } from '../../grants/access-types.ts';
import { type Actor, approvalsInForce, type Grant } from '../../grants/grant.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';

/** What people type before every command. */
export const slashCommand = '/support-access';

/** Undefined for a type that the provider shows but does not declare: somebody opened it elsewhere. */
export function accessTypeOf(capabilities: ProviderCapabilities, id: string): AccessType | undefined {
  return capabilities.accessTypes.find((type) => type.id === id);
}

export function accessLabel(capabilities: ProviderCapabilities, id: string): string {
  return accessTypeOf(capabilities, id)?.label ?? `${id}, an access type that Portcullis does not know`;
}

export function actorName(actor: Actor, capabilities: Pick<ProviderCapabilities, 'vendor'>): string {
  switch (actor.kind) {
    case 'person':
      return actor.name;
    case 'portcullis':
      return 'Portcullis';
    case 'outside':
      return `${actor.name ?? 'somebody'} in ${capabilities.vendor} itself`;
    case 'operator':
      return `${actor.name}, on the command line`;
  }
}

/** Who approved the terms that are in force, or that wait. */
export const approvers = (grant: Grant): string[] => approvalsInForce(grant).map((approval) => approval.by.name);

/** Whoever asked for it; nobody asked here for what was found open. */
export const askerName = ({ requestedBy }: Pick<Grant, 'requestedBy'>): string => requestedBy?.name ?? 'Nobody here';

/** Who cancelled a cancelled request. */
export function canceller(grant: Grant): Actor {
  return (
    grant.history.findLast((entry) => entry.to === 'cancelled')?.actor ?? grant.requestedBy ?? { kind: 'portcullis' }
  );
}

/** All targets of the organization, counted when the count is known. */
export function allTargets(count: number | undefined): string {
  if (count === undefined || count === 0) return 'every cluster';
  return count === 1 ? 'the one cluster' : `all ${count} clusters`;
}

/** Said before every revoke (Atlas documentation, "Configure MongoDB Support Access to Atlas Backend Infrastructure"). */
export const revokeAdvice = 'Make sure first that all issues which need support have been dealt with.';
