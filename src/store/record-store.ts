import type { Collection, Db } from 'mongodb';
import { entriesToMove, type WithHistory, withoutHistoryBefore } from '../grants/moved-history.ts';
import type { Owing } from '../grants/owed.ts';
import { bounded } from './bounded.ts';
import type { Index, Indexed } from './indexes.ts';
import { type Completed, type Decided, type OnWritten, OwingStore, type UpdateOutcome } from './owing-store.ts';

interface MovedEntry {
  /** `<collection>/<document>/<place>`: the same entry can be stored once. */
  readonly _id: string;
  /** `<collection>/<document>`. */
  readonly record: string;
  readonly place: number;
  readonly entry: unknown;
}

/**
 * Documents with a history that does not grow for ever: when there is much of it, its oldest entries are first stored in a
 * collection of their own, then taken out of the document. A process that dies in between leaves them in both, and whoever
 * moves them next finds them stored already.
 */
export class RecordStore<D extends Owing & WithHistory> extends OwingStore<D> {
  readonly #name: string;
  readonly #moved: Collection<MovedEntry>;

  constructor(database: Db, name: string, onWritten?: OnWritten<D>, completed?: Completed<D>) {
    super(database.collection(name), onWritten, completed);
    this.#name = name;
    this.#moved = database.collection<MovedEntry>('history_entries');
  }

  override get indexed(): readonly Indexed[] {
    const place: Index = { name: 'place', key: { record: 1, place: 1 } };
    return [...super.indexed, { collection: this.#moved, indexes: [place], changes: [] }];
  }

  override async update<R>(id: string, decide: (doc: D) => Decided<D, R>, known?: D): Promise<UpdateOutcome<D, R>> {
    const outcome = await super.update(id, decide, known);
    if (outcome.kind === 'done' && entriesToMove(outcome.doc) > 0) {
      // What was decided stands, whatever becomes of this: the next write tries again.
      await this.#moveHistory(outcome.doc).catch(() => {});
    }
    return outcome;
  }

  /** Everything that was ever recorded of a document, oldest first. */
  async wholeHistory({ _id, history, historyMoved = 0 }: D): Promise<D['history']> {
    const before = { record: this.#recordOf(_id), place: { $lt: historyMoved } };
    const moved = await bounded(this.#moved.find(before).sort({ place: 1 }).toArray());
    return [...moved.map(({ entry }) => entry), ...history];
  }

  async #moveHistory(doc: D): Promise<void> {
    const { _id, history, historyMoved = 0 } = doc;
    const record = this.#recordOf(_id);
    const entries = history.slice(0, entriesToMove(doc)).map((entry, index): MovedEntry => {
      const place = historyMoved + index;
      return { _id: `${record}/${place}`, record, place, entry };
    });
    // One that an earlier attempt has stored is refused as a duplicate; what counts is that all of them stand there.
    const failed = await bounded(this.#moved.insertMany(entries, { ordered: false })).then(
      () => undefined,
      (error: unknown) => error,
    );
    const ids = entries.map((entry) => entry._id);
    const stored = this.#moved.find({ _id: { $in: ids } }, { projection: { _id: 1 } });
    if (failed !== undefined && (await bounded(stored.toArray())).length < ids.length) throw failed;
    const place = historyMoved + entries.length;
    await super.update<never>(_id, (current) => ({ ok: true, doc: withoutHistoryBefore(current, place) }));
  }

  #recordOf(id: string): string {
    return `${this.#name}/${id}`;
  }
}
