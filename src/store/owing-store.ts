import { randomUUID } from 'node:crypto';
import { type Collection, type Document, MongoNetworkError, MongoServerError } from 'mongodb';
import { type Owing, sealed } from '../grants/owed.ts';
import { bounded, DatabaseTimeoutError } from './bounded.ts';
import { createIndexes, type Index, type Indexed } from './indexes.ts';

/** What a pure function made of a document: the next one, or a stated refusal. */
export type Decided<D, R> =
  | { readonly ok: true; readonly doc: D; readonly replayed?: boolean }
  | { readonly ok: false; readonly refusal: R };

export type UpdateOutcome<D, R> =
  | { readonly kind: 'done'; readonly doc: D; readonly replayed: boolean }
  | { readonly kind: 'refused'; readonly refusal: R; readonly doc: D }
  /** The change would break a unique index: somebody else holds what it wanted. */
  | { readonly kind: 'duplicate'; readonly index: string; readonly doc: D }
  | { readonly kind: 'missing' };

export type InsertOutcome = { readonly kind: 'inserted' } | { readonly kind: 'duplicate'; readonly index: string };

/** Hears of every write that took effect, once, in the process that made it. */
export type OnWritten<D> = (before: D | undefined, after: D) => void;

/** Completes what is about to be written; pure. */
export type Completed<D> = (before: D | undefined, after: D) => D;

/** With the id of the write that made it, and of those before that, newest first. */
type Stored<D> = D & { readonly writeId?: string; readonly earlierWriteIds?: readonly string[] };

/** More writes than others make in the time in which somebody learns that a reply was lost. */
const rememberedWrites = 8;

/** The newest make of documents that this version of the bot can write without harm. */
const ownSchemaVersion = 1;
/** Documents without a version are of this one. */
const ownVersion = { schemaVersion: { $not: { $gt: ownSchemaVersion } } };

const isNewer = (doc: object): boolean =>
  'schemaVersion' in doc && typeof doc.schemaVersion === 'number' && doc.schemaVersion > ownSchemaVersion;

/** A document of a make that only a newer version of the bot understands: it was not written. */
export class NewerRecordError extends Error {
  override readonly name = 'NewerRecordError';
  readonly code = 'newer-record';

  constructor(id: string) {
    super(`${id} was written by a newer version of Portcullis and is left alone`);
  }
}

/** With this many processes writing one document at once the load is not ordinary any more. */
const maxAttempts = 100;
const maxBrokenConnections = 3;

/**
 * Documents that owe effects, in one collection. Every change is one conditional write of one document: load, let a pure
 * function decide, replace it if nobody wrote it meanwhile, otherwise load and decide again. No transaction, change stream
 * or pipeline update, so any MongoDB 4.4+ compatible server will do, standalone included.
 */
export class OwingStore<D extends Owing> {
  protected readonly collection: Collection<Document & { _id: string }>;
  readonly #onWritten: OnWritten<D>;
  readonly #completed: Completed<D>;
  #newer = 0;

  constructor(
    collection: Collection<Document & { _id: string }>,
    onWritten: OnWritten<D> = () => {},
    completed: Completed<D> = (_, after) => after,
  ) {
    this.collection = collection;
    this.#onWritten = onWritten;
    this.#completed = completed;
  }

  async find(id: string): Promise<D | undefined> {
    const [found] = await this.query({ _id: id }, 1);
    return found;
  }

