import { wantBlock } from '../grants/block.ts';
import { formatDuration } from '../grants/duration.ts';
import type { RolesBasis } from '../grants/grant.ts';
import type { BlockWish, Organization } from '../grants/organization.ts';
import { oweOnce } from '../grants/owed.ts';
import { announceUnblock, guardsRendered, unblockDuration } from '../grants/timed-unblock.ts';
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

export const unblockReasonLength = { min: 10, max: 500 } as const;

export type SwitchBlockOutcome =
  /** Seen: the organization is what was asked for. */
  | { readonly kind: 'seen'; readonly organization: Organization }
  /** Accepted, and tried until it is seen. */
  | { readonly kind: 'pending'; readonly organization: Organization }
  /** It could not be done; why stands in `reason`. */
  | { readonly kind: 'not-done'; readonly organization: Organization; readonly reason: string }
  /** It was like that already, as read just now. */
  | { readonly kind: 'already'; readonly organization: Organization }
  /** Somebody else asked for the same a moment ago. */
  | { readonly kind: 'already-wanted'; readonly organization: Organization; readonly wish: BlockWish }
  /** No account may switch it: people get the link, and the state read back. */
  | { readonly kind: 'by-hand'; readonly organization: Organization; readonly url: string }
  | { readonly kind: 'invalid'; readonly message: string }
  | NotPermitted;

/** An unblock ends after its duration; without one only when somebody blocks. */
export type SwitchBlockInput = OperationInput &
  (
    | { readonly blocked: true }
    | { readonly blocked: false; readonly reason: string; readonly durationMs: number | undefined }
  );

/** Blocks or unblocks the organization, and waits a moment to say what was read back. */
export async function switchBlock(context: OperationContext, input: SwitchBlockInput): Promise<SwitchBlockOutcome> {
  const { organizations, organizationId, provider, clock } = context;
  const refused = await maySwitchBlock(context, input);
  if ('kind' in refused) return refused;
  const reason = input.blocked ? '' : input.reason.trim();
  const message = input.blocked
    ? undefined
    : (unblockProblem(reason, provider.capabilities) ?? durationProblem(input.durationMs));
  if (message !== undefined) return { kind: 'invalid', message };
  const at = clock.now();
  const by = actorFor(refused.caller);
  const until = input.blocked || input.durationMs === undefined ? undefined : new Date(at.getTime() + input.durationMs);
  const wish: BlockWish = { blocked: input.blocked, by, at, reason, until };
  if (!provider.capabilities.canSetBlock) return byHand(context, wish, { ...input, basis: refused.basis });
  const outcome = await organizations.update(organizationId, (doc) =>
    wantBlock(doc, wish, { operationId: input.operationId, basis: refused.basis }),
  );
  if (outcome.kind === 'refused') {
    const { refusal } = outcome;
    if (refusal.code === 'already-wanted') {
      return { kind: 'already-wanted', organization: refusal.organization, wish: refusal.wish };
    }
    const organization = await readAgain(context);
    if (organization.confirmed?.blocked === input.blocked) return { kind: 'already', organization };
    // What was on record was no longer true: now it is, and the decision stands.
    return switchBlock(context, input);
  }
  if (outcome.kind !== 'done') throw new Error(`The organization's record could not be written: ${outcome.kind}`);
  await settled(context, context.work.organization(organizationId));
  try {
    return result(await organizations.get(organizationId), wish);
  } catch (error) {
    context.log.warn({ err: error }, 'What came of a decision could not be read');
    return result(outcome.doc, wish);
  }
}

