import type { Grant, RolesBasis } from '../grants/grant.ts';
import { PeopleError } from '../work/people.ts';
import { approveRequest } from './approve-request.ts';
import { type NotPermitted, type OperationContext, type OperationInput, workedOff } from './context.ts';
import type { GrantOperationInput, GrantOperationOutcome } from './decide-grant.ts';
import { type IdentifyContext, identify, permission } from './identify.ts';
import { maySwitchBlock } from './switch-block.ts';

/** The block that was to come first is not this person's to decide: nothing was done. */
export type MayNotBlock = Omit<NotPermitted, 'kind'> & { readonly kind: 'may-not-block' };

/** On what the right to block rests of whoever wants it done before something opens. */
export async function mayBlockFirst(
  context: OperationContext,
  { slackId, operationId }: OperationInput,
): Promise<MayNotBlock | { readonly kind: 'may'; readonly basis: RolesBasis }> {
  const may = await maySwitchBlock(context, { slackId, operationId, blocked: true });
  return 'kind' in may ? { ...may, kind: 'may-not-block' } : { kind: 'may', basis: may.basis };
}

/**
 * Approves the terms that the person saw, and where the organization is not blocked has it blocked first: access opens once
 * that was seen, within 15 minutes or not at all.
 */
export async function approveBlockingFirst(
  context: OperationContext,
  input: GrantOperationInput & { readonly termsVersion: number },
): Promise<GrantOperationOutcome | MayNotBlock> {
  const may = await mayBlockFirst(context, input);
  return may.kind === 'may' ? approveRequest(context, { ...input, blockFirst: may.basis }) : may;
}

/** Waits a moment for the block and for what opens after it, and reads what has come of it. */
export function blockedAndOpened(context: OperationContext, grant: Grant): Promise<Grant> {
  const { work, organizationId } = context;
  const all = async (): Promise<void> => {
    await work.grant(grant._id);
    await work.organization(organizationId);
    await work.grant(grant._id);
  };
  return workedOff(context, grant, all());
}

/**
 * Whether to offer somebody the block and the grant as one step, from what is stored: they may do both, and it is not
 * blocked. Only an offer: where Slack cannot say who they are, none is made.
 */
export async function offersBlockFirst(
  context: IdentifyContext,
  { slackId }: Pick<OperationInput, 'slackId'>,
): Promise<boolean> {
  const { confirmed } = await context.organizations.get(context.organizationId);
  if (confirmed?.blocked !== false) return false;
  try {
    const caller = await identify(context, slackId, { fresh: false });
    return permission(context, caller, 'block').allowed && permission(context, caller, 'approve').allowed;
  } catch (error) {
    if (!(error instanceof PeopleError)) throw error;
    context.log.warn({ err: error }, 'Whether to offer a block could not be found out');
    return false;
  }
}
