import { type Collection, type Document, MongoClient, MongoNetworkError } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OwedEffect, type Owing, owe, withoutEffect } from '../../src/grants/owed.ts';
import type { MongoDbServer } from '../../src/sandbox/mongodb/server.ts';
import { OwingStore } from '../../src/store/owing-store.ts';
import { type TestDatabase, testDatabase } from '../support/mongodb.ts';

interface Tally extends Owing<OwedEffect> {
  readonly count: number;
  readonly slot?: string;
}

const at = (seconds: number): Date => new Date(1_700_000_000_000 + seconds * 1000);
const tally = (id: string, more: Partial<Tally> = {}): Tally => ({
  _id: id,
  rev: 0,
  version: 0,
  owed: [],
  effectCount: 0,
  count: 0,
  ...more,
});

let database: TestDatabase;
let client: MongoClient;
let collection: Collection<Document & { _id: string }>;
let store: OwingStore<Tally>;
let written: [number | undefined, number][];

beforeEach(async () => {
  database = await testDatabase();
  client = new MongoClient(database.uri, { ignoreUndefined: true });
  collection = client.db(database.databaseName).collection<Document & { _id: string }>('tallies');
  written = [];
  store = new OwingStore<Tally>(collection, (before, after) => written.push([before?.count, after.count]));
  await store.createIndexes();
  await collection.createIndex({ slot: 1 }, { name: 'slot', unique: true, sparse: true });
});

afterEach(async () => {
  await client.close();
  await database.close();
});

const increment = (id: string) =>
  store.update<never>(id, (doc) => ({ ok: true, doc: { ...doc, count: doc.count + 1 } }));

/** Cuts the connection of the next commands of this name, in order. */
function cut(server: MongoDbServer, name: string, faults: ('cut-before' | 'cut-after')[]) {
  const left = [...faults];
  server.fault = (command) => (command.name.toLowerCase() === name.toLowerCase() ? left.shift() : undefined);
}

/** Scripted faults need the in-memory server. */
function scripted(run: (server: MongoDbServer) => Promise<void>): (context: { skip: () => void }) => Promise<void> {
  return async (context) => (database.server === undefined ? context.skip() : run(database.server));
}

describe('insert and find', () => {
  it('counts the first write and stores nothing that is absent', async () => {
    await expect(store.insert(tally('a', { slot: undefined }))).resolves.toEqual({ kind: 'inserted' });
    await expect(store.find('a')).resolves.toMatchObject({ _id: 'a', rev: 1, count: 0 });
    expect(Object.keys((await collection.findOne({ _id: 'a' })) ?? {})).not.toContain('slot');
    await expect(store.find('b')).resolves.toBeUndefined();
  });

  it('names the index that a second document of the same kind would break', async () => {
    await store.insert(tally('a', { slot: 's' }));
    await expect(store.insert(tally('a'))).resolves.toEqual({ kind: 'duplicate', index: '_id_' });
    await expect(store.insert(tally('b', { slot: 's' }))).resolves.toEqual({ kind: 'duplicate', index: 'slot' });
    await expect(store.find('b')).resolves.toBeUndefined();
    expect(written).toEqual([[undefined, 0]]);
  });

  it('lets exactly one of many inserts of one id through', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => store.insert(tally('a'))));
    expect(outcomes.filter(({ kind }) => kind === 'inserted')).toHaveLength(1);
  });

  it(
    'recognises its own insert whose reply was lost',
    scripted(async (server) => {
      cut(server, 'insert', ['cut-after']);
      await expect(store.insert(tally('a'))).resolves.toEqual({ kind: 'inserted' });
      expect(written).toEqual([[undefined, 0]]);
    }),
  );

  it(
    'says so when an insert did not get through',
    scripted(async (server) => {
      cut(server, 'insert', ['cut-before']);
      await expect(store.insert(tally('a'))).rejects.toBeInstanceOf(MongoNetworkError);
      expect(written).toEqual([]);
    }),
  );

  it(
    "takes somebody else's document for what it is when the reply was lost",
    scripted(async (server) => {
      await new OwingStore<Tally>(collection).insert(tally('a', { count: 7 }));
      cut(server, 'insert', ['cut-before']);
      await expect(store.insert(tally('a'))).resolves.toEqual({ kind: 'duplicate', index: '_id_' });
    }),
  );
});

