import { randomUUID } from 'node:crypto';
import {
  blockCallAnswered,
  blockCallMarked,
  blockLeftAlone,
  blockObserved,
  blockSyncFailed,
  planBlockCall,
  wishDropped,
} from '../grants/block.ts';
import type { Organization } from '../grants/organization.ts';
import { withoutKinds } from '../grants/owed.ts';
import type { Logger } from '../log.ts';
import { notManaging } from '../providers/observing.ts';
import { type Provider, ProviderError } from '../providers/provider.ts';
import { type Backoff, type Random, retryDelayMs } from './retry.ts';
import type { Attempt, Result } from './worker.ts';

interface SyncBlockDependencies {
  readonly provider: Pick<Provider, 'capabilities' | 'readBlock' | 'setBlock'>;
  readonly log: Logger;
  readonly random: Random;
}

export const blockBackoff: Backoff = { baseMs: 2_000, maxMs: 5 * 60_000 };

/** Makes the organization's block what was decided, and reads it back. May run any number of times; without a block, once. */
export async function syncBlock(
  dependencies: SyncBlockDependencies,
  organization: Organization,
  attempt: Attempt<Organization>,
): Promise<Result<Organization>> {
  const { provider } = dependencies;
  if (!provider.capabilities.hasBlock) return (doc) => withoutKinds(doc, 'sync');
  const unlessDecided =
    (result: Result<Organization>): Result<Organization> =>
    (doc, now) =>
      doc.wanted?.at.getTime() === organization.wanted?.at.getTime() &&
      doc.wanted?.blocked === organization.wanted?.blocked
        ? result(doc, now)
        : doc;
  try {
    const reading = await provider.readBlock();
    const planned = planBlockCall(organization, reading);
    if (planned === undefined) return unlessDecided((doc, now) => blockObserved(doc, reading, now));
    if (provider.capabilities.observes === true) {
      return unlessDecided((doc, now) => blockLeftAlone(doc, reading, notManaging, now));
    }
    const callId = randomUUID();
    const marked = await attempt.write((doc, now) =>
      planBlockCall(doc, reading) === planned ? blockCallMarked(doc, planned, callId, now) : undefined,
    );
    if (marked === undefined) return (doc) => doc;
    try {
      await provider.setBlock(planned);
    } catch (error) {
      if (!(error instanceof ProviderError) || error.effect === 'unknown') throw error;
      await attempt.write((doc) => blockCallAnswered(doc, callId));
      if (error.temporary) throw error;
      dependencies.log.warn({ err: error, organizationId: organization._id }, 'The block could not be switched');
      if (organization.wanted === undefined) throw error;
      return unlessDecided((doc, now) => wishDropped(doc, error.message, now));
    }
    await attempt.write((doc) => blockCallAnswered(doc, callId));
    const after = await provider.readBlock();
    return unlessDecided((doc, now) => blockObserved(doc, after, now));
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    dependencies.log.warn(
      { err: error, organizationId: organization._id },
      'The block could not be brought to match, or not be read; it is tried again',
    );
    return (doc, now) => {
      const sync = syncOf(doc);
      // A decision that came meanwhile owes a reading of its own.
      if (sync !== undefined && sync.id !== syncOf(organization)?.id) return doc;
      const attempts = (sync?.attempts ?? 0) + 1;
      const dueAt = new Date(
        now.getTime() + retryDelayMs(attempts, blockBackoff, dependencies.random, error.retryAfterMs),
      );
      return blockSyncFailed(doc, { code: error.code, message: error.message }, dueAt, now);
    };
  }
}

const syncOf = (organization: Organization) => organization.owed.find((effect) => effect.kind === 'sync');
