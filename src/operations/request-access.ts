import { accessTypeById } from '../grants/access-types.ts';
import { approve, withBlockFirst } from '../grants/decide.ts';
import type { Grant, RolesBasis } from '../grants/grant.ts';
import { slotFor } from '../grants/ids.ts';
import { newRequest } from '../grants/request.ts';
import { withinLimit } from '../grants/stricter.ts';
import type { Target } from '../providers/provider.ts';
import { type MayNotBlock, mayBlockFirst } from './block-then-open.ts';
import { actorFor, auditRefusal, type NotPermitted, type OperationContext, type OperationInput } from './context.ts';
import { type Caller, identify, permission } from './identify.ts';
import { currentPolicy, offerUnder, openedLately } from './offer.ts';
import { type FieldProblem, type RequestFields, requestProblems } from './validate-request.ts';

export interface RequestAccessInput extends OperationInput, RequestFields {
  readonly targetId: string;
  /** The caller's own approval comes with it. */
  readonly approve: boolean;
  /** Where the organization is not blocked it is blocked first, and what waits for anything else waits after that. */
  readonly blockFirst?: boolean;
}

export type RequestAccessOutcome =
  /** It waits for a decision; `open` is what holds the target now, until whose end it cannot be approved. */
  | { readonly kind: 'requested'; readonly grant: Grant; readonly open?: Grant }
  /** The caller's approval was enough. */
  | { readonly kind: 'opening'; readonly grant: Grant }
  /** The caller's approval counts, but is not enough. */
  | {
      readonly kind: 'waiting';
      readonly grant: Grant;
      readonly why: 'more-approvals' | 'needs-block' | 'target-open' | 'own-approval';
      readonly open?: Grant;
    }
  /** The caller's approval would be one too many within an hour: it waits for somebody else's. */
  | {
      readonly kind: 'waiting';
      readonly grant: Grant;
      readonly why: 'too-many-opened';
      readonly limit: number;
      readonly nextAt: Date;
      readonly open?: undefined;
    }
  /** Somebody asked for the same before. */
  | { readonly kind: 'existing'; readonly grant: Grant }
  | { readonly kind: 'invalid'; readonly problems: readonly FieldProblem[] }
  | NotPermitted
  | MayNotBlock;

/** Asks for access; with `approve`, carries the caller's own approval as well. */
export async function requestAccess(
  context: OperationContext,
  input: RequestAccessInput,
): Promise<RequestAccessOutcome> {
  const { directories, organizationId } = context;
  const { targets } = await directories.get(organizationId);
  const target = targets.find((known) => known.id === input.targetId);
  const offer = offerUnder(context, await currentPolicy(context));
  const problems = requestProblems(input, offer);
  if (target === undefined) {
    problems.unshift({ field: 'target', message: `Choose one of your ${offer.targetNoun.many}.` });
  }
  if (target === undefined || problems.length > 0) return { kind: 'invalid', problems };

  const caller = await identify(context, input.slackId, { projectId: target.projectId, fresh: input.approve });
  const asking = permission(context, caller, 'ask');
  const approving = input.approve ? permission(context, caller, 'approve', true) : undefined;
  // Where own approvals do not count, a grant is a request that waits for another decider.
  const ownDoesNotCount = approving?.allowed === false && approving.reason === 'own-request';
  const refused = [asking, ...(approving === undefined || ownDoesNotCount ? [] : [approving])].find(
    (one) => !one.allowed,
  );
  if (refused !== undefined && !refused.allowed) {
    return notPermitted(context, caller, target, input.approve ? 'grant' : 'request', refused.reason);
  }
  const basis = approving?.allowed === true ? approving.basis : undefined;
  const blocking = input.blockFirst === true ? await mayBlockFirst(context, input) : undefined;
  if (blocking?.kind === 'may-not-block') return blocking;
  return create(context, input, target, caller, { basis, ownDoesNotCount, blockFirst: blocking?.basis });
}

/** How the caller's own approval stands, and on what their right rests to have the organization blocked first. */
interface OwnApproval {
  readonly basis?: RolesBasis;
  readonly ownDoesNotCount: boolean;
  readonly blockFirst?: RolesBasis;
}

