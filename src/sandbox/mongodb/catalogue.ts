import { Collection } from './collection.ts';
import { MongoDbCommandError } from './errors.ts';

/** All databases. A database is there while it has a collection, as on a real server. */
export class Catalogue {
  readonly #databases = new Map<string, Map<string, Collection>>();

  find(database: string, name: string): Collection | undefined {
    return this.#databases.get(database)?.get(name);
  }

  /** Writes make the collection they name. */
  findOrCreate(database: string, name: string): Collection {
    return this.find(database, name) ?? this.create(database, name);
  }

  /** Throws NamespaceExists, which servers before 7.0 always do and later ones when the options differ. */
  create(database: string, name: string): Collection {
    const namespace = `${database}.${name}`;
    if (name.includes('$') || name.startsWith('system.') || name.startsWith('.') || name.endsWith('.')) {
      throw new MongoDbCommandError('InvalidNamespace', `Invalid collection name: ${namespace}`);
    }
    const collections = this.#databases.get(database) ?? new Map<string, Collection>();
    if (collections.has(name)) {
      throw new MongoDbCommandError('NamespaceExists', `Collection ${namespace} already exists.`);
    }
    const collection = new Collection(namespace);
    collections.set(name, collection);
    this.#databases.set(database, collections);
    return collection;
  }

  databases(): string[] {
    return [...this.#databases.keys()].sort();
  }

  collections(database: string): [name: string, collection: Collection][] {
    return [...(this.#databases.get(database) ?? [])];
  }

  drop(database: string, name: string): void {
    const collections = this.#databases.get(database);
    collections?.delete(name);
    if (collections?.size === 0) this.#databases.delete(database);
  }

  dropDatabase(database: string): void {
    this.#databases.delete(database);
  }

  clear(): void {
    this.#databases.clear();
  }
}
