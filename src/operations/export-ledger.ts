import { withCheckpoints } from '../ledger/checkpoint.ts';
import { asCsv } from '../ledger/csv.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import type { Opening } from '../ledger/export-format.ts';
import { exported } from '../ledger/export-ledger.ts';
import type { OperationContext } from './context.ts';

export type LedgerFormat = 'jsonl' | 'csv';

export interface LedgerSelection {
  readonly format: LedgerFormat;
  readonly from?: Date;
  readonly to?: Date;
  /** A target's id. */
  readonly target?: string;
}

/** The ledger as it stands now, line by line; what is written to it meanwhile is left for the next export. */
export async function* exportLedger(
  {
    ledger,
    checkpoints,
    organizationId: organization,
  }: Pick<OperationContext, 'ledger' | 'checkpoints' | 'organizationId'>,
  { format, from, to, target }: LedgerSelection,
): AsyncGenerator<string> {
  // Read before the head: what was signed by then stands in the ledger, unless somebody has cut off its end.
  const signedUpTo = await checkpoints.newest(organization);
  const head = await ledger.head(organization);
  // As stored: whether it holds is for the verification of the export to find.
  const entries = ledger.stored(organization, { from, to, target, upTo: head.sequence }) as AsyncGenerator<LedgerEntry>;
  if (format === 'csv') {
    yield* asCsv(entries);
    return;
  }
  const filtered = from !== undefined || to !== undefined || target !== undefined;
  const filter = filtered ? { from: from?.toISOString(), to: to?.toISOString(), target } : undefined;
  const scope: Opening['export'] = { version: 1, organization, filter };
  const signed = checkpoints.stored(organization, signedUpTo);
  yield* exported(withCheckpoints(entries, signed, { complete: !filtered }), { scope, head });
}
