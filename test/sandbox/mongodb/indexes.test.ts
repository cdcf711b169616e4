import fc from 'fast-check';
import { MongoBulkWriteError, ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { type Item, refusal, useServer } from './support.ts';

const bench = useServer();

describe('unique indexes', () => {
  it('refuse a duplicate on insert, update and findAndModify, naming index and value', async () => {
    const { items } = bench();
    await items.createIndex({ slot: 1 }, { unique: true, sparse: true });
    await items.insertMany([{ _id: 1, slot: 'x' }, { _id: 2 }, { _id: 3 }]);
    const expected = {
      code: 11000,
      message: 'E11000 duplicate key error collection: bench.items index: slot_1 dup key: { slot: "x" }',
      keyPattern: { slot: 1 },
      keyValue: { slot: 'x' },
    };
    const attempts = [
      () => items.insertOne({ _id: 4, slot: 'x' }),
      () => items.updateOne({ _id: 2 }, { $set: { slot: 'x' } }),
      () => items.replaceOne({ _id: 2 }, { slot: 'x' }),
      () => items.updateOne({ _id: 5 }, { $set: { slot: 'x' } }, { upsert: true }),
    ];
    for (const attempt of attempts) {
      const { code, message, errorResponse } = await refusal(attempt());
      expect({ code, message }).toEqual({ code: expected.code, message: expected.message });
      expect(errorResponse).toMatchObject({ keyPattern: expected.keyPattern, keyValue: expected.keyValue });
    }
    expect(await refusal(items.findOneAndUpdate({ _id: 2 }, { $set: { slot: 'x' } }))).toMatchObject(expected);
    expect(await items.find().toArray()).toEqual([{ _id: 1, slot: 'x' }, { _id: 2 }, { _id: 3 }]);
  });

  it('always guard _id, telling apart values of different types', async () => {
    const { items } = bench();
    const id = new ObjectId();
    await items.insertMany([{ _id: '1' }, { _id: 1 }, { _id: id }, { _id: new Date(1) }]);
    const { message } = await refusal(items.insertOne({ _id: id }));
    expect(message).toContain(`index: _id_ dup key: { _id: ObjectId('${id.toHexString()}') }`);
    expect((await refusal(items.insertOne({ _id: new Date(1) }))).message).toContain('{ _id: new Date(1) }');
  });

  it('take a missing field for null unless they are sparse', async () => {
    const { items } = bench();
    await items.createIndex({ a: 1 }, { unique: true });
    await items.insertOne({ _id: 1 });
    expect((await refusal(items.insertOne({ _id: 2 }))).message).toContain('{ a: null }');
    expect((await refusal(items.insertOne({ _id: 2, a: null }))).code).toBe(11000);
  });

  it('count null as a value when sparse', async () => {
    const { items } = bench();
    await items.createIndex({ a: 1 }, { unique: true, sparse: true });
    await items.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3, a: null }]);
    expect((await refusal(items.insertOne({ _id: 4, a: null }))).code).toBe(11000);
  });

  it('free a value when it is unset, changed or deleted', async () => {
    const { items } = bench();
    await items.createIndex({ slot: 1 }, { unique: true, sparse: true });
    await items.insertOne({ _id: 1, slot: 'x' });
    await items.updateOne({ _id: 1 }, { $unset: { slot: '' } });
    await items.insertOne({ _id: 2, slot: 'x' });
    await items.updateOne({ _id: 2 }, { $set: { slot: 'y' } });
    await items.insertOne({ _id: 3, slot: 'x' });
    await items.deleteOne({ _id: 3 });
    await items.insertOne({ _id: 4, slot: 'x' });
    expect(await items.countDocuments({ slot: { $exists: true } })).toBe(2);
  });

  it('span several fields, dotted ones and the elements of an array', async () => {
    const { items } = bench();
    await items.createIndex({ 'target.id': 1, type: -1 }, { unique: true, sparse: true });
    await items.insertMany([{ target: { id: 1 }, type: 'a' }, { target: { id: 1 }, type: 'b' }, { type: 'a' }, {}, {}]);
    const { message } = await refusal(items.insertOne({ target: { id: 1 }, type: 'a' }));
    expect(message).toContain('index: target.id_1_type_-1 dup key: { target.id: 1, type: "a" }');
    expect((await refusal(items.insertOne({ type: 'a' }))).code).toBe(11000);

    await items.createIndex({ tags: 1 }, { unique: true, sparse: true });
    await items.insertOne({ target: { id: 2 }, tags: ['p', 'q', 'q'] });
    expect((await refusal(items.insertOne({ target: { id: 3 }, tags: ['r', 'q'] }))).code).toBe(11000);
    const parallel = items.insertOne({ target: [{ id: 4 }], type: ['a', 'b'] });
    expect((await refusal(parallel)).code).toBe(171);
  });

  it('let exactly one of many claims at once through', async () => {
    const { items } = bench();
    await items.createIndex({ slot: 1 }, { unique: true, sparse: true });
    const claims = Array.from({ length: 50 }, (_, _id) => items.insertOne({ _id, slot: 'x' }));
    const outcomes = await Promise.allSettled(claims);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await items.countDocuments()).toBe(1);
  });

  it('stop an ordered batch at a duplicate, and not an unordered one', async () => {
    const { items } = bench();
    const batch = [{ _id: 1 }, { _id: 1 }, { _id: 2 }];
    await expect(items.insertMany(batch)).rejects.toThrow(MongoBulkWriteError);
    expect(await items.countDocuments()).toBe(1);
    await items.deleteMany({});
    const error = await items.insertMany(batch, { ordered: false }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ insertedCount: 2, writeErrors: [{ index: 1, code: 11000 }] });
  });
});

