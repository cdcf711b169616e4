import { ChainCheck, type ChainCheckOptions, type ChainProblem } from './chain-check.ts';
import { CheckpointCheck, type CheckpointProblem } from './checkpoint.ts';
import { emptyHead, entrySchema, type LedgerHead } from './entry.ts';
import { checkpointLineSchema } from './export-format.ts';
import type { VerifyOptions } from './verify-export.ts';

export type StoredVerdict =
  | {
      readonly ok: true;
      readonly entries: number;
      /** As of an export. */
      readonly checkpoints: number;
      readonly signedUpTo: number;
      readonly head: LedgerHead;
      readonly notSeen: readonly number[];
    }
  | {
      readonly ok: false;
      /** Counts what was read, from 1. */
      readonly place: number;
      readonly sequence?: number;
      /** `no-entry`: it has not the form of an entry. */
      readonly problem: ChainProblem | CheckpointProblem | 'no-entry';
    };

/** Checks what a database holds, from the first entry on, with what was signed behind the entries, as in an export. */
export async function verifyStored(
  documents: AsyncIterable<unknown>,
  options: Omit<ChainCheckOptions, 'complete'> & VerifyOptions,
): Promise<StoredVerdict> {
  const check = new ChainCheck({ ...options, complete: true });
  const signed = new CheckpointCheck(options);
  for await (const document of documents) {
    const place = check.count + 1;
    if (typeof document === 'object' && document !== null && 'checkpoint' in document) {
      const line = checkpointLineSchema.safeParse(document);
      const sequence = line.data?.checkpoint.sequence;
      const problem = line.success
        ? signed.add(line.data.checkpoint, options.organization, check.last)
        : 'not-as-signed';
      if (problem !== undefined) return { ok: false, place, sequence, problem };
      continue;
    }
    const entry = entrySchema.safeParse(document);
    if (!entry.success) return { ok: false, place, problem: 'no-entry' };
    const problem = check.add(entry.data) ?? signed.addPublished(entry.data);
    if (problem !== undefined) return { ok: false, place, sequence: entry.data.sequence, problem };
  }
  return {
    ok: true,
    entries: check.count,
    checkpoints: signed.count,
    signedUpTo: signed.upTo,
    head: check.last ?? emptyHead,
    notSeen: check.notSeen,
  };
}
