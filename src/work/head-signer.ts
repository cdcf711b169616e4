import { type Checkpoint, type Signed, type Statement, statementOf } from '../ledger/checkpoint.ts';
import { canonical, type LedgerHead } from '../ledger/entry.ts';
import type { Logger } from '../log.ts';
import type { Signer } from '../signing/signer.ts';
import type { CheckpointStore } from '../store/checkpoints.ts';
import type { Reachability } from './reachability.ts';

interface HeadSignerOptions {
  readonly signer?: Signer;
  readonly checkpoints: Pick<CheckpointStore, 'find' | 'keep'>;
  readonly reachability: {
    readonly signer: Reachability;
    /** Whether heads were found to be as they were signed before; not good again while the process runs. */
    readonly signedBefore: Reachability;
  };
  readonly log: Pick<Logger, 'error'>;
  readonly now: () => Date;
}

/** Has heads of the ledger signed, each once, and keeps what was signed. */
export class HeadSigner {
  readonly #options: HeadSignerOptions;

  constructor(options: HeadSignerOptions) {
    this.#options = options;
  }

  /** What somebody has to mend before heads can be signed. */
  async problem(): Promise<string | undefined> {
    return this.#options.signer?.problem();
  }

  /** A head that cannot be signed is published all the same: why not is in the log. */
  async sign(organizationId: string, head: LedgerHead): Promise<Signed> {
    const { signer, checkpoints, reachability, log, now } = this.#options;
    if (signer === undefined) return { kind: 'no-signer' };
    const kept = await checkpoints.find(organizationId, head.sequence);
    const checkpoint = kept ?? (await this.#signed(signer, statementOf(organizationId, head, now())));
    if (checkpoint === undefined) return { kind: 'failed' };
    if (checkpoint.hash === head.hash) return { kind: 'signed', checkpoint };
    reachability.signedBefore.seen(false);
    const fields = { organizationId, sequence: head.sequence, hash: head.hash };
    log.error(
      fields,
      'Another entry was signed at this place before: the ledger was changed, `ledger verify` tells more',
    );
    return { kind: 'contradicted' };
  }

  async #signed(signer: Signer, statement: Statement): Promise<Checkpoint | undefined> {
    const { checkpoints, reachability, log } = this.#options;
    const signature = await signer.sign(canonical(statement)).catch((error: unknown) => {
      const { sequence, hash } = statement;
      log.error({ err: error, sequence, hash }, 'The head of the ledger could not be signed');
      return undefined;
    });
    reachability.signer.seen(signature !== undefined);
    return signature === undefined ? undefined : checkpoints.keep({ ...statement, signature });
  }
}
