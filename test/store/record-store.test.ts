import { type Document, MongoClient } from 'mongodb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { entriesAdded } from '../../src/grants/moved-history.ts';
import type { OwedEffect, Owing } from '../../src/grants/owed.ts';
import { RecordStore } from '../../src/store/record-store.ts';
import { type TestDatabase, testDatabase } from '../support/mongodb.ts';

interface Diary extends Owing<OwedEffect> {
  readonly history: readonly number[];
  readonly historyMoved?: number;
}

let database: TestDatabase;
let client: MongoClient;
let store: RecordStore<Diary>;
let audited: number[];

beforeEach(async () => {
  database = await testDatabase();
  client = new MongoClient(database.uri, { ignoreUndefined: true });
  audited = [];
  store = new RecordStore<Diary>(client.db(database.databaseName), 'diaries', (before, after) =>
    audited.push(...entriesAdded(before, after)),
  );
  await store.createIndexes();
  await store.insert({ _id: 'a', rev: 0, version: 0, owed: [], effectCount: 0, history: [] });
});

afterEach(async () => {
  await client.close();
  await database.close();
});

const upTo = (count: number, from = 0): number[] => Array.from({ length: count }, (_, index) => from + index);

/** Writes the next entries, as many as are named. */
const writes = (count: number) =>
  store.update<never>('a', (doc) => {
    const next = (doc.historyMoved ?? 0) + doc.history.length;
    return { ok: true, doc: { ...doc, history: [...doc.history, ...upTo(count, next)] } };
  });

async function diary(): Promise<Diary> {
  const found = await store.find('a');
  if (found === undefined) throw new Error('There is no diary');
  return found;
}

const movedEntries = () =>
  client
    .db(database.databaseName)
    .collection<Document & { _id: string }>('history_entries')
    .find({ record: 'diaries/a' })
    .sort({ place: 1 })
    .toArray();

/** What was moved, up to where the document's own begins. */
async function wholeHistory({ history, historyMoved = 0 }: Diary): Promise<number[]> {
  const moved = (await movedEntries()).slice(0, historyMoved);
  return [...moved.map(({ entry }) => entry), ...history];
}

it('keeps a history of hundreds in the document, and of any length as a whole', async () => {
  await writes(400);
  expect(await diary()).toMatchObject({ history: upTo(400) });
  expect(await movedEntries()).toEqual([]);
  for (let more = 0; more < 25; more++) await writes(40);
  const found = await diary();
  expect(found.history.length).toBeLessThanOrEqual(400);
  expect(found.history.at(-1)).toBe(1_399);
  expect(await wholeHistory(found)).toEqual(upTo(1_400));
  expect(audited).toEqual(upTo(1_400));
});

it('loses and doubles nothing when many write at once', async () => {
  await writes(395);
  await Promise.all(Array.from({ length: 20 }, () => writes(10)));
  await writes(1);
  expect(await wholeHistory(await diary())).toEqual(upTo(596));
  expect(await movedEntries()).toHaveLength((await diary()).historyMoved ?? 0);
});

it.each(['cut-before', 'cut-after'] as const)(
  'loses and doubles nothing when the process is cut off at any step (%s), and what was decided stands',
  async (kind) => {
    const { server } = database;
    if (server === undefined) return;
    await writes(395);
    for (const step of ['insert', 'findAndModify']) {
      let nth = 0;
      server.fault = ({ name, collection }) => {
        const moving = name === 'insert' ? collection === 'history_entries' : name === 'findAndModify' && ++nth > 1;
        return moving && name === step ? kind : undefined;
      };
      await expect(writes(10)).resolves.toMatchObject({ kind: 'done' });
      delete server.fault;
      const found = await diary();
      expect(await wholeHistory(found)).toEqual(audited);
    }
    await writes(1);
    const found = await diary();
    expect(found.history.length).toBeLessThanOrEqual(400);
    expect(await wholeHistory(found)).toEqual(upTo(416));
    expect(audited).toEqual(upTo(416));
    expect(await movedEntries()).toHaveLength(found.historyMoved ?? 0);
  },
);
