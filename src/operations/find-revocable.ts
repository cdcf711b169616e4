import type { Grant } from '../grants/grant.ts';
import { looksLikeGrantId } from '../grants/ids.ts';
import { actorFor, auditRefusal, type NotPermitted, type OperationContext, type OperationInput } from './context.ts';
import { identify, permission } from './identify.ts';
import { grantsNamed } from './targets.ts';

export type FindRevocableOutcome =
  /** One grant is meant: `revoke` closes it, `cancel` takes the caller's own request back. */
  | { readonly kind: 'found'; readonly grant: Grant; readonly action: 'revoke' | 'cancel' }
  /** Several are possible: the person chooses. */
  | { readonly kind: 'choose'; readonly grants: readonly Grant[] }
  /** Nothing is open and no request of the caller's waits. */
  | { readonly kind: 'nothing'; readonly target?: string }
  /** That record has ended, or waits for a decision that is not the caller's to take back. */
  | { readonly kind: 'not-revocable'; readonly grant: Grant }
  | { readonly kind: 'unknown'; readonly word: string; readonly nearest: readonly string[] }
  /** Not even for what they asked for themselves. */
  | NotPermitted;

/** What `revoke [target or id]` means: an open grant, or an open request of the caller's own. */
export async function findRevocable(
  context: OperationContext,
  input: Pick<OperationInput, 'slackId'> & { readonly word: string },
): Promise<FindRevocableOutcome> {
  const { grants, directories, organizationId } = context;
  const caller = await identify(context, input.slackId, { fresh: false });
  const ending = permission(context, caller, 'revoke', true);
  if (!ending.allowed) {
    await auditRefusal(context, { action: 'revoke', actor: actorFor(caller), reason: ending.reason });
    return { kind: 'not-permitted', reason: ending.reason, deciders: [] };
  }
  const word = input.word.trim();
  if (looksLikeGrantId(word)) {
    const grant = await grants.find(word.toLowerCase());
    if (grant === undefined || grant.organizationId !== organizationId) return { kind: 'unknown', word, nearest: [] };
    const action = actionFor(grant, input.slackId);
    return action === undefined ? { kind: 'not-revocable', grant } : { kind: 'found', grant, action };
  }
  const [live, requested] = await Promise.all([grants.live(organizationId), grants.requested(organizationId)]);
  const candidates = [...live, ...requested].filter((grant) => actionFor(grant, input.slackId) !== undefined);
  const { targets } = await directories.get(organizationId);
  const meant = grantsNamed(candidates, targets, word);
  return meant.kind === 'unknown' ? meant : chosen(meant.grants, input.slackId, word === '' ? undefined : word);
}

function chosen(candidates: readonly Grant[], slackId: string, target?: string): FindRevocableOutcome {
  const [only, ...others] = candidates;
  if (only === undefined) return { kind: 'nothing', target };
  if (others.length > 0) return { kind: 'choose', grants: candidates };
  return { kind: 'found', grant: only, action: actionFor(only, slackId) ?? 'revoke' };
}

function actionFor(grant: Grant, slackId: string): 'revoke' | 'cancel' | undefined {
  if (grant.state === 'requested') return grant.requestedBy?.slackId === slackId ? 'cancel' : undefined;
  return ['opening', 'active', 'closing'].includes(grant.state) ? 'revoke' : undefined;
}
