import { MongoClient } from 'mongodb';
import { expect, it, onTestFinished } from 'vitest';
import { HomeStore, outdated } from '../../src/store/homes.ts';
import { testDatabase } from '../support/mongodb.ts';

const at = (minutes: number): Date => new Date(Date.UTC(2026, 2, 1, 10, minutes));

async function started(most?: number): Promise<HomeStore> {
  const database = await testDatabase();
  const client = new MongoClient(database.uri, { ignoreUndefined: true });
  onTestFinished(async () => {
    await client.close();
    await database.close();
  });
  const homes = new HomeStore(client.db(database.databaseName), most);
  await homes.createIndexes();
  return homes;
}

it('owes a tab that was opened, whatever it showed before', async () => {
  const homes = await started();
  const id = await homes.opened('UADA', at(0));
  expect(await homes.find(id)).toMatchObject({ slackId: 'UADA', openedAt: at(0), nextDueAt: at(0) });
  await homes.update<never>(id, (home) => ({ ok: true, doc: { ...home, owed: [], shown: 'what it showed' } }));
  expect(await homes.due(at(5), 10)).toEqual([]);

  expect(await homes.opened('UADA', at(5))).toBe(id);
  const again = await homes.find(id);
  expect(again).toMatchObject({ openedAt: at(5), owed: [{ kind: 'publish', dueAt: at(5) }] });
  expect(again).not.toHaveProperty('shown');
});

it('makes one tab of two first openings at once', async () => {
  const homes = await started();
  await Promise.all([1, 2, 3].map(() => homes.opened('UADA', at(0))));
  expect(await homes.due(at(0), 10)).toEqual(['UADA']);
});

it('counts every change, also while one is owed already', async () => {
  const homes = await started();
  const id = await homes.opened('UADA', at(0));
  const before = await homes.find(id);
  if (before === undefined) throw new Error('There is no home tab');
  const after = outdated(outdated(before, at(1)), at(2));
  expect(after.version).toBe(before.version + 2);
  expect(after.owed).toEqual(before.owed);
});

it('finds the tabs of these people that were opened since then', async () => {
  const homes = await started();
  for (const [minutes, slackId] of ['UADA', 'UBEN', 'UCAT'].entries()) await homes.opened(slackId, at(minutes));
  const found = await homes.openedSince(['UADA', 'UBEN', 'UDAN'], at(1));
  expect(found.map(({ slackId }) => slackId)).toEqual(['UBEN']);
});

it('keeps those that were opened last', async () => {
  const homes = await started(3);
  const ids = [];
  for (const minutes of [0, 1, 2]) ids.push(await homes.opened(`U${minutes}`, at(minutes)));
  // Opened again, it is not the oldest any more.
  await homes.opened('U0', at(5));
  ids.push(await homes.opened('U3', at(6)));
  const kept = await Promise.all(ids.map((id) => homes.find(id)));
  expect(kept.map((home) => home?.slackId)).toEqual(['U0', undefined, 'U2', 'U3']);
});
