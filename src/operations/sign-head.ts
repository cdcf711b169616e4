import type { Signed } from '../ledger/checkpoint.ts';
import type { OperationContext } from './context.ts';

export type SignHeadOutcome = Signed | { readonly kind: 'empty' };

/** Has the ledger's head signed as it stands now; one that was signed before is not signed again. */
export async function signHead({
  ledger,
  headSigner,
  organizationId,
}: Pick<OperationContext, 'ledger' | 'headSigner' | 'organizationId'>): Promise<SignHeadOutcome> {
  const head = await ledger.head(organizationId);
  return head.sequence === 0 ? { kind: 'empty' } : headSigner.sign(organizationId, head);
}
