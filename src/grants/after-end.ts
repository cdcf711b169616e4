import type { Grant } from './grant.ts';

/**
 * Until when it was open: nothing stays open beyond the end that the provider was given, however late somebody looked,
 * unless the provider was seen to hold it after that.
 */
export function openUntil({ wanted, openAfterEnd }: Grant, endedAt: Date): Date {
  if (wanted === undefined || openAfterEnd !== undefined || endedAt < wanted.until) return endedAt;
  return wanted.until;
}

/** Notes that the provider shows it open although the end that it was given has come. */
export const seenOpenAfterEnd = (grant: Grant, until: Date, now: Date): Grant =>
  now < until || grant.openAfterEnd !== undefined ? grant : { ...grant, openAfterEnd: now };
