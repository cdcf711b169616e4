import type { Grant } from '../grants/grant.ts';
import type { GrantStore } from '../store/grants.ts';

/** What had not ended by `since`. In the order in which a record goes on, so that none is missed that does so meanwhile. */
export async function recordsSince(
  grants: GrantStore,
  organizationId: string,
  wanted: {
    readonly since: Date;
    /** Leaves out what was asked for later. */
    readonly askedBefore?: Date;
    /** How many of those that have ended are read: the newest. */
    readonly most: number;
  },
): Promise<{ concerned: Grant[]; incomplete: boolean }> {
  const requested = await grants.requested(organizationId);
  const live = await grants.live(organizationId);
  const ended = await grants.endedSince(organizationId, wanted.since, wanted.most, wanted.askedBefore);
  const newest = new Map([...requested, ...live, ...ended].map((grant) => [grant._id, grant]));
  return { concerned: [...newest.values()], incomplete: ended.length === wanted.most };
}
