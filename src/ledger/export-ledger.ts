import { headOf, type LedgerEntry, type LedgerHead } from './entry.ts';
import { exportLine, type Opening } from './export-format.ts';

export interface ExportOptions {
  readonly scope: Opening['export'];
  /** The ledger's head when its entries began to be read. */
  readonly head: LedgerHead;
}

/** An export line by line, as `verifyExport` reads it. Holds one entry at a time. */
export async function* exported(
  entries: AsyncIterable<LedgerEntry>,
  { scope, head }: ExportOptions,
): AsyncGenerator<string> {
  yield exportLine({ export: scope });
  let count = 0;
  let last: LedgerHead | undefined;
  for await (const entry of entries) {
    yield exportLine(entry);
    last = headOf(entry);
    count += 1;
  }
  yield exportLine({ closing: { export: scope, entries: count, head, last } });
}