describe('update', () => {
  beforeEach(() => store.insert(tally('a')));

  it('writes what was decided and says what stands there now', async () => {
    const outcome = await increment('a');
    expect(outcome).toMatchObject({ kind: 'done', replayed: false, doc: { count: 1, rev: 2 } });
    await expect(store.find('a')).resolves.toMatchObject({ count: 1, rev: 2 });
    expect(written).toEqual([
      [undefined, 0],
      [0, 1],
    ]);
  });

  it('hands a refusal back with the document and writes nothing', async () => {
    const outcome = await store.update('a', () => ({ ok: false, refusal: 'no' }));
    expect(outcome).toMatchObject({ kind: 'refused', refusal: 'no', doc: { _id: 'a', rev: 1 } });
    await expect(store.find('a')).resolves.toMatchObject({ rev: 1 });
  });

  it('writes nothing when nothing changed, or when it had been done before', async () => {
    await expect(store.update('a', (doc) => ({ ok: true, doc }))).resolves.toMatchObject({
      kind: 'done',
      replayed: false,
    });
    const replay = await store.update('a', (doc) => ({ ok: true, doc: { ...doc, count: 9 }, replayed: true }));
    expect(replay).toMatchObject({ kind: 'done', replayed: true });
    await expect(store.find('a')).resolves.toMatchObject({ rev: 1, count: 0 });
    expect(written).toHaveLength(1);
  });

  it('says that there is no such document', async () => {
    await expect(increment('b')).resolves.toEqual({ kind: 'missing' });
  });

  it('names the index that the change would break, and leaves the document as it was', async () => {
    await store.insert(tally('b', { slot: 's' }));
    const outcome = await store.update('a', (doc) => ({ ok: true, doc: { ...doc, slot: 's', count: 5 } }));
    expect(outcome).toMatchObject({ kind: 'duplicate', index: 'slot', doc: { _id: 'a', count: 0 } });
    await expect(store.find('a')).resolves.toMatchObject({ rev: 1, count: 0 });
  });

  it('frees a unique slot in the same write that drops it', async () => {
    await store.insert(tally('b', { slot: 's' }));
    await store.update('b', (doc) => ({ ok: true, doc: { ...doc, slot: undefined } }));
    await expect(store.update('a', (doc) => ({ ok: true, doc: { ...doc, slot: 's' } }))).resolves.toMatchObject({
      kind: 'done',
    });
  });

  it('loses none of 50 simultaneous updates', async () => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => increment('a')));
    expect(outcomes.every(({ kind }) => kind === 'done')).toBe(true);
    await expect(store.find('a')).resolves.toMatchObject({ count: 50, rev: 51 });
    expect(written.slice(1)).toEqual(Array.from({ length: 50 }, (_, index) => [index, index + 1]));
  });

  it('lets exactly one of many deciders win, and the others see who did', async () => {
    const decide = (name: string) =>
      store.update('a', (doc) =>
        doc.slot === undefined ? { ok: true, doc: { ...doc, slot: name } } : { ok: false, refusal: doc.slot },
      );
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, index) => decide(`p${index}`)));
    const winner = (await store.find('a'))?.slot;
    expect(outcomes.filter(({ kind }) => kind === 'done')).toHaveLength(1);
    const lost = outcomes.filter((outcome) => outcome.kind === 'refused');
    expect(lost.map(({ refusal }) => refusal)).toEqual(Array.from({ length: 19 }, () => winner));
  });

  it(
    'recognises its own write whose reply was lost',
    scripted(async (server) => {
      cut(server, 'findAndModify', ['cut-after']);
      await expect(increment('a')).resolves.toMatchObject({ kind: 'done', replayed: false, doc: { count: 1 } });
      await expect(store.find('a')).resolves.toMatchObject({ count: 1, rev: 2 });
      expect(written.slice(1)).toEqual([[0, 1]]);
    }),
  );

  it(
    'recognises it although others have written since, and hears of its own part of it only',
    scripted(async (server) => {
      const elsewhere = new OwingStore<Tally>(collection);
      let lost = false;
      server.fault = async ({ name }) => {
        if (name.toLowerCase() === 'findandmodify' && !lost) {
          lost = true;
          return 'cut-after';
        }
        // The next to come is whoever lost the reply, to read what stands there now.
        if (!lost || name.toLowerCase() !== 'find') return undefined;
        delete server.fault;
        for (let times = 3; times > 0; times--) {
          await elsewhere.update<never>('a', (doc) => ({ ok: true, doc: { ...doc, count: doc.count + 10 } }));
        }
        return undefined;
      };
      await expect(increment('a')).resolves.toMatchObject({ kind: 'done', replayed: false, doc: { count: 31 } });
      await expect(store.find('a')).resolves.toMatchObject({ count: 31, rev: 5 });
      expect(written.slice(1)).toEqual([[0, 1]]);
    }),
  );

  it(
    'writes again what did not get through',
    scripted(async (server) => {
      cut(server, 'findAndModify', ['cut-before', 'cut-before']);
      await expect(increment('a')).resolves.toMatchObject({ kind: 'done', doc: { count: 1, rev: 2 } });
      expect(written.slice(1)).toEqual([[0, 1]]);
    }),
  );

  it(
    'gives up on a connection that breaks every time',
    scripted(async (server) => {
      cut(server, 'findAndModify', ['cut-before', 'cut-before', 'cut-before']);
      await expect(increment('a')).rejects.toBeInstanceOf(MongoNetworkError);
      await expect(store.find('a')).resolves.toMatchObject({ count: 0 });
    }),
  );

  it(
    'does not take lost races for broken connections',
    scripted(async (server) => {
      let races = 0;
      server.fault = async ({ name }) => {
        if (name.toLowerCase() !== 'findandmodify') return undefined;
        races += 1;
        // Somebody else is faster three times; then the reply is lost.
        if (races > 3) return races === 4 ? 'cut-after' : undefined;
        await collection.updateOne({ _id: 'a' }, { $inc: { rev: 1 } });
        return undefined;
      };
      await expect(increment('a')).resolves.toMatchObject({ kind: 'done', doc: { count: 1 } });
      await expect(store.find('a')).resolves.toMatchObject({ count: 1 });
    }),
  );
});