describe('making and dropping indexes', () => {
  it('does nothing the second time', async () => {
    const { items, db } = bench();
    const make = () => db.command({ createIndexes: 'items', indexes: [{ key: { a: 1 }, name: 'a_1', unique: true }] });
    expect(await make()).toMatchObject({
      numIndexesBefore: 1,
      numIndexesAfter: 2,
      createdCollectionAutomatically: true,
    });
    expect(await make()).toMatchObject({
      numIndexesBefore: 2,
      numIndexesAfter: 2,
      createdCollectionAutomatically: false,
    });
    await items.createIndex({ _id: 1 });
    expect(await items.indexes()).toEqual([
      { v: 2, key: { _id: 1 }, name: '_id_' },
      { v: 2, key: { a: 1 }, name: 'a_1', unique: true },
    ]);
  });

  it('refuses one that contradicts another, or the documents there', async () => {
    const { items } = bench();
    await items.insertMany([{ a: 1 }, { a: 1 }]);
    expect((await refusal(items.createIndex({ a: 1 }, { unique: true }))).code).toBe(11000);
    expect(await items.indexes()).toHaveLength(1);
    await items.createIndex({ a: 1 });
    expect(await refusal(items.createIndex({ a: 1 }, { sparse: true }))).toMatchObject({ code: 86 });
    expect(await refusal(items.createIndex({ b: 1 }, { name: 'a_1' }))).toMatchObject({ code: 86 });
    expect(await refusal(items.createIndex({ a: 1 }, { name: 'other' }))).toMatchObject({ code: 85 });
  });

  it.each<[key: Record<string, 1 | -1 | string>, options: object, code: number]>([
    [{ a: 'text' }, {}, 238],
    [{ a: '2dsphere' }, {}, 238],
    [{ a: 'hashed' }, {}, 238],
    [{ '$**': 1 }, {}, 238],
    [{ a: 1 }, { expireAfterSeconds: 5 }, 238],
    [{ a: 1 }, { partialFilterExpression: { a: 1 } }, 238],
    [{ a: 1 }, { collation: { locale: 'en' } }, 238],
    [{ a: 0 as 1 }, {}, 67],
  ])('refuses %j with %j', async (key, options, code) => {
    const command = { createIndexes: 'items', indexes: [{ key, name: 'x', ...options }] };
    expect((await refusal(bench().db.command(command))).code).toBe(code);
  });

  it('drops by name, by keys, or all but the one on _id', async () => {
    const { items, db } = bench();
    await items.createIndexes([
      { key: { a: 1 } },
      { key: { b: 1 } },
      { key: { c: 1 }, unique: true },
      { key: { d: 1 } },
    ]);
    await items.dropIndex('a_1');
    await db.command({ dropIndexes: 'items', index: { b: 1 } });
    expect((await items.indexes()).map(({ name }) => name)).toEqual(['_id_', 'c_1', 'd_1']);
    expect((await refusal(items.dropIndex('nope'))).code).toBe(27);
    expect((await refusal(items.dropIndex('_id_'))).code).toBe(72);
    await items.dropIndexes();
    await items.insertMany([{ c: 1 }, { c: 1 }]);
    expect((await refusal(db.collection('none').indexes())).code).toBe(26);
  });
});

