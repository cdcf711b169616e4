import type { Grant } from '../grants/grant.ts';
import { slotFor } from '../grants/ids.ts';
import { fireTimers } from '../grants/timers.ts';
import type { OperationContext, OperationInput } from './context.ts';
import { identify, permission } from './identify.ts';

/** What there is on a target already, before somebody asks for it. */
export interface TargetStanding {
  /** What holds it: nothing else can be approved until that has ended. */
  readonly holder?: Grant;
  /** What waits for a decision, oldest first. */
  readonly requests: readonly Grant[];
}

/** Reads only what is stored. Whoever may not see how things stand is told of nothing. */
export async function lookUpTarget(
  context: OperationContext,
  { slackId, targetId }: Pick<OperationInput, 'slackId'> & { readonly targetId: string },
): Promise<TargetStanding> {
  const { grants, organizationId, clock } = context;
  const [caller, holder, requested] = await Promise.all([
    identify(context, slackId, { fresh: false }),
    grants.bySlot(slotFor(organizationId, targetId)),
    grants.requested(organizationId),
  ]);
  if (!permission(context, caller, 'see').allowed) return { requests: [] };
  // A record whose time has come is shown as that, although nobody may have written it down yet.
  const asOfNow = (grant: Grant): Grant => fireTimers(grant, clock.now());
  const requests = requested
    .filter((grant) => grant.target.id === targetId)
    .map(asOfNow)
    .filter((grant) => grant.state === 'requested');
  return { holder: holder === undefined ? undefined : asOfNow(holder), requests };
}
