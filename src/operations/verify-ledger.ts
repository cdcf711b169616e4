import { type Checkpoint, withCheckpoints } from '../ledger/checkpoint.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import type { VerifyOptions } from '../ledger/verify-export.ts';
import { type StoredVerdict, verifyStored } from '../ledger/verify-stored.ts';
import type { OperationContext } from './context.ts';

type LedgerContext = Pick<OperationContext, 'ledger' | 'checkpoints' | 'organizationId'>;

/** Hears of each line after it was found to fit the lines before it. */
type OnVerified = (line: LedgerEntry | { readonly checkpoint: Checkpoint }) => void;

/** Checks the ledger as it is stored, and what was signed of it, reading it once. */
export async function verifyLedger(
  { ledger, checkpoints, organizationId: organization }: LedgerContext,
  options: VerifyOptions,
  onVerified: OnVerified = () => {},
): Promise<StoredVerdict> {
  // Read before the entries: what was signed by then stands among them, unless somebody has cut off their end.
  const signedUpTo = await checkpoints.newest(organization);
  const entries = ledger.stored(organization) as AsyncGenerator<LedgerEntry>;
  const lines = withCheckpoints(entries, checkpoints.stored(organization, signedUpTo), { complete: true });
  return verifyStored(heard(lines, onVerified), { organization, ...options });
}

/** Whoever takes the next line has found that this one fits. */
async function* heard<L>(lines: AsyncIterable<L>, onVerified: (line: L) => void): AsyncGenerator<L> {
  for await (const line of lines) {
    yield line;
    onVerified(line);
  }
}
