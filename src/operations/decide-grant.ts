import type { Decision } from '../grants/decide.ts';
import type { Grant } from '../grants/grant.ts';
import type { GrantRefusal, GrantResult } from '../grants/grant-refusals.ts';
import { slotFor } from '../grants/ids.ts';
import type { Permission, PermissionAction } from '../grants/permissions.ts';
import type { Policy } from '../grants/policy.ts';
import { underPolicy } from '../grants/stricter.ts';
import {
  actorFor,
  auditRefusal,
  type NotPermitted,
  type OperationContext,
  type OperationInput,
  refreshMessage,
} from './context.ts';
import { identify, permission } from './identify.ts';

export interface GrantOperationInput extends OperationInput {
  readonly grantId: string;
}

export type GrantOperationOutcome =
  | { readonly kind: 'done'; readonly grant: Grant }
  | { readonly kind: 'refused'; readonly refusal: GrantRefusal }
  /** Another grant holds the target's slot. */
  | { readonly kind: 'target-open'; readonly grant: Grant; readonly holder?: Grant }
  /** Another request asks for the same target and access type. */
  | { readonly kind: 'request-exists'; readonly grant: Grant }
  | (NotPermitted & { readonly grant: Grant })
  /** No such record. */
  | { readonly kind: 'missing' };

/** A decision with what else whoever takes it may do, to what they asked for themselves or not, and the policy in force. */
interface PermittedDecision extends Decision {
  readonly policy: Policy;
  readonly may: (action: PermissionAction, isRequester: boolean) => Permission;
}

/**
 * What all decisions about one grant have in common: load it, check the permission of whoever decides, let the pure
 * transition decide in one conditional write, have it worked off at once. A refusal brings an outdated message up to date.
 */
export async function decideGrant(
  context: OperationContext,
  input: GrantOperationInput,
  how: {
    readonly action: PermissionAction;
    /** Opening needs roles that are read now. */
    readonly fresh: boolean;
    /** Who counts as having asked for what is decided; of the grant itself unless given. */
    readonly askedBy?: (grant: Grant) => string | undefined;
    readonly transition: (grant: Grant, decision: PermittedDecision) => GrantResult;
  },
): Promise<GrantOperationOutcome> {
  const { grants, clock, work } = context;
  const grant = await grants.find(input.grantId);
  if (grant === undefined || grant.organizationId !== context.organizationId) return { kind: 'missing' };
  const caller = await identify(context, input.slackId, { projectId: grant.target.projectId, fresh: how.fresh });
  const actor = actorFor(caller);
  const { askedBy = (doc) => doc.requestedBy?.slackId } = how;
  const may = (action: PermissionAction, isRequester: boolean): Permission =>
    permission(context, caller, action, isRequester);
  const allowed = may(how.action, askedBy(grant) === input.slackId);
  if (!allowed.allowed) {
    await auditRefusal(context, { action: how.action, actor, reason: allowed.reason, grant });
    const organization = await context.organizations.get(context.organizationId);
    const { deciders } = await context.deciders.forTarget(organization, grant.target.projectId);
    return { kind: 'not-permitted', reason: allowed.reason, deciders, grant };
  }
  const { operationId } = input;
  const { policy } = caller;
  const outcome = await grants.update(input.grantId, (doc) =>
    how.transition(underPolicy(doc, policy), {
      actor,
      operationId,
      basis: allowed.basis,
      now: clock.now(),
      may,
      policy,
    }),
  );
  switch (outcome.kind) {
    case 'done':
      void work.grant(outcome.doc._id);
      return { kind: 'done', grant: outcome.doc };
    case 'refused':
      await auditRefusal(context, { action: how.action, actor, reason: outcome.refusal.code, grant: outcome.doc });
      await refreshMessage(context, input.grantId);
      return { kind: 'refused', refusal: outcome.refusal };
    case 'duplicate': {
      if (outcome.index === 'requestSlot') {
        await auditRefusal(context, { action: how.action, actor, reason: 'request-exists', grant: outcome.doc });
        return { kind: 'request-exists', grant: outcome.doc };
      }
      await auditRefusal(context, { action: how.action, actor, reason: 'target-open', grant: outcome.doc });
      await refreshMessage(context, input.grantId);
      const holder = await grants.bySlot(slotFor(outcome.doc.organizationId, outcome.doc.target.id));
      return { kind: 'target-open', grant: outcome.doc, holder };
    }
    case 'missing':
      return { kind: 'missing' };
  }
}
