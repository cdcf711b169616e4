import { randomUUID } from 'node:crypto';
import { callAnswered, callMarked, type PlannedCall, planCall, type Reading } from '../grants/calls.ts';
import { type Grant, isLive } from '../grants/grant.ts';
import { leftAlone } from '../grants/left-alone.ts';
import { oweOnce } from '../grants/owed.ts';
import { type Policy, policyOf } from '../grants/policy.ts';
import { observed, syncFailed, verifiedByAnother } from '../grants/sync.ts';
import type { Logger } from '../log.ts';
import { notManaging } from '../providers/observing.ts';
import { type Provider, ProviderError } from '../providers/provider.ts';
import type { GrantStore } from '../store/grants.ts';
import { type BlockFirstDependencies, waitForBlock } from './block-first-work.ts';
import { changedBy, recordFound } from './found-access.ts';
import { type Backoff, type Random, retryDelayMs } from './retry.ts';
import type { Attempt, Result } from './worker.ts';

const openingBackoff: Backoff = { baseMs: 2_000, maxMs: 30_000 };
const closingBackoff: Backoff = { baseMs: 2_000, maxMs: 5 * 60_000 };

export interface SyncDependencies extends BlockFirstDependencies {
  readonly provider: Provider;
  readonly grants: GrantStore;
  readonly basePolicy: Policy;
  readonly log: Logger;
  readonly random: Random;
  /** Has another grant's work looked at now. */
  readonly kick: (grantId: string) => void;
}

/**
 * Makes the provider hold what the record says: read, change what differs, read back, record what was seen. Level-triggered,
 * so it may run any number of times, in any process.
 */
export async function syncGrant(
  dependencies: SyncDependencies,
  grant: Grant,
  attempt: Attempt<Grant>,
): Promise<Result<Grant>> {
  const { provider, grants, organizations, basePolicy } = dependencies;
  if (grant.state === 'opening' && grant.awaitsBlock !== undefined) return waitForBlock(dependencies, grant);
  const siblings = await grants.siblings(grant, dependencies.now());
  if (!isLive(grant)) {
    const holder = siblings.find(isLive);
    if (holder !== undefined) {
      await makeSyncDue(dependencies, holder._id);
      return verifiedByAnother;
    }
  }
  const { targetNoun, observes } = provider.capabilities;
  try {
    const policy = policyOf(await organizations.get(grant.organizationId), basePolicy);
    const toClose = grant.state === 'closing' || grant.reopened !== undefined;
    const reading = await provider.readAccess(grant.target, { toClose });
    const planned = planCall(grant, reading, siblings, dependencies.now());
    if (planned === undefined) {
      if (!isLive(grant) && reading.state === 'open') {
        await recordFound(dependencies, grant.organizationId, grant.target);
      }
      const who = await whoChanged(dependencies, grant, reading, policy);
      return unlessDecided(grant, (doc, now) => observed(doc, reading, policy, now, { who, targetNoun }));
    }
    if (observes === true) {
      return unlessDecided(grant, (doc, now) => leftAlone(doc, reading, notManaging, policy, now, { targetNoun }));
    }
    const called = await call(dependencies, grant, planned, attempt);
    if (called.kind === 'stopped') return (doc) => doc;
    if (called.kind === 'failed') throw called.error;
    const after = await provider.readAccess(grant.target, { toClose: planned.call === 'close' });
    return unlessDecided(called.grant, (doc, now) => observed(doc, after, policy, now, { targetNoun }));
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    dependencies.log.warn(
      { err: error, grantId: grant._id },
      'Access could not be brought to match; it is tried again',
    );
    return troubled(grant, error, dependencies.random);
  }
}

/** A change elsewhere was this long before the last reading at the earliest, and seen by the clocks of two machines. */
const clocksApartMs = 5 * 60_000;

