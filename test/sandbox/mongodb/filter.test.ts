import fc from 'fast-check';
import { Query } from 'mingo';
import { ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../../src/sandbox/mongodb/filter.ts';
import type { Doc } from '../../../src/sandbox/mongodb/values.ts';
import { refusal, useServer } from './support.ts';

const bench = useServer();

const documents = [
  { _id: 1, n: 5, s: 'apple', tags: ['a', 'b'], sub: { x: 1, y: 2 }, when: new Date(1000) },
  { _id: 2, n: -3.5, s: 'Banana', tags: [], sub: { x: 2 }, list: [{ x: 1, y: 9 }, { x: 7 }] },
  { _id: 3, n: null, s: '', tags: 'a', list: [{ x: 7, y: 9 }], when: new Date(2000) },
  { _id: 4, oid: new ObjectId('65f000000000000000000001'), flag: true, grid: [[1, 2], [3]] },
];

describe('queries', () => {
  it.each<[title: string, filter: object, ids: number[]]>([
    ['a value', { n: 5 }, [1]],
    ['null: also what is missing', { n: null }, [3, 4]],
    ['an element of an array', { tags: 'a' }, [1, 3]],
    ['a whole array', { tags: ['a', 'b'] }, [1]],
    ['a whole array in another order', { tags: ['b', 'a'] }, []],
    ['an embedded document, field order included', { sub: { x: 1, y: 2 } }, [1]],
    ['an embedded document in another order', { sub: { y: 2, x: 1 } }, []],
    ['a path through documents in an array', { 'list.x': 7 }, [2, 3]],
    ['a position in an array', { 'list.0.x': 7 }, [3]],
    ['an array within an array, by position', { 'grid.0': 2 }, [4]],
    ['numbers are not compared with other types', { s: { $lt: 5 } }, []],
    ['ranges of numbers', { n: { $gte: -4, $lt: 5 } }, [2]],
    ['ranges of strings go by code point', { s: { $gte: 'B', $lt: 'b' } }, [1, 2]],
    ['ranges of dates', { when: { $lte: new Date(1000) } }, [1]],
    ['ranges met by different elements', { 'list.x': { $gt: 5, $lt: 3 } }, [2]],
    ['one element meeting a range', { 'list.x': { $gt: 5 }, list: { $elemMatch: { x: 1, y: 9 } } }, [2]],
    ['an object id', { oid: new ObjectId('65f000000000000000000001') }, [4]],
    ['$ne', { n: { $ne: 5 } }, [2, 3, 4]],
    ['$in with null and a pattern', { s: { $in: [/^ban/i, null] } }, [2, 4]],
    ['$nin', { tags: { $nin: ['a'] } }, [2, 4]],
    ['$exists', { when: { $exists: true } }, [1, 3]],
    ['$exists false', { 'sub.y': { $exists: false } }, [2, 3, 4]],
    ['$type of an array', { tags: { $type: 'array' } }, [1, 2]],
    ['$type of an element', { tags: { $type: 'string' } }, [1, 3]],
    ['$type null', { n: { $type: ['null', 'bool'] } }, [3]],
    ['$size', { tags: { $size: 0 } }, [2]],
    ['$all', { tags: { $all: ['b', 'a'] } }, [1]],
    ['$all with $elemMatch', { list: { $all: [{ $elemMatch: { x: 7 } }, { $elemMatch: { y: 9 } }] } }, [2, 3]],
    ['$elemMatch on values', { tags: { $elemMatch: { $gt: 'a', $lt: 'c' } } }, [1]],
    ['$not', { n: { $not: { $gt: 0 } } }, [2, 3, 4]],
    ['$not with a pattern', { s: { $not: /p/ } }, [2, 3, 4]],
    ['$regex with options', { s: { $regex: '^b', $options: 'i' } }, [2]],
    ['$mod', { n: { $mod: [2, 1] } }, [1]],
    ['$or', { $or: [{ n: 5 }, { flag: true }] }, [1, 4]],
    ['$and', { $and: [{ tags: 'a' }, { n: 5 }] }, [1]],
    ['$nor', { $nor: [{ tags: 'a' }, { flag: true }] }, [2]],
    ['$expr', { $expr: { $gt: ['$n', 1] } }, [1]],
    ['$eq with a pattern is no pattern', { s: { $eq: /apple/ } }, []],
  ])('%s', async (_, filter, ids) => {
    const { items } = bench();
    await items.insertMany(documents);
    expect((await items.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id)).toEqual(ids);
  });

  it.each<[filter: object, code: number]>([
    [{ $foo: 1 }, 2],
    [{ a: { $foo: 1 } }, 2],
    [{ a: { $gt: 1, b: 1 } }, 2],
    [{ $or: [] }, 2],
    [{ $and: { a: 1 } }, 2],
    [{ a: { $in: 1 } }, 2],
    [{ a: { $not: 1 } }, 2],
    [{ a: { $size: -1 } }, 2],
    [{ a: { $options: 'i' } }, 2],
    [{ a: { $ne: /x/ } }, 2],
    [{ a: { $regex: '(' } }, 51091],
    [{ a: { $regex: 'a', $options: 'x' } }, 238],
    [{ a: { $type: 'int' } }, 238],
    [{ a: { $near: [0, 0] } }, 238],
    [{ $where: 'true' }, 238],
    [{ $text: { $search: 'x' } }, 238],
    [{ $expr: { $foo: 1 } }, 168],
    [{ $expr: { $function: { body: '', args: [], lang: 'js' } } }, 238],
  ])('refuses %j, even with nothing to search', async (filter, code) => {
    expect((await refusal(bench().items.find(filter).toArray())).code).toBe(code);
  });

  it('sorts by MongoDB order over types, arrays by their least or greatest element', async () => {
    const { items } = bench();
    const oid = new ObjectId();
    const ascending = [
      { _id: 1, v: [] },
      { _id: 2 },
      { _id: 3, v: Number.NaN },
      { _id: 4, v: [9, -1] },
      { _id: 5, v: 3 },
    ];
    const rest = ['a', { k: 1 }, new Uint8Array([1]), oid, false, true, new Date(0), /x/].map((v, n) => ({
      _id: 6 + n,
      v,
    }));
    await items.insertMany([...ascending, ...rest].reverse());
    const sorted = await items.find().sort({ v: 1 }).project({ _id: 1 }).toArray();
    expect(sorted.map(({ _id }) => _id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    const descending = await items
      .find({ v: { $type: 'number' } })
      .sort({ v: -1 })
      .toArray();
    expect(descending.map(({ _id }) => _id)).toEqual([4, 5, 3]);
    expect((await refusal(items.find().sort({ $natural: 1 }).toArray())).code).toBe(238);
    expect((await refusal(bench().db.command({ find: 'items', sort: { v: 2 } }))).code).toBe(2);
  });

  it('sorts strings by code point, not by UTF-16 unit', async () => {
    const { items } = bench();
    await items.insertMany(['\u{1F600}', '\uFF5E', 'z'].map((_id) => ({ _id })));
    expect((await items.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id)).toEqual(['z', '\uFF5E', '\u{1F600}']);
  });
});

describe('compileFilter and mingo', () => {
  // Only what both hold to mean the same. Mingo ignores the order of fields, takes comparisons with null otherwise, and
  // mistakes what a path finds in an array of documents for an array that was stored.
  const scalar = fc.constantFrom<unknown>(0, 1, 2, 'a', 'b', true, null);
  const comparable = fc.constantFrom<unknown>(0, 1, 2, 'a', 'b');
  const field = fc.constantFrom('a', 'b', 'c.d');
  const value = fc.oneof(scalar, fc.array(comparable, { maxLength: 3 }));
  const inner = fc.record({ d: value }, { requiredKeys: [], noNullPrototype: true });
  const document = fc.record(
    { a: value, b: value, c: fc.oneof(scalar, inner) },
    { requiredKeys: [], noNullPrototype: true },
  );
  const condition = fc.oneof(
    scalar,
    ...['$gt', '$gte', '$lt', '$lte'].map((operator) => comparable.map((operand) => ({ [operator]: operand }))),
    scalar.map((operand) => ({ $ne: operand })),
    scalar.map((operand) => ({ $eq: operand })),
    fc.array(comparable, { maxLength: 3 }).map((operand) => ({ $in: operand })),
    fc.array(comparable, { maxLength: 3 }).map((operand) => ({ $nin: operand })),
    fc.nat(3).map((size) => ({ $size: size })),
    comparable.map((operand) => ({ $not: { $gt: operand } })),
    comparable.map((operand) => ({ $elemMatch: { $gte: operand } })),
  );
  const clause = fc.tuple(field, condition).map(([name, operand]): Doc => ({ [name]: operand }));
  const filter = fc.oneof(
    clause,
    fc.tuple(clause, clause).map((clauses): Doc => ({ $or: clauses })),
    fc.tuple(clause, clause).map((clauses): Doc => ({ $nor: clauses })),
    fc.tuple(clause, clause).map((clauses): Doc => ({ $and: clauses })),
  );

  it('agree on what matches', () => {
    fc.assert(
      fc.property(document, filter, (candidate, query) => {
        expect(compileFilter(query)(candidate)).toBe(new Query(query).test(candidate));
      }),
      { numRuns: 2000 },
    );
  });
});