/** People switch it themselves: what they are about to do is written down, so that it is told as theirs and has its end. */
async function byHand(
  context: OperationContext,
  wish: BlockWish,
  decision: { readonly operationId: string; readonly basis: RolesBasis },
): Promise<SwitchBlockOutcome> {
  const { organizations, organizationId, provider } = context;
  const url = provider.capabilities.blockUrl;
  const before = await readAgain(context);
  if (wish.blocked) {
    return before.confirmed?.blocked === true
      ? { kind: 'already', organization: before }
      : { kind: 'by-hand', organization: before, url };
  }
  const unblocked = before.confirmed?.blocked === false;
  const outcome = await organizations.update(organizationId, (doc) =>
    doc.confirmed?.blocked === false
      ? wantBlock(doc, wish, decision)
      : { ok: true, doc: announceUnblock(doc, wish, decision) },
  );
  if (outcome.kind !== 'done') throw new Error(`The organization's record could not be written: ${outcome.kind}`);
  if (!unblocked) return { kind: 'by-hand', organization: outcome.doc, url };
  const organization = await readAgain(context);
  return organization.wanted === undefined ? { kind: 'seen', organization } : { kind: 'pending', organization };
}

/** Somebody clicked on a note that shows an older state: it is brought up to date. */
export async function refreshGuards({ organizations, organizationId, clock, work }: OperationContext): Promise<void> {
  await organizations.update<never>(organizationId, (doc) => ({ ok: true, doc: guardsRendered(doc, clock.now()) }));
  void work.organization(organizationId);
}

function result(organization: Organization, wish: BlockWish): SwitchBlockOutcome {
  if (organization.wanted !== undefined) return { kind: 'pending', organization };
  if (organization.confirmed?.blocked === wish.blocked) return { kind: 'seen', organization };
  const dropped = organization.history.findLast((entry) => entry.action.endsWith('block-not-done'));
  return { kind: 'not-done', organization, reason: dropped?.detail ?? 'It was changed again in the meantime.' };
}

/** Whether the caller may switch the block; asked before the confirm step and again when it is confirmed. */
export async function maySwitchBlock(
  context: OperationContext,
  input: OperationInput & { readonly blocked: boolean },
): Promise<NotPermitted | { readonly caller: Caller; readonly basis: RolesBasis }> {
  const action = input.blocked ? 'block' : 'unblock';
  const caller = await identify(context, input.slackId, { fresh: !input.blocked });
  const allowed = permission(context, caller, action);
  if (allowed.allowed) return { caller, basis: allowed.basis };
  await auditRefusal(context, { action, actor: actorFor(caller), reason: allowed.reason });
  const organization = await context.organizations.get(context.organizationId);
  return { kind: 'not-permitted', reason: allowed.reason, deciders: await context.deciders.owners(organization) };
}

/** What is wrong with a reason for an unblock, in words for whoever typed it. */
export function unblockProblem(
  reason: string,
  { targetNoun }: Pick<ProviderCapabilities, 'targetNoun'>,
): string | undefined {
  const { min, max } = unblockReasonLength;
  const length = [...reason.trim()].length;
  if (length < min) return `Say in at least ${min} characters why support needs to enter every ${targetNoun.one}.`;
  return length > max || reason.length > 2 * max
    ? `Keep the reason to ${max} characters; it has ${length}.`
    : undefined;
}

/** What is wrong with how long an unblock shall last, in words for whoever chose it. */
export function durationProblem(durationMs: number | undefined): string | undefined {
  const { minDurationMs, maxDurationMs } = unblockDuration;
  if (durationMs === undefined || (durationMs >= minDurationMs && durationMs <= maxDurationMs)) return undefined;
  return `An unblock lasts from ${formatDuration(minDurationMs)} to ${formatDuration(maxDurationMs)}, or until somebody blocks again.`;
}

/** Reads the block now, and waits a moment for the answer. */
export async function readAgain(context: OperationContext): Promise<Organization> {
  const { organizations, organizationId, clock, work } = context;
  await organizations.update<never>(organizationId, (doc) => ({
    ok: true,
    doc: oweOnce(doc, { kind: 'sync', dueAt: clock.now() }),
  }));
  await settled(context, work.organization(organizationId));
  return organizations.get(organizationId);
}
