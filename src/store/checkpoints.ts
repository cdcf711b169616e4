import { type Collection, type Db, type Document, MongoServerError } from 'mongodb';
import type { Checkpoint } from '../ledger/checkpoint.ts';
import { bounded } from './bounded.ts';
import { createIndexes, type Indexed } from './indexes.ts';

interface StoredCheckpoint extends Document {
  _id: string;
}

/** Signed heads of ledgers, one of a head; nothing here is ever changed or removed. */
export class CheckpointStore {
  readonly #checkpoints: Collection<StoredCheckpoint>;

  constructor(database: Db) {
    this.#checkpoints = database.collection<StoredCheckpoint>('ledger_checkpoints');
  }

  async createIndexes(): Promise<void> {
    await Promise.all(this.indexed.map(createIndexes));
  }

  get indexed(): readonly Indexed[] {
    const place = { name: 'place', key: { organization: 1, sequence: 1 }, unique: true } as const;
    return [{ collection: this.#checkpoints, indexes: [place], changes: [] }];
  }

  async find(organization: string, sequence: number): Promise<Checkpoint | undefined> {
    const found = await bounded(this.#checkpoints.findOne({ organization, sequence }));
    return found === null ? undefined : stripped(found);
  }

  /** Keeps it, unless one of the same head is kept already: returns the one that is. */
  async keep(checkpoint: Checkpoint): Promise<Checkpoint> {
    const { organization, sequence } = checkpoint;
    try {
      await bounded(this.#checkpoints.insertOne({ ...checkpoint, _id: `${organization}:${sequence}` }));
      return checkpoint;
    } catch (error) {
      if (!(error instanceof MongoServerError) || error.code !== 11000) throw error;
      return (await this.find(organization, sequence)) ?? checkpoint;
    }
  }

  /** The last sequence number that was signed; 0 when none was. */
  async newest(organization: string): Promise<number> {
    const newest = this.#checkpoints.find({ organization }).sort({ sequence: -1 }).limit(1);
    const [found] = await bounded(newest.toArray());
    return found === undefined ? 0 : stripped(found).sequence;
  }

  /** In the order of their sequence numbers, up to and with this one, a few documents at a time. */
  async *stored(organization: string, upTo: number): AsyncGenerator<Checkpoint> {
    const found = this.#checkpoints.find({ organization, sequence: { $lte: upTo } }).sort({ sequence: 1 });
    for await (const checkpoint of found) yield stripped(checkpoint);
  }
}

/** Whether somebody has tampered with one is found where it is verified. */
function stripped({ _id, ...checkpoint }: StoredCheckpoint): Checkpoint {
  return checkpoint as unknown as Checkpoint;
}