/** Who did what is seen, where that was somebody in the provider itself. */
async function whoChanged(
  dependencies: SyncDependencies,
  grant: Grant,
  reading: Reading,
  policy: Policy,
): Promise<string | undefined> {
  const { history } = observed(grant, reading, policy, dependencies.now());
  if (history.slice(grant.history.length).every(({ actor }) => actor.kind !== 'outside')) return undefined;
  const lastSeen = grant.confirmed?.at ?? grant.requestedAt;
  return changedBy(dependencies, grant.target, new Date(lastSeen.getTime() - clocksApartMs));
}

type Called =
  | { readonly kind: 'answered'; readonly grant: Grant }
  | { readonly kind: 'failed'; readonly error: ProviderError }
  /** The lease is lost, somebody decided otherwise meanwhile, or another grant holds the slot: no call was made. */
  | { readonly kind: 'stopped' };

async function call(
  { provider, log }: SyncDependencies,
  grant: Grant,
  planned: PlannedCall,
  attempt: Attempt<Grant>,
): Promise<Called> {
  const callId = randomUUID();
  const marked = await attempt.write((doc, at) =>
    sameDecision(doc, grant) ? callMarked(doc, planned, callId, at) : undefined,
  );
  if (marked === undefined) return { kind: 'stopped' };
  try {
    if (planned.call === 'open') {
      await provider.openAccess(grant.target, planned.terms.type, planned.terms.until);
    } else {
      await provider.closeAccess(grant.target);
    }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (error.effect === 'unknown') return { kind: 'failed', error };
    const forGood = error.temporary ? undefined : error.message;
    const written = await attempt.write((doc, at) => callAnswered(doc, callId, 'refused', at, forGood));
    // What was refused for good goes another way now, by a sync of its own; everything else is tried again, later.
    if (written !== undefined && syncOf(written)?.id === syncOf(grant)?.id) return { kind: 'failed', error };
    log.warn({ err: error, grantId: grant._id }, 'A call was refused');
    return { kind: 'stopped' };
  }
  const written = await attempt.write((doc, at) => callAnswered(doc, callId, 'done', at));
  return written === undefined ? { kind: 'stopped' } : { kind: 'answered', grant: written };
}

/** Whether the record still says what a reading or a call was made for. */
const sameDecision = (doc: Grant, grant: Grant): boolean =>
  doc.state === grant.state &&
  doc.sent.length === grant.sent.length &&
  doc.wanted?.type === grant.wanted?.type &&
  doc.wanted?.until.getTime() === grant.wanted?.until.getTime();

/** A reading says nothing about a decision that came after it: that one's own sync is due already. */
const unlessDecided =
  (grant: Grant, result: Result<Grant>): Result<Grant> =>
  (doc, now) =>
    sameDecision(doc, grant) ? result(doc, now) : doc;

const syncOf = (grant: Grant) => grant.owed.find((effect) => effect.kind === 'sync');

function troubled(grant: Grant, error: ProviderError, random: Random): Result<Grant> {
  return (doc, now) => {
    const sync = syncOf(doc);
    // A decision that came meanwhile owes a sync of its own: what the one before it ran into must not hold it up.
    if (sync === undefined || sync.id !== syncOf(grant)?.id) return doc;
    const hurried = doc.state === 'opening' || doc.applying !== undefined;
    const backoff = hurried ? openingBackoff : closingBackoff;
    const toClose = doc.state === 'closing' || doc.reopened !== undefined;
    // Nobody can ask that what is to be closed stay open for long.
    const asked = toClose ? Math.min(error.retryAfterMs ?? 0, closingBackoff.maxMs) : error.retryAfterMs;
    const dueAt = new Date(now.getTime() + retryDelayMs(sync.attempts + 1, backoff, random, asked));
    return syncFailed(doc, { code: error.code, message: error.message }, dueAt, now);
  };
}

async function makeSyncDue({ grants, kick, now }: SyncDependencies, id: string): Promise<void> {
  await grants.update(id, (doc) => ({ ok: true, doc: oweOnce(doc, { kind: 'sync', dueAt: now() }) }));
  kick(id);
}
