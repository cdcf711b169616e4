import type { AccessType } from '../../grants/access-types.ts';
import { type Actor, approvalsInForce, type Grant } from '../../grants/grant.ts';
import type { TargetNoun } from '../../grants/target-noun.ts';
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

/** What ends access early, on buttons and where people are told to press them. */
export const closeVerb = ({ closeVerb: verb = 'Revoke' }: Pick<ProviderCapabilities, 'closeVerb'>): string => verb;

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

/** What support can enter where nothing is blocked: everything, counted when the count is known. */
export function everythingEntered(count: number | undefined, { one, many, entered }: TargetNoun): string {
  const several = count === 1 ? `the one ${one}` : `all ${count} ${many}`;
  const all = count === undefined || count === 0 ? `every ${one}` : several;
  return entered === undefined ? all : `the ${entered} of ${all}`;
}

/** Said before every block (Atlas documentation, "Configure MongoDB Support Access to Atlas Backend Infrastructure"). */
export const blockAdvice = ({ many }: TargetNoun): string =>
  `This may increase the time that support needs to respond and to resolve issues, and may have an effect on the availability of your ${many}.`;

/** Said before every revoke (Atlas documentation, "Configure MongoDB Support Access to Atlas Backend Infrastructure"). */
export const revokeAdvice = 'Make sure first that all issues which need support have been dealt with.';
