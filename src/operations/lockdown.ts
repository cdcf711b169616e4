import type { Grant, RolesBasis } from '../grants/grant.ts';
import { type Lockdown, lockdownOf, lookAtLockdown, wantLockdown } from '../grants/lockdown.ts';
import type { Organization } from '../grants/organization.ts';
import type { ProviderCapabilities } from '../providers/provider.ts';
import {
  actorFor,
  auditRefusal,
  type NotPermitted,
  type OperationContext,
  type OperationInput,
  settled,
} from './context.ts';
import { type Caller, identify, permission } from './identify.ts';

export type LockdownOutcome =
  | {
      readonly kind: 'done';
      readonly lockdown: Lockdown;
      /** What it concerns, as it is now. */
      readonly grants: readonly Grant[];
      readonly organization: Organization;
    }
  | NotPermitted;

/** A lockdown that is not over, with what it concerns, as it is now. */
export interface LockdownStanding {
  readonly lockdown: Lockdown;
  readonly grants: readonly Grant[];
}

/** The newest lockdown that is not over; undefined when there is none. */
export async function lockdownUnderWay(
  { grants }: Pick<OperationContext, 'grants'>,
  { lockdowns = [] }: Pick<Organization, 'lockdowns'>,
): Promise<LockdownStanding | undefined> {
  const lockdown = lockdowns.findLast(({ overAt }) => overAt === undefined);
  return lockdown === undefined ? undefined : { lockdown, grants: await grants.many(lockdown.grantIds ?? []) };
}

/** Closes everything: what is not seen closed when this returns is tried until it is, whatever becomes of this process. */
export async function lockDownOrganization(context: OperationContext, input: OperationInput): Promise<LockdownOutcome> {
  const { organizations, organizationId, provider, clock, log } = context;
  const may = await mayLockDown(context, input);
  if ('kind' in may) return may;
  const by = actorFor(may.caller);
  const { operationId } = input;
  const outcome = await organizations.update(organizationId, (doc) =>
    wantLockdown(doc, {
      by,
      at: clock.now(),
      operationId,
      basis: may.basis,
      block: blockIn(provider.capabilities),
    }),
  );
  if (outcome.kind !== 'done') throw new Error(`The organization's record could not be written: ${outcome.kind}`);
  const lockdown = lockdownOf(outcome.doc, operationId) ?? { id: operationId, by, at: clock.now(), basis: may.basis };
  try {
    await settled(context, workedOff(context, operationId));
    const organization = await organizations.get(organizationId);
    const now = lockdownOf(organization, operationId) ?? lockdown;
    return { kind: 'done', organization, lockdown: now, grants: await context.grants.many(now.grantIds ?? []) };
  } catch (error) {
    log.warn({ err: error }, 'What came of a lockdown could not be read');
    return { kind: 'done', organization: outcome.doc, lockdown, grants: [] };
  }
}

const blockIn = ({ hasBlock, canSetBlock }: ProviderCapabilities) =>
  hasBlock ? (canSetBlock ? 'switched' : 'left-to-people') : 'none';

/** The block and the list first, then every grant, then what has come of all that. */
async function workedOff({ organizations, organizationId, work, clock }: OperationContext, id: string): Promise<void> {
  await work.organization(organizationId);
  const lockdown = lockdownOf(await organizations.get(organizationId), id);
  await Promise.all((lockdown?.grantIds ?? []).map((grantId) => work.grant(grantId)));
  await organizations.update<never>(organizationId, (doc) => ({
    ok: true,
    doc: lookAtLockdown(doc, id, clock.now()),
  }));
  await work.organization(organizationId);
}

/** Whether the caller may; asked before the confirm step and again when it is confirmed. */
export async function mayLockDown(
  context: OperationContext,
  input: OperationInput,
): Promise<NotPermitted | { readonly caller: Caller; readonly basis: RolesBasis }> {
  const caller = await identify(context, input.slackId, { fresh: false });
  const allowed = permission(context, caller, 'lockdown');
  if (allowed.allowed) return { caller, basis: allowed.basis };
  const actor = actorFor(caller);
  await auditRefusal(context, { action: 'lockdown', actor, reason: allowed.reason });
  const organization = await context.organizations.get(context.organizationId);
  return { kind: 'not-permitted', reason: allowed.reason, deciders: await context.deciders.owners(organization) };
}
