import { emptyHead, hashOf, headOf, type LedgerEntry, type LedgerHead } from './entry.ts';

export type ChainProblem =
  /** Not what was written: the fields do not give this hash. */
  | 'wrong-hash'
  /** It does not follow the entry before it. */
  | 'broken-chain'
  /** Entries are missing before it. */
  | 'gap'
  /** It stands behind an entry that comes after it, or stands there twice. */
  | 'out-of-order'
  | 'other-organization'
  /** Another hash than the one that was published for this entry. */
  | 'not-as-published';

export interface ChainCheckOptions {
  readonly organization: string;
  /** Heads that were published outside the database, by sequence number; a hash may be cut short. */
  readonly published?: ReadonlyMap<number, string>;
  /**
   * Whether everything is expected, from the first entry on. Where entries were left out on purpose, links are checked only
   * between neighbours.
   */
  readonly complete: boolean;
}

/** Checks entries one by one, in constant memory. */
export class ChainCheck {
  readonly #options: ChainCheckOptions;
  readonly #awaited: Set<number>;
  #last: LedgerHead | undefined;
  #count = 0;

  constructor(options: ChainCheckOptions) {
    this.#options = options;
    this.#last = options.complete ? emptyHead : undefined;
    this.#awaited = new Set(options.published?.keys());
  }

  get count(): number {
    return this.#count;
  }

  /** The last entry that fitted. */
  get last(): LedgerHead | undefined {
    return this.#count === 0 ? undefined : this.#last;
  }

  /** Published heads that no entry has been compared with so far: what they stand for is missing, or lies outside. */
  get notSeen(): number[] {
    return [...this.#awaited].toSorted((a, b) => a - b);
  }

  add(entry: LedgerEntry): ChainProblem | undefined {
    const { hash, ...content } = entry;
    if (hashOf(content) !== hash) return 'wrong-hash';
    if (entry.organization !== this.#options.organization) return 'other-organization';
    const problem = this.#place(entry);
    if (problem !== undefined) return problem;
    const published = this.#options.published?.get(entry.sequence);
    if (published !== undefined && !hash.startsWith(published)) return 'not-as-published';
    this.#awaited.delete(entry.sequence);
    this.#last = headOf(entry);
    this.#count += 1;
    return undefined;
  }

  #place({ sequence, previous }: LedgerEntry): ChainProblem | undefined {
    const last = this.#last ?? (sequence === 1 ? emptyHead : undefined);
    if (last === undefined) return undefined;
    if (sequence <= last.sequence) return 'out-of-order';
    if (sequence === last.sequence + 1) return previous === last.hash ? undefined : 'broken-chain';
    return this.#options.complete ? 'gap' : undefined;
  }
}
