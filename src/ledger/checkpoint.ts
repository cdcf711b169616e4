import { type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import { canonical, emptyHead, entrySchema, headOf, type LedgerEntry, type LedgerHead } from './entry.ts';

const { version, organization, sequence, hash, at } = entrySchema.shape;

/**
 * A head of the ledger that somebody outside of its database has signed. What is signed is the canonical form (RFC 8785, in
 * UTF-8) of all fields except `signature`, by Ed25519 (RFC 8032); `signature` is base64. `at` is when it was signed.
 */
export const checkpointSchema = z.strictObject({
  version,
  organization,
  sequence,
  hash,
  at,
  // The last of its characters has bits that decoding drops (RFC 4648, 3.5): with others it would be another text of the same.
  signature: z.string().regex(/^[A-Za-z0-9+/]{85}[AQgw]==$/),
});

export type Checkpoint = z.infer<typeof checkpointSchema>;
export type Statement = Omit<Checkpoint, 'signature'>;

/** What a published signature adds to the head that it is of. */
export type PublishedSignature = Pick<Checkpoint, 'sequence' | 'at' | 'signature'>;

/** As it is published, and typed to have it checked: without a space. */
export const signatureWords = ({ sequence, at: signedAt, signature }: PublishedSignature): string =>
  `${sequence},${signedAt},${signature}`;

/** The other way round; undefined for anything else. */
export function publishedSignature(typed: string): PublishedSignature | undefined {
  const [first, signedAt, signature, ...more] = typed.split(',');
  const read = checkpointSchema
    .pick({ sequence: true, at: true, signature: true })
    .safeParse({ sequence: Number(first), at: signedAt, signature });
  return more.length === 0 && read.success ? read.data : undefined;
}

/** What became of the wish to have a head signed. */
export type Signed =
  | { readonly kind: 'signed'; readonly checkpoint: Checkpoint }
  /** The log says why. */
  | { readonly kind: 'failed' }
  /** Another entry was signed under this number before: the ledger was changed. */
  | { readonly kind: 'contradicted' }
  /** Nobody was named who signs. */
  | { readonly kind: 'no-signer' };

/** A head as it is about to be published. */
export interface PublishedHead {
  readonly head: LedgerHead;
  readonly signed: Signed;
}

export const statementOf = (organizationId: string, head: LedgerHead, signedAt: Date): Statement => ({
  version: 1,
  organization: organizationId,
  ...head,
  at: signedAt.toISOString(),
});

function isSignedBy({ signature, ...statement }: Checkpoint, keys: readonly KeyObject[]): boolean {
  const bytes = Buffer.from(canonical(statement));
  return keys.some((key) => verify(null, bytes, key, Buffer.from(signature, 'base64')));
}

export type CheckpointProblem =
  /** What was signed is not the entry that stands here. */
  'not-as-signed' | 'wrong-signature';

export interface CheckpointOptions {
  /** Public keys, any of which may have signed a head; without any only what was signed is compared. */
  readonly keys?: readonly KeyObject[];
  /** Signatures that were published outside the database. */
  readonly signatures?: readonly PublishedSignature[];
}

/** Checks signed heads, each behind the entry that it stands for. */
export class CheckpointCheck {
  readonly #keys: readonly KeyObject[];
  readonly #signatures: readonly PublishedSignature[];
  #count = 0;
  #last = emptyHead.sequence;

  constructor({ keys = [], signatures = [] }: CheckpointOptions) {
    this.#keys = keys;
    this.#signatures = signatures;
  }

  /** Of those that stand behind their entries. */
  get count(): number {
    return this.#count;
  }

  /** The last sequence number that was signed; 0 when none was. */
  get upTo(): number {
    return this.#last;
  }

  /** Checks the signatures that were published of an entry, which has fitted its neighbours. */
  addPublished(entry: LedgerEntry): CheckpointProblem | undefined {
    for (const { at: signedAt, signature } of this.#signatures.filter(({ sequence }) => sequence === entry.sequence)) {
      const checkpoint = { ...statementOf(entry.organization, headOf(entry), new Date(signedAt)), signature };
      const problem = this.#problem(checkpoint, entry.organization, entry);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  add(checkpoint: Checkpoint, organizationId: string, last: LedgerHead | undefined): CheckpointProblem | undefined {
    const problem = this.#problem(checkpoint, organizationId, last);
    if (problem === undefined) this.#count += 1;
    return problem;
  }

  #problem(
    checkpoint: Checkpoint,
    organizationId: string,
    last: LedgerHead | undefined,
  ): CheckpointProblem | undefined {
    const fits =
      checkpoint.organization === organizationId &&
      checkpoint.sequence === last?.sequence &&
      checkpoint.hash === last.hash;
    if (!fits) return 'not-as-signed';
    if (this.#keys.length > 0 && !isSignedBy(checkpoint, this.#keys)) return 'wrong-signature';
    this.#last = checkpoint.sequence;
    return undefined;
  }
}

/**
 * Puts each signed head behind its entry; both come in the order of their sequence numbers. Where entries are left out on
 * purpose, so is what was signed of them; otherwise what stands for a missing entry shows that it is missing.
 */
export async function* withCheckpoints(
  entries: AsyncIterable<LedgerEntry>,
  checkpoints: AsyncIterable<Checkpoint>,
  { complete }: { readonly complete: boolean },
): AsyncGenerator<LedgerEntry | { readonly checkpoint: Checkpoint }> {
  const signed = checkpoints[Symbol.asyncIterator]();
  try {
    let next = await signed.next();
    for await (const entry of entries) {
      for (; next.done !== true && next.value.sequence < entry.sequence; next = await signed.next()) {
        if (complete) yield { checkpoint: next.value };
      }
      yield entry;
      for (; next.done !== true && next.value.sequence === entry.sequence; next = await signed.next()) {
        yield { checkpoint: next.value };
      }
    }
    for (; complete && next.done !== true; next = await signed.next()) yield { checkpoint: next.value };
  } finally {
    await signed.return?.();
  }
}
