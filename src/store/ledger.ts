import { type Collection, type Db, type Document, MongoServerError } from 'mongodb';
import { emptyHead, headOf, type LedgerContent, type LedgerEntry, type LedgerHead, sealed } from '../ledger/entry.ts';
import { bounded } from './bounded.ts';
import { createIndexes, type Index, type Indexed } from './indexes.ts';

export interface LedgerRange {
  /** Entries of what happened at this time or later, and before that one. */
  readonly from?: Date;
  readonly to?: Date;
  /** A target's id. */
  readonly target?: string;
  /** Entries behind this sequence number. */
  readonly after?: number;
  /** No entry with a higher sequence number. */
  readonly upTo?: number;
}

interface StoredEntry extends Document {
  _id: string;
}

/** By itself MongoDB gives 16 MB of documents at a time, which take many times that once they are read. */
const readAtOnce = 500;

/** Each attempt that fails means that somebody else has written an entry. */
const maxAttempts = 1_000;

/**
 * Entries of ledgers, one document each; nothing here is ever changed or removed. The sequence number is part of the unique
 * id, so that of processes that write at once one gets the place and the others go on behind it: a ledger cannot fork.
 * Nor can it have a gap: what is read is acknowledged by a majority (MongoDB documentation, "Read Concern majority"), so that
 * a fail-over takes back no entry that another was written behind, that was taken for written, or whose hash was published.
 */
export class LedgerStore {
  readonly #entries: Collection<StoredEntry>;
  /** What this process last knew to be the end: somebody else may have written behind it. */
  readonly #heads = new Map<string, LedgerHead>();
  /** One write at a time: processes contend for the place, but one process not with itself. */
  #writing: Promise<unknown> = Promise.resolve();

  readonly #onWritten: (entry: LedgerEntry) => void;

  /** `onWritten` hears of every entry at least once, in order, in the process that wrote it or found it written. */
  constructor(database: Db, onWritten: (entry: LedgerEntry) => void = () => {}) {
    this.#onWritten = onWritten;
    this.#entries = database.collection<StoredEntry>('ledger', { readConcern: { level: 'majority' } });
  }

  async createIndexes(): Promise<void> {
    await Promise.all(this.indexed.map(createIndexes));
  }

  get indexed(): readonly Indexed[] {
    const indexes: readonly Index[] = [
      { name: 'place', key: { organization: 1, sequence: 1 }, unique: true },
      { name: 'source', key: { organization: 1, source: 1 }, unique: true },
      { name: 'target', key: { organization: 1, 'subject.target': 1, sequence: 1 } },
    ];
    return [{ collection: this.#entries, indexes, changes: [] }];
  }

  async head(organization: string): Promise<LedgerHead> {
    const newest = this.#entries.find({ organization }).sort({ sequence: -1 }).limit(1);
    const [found] = await bounded(newest.toArray());
    return found === undefined ? emptyHead : headOf(stripped(found));
  }

  /** Writes an entry behind the head, or finds the one that was written from the same source before. */
  append(content: LedgerContent): Promise<LedgerEntry> {
    const written = this.#writing.then(() => this.#append(content));
    this.#writing = written.catch(() => {});
    return written;
  }

  async #append(content: LedgerContent): Promise<LedgerEntry> {
    const { organization, source } = content;
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const entry = sealed(content, this.#heads.get(organization) ?? (await this.head(organization)));
      try {
        await bounded(this.#entries.insertOne({ ...entry, _id: `${organization}:${entry.sequence}` }));
        this.#heads.set(organization, headOf(entry));
        this.#onWritten(entry);
        return entry;
      } catch (error) {
        this.#heads.delete(organization);
        if (!(error instanceof MongoServerError) || error.code !== 11000) throw error;
        const written = await bounded(this.#entries.findOne({ organization, source }));
        if (written !== null) {
          // Whoever wrote it may have died before it could say so.
          this.#onWritten(stripped(written));
          return stripped(written);
        }
      }
    }
    throw new Error(`The ledger of ${organization} kept growing over ${maxAttempts} attempts to write to it`);
  }

  /**
   * What is stored, in order, a few documents at a time. Somebody may have tampered with it, so that it is not known to be
   * entries.
   */
  async *stored(organization: string, range: LedgerRange = {}): AsyncGenerator<unknown> {
    const { from, to, target, after = 0, upTo = Number.MAX_SAFE_INTEGER } = range;
    const at = { ...(from && { $gte: from.toISOString() }), ...(to && { $lt: to.toISOString() }) };
    const filter: Document = {
      organization,
      sequence: { $gt: after, $lte: upTo },
      ...((from ?? to) !== undefined && { at }),
      ...(target !== undefined && { 'subject.target': target }),
    };
    const entries = this.#entries.find(filter).sort({ sequence: 1 }).batchSize(readAtOnce);
    for await (const { _id, ...rest } of entries) yield rest;
  }
}

/** Documents of this collection are written from entries. */
function stripped({ _id, ...entry }: StoredEntry): LedgerEntry {
  return entry as unknown as LedgerEntry;
}
