import { randomUUID } from 'node:crypto';
import { type Found, newFound } from '../grants/found.ts';
import type { Grant, GrantTarget } from '../grants/grant.ts';
import { grantIdFor, slotFor } from '../grants/ids.ts';
import { oweOnce, touched } from '../grants/owed.ts';
import { type Policy, policyOf } from '../grants/policy.ts';
import type { Logger } from '../log.ts';
import { type Provider, ProviderError } from '../providers/provider.ts';
import type { GrantStore } from '../store/grants.ts';
import type { OrganizationStore } from '../store/organizations.ts';

export interface FoundDependencies {
  readonly provider: Pick<Provider, 'capabilities' | 'readAccess' | 'accessChangedBy'>;
  readonly grants: GrantStore;
  readonly organizations: Pick<OrganizationStore, 'get'>;
  /** The operator's. */
  readonly basePolicy: Policy;
  readonly log: Logger;
  readonly now: () => Date;
  /** Has a grant's work looked at now. */
  readonly kick: (grantId: string) => void;
}

/** Beyond the longest that can be asked for: older records of the provider's say little about what is open now. */
const lookBackMs = 60 * 60_000;

/**
 * Something is open on a target without a live record. What a record here sent is that record's to close; everything else
 * becomes a record of its own, and is left as it is. Read once more first, because a listing is a moment old; the slot
 * decides between processes that find it at the same time. Throws `ProviderError`.
 */
export async function recordFound(
  dependencies: FoundDependencies,
  organizationId: string,
  target: GrantTarget,
): Promise<void> {
  const { provider, grants, organizations, basePolicy, now, kick } = dependencies;
  const slot = slotFor(organizationId, target.id);
  if ((await grants.bySlot(slot)) !== undefined) return;
  const reading = await provider.readAccess(target);
  if (reading.state === 'closed') return;
  const terms = { type: reading.type, until: reading.until };
  const [sender] = await grants.thatSent(organizationId, target.id, terms);
  if (sender !== undefined) return dueNow(dependencies, sender._id);
  // What nobody here sent, and whose end has come, the provider ends.
  if (terms.until <= now()) return;
  const organization = await organizations.get(organizationId);
  const who = await changedBy(
    dependencies,
    target,
    new Date(now().getTime() - provider.capabilities.maxDurationMs - lookBackMs),
  );
  const id = grantIdFor(organizationId, randomUUID());
  const { channelId } = organization;
  const access = { id, organizationId, channelId, target, terms, who };
  const grant = newFound(access, policyOf(organization, basePolicy), now());
  if ((await grants.insert(grant)).kind === 'duplicate') return;
  kick(id);
  await requestsShown(dependencies, grant);
}

/** Who changed access elsewhere, where the provider's records name them. That they cannot be read keeps nothing back. */
export async function changedBy(
  { provider, log }: Pick<FoundDependencies, 'provider' | 'log'>,
  target: GrantTarget,
  since: Date,
): Promise<Found['who']> {
  try {
    return await provider.accessChangedBy(target, since);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    log.info({ err: error, target: target.id }, 'Who changed access could not be read');
    return undefined;
  }
}

async function dueNow({ grants, kick, now }: FoundDependencies, id: string): Promise<void> {
  await grants.update<never>(id, (doc) => ({ ok: true, doc: oweOnce(doc, { kind: 'sync', dueAt: now() }) }));
  kick(id);
}

/** Requests for the same target say that it is open already. */
async function requestsShown({ grants, kick, now }: FoundDependencies, found: Grant): Promise<void> {
  const waiting = await grants.requested(found.organizationId);
  for (const { _id } of waiting.filter(({ target }) => target.id === found.target.id)) {
    await grants.update<never>(_id, (doc) => ({
      ok: true,
      doc: oweOnce(touched(doc), { kind: 'render', dueAt: now() }),
    }));
    kick(_id);
  }
}
