import type { Reading } from './calls.ts';
import type { Grant } from './grant.ts';

/** What a target holds where nothing but the record enforces it; `holder` is the grant that holds the target's slot. */
export function heldByRecord(holder: Grant | undefined, now: Date): Reading {
  const wanted = holder?.state === 'opening' || holder?.state === 'active' ? holder.wanted : undefined;
  if (wanted === undefined || wanted.until <= now) return { state: 'closed', targetExists: true };
  return { state: 'open', type: wanted.type, until: wanted.until };
}
