import { CollectionIndex, type Key } from './collection-index.ts';
import { MongoDbCommandError } from './errors.ts';
import type { IndexSpecification } from './index-specification.ts';
import { assertStorable, type Doc, equalValues } from './values.ts';

/** A stored document. Documents are never changed in place: an update puts another one under the same record id. */
export interface StoredRecord {
  readonly id: number;
  readonly document: Doc;
}

/** The documents of one collection, in the order of their insertion, with their indexes. */
export class Collection {
  readonly namespace: string;
  readonly #documents = new Map<number, Doc>();
  readonly #indexes: CollectionIndex[] = [];
  #nextRecordId = 1;

  constructor(namespace: string) {
    this.namespace = namespace;
    this.#indexes.push(new CollectionIndex({ name: '_id_', key: { _id: 1 }, unique: true, sparse: false }));
  }

  /** The index on `_id` comes first. */
  get indexes(): readonly CollectionIndex[] {
    return this.#indexes;
  }

  get size(): number {
    return this.#documents.size;
  }

  *records(): Generator<StoredRecord> {
    for (const [id, document] of this.#documents) yield { id, document };
  }

  record(id: number): StoredRecord | undefined {
    const document = this.#documents.get(id);
    return document && { id, document };
  }

  /** Throws DuplicateKey, or what makes the document impossible to store; nothing is changed then. */
  insert(document: Doc): void {
    assertStorable(document);
    const id = this.#nextRecordId;
    const keys = this.#indexes.map((index) => this.#freeKeys(index, document, id));
    this.#nextRecordId += 1;
    this.#documents.set(id, document);
    for (const [position, index] of this.#indexes.entries()) index.add(keys[position] ?? [], id);
  }

  /** Swaps a document for a changed one. Throws as `insert` does. */
  replace({ id, document: before }: StoredRecord, document: Doc): void {
    assertStorable(document);
    const keys = this.#indexes.map((index) => this.#freeKeys(index, document, id));
    this.#documents.set(id, document);
    for (const [position, index] of this.#indexes.entries()) {
      const oldKeys = index.keysOf(before);
      const newKeys = keys[position] ?? [];
      if (equalValues(oldKeys, newKeys)) continue;
      index.remove(oldKeys, id);
      index.add(newKeys, id);
    }
  }

  delete({ id, document }: StoredRecord): void {
    this.#documents.delete(id);
    for (const index of this.#indexes) index.remove(index.keysOf(document), id);
  }

  /** Does nothing for an index that is there already, and refuses one that is there with other terms. */
  createIndex(specification: IndexSpecification): void {
    if (this.#indexes.some((index) => isSame(index.specification, specification))) return;
    const index = new CollectionIndex(specification);
    for (const { id, document } of this.records()) index.add(this.#freeKeys(index, document, id), id);
    this.#indexes.push(index);
  }

  dropIndex(index: CollectionIndex): void {
    if (index.specification.name === '_id_') {
      throw new MongoDbCommandError('InvalidOptions', 'cannot drop _id index');
    }
    this.#indexes.splice(this.#indexes.indexOf(index), 1);
  }

  #freeKeys(index: CollectionIndex, document: Doc, recordId: number): Key[] {
    const keys = index.keysOf(document);
    index.assertFree(keys, this.namespace, recordId);
    return keys;
  }
}

/**
 * Whether an index asked for is the one that is there. Throws where the two cannot be together. Since MongoDB 5.0 a
 * unique and a plain index on the same fields can; here, as before 5.0, they cannot.
 */
function isSame(present: IndexSpecification, wanted: IndexSpecification): boolean {
  const sameName = present.name === wanted.name;
  const sameKey = equalValues(present.key, wanted.key);
  if (!sameName && !sameKey) return false;
  // The index on `_id` is always there, whatever it is called and however it is asked for.
  if (sameKey && present.name === '_id_') return true;
  if (sameName && sameKey && present.unique === wanted.unique && present.sparse === wanted.sparse) return true;
  if (sameName) {
    throw new MongoDbCommandError(
      'IndexKeySpecsConflict',
      'An existing index has the same name as the requested index. ' +
        `Requested index: ${JSON.stringify(wanted)}, existing index: ${JSON.stringify(present)}`,
    );
  }
  throw new MongoDbCommandError('IndexOptionsConflict', `Index already exists with a different name: ${present.name}`);
}
