import { activityNotRead, activityRead, openWindow } from '../grants/activity.ts';
import type { Grant } from '../grants/grant.ts';
import { type OwedEffect, withoutEffect } from '../grants/owed.ts';
import type { Logger } from '../log.ts';
import { type Provider, ProviderError } from '../providers/provider.ts';
import { type Random, retryDelayMs } from './retry.ts';
import type { Result } from './worker.ts';

/** Everything a reading takes together, in real time: it has to fit into an attempt. */
const withinMs = 10_000;
const backoff = { baseMs: 10_000, maxMs: 15 * 60_000 };

/** Reads what the vendor's staff did while the grant was open, or may have been. */
export async function readActivity(
  {
    provider,
    log,
    random,
  }: { readonly provider: Pick<Provider, 'capabilities' | 'activity'>; readonly log: Logger; readonly random: Random },
  effect: OwedEffect,
  grant: Grant,
): Promise<Result<Grant>> {
  const window = openWindow(grant);
  if (window === undefined || !provider.capabilities.recordsStaff) return (doc) => withoutEffect(doc, effect.id);
  try {
    const { from, to } = window;
    const events = await provider.activity(grant.target, from, to, AbortSignal.timeout(withinMs));
    return (doc, now) => activityRead(doc, window, events, now);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { message, temporary, retryAfterMs } = error;
    log.warn({ err: error, grantId: grant._id }, 'What was done while access was open could not be read');
    const delayMs = retryDelayMs(effect.attempts + 1, backoff, random, retryAfterMs);
    return (doc, now) =>
      activityNotRead(
        doc,
        window,
        { message, retryAt: temporary ? new Date(now.getTime() + delayMs) : undefined },
        now,
      );
  }
}
