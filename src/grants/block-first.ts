import { wantBlock } from './block.ts';
import { closing, recorded } from './decide.ts';
import type { BlockFirst, Grant } from './grant.ts';
import { notBlockedBecause } from './lockdown.ts';
import type { Organization } from './organization.ts';
import { owe, oweOnce, replaceEffect, touched, withoutKinds } from './owed.ts';
import { syncFailed } from './sync.ts';

const portcullis = { kind: 'portcullis' } as const;
/** How soon a grant that waits looks again by itself; what is seen meanwhile makes it look at once. */
const lookAgainMs = 15_000;
const later = (from: Date, ms: number): Date => new Date(from.getTime() + ms);

/**
 * The block that was decided with a grant, unless somebody has decided to unblock since: without an account that may
 * switch it, only a reading. May run any number of times.
 */
export function blockedFirst(
  organization: Organization,
  { by, at, operationId, basis }: BlockFirst,
  { canSetBlock, now }: { readonly canSetBlock: boolean; readonly now: Date },
): Organization {
  const looking = oweOnce(organization, { kind: 'sync', dueAt: now });
  if (unblockedSince(organization, at) !== undefined) return organization;
  if (!canSetBlock) return looking;
  const wished = wantBlock(organization, { blocked: true, by, at, reason: '' }, { operationId, basis });
  if (wished.ok) return wished.doc;
  return wished.refusal.code === 'already-so' ? looking : organization;
}

/** Whether somebody has to look at the block now for a grant that waits for it. */
export const blockToBeRead = ({ wanted, trouble }: Organization): boolean =>
  wanted === undefined && trouble === undefined;

/** Lets a grant that waits for the block follow how that stands: it opens, is given up, or looks again. */
export function blockAwaited(grant: Grant, organization: Organization, now: Date): Grant {
  const { awaitsBlock } = grant;
  if (grant.state !== 'opening' || awaitsBlock === undefined) return grant;
  const { confirmed, trouble } = organization;
  if (confirmed?.blocked === true && confirmed.at >= awaitsBlock.at) {
    const free: Grant = { ...withoutKinds(grant, 'sync'), awaitsBlock: undefined, trouble: undefined };
    return recorded(owe(free, { kind: 'sync', dueAt: now }), grant, {
      at: now,
      action: 'seen-blocked',
      actor: portcullis,
    });
  }
  const reason = whyNever(organization, awaitsBlock);
  if (reason !== undefined) {
    const entry = { at: now, action: 'give-up-waiting', actor: portcullis, detail: reason };
    return recorded(closing(grant, 'failed', portcullis, now, reason), grant, entry);
  }
  const dueAt = later(now, lookAgainMs);
  if (trouble !== undefined) return syncFailed(grant, trouble, dueAt, now);
  const sync = grant.owed.find((effect) => effect.kind === 'sync');
  const waiting = sync === undefined ? grant : replaceEffect(grant, sync.id, { dueAt, attempts: 0 });
  if (grant.trouble === undefined) return waiting;
  return oweOnce(touched({ ...waiting, trouble: undefined }), { kind: 'render', dueAt: now });
}

/** Why the block that a grant waits for will not be seen; undefined while it may be. */
function whyNever(organization: Organization, { at }: BlockFirst): string | undefined {
  const refused = notBlockedBecause(organization, { at });
  if (refused !== undefined) return `The organization could not be blocked first: ${refused}`;
  const unblock = unblockedSince(organization, at);
  if (unblock === undefined) return undefined;
  return `${unblock.by.kind === 'person' ? unblock.by.name : 'Somebody'} decided meanwhile that the organization stays unblocked.`;
}

const unblockedSince = ({ wanted, decided }: Organization, at: Date) =>
  [wanted, decided].find((wish) => wish?.blocked === false && wish.at > at);
