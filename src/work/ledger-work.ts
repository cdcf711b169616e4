import type { Owing } from '../grants/owed.ts';
import { type LedgerEffect, withEntriesWritten } from '../ledger/owed-entries.ts';
import type { LedgerStore } from '../store/ledger.ts';
import type { Result } from './worker.ts';

/** Writes what is owed to the ledger, in order. What an attempt before this one had written is found by its source. */
export async function writeEntries<D extends Owing>(
  { ledger }: { readonly ledger: Pick<LedgerStore, 'append'> },
  { entries }: LedgerEffect,
): Promise<Result<D>> {
  for (const entry of entries) await ledger.append(entry);
  return (doc, now) => withEntriesWritten(doc, entries, now);
}
