import type { KeyObject } from 'node:crypto';
import type { StoredVerdict } from '../ledger/verify-stored.ts';
import { AttestationDraft } from '../reports/attestation.ts';
import { attestationPage } from '../reports/attestation-page.ts';
import type { OperationContext } from './context.ts';
import { verifyLedger } from './verify-ledger.ts';

export type AttestOutcome =
  | { readonly kind: 'made'; readonly page: string }
  /** Nothing is attested of a ledger that somebody has tampered with. */
  | { readonly kind: 'not-intact'; readonly verdict: Extract<StoredVerdict, { ok: false }> }
  /** Whoever names a key expects a signature. */
  | { readonly kind: 'nothing-signed' };

/**
 * One page about a period, from the ledger, which is verified while it is read. `keys`: Ed25519 public keys, by one of which
 * each signature has to be; without any the page says that the signatures were not checked.
 */
export async function attest(
  context: Pick<OperationContext, 'ledger' | 'checkpoints' | 'organizationId' | 'organizations' | 'provider' | 'clock'>,
  period: { readonly from: Date; readonly to: Date },
  keys: readonly KeyObject[],
): Promise<AttestOutcome> {
  const { organizations, organizationId, provider, clock } = context;
  const draft = new AttestationDraft(period);
  const verdict = await verifyLedger(context, { keys }, (line) => {
    if ('checkpoint' in line) draft.signed(line.checkpoint);
    else draft.add(line);
  });
  if (!verdict.ok) return { kind: 'not-intact', verdict };
  const signatures = keys.length > 0;
  if (signatures && verdict.signedUpTo === 0) return { kind: 'nothing-signed' };
  const { confirmed } = await organizations.get(organizationId);
  const page = attestationPage(draft.finished(confirmed), {
    organizationId,
    madeAt: clock.now(),
    verified: { ...verdict, signatures },
    vendor: provider.capabilities,
  });
  return { kind: 'made', page };
}