describe('a collection with a unique sparse index', () => {
  type Step =
    | { do: 'insert'; id: number; slot?: number }
    | { do: 'claim'; id: number; slot: number }
    | { do: 'free'; id: number }
    | { do: 'delete'; id: number };

  const id = fc.nat(5);
  const slot = fc.nat(3);
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ do: fc.constant('insert' as const), id, slot }, { requiredKeys: ['do', 'id'], noNullPrototype: true }),
    fc.record({ do: fc.constant('claim' as const), id, slot }),
    fc.record({ do: fc.constant('free' as const), id }),
    fc.record({ do: fc.constant('delete' as const), id }),
  );

  it('behaves as a plain map does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { server, items } = bench();
        server.reset();
        await items.createIndex({ slot: 1 }, { unique: true, sparse: true });
        const model = new Map<number, number | undefined>();
        const isTaken = (wanted: number, by: number) =>
          [...model].some(([other, held]) => other !== by && held === wanted);

        for (const each of steps) {
          switch (each.do) {
            case 'insert': {
              const refused = model.has(each.id) || (each.slot !== undefined && isTaken(each.slot, each.id));
              const attempt = items.insertOne({ _id: each.id, slot: each.slot });
              if (refused) expect((await refusal(attempt)).code).toBe(11000);
              else {
                await attempt;
                model.set(each.id, each.slot);
              }
              break;
            }
            case 'claim': {
              const attempt = items.findOneAndUpdate({ _id: each.id }, { $set: { slot: each.slot } });
              if (model.has(each.id) && isTaken(each.slot, each.id)) {
                expect((await refusal(attempt)).code).toBe(11000);
              } else {
                expect((await attempt) !== null).toBe(model.has(each.id));
                if (model.has(each.id)) model.set(each.id, each.slot);
              }
              break;
            }
            case 'free':
              await items.updateOne({ _id: each.id }, { $unset: { slot: '' } });
              if (model.has(each.id)) model.set(each.id, undefined);
              break;
            case 'delete': {
              const { deletedCount } = await items.deleteOne({ _id: each.id });
              expect(deletedCount).toBe(model.delete(each.id) ? 1 : 0);
              break;
            }
          }
        }

        const expected = [...model].map(([_id, held]): Item => (held === undefined ? { _id } : { _id, slot: held }));
        const byId = (a: Item, b: Item) => Number(a._id) - Number(b._id);
        expect(await items.find().sort({ _id: 1 }).toArray()).toEqual(expected.sort(byId));
        for (const wanted of [0, 1, 2, 3]) {
          const holders = expected.filter((item) => item.slot === wanted);
          expect(await items.find({ slot: wanted }).toArray()).toEqual(holders);
        }
      }),
      { numRuns: 60 },
    );
  });
});
