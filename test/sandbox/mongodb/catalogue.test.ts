import { describe, expect, it } from 'vitest';
import { refusal, useServer } from './support.ts';

const bench = useServer();

describe('cursors', () => {
  it('go over many batches', async () => {
    const { items, server } = bench();
    await items.insertMany(Array.from({ length: 1000 }, (_, _id) => ({ _id })));
    const before = server.commands.get('getMore') ?? 0;
    const found = await items.find().sort({ _id: -1 }).batchSize(150).toArray();
    expect(found.map(({ _id }) => _id)).toEqual(Array.from({ length: 1000 }, (_, n) => 999 - n));
    expect((server.commands.get('getMore') ?? 0) - before).toBe(6);
  });

  it('hold back what does not fit into 16 MB', async () => {
    const { items } = bench();
    const text = 'x'.repeat(6 * 1024 * 1024);
    for (const _id of [1, 2, 3, 4]) await items.insertOne({ _id, text });
    const cursor = items.find({}, { batchSize: 4 });
    await cursor.hasNext();
    expect(cursor.bufferedCount()).toBe(2);
    expect(await cursor.toArray()).toHaveLength(4);
  });

  it('give one batch when one is asked for, and none at first with a batch size of zero', async () => {
    const { items, db } = bench();
    await items.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
    const single = await db.command({ find: 'items', batchSize: 2, singleBatch: true });
    expect(single.cursor).toMatchObject({ firstBatch: [{ _id: 1 }, { _id: 2 }] });
    expect(Number(single.cursor.id)).toBe(0);
    const empty = await db.command({ find: 'items', batchSize: 0 });
    expect(empty.cursor.firstBatch).toEqual([]);
    const rest = await db.command({ getMore: empty.cursor.id, collection: 'items' });
    expect(rest.cursor.nextBatch).toHaveLength(3);
    expect((await refusal(db.command({ getMore: empty.cursor.id, collection: 'items' }))).code).toBe(43);
  });

  it('end when they are killed, or their collection is dropped', async () => {
    const { items, db } = bench();
    await items.insertMany(Array.from({ length: 5 }, (_, _id) => ({ _id })));
    const open = async () => (await db.command({ find: 'items', batchSize: 2 })).cursor.id;
    const more = async (id: unknown) => (await refusal(db.command({ getMore: id, collection: 'items' }))).code;
    const id = await open();
    expect(await db.command({ killCursors: 'items', cursors: [id] })).toMatchObject({ cursorsKilled: [id] });
    expect(await db.command({ killCursors: 'items', cursors: [id] })).toMatchObject({ cursorsNotFound: [id] });
    expect(await more(id)).toBe(43);
    const other = await open();
    await items.drop();
    expect(await more(other)).toBe(43);
  });

  it('keep what matched when they were opened', async () => {
    const { items } = bench();
    await items.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
    const cursor = items.find({}, { batchSize: 1 });
    expect(await cursor.next()).toEqual({ _id: 1 });
    await items.deleteMany({});
    expect(await cursor.toArray()).toEqual([{ _id: 2 }, { _id: 3 }]);
  });
});

describe('databases and collections', () => {
  it('come with the first write and go when dropped', async () => {
    const { items, db, client } = bench();
    expect(await db.listCollections().toArray()).toEqual([]);
    await items.insertOne({ _id: 1 });
    await db.createCollection('empty');
    expect((await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name)).toEqual([
      'items',
      'empty',
    ]);
    expect(await db.listCollections({ name: 'items' }).toArray()).toMatchObject([
      { name: 'items', type: 'collection', idIndex: { name: '_id_' } },
    ]);
    expect((await client.db().admin().listDatabases()).databases).toMatchObject([{ name: 'bench' }]);
    expect((await refusal(db.createCollection('empty'))).code).toBe(48);
    expect((await refusal(db.command({ create: 'capped', capped: true, size: 1 }))).code).toBe(238);
    expect((await refusal(db.command({ create: 'system.x' }))).code).toBe(73);
    expect(await items.drop()).toBe(true);
    expect(await items.drop()).toBe(false);
    await db.dropDatabase();
    expect((await client.db().admin().listDatabases()).databases).toEqual([]);
  });

  it('are kept apart by name', async () => {
    const { items, client } = bench();
    await items.insertOne({ _id: 1 });
    expect(await client.db('other').collection('items').countDocuments()).toBe(0);
  });
});

