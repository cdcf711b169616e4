import { ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { type Item, refusal, useServer } from './support.ts';

const bench = useServer();

async function updated(document: Item, update: object): Promise<unknown> {
  const { items } = bench();
  await items.insertOne({ _id: 1, ...document });
  const found = await items.findOneAndUpdate({ _id: 1 }, update, { returnDocument: 'after' });
  const { _id, ...rest } = found ?? {};
  return rest;
}

describe('update operators', () => {
  it.each<[update: object, before: object, after: object]>([
    [{ $set: { a: 2, 'b.c': 3 } }, { a: 1 }, { a: 2, b: { c: 3 } }],
    [{ $set: { 'list.1.x': 1 } }, { list: [{}, { x: 0 }] }, { list: [{}, { x: 1 }] }],
    [{ $set: { 'list.2': 1 } }, { list: [0] }, { list: [0, null, 1] }],
    [{ $set: { _id: 1, a: 1 } }, {}, { a: 1 }],
    [
      { $unset: { a: '', 'b.c': '', 'no.such': '', 'list.0': '' } },
      { a: 1, b: { c: 1 }, list: [1] },
      { b: {}, list: [null] },
    ],
    [{ $inc: { a: 2, b: -1.5 } }, { a: 1 }, { a: 3, b: -1.5 }],
    [{ $mul: { a: 3, b: 3 } }, { a: 2 }, { a: 6, b: 0 }],
    [{ $min: { a: 1, b: 5, c: 1 } }, { a: 2, b: 4 }, { a: 1, b: 4, c: 1 }],
    [{ $max: { at: new Date(5) } }, { at: new Date(3) }, { at: new Date(5) }],
    [{ $rename: { a: 'b.c', no: 'd' } }, { a: 1 }, { b: { c: 1 } }],
    [{ $push: { a: 3, b: 1 } }, { a: [1] }, { a: [1, 3], b: [1] }],
    [{ $push: { a: { $each: [5, 2], $sort: -1, $slice: 2 } } }, { a: [3] }, { a: [5, 3] }],
    [
      { $push: { a: { $each: [{ n: 1 }], $sort: { n: 1 }, $slice: -5 } } },
      { a: [{ n: 2 }] },
      { a: [{ n: 1 }, { n: 2 }] },
    ],
    [{ $push: { a: { $each: [9], $position: 0 } } }, { a: [1] }, { a: [9, 1] }],
    [{ $push: { a: { $each: [9], $position: -1 } } }, { a: [1, 2] }, { a: [1, 9, 2] }],
    [{ $addToSet: { a: { $each: [1, 2, 2] }, b: { x: 1 } } }, { a: [1], b: [{ x: 1 }] }, { a: [1, 2], b: [{ x: 1 }] }],
    [
      { $pull: { a: { $gte: 2 }, b: { x: 1 }, c: 'k' } },
      { a: [1, 2, 3], b: [{ x: 1, y: 1 }, { x: 2 }] },
      { a: [1], b: [{ x: 2 }] },
    ],
    [{ $pullAll: { a: [1, 3] } }, { a: [1, 2, 3, 1] }, { a: [2] }],
    [{ $pop: { a: 1, b: -1, c: 1 } }, { a: [1, 2], b: [1, 2] }, { a: [1], b: [2] }],
    [{ $setOnInsert: { a: 1 } }, { b: 1 }, { b: 1 }],
  ])('%j changes %j', async (update, before, after) => {
    expect(await updated(before, update)).toEqual(after);
  });

  it.each<[update: object, code: number, codeName: string]>([
    [{ $inc: { text: 1 } }, 14, 'TypeMismatch'],
    [{ $inc: { none: 1 } }, 14, 'TypeMismatch'],
    [{ $inc: { n: 'x' } }, 14, 'TypeMismatch'],
    [{ $mul: { list: 2 } }, 14, 'TypeMismatch'],
    [{ $inc: { large: 1 } }, 238, 'NotImplemented'],
    [{ $push: { none: 1 } }, 2, 'BadValue'],
    [{ $push: { n: 1 } }, 2, 'BadValue'],
    [{ $push: { list: { $each: 1 } } }, 2, 'BadValue'],
    [{ $push: { list: { $each: [], $foo: 1 } } }, 2, 'BadValue'],
    [{ $addToSet: { text: 1 } }, 2, 'BadValue'],
    [{ $pull: { text: 1 } }, 2, 'BadValue'],
    [{ $pullAll: { list: 1 } }, 2, 'BadValue'],
    [{ $pop: { text: 1 } }, 14, 'TypeMismatch'],
    [{ $pop: { list: 2 } }, 9, 'FailedToParse'],
    [{ $set: { n: 1, 'n.x': 1 } }, 40, 'ConflictingUpdateOperators'],
    [{ $set: { 'n.x': 1 }, $inc: { n: 1 } }, 40, 'ConflictingUpdateOperators'],
    [{ $set: { n: 1 }, $unset: { n: '' } }, 40, 'ConflictingUpdateOperators'],
    [{ $set: { fresh: 1 }, $setOnInsert: { fresh: 1 } }, 40, 'ConflictingUpdateOperators'],
    [{ $rename: { n: 'text' }, $set: { text: 1 } }, 40, 'ConflictingUpdateOperators'],
    [{ $rename: { n: 'n' } }, 2, 'BadValue'],
    [{ $rename: { 'list.0': 'x' } }, 2, 'BadValue'],
    [{ $set: { _id: 2 } }, 66, 'ImmutableField'],
    [{ $unset: { _id: '' } }, 66, 'ImmutableField'],
    [{ $set: { 'n.x': 1 } }, 28, 'PathNotViable'],
    [{ $set: { 'none.x': 1 } }, 28, 'PathNotViable'],
    [{ $set: { 'list.x': 1 } }, 28, 'PathNotViable'],
    [{ $set: { '': 1 } }, 56, 'EmptyFieldName'],
    [{ $set: { 'a.': 1 } }, 56, 'EmptyFieldName'],
    [{ $set: { 'a.$b': 1 } }, 52, 'DollarPrefixedFieldName'],
    [{ $set: { a: { $b: 1 } } }, 52, 'DollarPrefixedFieldName'],
    [{ $set: { 'list.$': 1 } }, 238, 'NotImplemented'],
    [{ $set: { 'list.$[]': 1 } }, 238, 'NotImplemented'],
    [{ $set: 1 }, 9, 'FailedToParse'],
    [{ $foo: { a: 1 } }, 9, 'FailedToParse'],
    [{ $set: { a: 1 }, b: 1 }, 9, 'FailedToParse'],
    [{ $currentDate: { a: true } }, 238, 'NotImplemented'],
    [{ $bit: { n: { and: 1 } } }, 238, 'NotImplemented'],
  ])('refuses %j with %d and changes nothing', async (update, code, codeName) => {
    const { db, items } = bench();
    const before = { _id: 1, n: 1, text: 'x', none: null, list: [1], large: Number.MAX_SAFE_INTEGER };
    await items.insertOne(before);
    const command = { findAndModify: 'items', query: { _id: 1 }, update };
    expect(await refusal(db.command(command))).toMatchObject({ code, codeName });
    const reply = await db.command({ update: 'items', updates: [{ q: { _id: 1 }, u: update }] });
    expect(reply).toMatchObject({ n: 0, nModified: 0, writeErrors: [{ index: 0, code }] });
    expect(await items.findOne({})).toEqual(before);
  });

  it('refuses pipelines, array filters, collations and replacements of many', async () => {
    const { items, db } = bench();
    await items.insertOne({ _id: 1, list: [1] });
    expect((await refusal(items.updateOne({}, [{ $set: { a: 1 } }]))).code).toBe(238);
    const filtered = items.updateOne({}, { $set: { 'list.$[x]': 2 } }, { arrayFilters: [{ x: 1 }] });
    expect((await refusal(filtered)).code).toBe(238);
    const collated = items.updateOne({}, { $set: { a: 1 } }, { collation: { locale: 'en' } });
    expect((await refusal(collated)).code).toBe(238);
    const reply = await db.command({ update: 'items', updates: [{ q: {}, u: { a: 1 }, multi: true }] });
    expect(reply.writeErrors).toMatchObject([{ code: 9 }]);
    expect((await refusal(items.replaceOne({}, { _id: 2 }))).code).toBe(66);
    const mixed = db.command({ findAndModify: 'items', query: {}, update: { a: 1, $set: { b: 1 } } });
    expect((await refusal(mixed)).code).toBe(52);
  });
});

describe('upserts', () => {
  it('take what the query says by equality, then the update', async () => {
    const { items } = bench();
    const result = await items.updateOne(
      { a: 1, 'b.c': { $eq: 2 }, d: { $gt: 5 }, $and: [{ e: 'x' }], $or: [{ f: 1 }, { g: 1 }], h: /x/ },
      { $inc: { a: 1 }, $set: { k: 1 }, $setOnInsert: { born: true } },
      { upsert: true },
    );
    expect(result).toMatchObject({ matchedCount: 0, modifiedCount: 0, upsertedCount: 1 });
    expect(result.upsertedId).toBeInstanceOf(ObjectId);
    expect(await items.findOne({})).toEqual({ _id: result.upsertedId, a: 2, b: { c: 2 }, e: 'x', k: 1, born: true });
  });

  it('change what is there, without $setOnInsert', async () => {
    const { items } = bench();
    await items.insertOne({ _id: 'k', n: 1 });
    await items.updateOne({ _id: 'k' }, { $inc: { n: 1 }, $setOnInsert: { born: true } }, { upsert: true });
    expect(await items.find().toArray()).toEqual([{ _id: 'k', n: 2 }]);
  });

  it('of a replacement take the id alone from the query', async () => {
    const { items } = bench();
    await items.replaceOne({ _id: 'k', rev: 3 }, { n: 1 }, { upsert: true });
    expect(await items.findOne({})).toEqual({ _id: 'k', n: 1 });
    expect((await refusal(items.replaceOne({ _id: 'j' }, { _id: 'i' }, { upsert: true }))).code).toBe(66);
  });

  it('report each statement of a bulk write', async () => {
    const { items } = bench();
    const result = await items.bulkWrite([
      { updateOne: { filter: { _id: 1 }, update: { $set: { a: 1 } }, upsert: true } },
      { insertOne: { document: { _id: 2 } } },
      { updateOne: { filter: { _id: 2 }, update: { $set: { a: 2 } }, upsert: true } },
      { deleteOne: { filter: { _id: 1 } } },
    ]);
    expect(result).toMatchObject({ insertedCount: 1, matchedCount: 1, deletedCount: 1, upsertedIds: { 0: 1 } });
  });

  it('refuse a path matched twice, and what servers read differently', async () => {
    const upsert = (filter: object) =>
      refusal(bench().items.updateOne(filter, { $set: { k: 1 } }, { upsert: true })).then(({ code }) => code);
    expect(await upsert({ a: 1, $and: [{ a: 1 }] })).toBe(54);
    expect(await upsert({ a: {}, 'a.b': 1 })).toBe(54);
    expect(await upsert({ a: { $in: [1] } })).toBe(238);
    expect(await upsert({ $or: [{ a: 1 }] })).toBe(238);
  });
});

describe('findAndModify', () => {
  it('answers with the document before or after, projected, sorted, removed or made', async () => {
    const { items } = bench();
    await items.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ]);
    expect(await items.findOneAndUpdate({}, { $inc: { n: 10 } }, { sort: { n: -1 } })).toEqual({ _id: 2, n: 2 });
    const after = await items.findOneAndUpdate(
      { _id: 2 },
      { $inc: { n: 1 } },
      { returnDocument: 'after', projection: { _id: 0 } },
    );
    expect(after).toEqual({ n: 13 });
    expect(await items.findOneAndReplace({ _id: 1 }, { m: 1 }, { returnDocument: 'after' })).toEqual({ _id: 1, m: 1 });
    expect(await items.findOneAndDelete({ _id: 1 })).toEqual({ _id: 1, m: 1 });
    expect(await items.findOneAndUpdate({ _id: 9 }, { $set: { n: 1 } })).toBeNull();
    expect(await items.findOneAndUpdate({ _id: 9 }, { $set: { n: 1 } }, { upsert: true })).toBeNull();
    const made = await items.findOneAndUpdate(
      { _id: 10 },
      { $set: { n: 1 } },
      { upsert: true, returnDocument: 'after', includeResultMetadata: true },
    );
    expect(made).toMatchObject({
      lastErrorObject: { n: 1, updatedExisting: false, upserted: 10 },
      value: { _id: 10, n: 1 },
    });
    expect((await items.find().toArray()).map(({ _id }) => _id)).toEqual([2, 9, 10]);
  });

  it('lets exactly one of fifty writers at once win a revision', async () => {
    const { items } = bench();
    await items.insertOne({ _id: 'grant', rev: 0 });
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, writer) =>
        items.findOneAndReplace({ _id: 'grant', rev: 0 }, { rev: 1, writer }, { returnDocument: 'after' }),
      ),
    );
    const won = outcomes.filter((outcome) => outcome !== null);
    expect(won).toHaveLength(1);
    expect(await items.findOne({})).toEqual(won[0]);
  });
});