async function create(
  context: OperationContext,
  input: RequestAccessInput,
  target: Target,
  caller: Caller,
  { basis: approvalBasis, ownDoesNotCount, blockFirst }: OwnApproval,
): Promise<RequestAccessOutcome> {
  const { grants, organizations, provider, organizationId, clock, work } = context;
  const now = clock.now();
  const by = actorFor(caller);
  const { operationId, type, durationMs, caseUrl } = input;
  const reason = input.reason.trim();
  const { channelId, confirmed } = await organizations.get(organizationId);
  const request = { organizationId, channelId, operationId, target, type, durationMs, reason, caseUrl, by };
  const asked = newRequest(request, caller.policy, now);
  const requested =
    blockFirst === undefined || confirmed?.blocked === true
      ? asked
      : withBlockFirst(asked, { actor: by, operationId, basis: blockFirst, now });
  const open = await grants.bySlot(slotFor(organizationId, target.id));

  if (approvalBasis !== undefined && open === undefined) {
    const decision = { actor: by, operationId: `${operationId}:approve`, basis: approvalBasis, now };
    const accessType = accessTypeById(provider.capabilities.accessTypes, type);
    const counted = approve(asked, decision, {
      termsVersion: asked.termsVersion,
      type: accessType,
      blocked: confirmed?.blocked,
      blockFirst,
    });
    const opened = await openedLately(context, by.slackId, caller.policy);
    const approved = withinLimit(requested, counted, opened, caller.policy, now);
    if (!approved.ok && approved.refusal.code === 'too-many-opened') {
      const { limit, nextAt } = approved.refusal;
      return store(context, requested, { kind: 'waiting', grant: requested, why: 'too-many-opened', limit, nextAt });
    }
    if (!approved.ok) return store(context, requested, { kind: 'waiting', grant: requested, why: 'needs-block' });
    const grant = approved.doc;
    if (grant.state !== 'opening') return store(context, grant, { kind: 'waiting', grant, why: 'more-approvals' });
    const sameRequest =
      requested.requestSlot === undefined ? undefined : await grants.byRequestSlot(requested.requestSlot);
    if (sameRequest !== undefined && sameRequest._id !== grant._id) return { kind: 'existing', grant: sameRequest };
    const inserted = await grants.insert(grant);
    if (inserted.kind === 'inserted') {
      void work.grant(grant._id);
      return { kind: 'opening', grant };
    }
    if (inserted.index === '_id_') return replayed(context, grant);
    // Somebody opened it a moment ago: the request waits until that has ended.
  }
  const holder =
    open ?? (approvalBasis === undefined ? undefined : await grants.bySlot(slotFor(organizationId, target.id)));
  if (approvalBasis !== undefined) {
    return store(context, requested, { kind: 'waiting', grant: requested, why: 'target-open', open: holder });
  }
  if (ownDoesNotCount)
    return store(context, requested, { kind: 'waiting', grant: requested, why: 'own-approval', open });
  return store(context, requested, { kind: 'requested', grant: requested, open });
}

async function store(
  context: OperationContext,
  grant: Grant,
  outcome: RequestAccessOutcome,
): Promise<RequestAccessOutcome> {
  const inserted = await context.grants.insert(grant);
  if (inserted.kind === 'inserted') {
    void context.work.grant(grant._id);
    return outcome;
  }
  if (inserted.index === '_id_') return replayed(context, grant);
  const existing = grant.requestSlot === undefined ? undefined : await context.grants.byRequestSlot(grant.requestSlot);
  // It was decided in this very moment: asking again is right.
  if (existing === undefined) return store(context, grant, outcome);
  return { kind: 'existing', grant: existing };
}

/** The same payload came before: it made this record, whatever has become of it since. */
async function replayed(context: OperationContext, grant: Grant): Promise<RequestAccessOutcome> {
  return { kind: 'existing', grant: (await context.grants.find(grant._id)) ?? grant };
}

async function notPermitted(
  context: OperationContext,
  caller: Caller,
  target: Target,
  action: string,
  reason: NotPermitted['reason'],
): Promise<NotPermitted> {
  await auditRefusal(context, { action, actor: actorFor(caller), reason });
  const organization = await context.organizations.get(context.organizationId);
  const { deciders } = await context.deciders.forTarget(organization, target.projectId);
  return { kind: 'not-permitted', reason, deciders };
}
