import type { Collection } from './collection.ts';
import type { CollectionIndex } from './collection-index.ts';
import type { CommandHandler } from './command.ts';
import { MongoDbCommandError } from './errors.ts';
import { compileFilter } from './filter.ts';
import { parseIndexSpecification } from './index-specification.ts';
import { type Doc, equalValues, isDoc } from './values.ts';

export const create: CommandHandler = (fields, { catalogue }) => {
  fields.allowOnly();
  catalogue.create(fields.database, fields.string('create'));
  return {};
};

/** A collection that is not there is refused, as before MongoDB 7.0; the driver takes that for an answer. */
export const drop: CommandHandler = (fields, { catalogue, cursors }) => {
  fields.allowOnly();
  const name = fields.string('drop');
  const collection = catalogue.find(fields.database, name);
  if (collection === undefined) throw new MongoDbCommandError('NamespaceNotFound', 'ns not found');
  catalogue.drop(fields.database, name);
  cursors.killAll((namespace) => namespace === collection.namespace);
  return { nIndexesWas: collection.indexes.length, ns: collection.namespace };
};

export const dropDatabase: CommandHandler = (fields, { catalogue, cursors }) => {
  fields.allowOnly();
  const dropped = catalogue.databases().includes(fields.database) ? { dropped: fields.database } : {};
  catalogue.dropDatabase(fields.database);
  cursors.killAll((namespace) => namespace.startsWith(`${fields.database}.`));
  return dropped;
};

export const listDatabases: CommandHandler = (fields, { catalogue }) => {
  fields.allowOnly('authorizedDatabases', 'filter', 'nameOnly');
  const matches = compileFilter(fields.document('filter'));
  const names = catalogue.databases().filter((name) => matches({ name }));
  if (fields.boolean('nameOnly', false)) return { databases: names.map((name) => ({ name })) };
  return { databases: names.map((name) => ({ name, sizeOnDisk: 0, empty: false })), totalSize: 0 };
};

export const listCollections: CommandHandler = (fields, { catalogue, cursors }) => {
  fields.allowOnly('authorizedCollections', 'cursor', 'filter', 'nameOnly');
  const nameOnly = fields.boolean('nameOnly', false);
  const entries = catalogue
    .collections(fields.database)
    .map(([name, collection]) => ({
      name,
      type: 'collection',
      ...(!nameOnly && {
        options: {},
        info: { readOnly: false },
        idIndex: collection.indexes.slice(0, 1).map(listed)[0],
      }),
    }))
    .filter(compileFilter(fields.document('filter')));
  return {
    cursor: cursors.open(`${fields.database}.$cmd.listCollections`, entries, batchOf(fields.document('cursor'))),
  };
};

export const createIndexes: CommandHandler = (fields, { catalogue }) => {
  fields.allowOnly('indexes');
  const name = fields.string('createIndexes');
  const specifications = fields.array('indexes').map((index) => parseIndexSpecification(isDoc(index) ? index : {}));
  const createdCollectionAutomatically = catalogue.find(fields.database, name) === undefined;
  const collection = catalogue.findOrCreate(fields.database, name);
  const numIndexesBefore = collection.indexes.length;
  for (const specification of specifications) collection.createIndex(specification);
  return { numIndexesBefore, numIndexesAfter: collection.indexes.length, createdCollectionAutomatically };
};

export const listIndexes: CommandHandler = (fields, { catalogue, cursors }) => {
  fields.allowOnly('cursor');
  const name = fields.string('listIndexes');
  const namespace = `${fields.database}.${name}`;
  const indexes = requireCollection(catalogue.find(fields.database, name), namespace).indexes.map(listed);
  return { cursor: cursors.open(namespace, indexes, batchOf(fields.document('cursor'))) };
};

export const dropIndexes: CommandHandler = (fields, { catalogue }) => {
  fields.allowOnly('index');
  const name = fields.string('dropIndexes');
  const collection = requireCollection(catalogue.find(fields.database, name), `${fields.database}.${name}`);
  const nIndexesWas = collection.indexes.length;
  const wanted = fields.value('index');
  const chosen =
    wanted === '*'
      ? collection.indexes.slice(1)
      : (Array.isArray(wanted) ? wanted : [wanted]).map((which: unknown) => findIndex(collection, which));
  for (const index of chosen) collection.dropIndex(index);
  return { nIndexesWas };
};

function requireCollection(collection: Collection | undefined, namespace: string): Collection {
  if (collection !== undefined) return collection;
  throw new MongoDbCommandError('NamespaceNotFound', `ns does not exist: ${namespace}`);
}

/** By name, or by the document of its keys. */
function findIndex(collection: Collection, which: unknown): CollectionIndex {
  const found = collection.indexes.find(({ specification }) =>
    isDoc(which) ? equalValues(specification.key, which) : specification.name === which,
  );
  if (found !== undefined) return found;
  throw new MongoDbCommandError('IndexNotFound', `index not found with name [${JSON.stringify(which)}]`);
}

function listed({ specification: { key, name, unique, sparse } }: CollectionIndex): Doc {
  return {
    v: 2,
    key,
    name,
    ...(unique && name !== '_id_' && { unique }),
    ...(sparse && { sparse }),
  };
}

function batchOf(cursor: Doc): { batchSize?: number } {
  return typeof cursor.batchSize === 'number' ? { batchSize: cursor.batchSize } : {};
}
