import { calculateObjectSize } from 'bson';
import { compilePipeline } from './aggregate.ts';
import type { CommandHandler } from './command.ts';
import { badValue } from './conditions.ts';
import { MongoDbCommandError, notSupported } from './errors.ts';
import { valuesAt } from './paths.ts';
import { compileProjection } from './projection.ts';
import { runQuery } from './query.ts';
import { distinctValues, isDoc, maxDocumentBytes } from './values.ts';

export const find: CommandHandler = (fields, { catalogue, cursors }) => {
  fields.allowOnly(
    'allowDiskUse',
    'batchSize',
    'filter',
    'limit',
    'noCursorTimeout',
    'projection',
    'singleBatch',
    'skip',
    'sort',
  );
  const name = fields.string('find');
  const project = compileProjection(fields.document('projection'));
  const records = runQuery(catalogue.find(fields.database, name), {
    filter: fields.document('filter'),
    sort: fields.document('sort'),
    skip: fields.count('skip'),
    limit: fields.count('limit'),
  });
  const documents = records.map((record) => project(record.document));
  const cursor = cursors.open(`${fields.database}.${name}`, documents, {
    batchSize: fields.count('batchSize'),
    singleBatch: fields.boolean('singleBatch', false),
  });
  return { cursor };
};

export const aggregate: CommandHandler = (fields, { catalogue, cursors }) => {
  fields.allowOnly('allowDiskUse', 'bypassDocumentValidation', 'cursor', 'pipeline');
  if (fields.value('aggregate') === 1) throw notSupported('Aggregation on a database');
  const name = fields.string('aggregate');
  if (fields.optionalDocument('cursor') === undefined) {
    throw new MongoDbCommandError('FailedToParse', "The 'cursor' option is required");
  }
  const pipeline = fields.array('pipeline');
  const run = compilePipeline(pipeline);
  // A `$match` at the beginning may use an index; it is tried again by the pipeline, which changes nothing.
  const first = pipeline[0];
  const filter = isDoc(first) && isDoc(first.$match) ? first.$match : {};
  const records = runQuery(catalogue.find(fields.database, name), { filter });
  const documents = run(records.map((record) => record.document));
  const batchSize = fields.document('cursor').batchSize;
  if (batchSize !== undefined && typeof batchSize !== 'number') throw badValue('cursor.batchSize must be a number');
  return { cursor: cursors.open(`${fields.database}.${name}`, documents, { batchSize }) };
};

export const count: CommandHandler = (fields, { catalogue }) => {
  fields.allowOnly('limit', 'query', 'skip');
  const collection = catalogue.find(fields.database, fields.string('count'));
  const records = runQuery(collection, {
    filter: fields.document('query'),
    skip: fields.count('skip'),
    limit: fields.count('limit'),
  });
  return { n: records.length };
};

export const distinct: CommandHandler = (fields, { catalogue }) => {
  fields.allowOnly('key', 'query');
  const collection = catalogue.find(fields.database, fields.string('distinct'));
  const key = fields.string('key');
  const values = runQuery(collection, { filter: fields.document('query') })
    .flatMap((record) => valuesAt(record.document, key))
    .flatMap((value: unknown) => (Array.isArray(value) ? value : [value]))
    .filter((value) => value !== undefined);
  const answer = { values: distinctValues(values) };
  if (calculateObjectSize(answer) > maxDocumentBytes) {
    throw new MongoDbCommandError('Location17217', 'distinct too big, 16mb cap');
  }
  return answer;
};

export const getMore: CommandHandler = (fields, { cursors }) => {
  fields.allowOnly('batchSize', 'collection');
  const namespace = `${fields.database}.${fields.string('collection')}`;
  return { cursor: cursors.getMore(fields.count('getMore') ?? 0, namespace, fields.count('batchSize') || undefined) };
};

export const killCursors: CommandHandler = (fields, { cursors }) => {
  fields.allowOnly('cursors');
  const cursorsKilled: unknown[] = [];
  const cursorsNotFound: unknown[] = [];
  for (const id of fields.array('cursors')) {
    (typeof id === 'number' && cursors.kill(id) ? cursorsKilled : cursorsNotFound).push(id);
  }
  return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] };
};
