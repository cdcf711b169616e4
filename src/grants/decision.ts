import type { AccessType } from './access-types.ts';
import { isUnkept } from './found.ts';
import { type AccessTerms, type Grant, termsInForce } from './grant.ts';

/** Why the answer is "closed". */
export type ClosedBecause =
  /** Nobody here has decided that it be open, whatever the provider was seen to hold; or that is over. */
  | 'not-granted'
  /** Decided, and not seen open yet. */
  | 'opening'
  | 'closing'
  /** The record says open; the provider was not seen to, or was read without it since. */
  | 'not-seen-open'
  /** Its time has come, whether or not it was seen closed. */
  | 'past-end'
  /** Something is open that shows more than what was asked about, or something else. */
  | 'other-type';

export type AccessDecision =
  | { readonly open: true; readonly grantId: string; readonly terms: AccessTerms }
  | { readonly open: false; readonly because: ClosedBecause };

/**
 * Whether support may enter a target now, by the record that holds the target. Open only where that is certain: what was
 * decided and what was seen both have to say so, and where they differ, as while a change is being made or after somebody
 * changed it in the provider, the answer is the earlier end and the type that shows less. Access that was found open is
 * closed here until people keep it. `asked` is the type that is needed: a grant of a type that shows at least as much is an
 * answer to it.
 */
export function decideAccess(
  holder: Grant | undefined,
  { types, asked, now }: { readonly types: readonly AccessType[]; readonly asked?: AccessType; readonly now: Date },
): AccessDecision {
  const closed = (because: ClosedBecause): AccessDecision => ({ open: false, because });
  if (holder === undefined) return closed('not-granted');
  if (holder.state === 'opening' || holder.state === 'closing') return closed(holder.state);
  if (holder.state !== 'active') return closed('not-granted');
  if (isUnkept(holder)) return closed('not-granted');
  const { wanted, decided = wanted, confirmed, missingSince } = holder;
  const inForce = termsInForce(holder);
  if (wanted === undefined || decided === undefined || inForce === undefined) return closed('not-granted');
  if (confirmed === undefined || missingSince !== undefined) return closed('not-seen-open');
  const until = new Date(Math.min(...[wanted, decided, inForce, confirmed].map((terms) => terms.until.getTime())));
  if (until <= now) return closed('past-end');
  const least = leastOf(types, [wanted.type, decided.type, confirmed.type]);
  if (least === undefined || (asked !== undefined && least.rank < asked.rank)) return closed('other-type');
  return { open: true, grantId: holder._id, terms: { type: least.id, until } };
}

/** Undefined where one of them is not among the types that there are: nobody can say what it shows. */
function leastOf(types: readonly AccessType[], ids: readonly string[]): AccessType | undefined {
  const found = ids.map((id) => types.find((type) => type.id === id));
  return found.reduce((least, type) =>
    least === undefined || type === undefined ? undefined : type.rank < least.rank ? type : least,
  );
}
