import { seenOpenAfterEnd } from './after-end.ts';
import type { Reading } from './calls.ts';
import type { Grant, Trouble } from './grant.ts';
import { type Policy, watchEveryMs } from './policy.ts';
import { observed, type SeenWith, syncFailed } from './sync.ts';

/**
 * The record asks for a change of the provider that nobody makes, because Portcullis only observes. What is seen is
 * followed; what was decided stays decided, with `problem` as the reason why it is not so, and is made once Portcullis
 * manages again and its time has not passed. Pure, like `observed`.
 */
export function leftAlone(
  grant: Grant,
  reading: Reading,
  problem: Pick<Trouble, 'code' | 'message'>,
  policy: Policy,
  now: Date,
  seenWith: SeenWith = {},
): Grant {
  const decided = grant.state === 'opening' || grant.state === 'closing' || grant.reopened !== undefined;
  if (!decided && grant.applying === undefined) return observed(grant, reading, policy, now, seenWith);
  if (grant.state !== 'closing' || reading.state === 'closed')
    return syncFailed(grant, problem, nextLook(grant, now), now);
  const confirmed = { type: reading.type, until: reading.until, at: now };
  // The provider ends it by itself: that is looked for at its time.
  const looks = [reading.until, nextLook(grant, now)].filter((at) => at > now);
  const next = new Date(Math.min(...looks.map((at) => at.getTime())));
  const seen = seenOpenAfterEnd({ ...grant, confirmed, seenClosedAt: undefined }, reading.until, now);
  return syncFailed(seen, problem, next, now);
}

/** Whether a record is not as it was decided for no other reason than that. */
export const isLeftAlone = (trouble: Pick<Trouble, 'code'>): boolean => trouble.code === 'observing';

/** Soon, until people have been told. */
const nextLook = ({ trouble }: Grant, now: Date): Date =>
  new Date(now.getTime() + (trouble?.told === true ? watchEveryMs : 60_000));
