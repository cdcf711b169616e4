import { ChainCheck, type ChainCheckOptions, type ChainProblem } from './chain-check.ts';
import { emptyHead, entrySchema, type LedgerHead } from './entry.ts';

export type StoredVerdict =
  | { readonly ok: true; readonly entries: number; readonly head: LedgerHead; readonly notSeen: readonly number[] }
  | {
      readonly ok: false;
      /** Counts what was read, from 1. */
      readonly place: number;
      readonly sequence?: number;
      /** `no-entry`: it has not the form of an entry. */
      readonly problem: ChainProblem | 'no-entry';
    };

/** Checks what a database holds, in the order of its sequence numbers, from the first entry on. */
export async function verifyStored(
  documents: AsyncIterable<unknown>,
  options: Omit<ChainCheckOptions, 'complete'>,
): Promise<StoredVerdict> {
  const check = new ChainCheck({ ...options, complete: true });
  for await (const document of documents) {
    const place = check.count + 1;
    const entry = entrySchema.safeParse(document);
    if (!entry.success) return { ok: false, place, problem: 'no-entry' };
    const problem = check.add(entry.data);
    if (problem !== undefined) return { ok: false, place, sequence: entry.data.sequence, problem };
  }
  return { ok: true, entries: check.count, head: check.last ?? emptyHead, notSeen: check.notSeen };
}
