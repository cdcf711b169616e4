import { type Signed, type Statement, statementOf } from '../ledger/checkpoint.ts';
import { canonical, type LedgerHead } from '../ledger/entry.ts';
import type { Logger } from '../log.ts';
import { type Signer, SignerError } from '../signing/signer.ts';
import type { CheckpointStore } from '../store/checkpoints.ts';
import type { Reachability } from './reachability.ts';

interface HeadSignerOptions {
  readonly signer?: Signer;
  readonly checkpoints: CheckpointStore;
  readonly reachability: Reachability;
  readonly log: Logger;
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
    reachability.seen(false);
    const fields = { organizationId, sequence: head.sequence, hash: head.hash };
    log.error(
      fields,
      'Another entry was signed at this place before: the ledger was changed, `ledger verify` tells more',
    );
    return { kind: 'failed' };
  }

  async #signed(signer: Signer, statement: Statement) {
    const { checkpoints, reachability, log } = this.#options;
    try {
      const signature = await signer.sign(canonical(statement));
      reachability.seen(true);
      return await checkpoints.keep({ ...statement, signature });
    } catch (error) {
      if (!(error instanceof SignerError)) throw error;
      reachability.seen(false);
      const { sequence, hash } = statement;
      log.error({ err: error, sequence, hash }, 'The head of the ledger could not be signed');
      return undefined;
    }
  }
}