  async insert(doc: D): Promise<InsertOutcome> {
    const writeId = randomUUID();
    try {
      await bounded(this.collection.insertOne({ ...sealed(this.#completed(undefined, doc)), writeId }));
      this.#onWritten(undefined, doc);
      return { kind: 'inserted' };
    } catch (error) {
      const index = duplicateIndex(error);
      if (index !== undefined && index !== '_id_') return { kind: 'duplicate', index };
      if (index === undefined && !answerLost(error)) throw error;
      // The reply may have been lost after the write: what stands there now tells.
      const stored = await bounded(this.collection.findOne({ _id: doc._id })).catch(() => {
        throw error;
      });
      if (stored?.writeId === writeId) {
        this.#onWritten(undefined, doc);
        return { kind: 'inserted' };
      }
      if (stored !== null) return { kind: 'duplicate', index: '_id_' };
      throw error;
    }
  }

  /**
   * Changes a document by a pure function, which may be asked again with a newer one. A caller that holds a recent copy may
   * pass it as `known` to save the first reading: a write on an outdated copy does not take effect and is decided again,
   * while a decision that writes nothing is taken on the copy.
   */
  async update<R>(id: string, decide: (doc: D) => Decided<D, R>, known?: D): Promise<UpdateOutcome<D, R>> {
    const writeId = randomUUID();
    let made: { readonly before: D; readonly after: D } | undefined;
    let brokenConnections = 0;
    let lost: unknown;
    for (let attempt = 1; ; attempt++) {
      // While it is not known what became of a write, that is the failure to tell of, whatever keeps it from being read.
      const reading = attempt === 1 && known !== undefined ? Promise.resolve(known) : this.#load(id);
      const current: Stored<D> | undefined = await reading.catch((error: unknown) => {
        throw lost ?? error;
      });
      lost = undefined;
      if (current === undefined) return { kind: 'missing' };
      // A write of ours whose reply was lost recognises itself, also where somebody has written since.
      const earlier = writesBehind(current);
      if (made !== undefined && earlier.includes(writeId)) {
        this.#onWritten(made.before, made.after);
        return { kind: 'done', doc: current, replayed: false };
      }
      if (isNewer(current)) throw new NewerRecordError(id);
      const decided = decide(current);
      if (!decided.ok) return { kind: 'refused', refusal: decided.refusal, doc: current };
      if (decided.replayed === true || decided.doc === current) {
        return { kind: 'done', doc: decided.doc, replayed: decided.replayed ?? false };
      }
      const completed = this.#completed(current, decided.doc);
      const next = { ...sealed(completed), writeId, earlierWriteIds: earlier.slice(0, rememberedWrites) };
      made = { before: current, after: next };
      try {
        const replaced = await bounded(this.collection.findOneAndReplace({ _id: id, rev: current.rev }, next));
        if (replaced !== null) {
          this.#onWritten(current, next);
          return { kind: 'done', doc: next, replayed: false };
        }
      } catch (error) {
        const index = duplicateIndex(error);
        if (index !== undefined) return { kind: 'duplicate', index, doc: current };
        if (!answerLost(error) || ++brokenConnections >= maxBrokenConnections) throw error;
        lost = error;
      }
      if (attempt >= maxAttempts) throw new Error(`Document ${id} kept changing over ${attempt} attempts to write it`);
    }
  }

  /**
   * Ids of documents somebody has to look at, most overdue first. Reads only the due end of an index. What a newer version
   * has written is left to processes of that version; it is passed over in the query, so that it crowds out nothing.
   */
  async due(now: Date, limit: number): Promise<string[]> {
    const found = await this.#dueBy({ $lte: now }, limit);
    this.#newer = found.filter(isNewer).length;
    if (this.#newer === 0) return found.map((doc) => doc._id);
    return (await this.#dueBy({ $lte: now }, limit, ownVersion)).map((doc) => doc._id);
  }

  /** How many of the documents that were due at the last look only a newer version of the bot may touch. */
  get newerRecords(): number {
    return this.#newer;
  }

  /** How many documents are due, `limit` at most, and since when the first of them is. */
  async backlog(now: Date, limit: number): Promise<{ readonly documents: number; readonly since?: Date }> {
    const due = await this.#dueBy({ $lte: now }, limit, ownVersion);
    const since = due[0]?.nextDueAt;
    return { documents: due.length, since: since instanceof Date ? since : undefined };
  }

  /** When somebody has to look next; undefined when nothing is owed. */
  async nextDueAt(): Promise<Date | undefined> {
    const [first] = await this.#dueBy({ $exists: true }, 1, ownVersion);
    return first?.nextDueAt instanceof Date ? first.nextDueAt : undefined;
  }

  async createIndexes(): Promise<void> {
    await Promise.all(this.indexed.map(createIndexes));
  }

  /** The collections that it uses, with the indexes that they need. */
  get indexed(): readonly Indexed[] {
    const indexes: readonly Index[] = [
      { name: 'nextDueAt', key: { nextDueAt: 1 }, sparse: true },
      ...this.furtherIndexes,
    ];
    return [{ collection: this.collection, indexes, changes: ['update'] }];
  }

  protected get furtherIndexes(): readonly Index[] {
    return [];
  }

  protected async query(filter: Document, limit = 0, sort: Record<string, 1 | -1> = { _id: 1 }): Promise<Stored<D>[]> {
    const docs = await bounded(this.collection.find(filter).sort(sort).limit(limit).toArray());
    // Documents of a collection are only ever written by this store, from values of this type.
    return docs as unknown as Stored<D>[];
  }

  async #dueBy(nextDueAt: Document, limit: number, which: Document = {}): Promise<(Document & { _id: string })[]> {
    const projection = { schemaVersion: 1, nextDueAt: 1 };
    const due = this.collection.find({ nextDueAt, ...which }, { projection });
    return bounded(due.sort({ nextDueAt: 1 }).limit(limit).toArray());
  }

  async #load(id: string): Promise<Stored<D> | undefined> {
    const [found] = await this.query({ _id: id }, 1);
    return found;
  }
}

const writesBehind = <D>({ writeId, earlierWriteIds = [] }: Stored<D>): readonly string[] =>
  writeId === undefined ? earlierWriteIds : [writeId, ...earlierWriteIds];

/** The write may have taken effect although no answer came. */
const answerLost = (error: unknown): boolean =>
  error instanceof MongoNetworkError || error instanceof DatabaseTimeoutError;

/** The index that a write would have broken; undefined for any other error. */
function duplicateIndex(error: unknown): string | undefined {
  if (!(error instanceof MongoServerError) || error.code !== 11000) return undefined;
  return /index: (\S+)/.exec(error.message)?.[1] ?? 'unknown';
}