describe('aggregation', () => {
  it('matches, groups, sorts, projects and counts', async () => {
    const { items } = bench();
    await items.insertMany([
      { _id: 1, team: 'a', hours: 2, at: new Date('2026-01-01'), tags: ['x', 'y'] },
      { _id: 2, team: 'b', hours: 3, at: new Date('2026-01-02'), tags: [] },
      { _id: 3, team: 'a', hours: 5, at: new Date('2026-01-03'), tags: 'z' },
    ]);
    const run = (...pipeline: object[]) => items.aggregate(pipeline).toArray();
    expect(
      await run(
        { $match: { hours: { $gt: 1 } } },
        { $group: { _id: '$team', total: { $sum: '$hours' }, last: { $max: '$at' }, n: { $sum: 1 } } },
        { $sort: { total: -1 } },
        { $addFields: { average: { $divide: ['$total', '$n'] } } },
      ),
    ).toEqual([
      { _id: 'a', total: 7, last: new Date('2026-01-03'), n: 2, average: 3.5 },
      { _id: 'b', total: 3, last: new Date('2026-01-02'), n: 1, average: 3 },
    ]);
    expect(await run({ $unwind: '$tags' }, { $project: { tags: 1, _id: 0 } })).toEqual([
      { tags: 'x' },
      { tags: 'y' },
      { tags: 'z' },
    ]);
    expect(await run({ $unwind: { path: '$tags', preserveNullAndEmptyArrays: true } }, { $count: 'n' })).toEqual([
      { n: 4 },
    ]);
    expect(await run({ $match: { _id: 9 } }, { $count: 'n' })).toEqual([]);
    expect(
      await run(
        { $sort: { _id: -1 } },
        { $skip: 1 },
        { $limit: 1 },
        { $project: { double: { $multiply: ['$hours', 2] } } },
      ),
    ).toEqual([{ _id: 2, double: 6 }]);
    expect(await run({ $limit: 1 }, { $unset: ['tags', 'at'] })).toEqual([{ _id: 1, team: 'a', hours: 2 }]);
    expect(await run({ $match: { _id: 2 } }, { $replaceWith: { id: '$_id' } })).toEqual([{ id: 2 }]);
    expect(await run({ $group: { _id: null, n: { $sum: 1 } } })).toEqual([{ _id: null, n: 3 }]);
  });

  it('never changes what is stored', async () => {
    const { items } = bench();
    const document = { _id: 1, a: { b: [1, 2] }, n: 1 };
    await items.insertOne(document);
    await items.aggregate([{ $unwind: '$a.b' }, { $set: { n: 2 } }, { $unset: 'a.b' }]).toArray();
    expect(await items.findOne({})).toEqual(document);
  });

  it('comes in batches', async () => {
    const { items } = bench();
    await items.insertMany(Array.from({ length: 300 }, (_, _id) => ({ _id })));
    expect(await items.aggregate([{ $sort: { _id: 1 } }], { batchSize: 7 }).toArray()).toHaveLength(300);
  });

  it.each<[stage: object, code: number]>([
    [{ $lookup: { from: 'x', localField: 'a', foreignField: 'b', as: 'c' } }, 238],
    [{ $out: 'x' }, 238],
    [{ $merge: 'x' }, 238],
    [{ $changeStream: {} }, 238],
    [{ $facet: { a: [] } }, 238],
    [{ $foo: 1 }, 40324],
    [{ $match: {}, $limit: 1 }, 2],
    [{ $limit: 0 }, 2],
    [{ $group: { n: { $sum: 1 } } }, 2],
    [{ $addFields: { a: { $foo: 1 } } }, 168],
    [{ $addFields: { a: { $function: {} } } }, 238],
    [{ $addFields: { 'a.b': 1 } }, 238],
    [{ $addFields: { a: { b: 1 } } }, 238],
    [{ $match: { a: { $foo: 1 } } }, 2],
  ])('refuses %j, even with nothing to work on', async (stage, code) => {
    expect((await refusal(bench().items.aggregate([stage]).toArray())).code).toBe(code);
  });
});
