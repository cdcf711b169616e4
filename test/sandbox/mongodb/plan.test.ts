import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Collection } from '../../../src/sandbox/mongodb/collection.ts';
import { compileFilter } from '../../../src/sandbox/mongodb/filter.ts';
import { planQuery } from '../../../src/sandbox/mongodb/plan.ts';
import { runQuery } from '../../../src/sandbox/mongodb/query.ts';
import { parseSort, sortDocuments } from '../../../src/sandbox/mongodb/sort.ts';
import type { Doc } from '../../../src/sandbox/mongodb/values.ts';

function collectionOf(
  documents: readonly Doc[],
  indexes: readonly (readonly [Doc, sparse: boolean, unique?: boolean])[],
) {
  const collection = new Collection('db.items');
  for (const [key, sparse, unique = false] of indexes) {
    collection.createIndex({ name: JSON.stringify(key), key: key as Record<string, 1 | -1>, unique, sparse });
  }
  for (const [_id, document] of documents.entries()) collection.insert({ _id, ...document });
  return collection;
}

describe('what a query reads', () => {
  const documents = Array.from({ length: 1000 }, (_, n) => ({
    slot: `slot-${n}`,
    state: n % 2 === 0 ? 'open' : 'ended',
    ...(n % 10 === 0 && { nextDueAt: new Date(n) }),
  }));
  const collection = collectionOf(documents, [
    [{ slot: 1 }, true, true],
    [{ nextDueAt: 1 }, true],
    [{ state: 1, slot: 1 }, false],
  ]);

  it.each<[title: string, filter: Doc, sort: Doc, read: number, sorted: boolean]>([
    ['one document by its id', { _id: 5 }, {}, 1, true],
    ['one document by its id and a revision', { _id: 5, rev: 2 }, {}, 1, true],
    ['a few documents by their ids', { _id: { $in: [1, 2, 2, 9999] } }, {}, 2, true],
    ['one document by a unique field', { slot: 'slot-7', state: 'ended' }, {}, 1, true],
    ['what is due', { nextDueAt: { $lte: new Date(50) } }, { nextDueAt: 1 }, 6, true],
    ['what is due, latest first', { nextDueAt: { $lte: new Date(50) } }, { nextDueAt: -1 }, 6, true],
    ['what is due after, and before', { nextDueAt: { $gt: new Date(10), $lt: new Date(40) } }, {}, 2, true],
    ['what is due at all', { nextDueAt: { $exists: true } }, { nextDueAt: 1 }, 100, true],
    ['what has a field that few have', { state: 'open', nextDueAt: { $exists: true } }, { slot: 1 }, 100, false],
    ['a clause within $and', { $and: [{ nextDueAt: { $gt: new Date(970) } }] }, {}, 2, true],
    ['the equal beginning of a compound index and a range', { state: 'open', slot: { $gte: 'slot-99' } }, {}, 5, true],
    ['an order after an equal beginning', { state: 'open' }, { slot: -1 }, 500, true],
    ['everything for an order alone, in that order', {}, { _id: -1 }, 1000, true],
    ['everything where a sparse index lacks documents', {}, { nextDueAt: 1 }, 1000, false],
    ['everything for what is missing', { nextDueAt: null }, {}, 1000, true],
    ['everything for what no index holds', { rev: 1 }, {}, 1000, true],
  ])('%s', (_, filter, sort, read, sorted) => {
    const plan = planQuery(collection, filter, parseSort(sort));
    expect([...plan.records]).toHaveLength(read);
    expect(plan.sorted).toBe(sorted);
  });

  it('gives up an index for lookups once it holds an array', () => {
    const withArray = collectionOf([{ n: 1 }, { n: [0, 9] }], [[{ n: 1 }, false]]);
    expect([...planQuery(withArray, { n: 1 }, []).records]).toHaveLength(2);
    const found = runQuery(withArray, { filter: { n: { $gt: 5, $lt: 3 } } });
    expect(found.map(({ document }) => document._id)).toEqual([1]);
  });
});

describe('queries with and without indexes', () => {
  const value = fc.constantFrom<unknown>(null, 0, 1, 2, 3, 'a', 'b', new Date(0), true, Number.NaN);
  const field = fc.oneof({ weight: 20, arbitrary: value }, { weight: 1, arbitrary: fc.array(value, { maxLength: 2 }) });
  const document = fc.record({ a: field, b: field }, { requiredKeys: [], noNullPrototype: true });
  const condition = fc.oneof(
    value,
    value.map((operand) => ({ $eq: operand })),
    fc.array(value, { maxLength: 3 }).map((operand) => ({ $in: operand })),
    ...['$gt', '$gte', '$lt', '$lte'].map((operator) => value.map((operand) => ({ [operator]: operand }))),
    fc.tuple(value, value).map(([from, to]) => ({ $gte: from, $lt: to })),
    fc.boolean().map((operand) => ({ $exists: operand })),
  );
  const filter = fc.record({ a: condition, b: condition }, { requiredKeys: [], noNullPrototype: true });
  const direction = fc.constantFrom(1, -1);
  const sort = fc.oneof(
    fc.record({ a: direction, b: direction }, { requiredKeys: [], noNullPrototype: true }),
    fc.record({ b: direction }, { noNullPrototype: true }),
  );
  const key = fc.constantFrom<Doc>({ a: 1 }, { b: -1 }, { a: 1, b: 1 }, { b: 1, a: -1 });
  const isScalar = (candidate: Doc) => !Array.isArray(candidate.a) || !Array.isArray(candidate.b);

  it('find the same documents in an order that fits', () => {
    fc.assert(
      fc.property(
        fc.array(document.filter(isScalar), { maxLength: 12 }),
        fc.uniqueArray(fc.tuple(key, fc.boolean()), { maxLength: 3, selector: ([fields]) => fields }),
        filter,
        sort,
        fc.nat(3),
        fc.nat(4),
        (documents, indexes, query, order, skip, limit) => {
          const collection = collectionOf(documents, indexes);
          const found = runQuery(collection, { filter: query, sort: order }).map((record) => record.document);
          const matching = [...collection.records()].map((record) => record.document).filter(compileFilter(query));
          const ids = (list: readonly Doc[]) => list.map(({ _id }) => Number(_id)).sort((a, b) => a - b);
          expect(ids(found)).toEqual(ids(matching));
          expect(sortDocuments(found, parseSort(order), (each) => each)).toEqual(found);
          const page = runQuery(collection, { filter: query, sort: order, skip, limit }).map(
            (record) => record.document,
          );
          expect(page).toEqual(found.slice(skip, limit === 0 ? undefined : skip + limit));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
