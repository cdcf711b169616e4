import { activityOwed } from './activity.ts';
import { recorded, withNote } from './decide.ts';
import { type Actor, type Grant, isLive, maybeOpenUntil } from './grant.ts';
import { withoutKinds } from './owed.ts';

/** Whether nothing but an operator's word says that it had ended by `endedAt`: it was not seen closed. */
export const isVouchedFor = ({ closing, endedAt, seenClosedAt }: Grant): boolean =>
  closing !== undefined && endedAt !== undefined && seenClosedAt?.getTime() !== endedAt.getTime();

type EndingResult =
  | { readonly ok: true; readonly doc: Grant }
  | {
      readonly ok: false;
      readonly refusal:
        | { readonly code: 'not-closing'; readonly grant: Grant }
        | { readonly code: 'may-be-open'; readonly grant: Grant; readonly until: Date };
    };

/**
 * An operator vouches that access has ended where the provider cannot be asked any more, for example because the project
 * is gone. Only after the last end that the provider was ever given: by then it has closed access by itself.
 */
export function recordEnding(
  grant: Grant,
  by: Extract<Actor, { kind: 'operator' }>,
  operationId: string,
  now: Date,
): EndingResult {
  if (!isLive(grant) || (grant.state !== 'closing' && grant.reopened === undefined)) {
    return { ok: false, refusal: { code: 'not-closing', grant } };
  }
  const until = maybeOpenUntil(grant);
  if (until !== undefined && now < until) return { ok: false, refusal: { code: 'may-be-open', grant, until } };
  const outcome = grant.state === 'closing' ? (grant.closing?.outcome ?? 'revoked') : grant.state;
  // What was still open after its end did not close by then: only the operator's word says when.
  const endedBy = grant.openAfterEnd === undefined ? (until ?? now) : now;
  const ended: Grant = {
    ...withoutKinds(grant, 'sync'),
    state: outcome,
    endedAt: grant.endedAt ?? endedBy,
    slot: undefined,
    reopened: undefined,
    restoring: undefined,
    confirmed: undefined,
    trouble: undefined,
  };
  const noted = withNote(activityOwed(ended, now), { type: outcome === 'failed' ? 'failed' : 'ended' }, now);
  return { ok: true, doc: recorded(noted, grant, { at: now, action: 'ending-recorded', actor: by, operationId }) };
}
