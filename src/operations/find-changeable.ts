import type { Grant } from '../grants/grant.ts';
import { looksLikeGrantId } from '../grants/ids.ts';
import { actorFor, auditRefusal, type NotPermitted, type OperationContext, type OperationInput } from './context.ts';
import { identify, permission } from './identify.ts';
import { grantsNamed } from './targets.ts';

export type FindChangeableOutcome =
  | { readonly kind: 'found'; readonly grant: Grant }
  /** Several are open: the person chooses. */
  | { readonly kind: 'choose'; readonly grants: readonly Grant[] }
  | { readonly kind: 'nothing'; readonly word: string }
  /** That record is not open. */
  | { readonly kind: 'not-changeable'; readonly grant: Grant }
  | { readonly kind: 'unknown'; readonly word: string; readonly nearest: readonly string[] }
  | NotPermitted;

/** Which open grant `[target or id]` means, for whoever may ask for a change. */
export async function findChangeable(
  context: OperationContext,
  input: Pick<OperationInput, 'slackId'> & { readonly word: string },
): Promise<FindChangeableOutcome> {
  const { grants, directories, organizationId } = context;
  const caller = await identify(context, input.slackId, { fresh: false });
  const asking = permission(context, caller, 'ask');
  if (!asking.allowed) {
    await auditRefusal(context, { action: 'change', actor: actorFor(caller), reason: asking.reason });
    return { kind: 'not-permitted', reason: asking.reason, deciders: [] };
  }
  const word = input.word.trim();
  if (looksLikeGrantId(word)) {
    const grant = await grants.find(word.toLowerCase());
    if (grant === undefined || grant.organizationId !== organizationId) return { kind: 'unknown', word, nearest: [] };
    return grant.state === 'active' ? { kind: 'found', grant } : { kind: 'not-changeable', grant };
  }
  const active = (await grants.live(organizationId)).filter((grant) => grant.state === 'active');
  const { targets } = await directories.get(organizationId);
  const meant = grantsNamed(active, targets, word);
  if (meant.kind === 'unknown') return meant;
  const [only, ...others] = meant.grants;
  if (only === undefined) return { kind: 'nothing', word };
  return others.length > 0 ? { kind: 'choose', grants: meant.grants } : { kind: 'found', grant: only };
}
