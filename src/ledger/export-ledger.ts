import { headOf, type LedgerEntry, type LedgerHead } from './entry.ts';
import { type CheckpointLine, exportLine, type Opening } from './export-format.ts';

export interface ExportOptions {
  readonly scope: Opening['export'];
  /** The ledger's head when its entries began to be read. */
  readonly head: LedgerHead;
}

/** An export line by line, as `verifyExport` reads it: entries, and behind them what was signed. Holds one at a time. */
export async function* exported(
  lines: AsyncIterable<LedgerEntry | CheckpointLine>,
  { scope, head }: ExportOptions,
): AsyncGenerator<string> {
  yield exportLine({ export: scope });
  let count = 0;
  let checkpoints = 0;
  let last: LedgerHead | undefined;
  for await (const line of lines) {
    yield exportLine(line);
    if ('checkpoint' in line) checkpoints += 1;
    else {
      last = headOf(line);
      count += 1;
    }
  }
  yield exportLine({ closing: { export: scope, entries: count, checkpoints, head, last } });
}
