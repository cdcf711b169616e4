import { Binary, Decimal128, Double, Int32, Long, ObjectId, UUID } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { refusal, useServer } from './support.ts';

const bench = useServer();

describe('documents through the driver', () => {
  it('inserts, finds, updates, replaces and deletes', async () => {
    const { items } = bench();
    expect(await items.insertOne({ _id: 'a', n: 1 })).toEqual({ acknowledged: true, insertedId: 'a' });
    expect((await items.insertMany([{ _id: 'b' }, { _id: 'c', n: 3 }])).insertedCount).toBe(2);
    expect(await items.findOne({ n: 3 })).toEqual({ _id: 'c', n: 3 });

    expect(await items.updateOne({ _id: 'a' }, { $set: { n: 2 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 1,
    });
    expect(await items.updateOne({ _id: 'a' }, { $set: { n: 2 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 0,
    });
    expect(await items.updateMany({}, { $inc: { n: 10 } })).toMatchObject({ matchedCount: 3, modifiedCount: 3 });
    expect(await items.replaceOne({ _id: 'b' }, { m: 1 })).toMatchObject({ matchedCount: 1, modifiedCount: 1 });
    expect(await items.find().sort({ _id: -1 }).toArray()).toEqual([
      { _id: 'c', n: 13 },
      { _id: 'b', m: 1 },
      { _id: 'a', n: 12 },
    ]);

    expect(await items.deleteOne({ n: { $gt: 1 } })).toMatchObject({ deletedCount: 1 });
    expect(await items.deleteMany({})).toMatchObject({ deletedCount: 2 });
    expect(await items.findOne({})).toBeNull();
  });

  it('makes up an ObjectId where the client sends none, and puts it first', async () => {
    const { items, db } = bench();
    await db.command({ insert: 'items', documents: [{ n: 1 }] });
    const [found] = await items.find().toArray();
    expect(found?._id).toBeInstanceOf(ObjectId);
    expect(Object.keys(found ?? {})).toEqual(['_id', 'n']);
  });

  it('gives back dates, ids, binaries and numbers as they went in, and finds by them', async () => {
    const { items } = bench();
    const document = {
      _id: new ObjectId(),
      at: new Date('2026-03-01T10:00:00.123Z'),
      bytes: new Binary(Buffer.from([0xff, 0xfe]), 0),
      uuid: new UUID(),
      pattern: /^a.b$/im,
      int: 7,
      negative: -2_147_483_648,
      double: 0.1,
      large: 9_007_199_254_740_991,
      none: null,
      nested: { list: [1, 'two', { three: 3 }] },
    };
    await items.insertOne(document);
    expect(await items.findOne({ _id: document._id })).toEqual(document);
    for (const name of ['at', 'bytes', 'uuid', 'double', 'large', 'nested'] as const) {
      expect(await items.countDocuments({ [name]: document[name] }), name).toBe(1);
    }
    expect(await items.countDocuments({ bytes: new Binary(Buffer.from([0xff, 0xfd]), 0) })).toBe(0);
    expect(await items.countDocuments({ at: { $gt: new Date('2026-03-01T10:00:00.122Z') } })).toBe(1);
    expect(await items.countDocuments({ at: { $gt: document.at } })).toBe(0);
  });

  it('treats the number types as one', async () => {
    const { items } = bench();
    await items.insertMany([
      { _id: 1, n: new Int32(5) },
      { _id: 2, n: new Double(5) },
      { _id: 3, n: Long.fromNumber(5) },
    ]);
    expect((await items.find({ n: 5 }).toArray()).map(({ n }) => n)).toEqual([5, 5, 5]);
  });

  it.each([
    ['Decimal128', Decimal128.fromString('1.5')],
    ['a 64-bit integer that JavaScript cannot hold', Long.fromString('9007199254740993')],
  ])('refuses %s', async (_, value) => {
    expect(await refusal(bench().items.insertOne({ value }))).toMatchObject({ code: 238, codeName: 'NotImplemented' });
  });

  it('refuses field names that begin with a dollar sign and ids that no document may have', async () => {
    const { db } = bench();
    const insert = (document: object) => refusalOf(db.command({ insert: 'items', documents: [document] }));
    expect(await insert({ a: { $b: 1 } })).toBe(52);
    expect(await insert({ _id: [1] })).toBe(53);
    expect(await insert({ _id: /x/ })).toBe(53);
  });

  it('takes documents up to 16 MB and no larger', async () => {
    const { items, db } = bench();
    const text = 'x'.repeat(16 * 1024 * 1024 - 100);
    await items.insertOne({ _id: 1, text });
    expect((await items.findOne({ _id: 1 }))?.text).toHaveLength(text.length);
    // Larger than the driver sends as a document, but allowed within a message.
    const grown = db.command({ update: 'items', updates: [{ q: { _id: 1 }, u: { $set: { more: 'x'.repeat(200) } } }] });
    expect(await refusalOf(grown)).toBe(10334);
  });

  it('projects fields in or out', async () => {
    const { items } = bench();
    await items.insertOne({ _id: 1, a: { b: 1, c: 2 }, list: [{ x: 1, y: 2 }, 5], z: 0 });
    const project = (projection: object) => items.findOne({}, { projection });
    expect(await project({ 'a.b': 1 })).toEqual({ _id: 1, a: { b: 1 } });
    expect(await project({ _id: 0, 'list.x': true })).toEqual({ list: [{ x: 1 }] });
    expect(await project({ a: 0, 'list.y': 0 })).toEqual({ _id: 1, list: [{ x: 1 }, 5], z: 0 });
    expect(await project({ _id: 0 })).toEqual({ a: { b: 1, c: 2 }, list: [{ x: 1, y: 2 }, 5], z: 0 });
    expect(await project({ _id: 1 })).toEqual({ _id: 1 });
    expect((await refusal(project({ a: 1, z: 0 }))).code).toBe(31254);
    expect((await refusal(project({ a: 0, z: 1 }))).code).toBe(31253);
    expect((await refusal(project({ a: 1, 'a.b': 1 }))).code).toBe(31250);
    expect((await refusal(project({ list: { $slice: 1 } }))).code).toBe(238);
  });

  it('counts and lists distinct values', async () => {
    const { items } = bench();
    await items.insertMany([{ k: 'a' }, { k: ['b', 'a'] }, { k: 'c' }, {}]);
    expect(await items.estimatedDocumentCount()).toBe(4);
    expect(await items.countDocuments({ k: 'a' })).toBe(2);
    expect(await items.countDocuments({}, { skip: 1, limit: 2 })).toBe(2);
    expect(await items.distinct('k')).toEqual(['a', 'b', 'c']);
  });
});

async function refusalOf(command: Promise<{ writeErrors?: { code: number }[] }>): Promise<unknown> {
  try {
    return (await command).writeErrors?.[0]?.code;
  } catch (error) {
    return (error as { code: unknown }).code;
  }
}
