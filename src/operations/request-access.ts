import { accessTypeById } from '../grants/access-types.ts';
import { approve } from '../grants/decide.ts';
import type { Grant, RolesBasis } from '../grants/grant.ts';
import { slotFor } from '../grants/ids.ts';
import { newRequest } from '../grants/request.ts';
import type { Target } from '../providers/provider.ts';
import { actorFor, auditRefusal, type NotPermitted, type OperationContext, type OperationInput } from './context.ts';
import { type Caller, identify, permission } from './identify.ts';
import { type FieldProblem, type RequestFields, requestProblems } from './validate-request.ts';

export interface RequestAccessInput extends OperationInput, RequestFields {
  readonly targetId: string;
  /** The caller's own approval comes with it. */
  readonly approve: boolean;
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
  /** Somebody asked for the same before. */
  | { readonly kind: 'existing'; readonly grant: Grant }
  | { readonly kind: 'invalid'; readonly problems: readonly FieldProblem[] }
  | NotPermitted;

/** Asks for access; with `approve`, carries the caller's own approval as well. */
export async function requestAccess(
  context: OperationContext,
  input: RequestAccessInput,
): Promise<RequestAccessOutcome> {
  const { provider, directories, organizationId } = context;
  const { targets } = await directories.get(organizationId);
  const target = targets.find((known) => known.id === input.targetId);
  const problems = requestProblems(input, provider.capabilities);
  if (target === undefined) problems.unshift({ field: 'target', message: 'Choose one of your clusters.' });
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
  return create(context, input, target, caller, basis, ownDoesNotCount);
}

async function create(
  context: OperationContext,
  input: RequestAccessInput,
  target: Target,
  caller: Caller,
  approvalBasis: RolesBasis | undefined,
  ownDoesNotCount: boolean,
): Promise<RequestAccessOutcome> {
  const { grants, organizations, provider, organizationId, channelId, clock, work } = context;
  const now = clock.now();
  const by = actorFor(caller.person, caller.account?.id);
  const { operationId, type, durationMs, caseUrl } = input;
  const reason = input.reason.trim();
  const request = { organizationId, channelId, operationId, target, type, durationMs, reason, caseUrl, by };
  const requested = newRequest(request, caller.policy, now);
  const open = await grants.bySlot(slotFor(organizationId, target.id));

  if (approvalBasis !== undefined && open === undefined) {
    const { confirmed } = await organizations.get(organizationId);
    const decision = { actor: by, operationId: `${operationId}:approve`, basis: approvalBasis, now };
    const accessType = accessTypeById(provider.capabilities.accessTypes, type);
    const approved = approve(requested, decision, {
      termsVersion: requested.termsVersion,
      type: accessType,
      blocked: confirmed?.blocked,
    });
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
  auditRefusal(context, { action, actor: actorFor(caller.person, caller.account?.id), reason });
  const organization = await context.organizations.get(context.organizationId);
  const { deciders } = await context.deciders.forTarget(organization, target.projectId);
  return { kind: 'not-permitted', reason, deciders };
}
