import type { Grant } from './grant.ts';
import type { GrantResult } from './grant-refusals.ts';
import { type Offerable, onOffer } from './offer.ts';
import type { Policy } from './policy.ts';

/** Within which one person may open so many grants. */
export const hourMs = 60 * 60_000;

/**
 * The grant as it is to be decided now: where the policy asks for more approvals than when it was asked for, as many. A
 * policy that asks for fewer changes nothing of what was asked for before.
 */
export function underPolicy(grant: Grant, { approvalsNeeded }: Pick<Policy, 'approvalsNeeded'>): Grant {
  const undecided = grant.state === 'requested' || grant.state === 'active';
  return undecided && approvalsNeeded > grant.approvalsNeeded ? { ...grant, approvalsNeeded } : grant;
}

/** Nothing is approved that could not be asked for any more, whoever asked for it when it could. */
export function approvable(
  grant: Grant,
  terms: { readonly type: string; readonly durationMs?: number },
  offer: Pick<Offerable, 'accessTypes' | 'maxDurationMs'>,
): GrantResult | undefined {
  return onOffer(terms, offer) ? undefined : { ok: false, refusal: { code: 'not-on-offer', grant } };
}

/**
 * When somebody's approval opened a grant: it was the last one that the grant needed. Changes of what is open do not count,
 * nor does what somebody only asked for.
 */
export const openedBy = (grant: Grant, slackId: string): Date | undefined =>
  grant.history.find(
    ({ from, to, actor }) =>
      from === 'requested' && to === 'opening' && actor.kind === 'person' && actor.slackId === slackId,
  )?.at;

/** Lets an approval open nothing where whoever gives it has opened as many grants within an hour as they may. */
export function withinLimit(
  before: Grant,
  result: GrantResult,
  opened: readonly Date[],
  { grantsPerHour: limit }: Pick<Policy, 'grantsPerHour'>,
  now: Date,
): GrantResult {
  if (!result.ok || result.replayed === true || result.doc.state !== 'opening' || limit === undefined) return result;
  const lately = opened.map((at) => at.getTime() + hourMs).filter((overMs) => overMs > now.getTime());
  const overMs = lately.sort((a, b) => b - a)[limit - 1];
  if (overMs === undefined) return result;
  return { ok: false, refusal: { code: 'too-many-opened', grant: before, limit, nextAt: new Date(overMs) } };
}
