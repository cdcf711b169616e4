import { type Collection, type Document, MongoServerError } from 'mongodb';
import { bounded } from './bounded.ts';

/** Sparse, not partial: compatible services have these. */
export interface Index {
  readonly name: string;
  readonly key: Readonly<Record<string, 1 | -1>>;
  readonly unique?: true;
  readonly sparse?: true;
}

/** A collection with the indexes that it needs. */
export interface Indexed {
  readonly collection: Pick<Collection, 'collectionName' | 'createIndexes' | 'indexes'>;
  readonly indexes: readonly Index[];
  /** What is done with its documents besides finding and inserting them. */
  readonly changes: readonly ('update' | 'remove')[];
}

/** Makes those that are not there; one that is there and differs is an error. */
export async function createIndexes({ collection, indexes }: Indexed): Promise<void> {
  await collection.createIndexes(indexes.map((index) => ({ ...index, key: { ...index.key } })));
}

/** What a collection has of the indexes that it needs: `absent` where there is no such collection. */
export async function indexesFound({
  collection,
  indexes,
}: Indexed): Promise<'absent' | { readonly lacking: string[] }> {
  try {
    const found = await bounded(collection.indexes());
    return { lacking: indexes.filter((index) => !found.some((other) => isSame(index, other))).map(({ name }) => name) };
  } catch (error) {
    if (error instanceof MongoServerError && error.codeName === 'NamespaceNotFound') return 'absent';
    throw error;
  }
}

/** The order of the keys matters. */
const isSame = ({ key, unique, sparse }: Index, found: Document): boolean =>
  JSON.stringify(key) === JSON.stringify(found.key) &&
  (unique ?? false) === (found.unique ?? false) &&
  (sparse ?? false) === (found.sparse ?? false);
