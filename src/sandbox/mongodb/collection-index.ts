import { ObjectId } from 'bson';
import { MongoDbCommandError } from './errors.ts';
import type { IndexSpecification } from './index-specification.ts';
import { pathKeys } from './paths.ts';
import { compareValues, type Doc, emptyArrayKey, equalValues } from './values.ts';

/** One value for each field of the index. */
export type Key = readonly unknown[];

interface Entry {
  readonly key: Key;
  readonly recordId: number;
}

/**
 * An index: its entries sorted by key, all ascending, then by record, and found by binary search. A sparse index leaves
 * out the documents that have none of its fields; in any other, a missing field counts as null.
 */
export class CollectionIndex {
  readonly specification: IndexSpecification;
  readonly paths: readonly string[];
  #entries: Entry[] = [];
  #hasArrays = false;

  constructor(specification: IndexSpecification) {
    this.specification = specification;
    this.paths = Object.keys(specification.key);
  }

  /**
   * Whether an array was ever indexed. A document then has several entries, and its entries do not tell whether it
   * matches; such an index guards uniqueness only.
   */
  get hasArrays(): boolean {
    return this.#hasArrays;
  }

  keysOf(document: Doc): Key[] {
    const fields = this.paths.map((path) => pathKeys(document, path));
    if (this.specification.sparse && fields.every((field) => !field.present)) return [];
    const inArrays = fields.filter((field) => field.throughArray);
    if (inArrays.length > 0) this.#hasArrays = true;
    if (inArrays.length > 1) {
      // Paths through the same array belong together element by element on the server; unrelated arrays it refuses too.
      throw new MongoDbCommandError('CannotIndexParallelArrays', 'cannot index parallel arrays');
    }
    const keys = fields.reduce<Key[]>(
      (combined, field) => combined.flatMap((key) => field.keys.map((value) => [...key, value])),
      [[]],
    );
    return keys.filter((key, index) => keys.findIndex((other) => equalValues(other, key)) === index);
  }

  /** Throws DuplicateKey when another record holds one of the keys. */
  assertFree(keys: readonly Key[], namespace: string, recordId: number): void {
    if (!this.specification.unique) return;
    for (const key of keys) {
      const found = this.#entries[this.#position((entry) => compareValues(entry.key, key) < 0)];
      if (found !== undefined && found.recordId !== recordId && equalValues(found.key, key)) {
        throw this.#duplicate(key, namespace);
      }
    }
  }

  add(keys: readonly Key[], recordId: number): void {
    for (const key of keys) {
      this.#entries.splice(
        this.#position((entry) => compareEntry(entry, key, recordId) < 0),
        0,
        { key, recordId },
      );
    }
  }

  remove(keys: readonly Key[], recordId: number): void {
    for (const key of keys) {
      this.#entries.splice(
        this.#position((entry) => compareEntry(entry, key, recordId) < 0),
        1,
      );
    }
  }

  /** The records between two boundaries, in order of their keys. Both tests must hold for a beginning of the entries. */
  *range(isBefore: (key: Key) => boolean, isUpTo: (key: Key) => boolean, descending: boolean): Generator<number> {
    const start = this.#position((entry) => isBefore(entry.key));
    const end = this.#position((entry) => isUpTo(entry.key));
    for (let step = 0; step < end - start; step++) {
      const entry = this.#entries[descending ? end - 1 - step : start + step];
      if (entry !== undefined) yield entry.recordId;
    }
  }

  /** The number of entries, all at the beginning, for which the test holds. */
  #position(test: (entry: Entry) => boolean): number {
    let low = 0;
    let high = this.#entries.length;
    // What is new often comes last: times and ids grow.
    const last = this.#entries.at(-1);
    if (last !== undefined && test(last)) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle];
      if (entry !== undefined && test(entry)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #duplicate(key: Key, namespace: string): MongoDbCommandError {
    const shown = this.paths.map((path, index) => `${path}: ${show(key[index])}`).join(', ');
    return new MongoDbCommandError(
      'DuplicateKey',
      `E11000 duplicate key error collection: ${namespace} index: ${this.specification.name} dup key: { ${shown} }`,
      {
        keyPattern: this.specification.key,
        keyValue: Object.fromEntries(
          this.paths.map((path, index) => [path, key[index] === emptyArrayKey ? null : key[index]]),
        ),
      },
    );
  }
}

function compareEntry(entry: Entry, key: Key, recordId: number): number {
  return compareValues(entry.key, key) || entry.recordId - recordId;
}

/** As the mongo shell writes values. */
function show(value: unknown): string {
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  return value === emptyArrayKey ? 'undefined' : JSON.stringify(value);
}