describe('due', () => {
  const due = (id: string, ...seconds: number[]) =>
    store.insert(owe(tally(id), ...seconds.map((second) => ({ kind: 'k', dueAt: at(second) }))));

  it('lists what is due, most overdue first, and tells when to look next', async () => {
    await expect(store.nextDueAt()).resolves.toBeUndefined();
    await due('late', 50, 10);
    await due('later', 20);
    await due('future', 100);
    await due('idle');
    await expect(store.due(at(20), 10)).resolves.toEqual(['late', 'later']);
    await expect(store.due(at(20), 1)).resolves.toEqual(['late']);
    await expect(store.nextDueAt()).resolves.toEqual(at(10));
  });

  it('counts on the holder of a lease until it ends, and forgets what is owed no longer', async () => {
    await due('a', 10);
    await store.update('a', (doc) => ({ ok: true, doc: { ...doc, lease: { token: 't', until: at(40) } } }));
    await expect(store.nextDueAt()).resolves.toEqual(at(40));
    await store.update('a', (doc) => ({ ok: true, doc: { ...doc, lease: undefined } }));
    await expect(store.nextDueAt()).resolves.toEqual(at(10));
    await store.update('a', (doc) => ({ ok: true, doc: withoutEffect(doc, 'e1') }));
    await expect(store.nextDueAt()).resolves.toBeUndefined();
  });
});
