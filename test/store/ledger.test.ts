import fc from 'fast-check';
import { MongoClient } from 'mongodb';
import { expect, it, onTestFinished } from 'vitest';
import { emptyHead, headOf, type LedgerContent } from '../../src/ledger/entry.ts';
import { verifyStored } from '../../src/ledger/verify-stored.ts';
import { LedgerStore } from '../../src/store/ledger.ts';
import { contents } from '../ledger/ledgers.ts';
import { testDatabase } from '../support/mongodb.ts';

async function ledgers(count: number) {
  const database = await testDatabase();
  const clients = Array.from({ length: count }, () => new MongoClient(database.uri, { ignoreUndefined: true }));
  onTestFinished(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await database.close();
  });
  const stores = clients.map((client) => new LedgerStore(client.db(database.databaseName)));
  await stores[0]?.createIndexes();
  const entries = clients[0]?.db(database.databaseName).collection<{ _id: string }>('ledger');
  if (entries === undefined) throw new Error('No client');
  return { stores, entries };
}

const content = (source: string): LedgerContent => ({
  version: 1,
  organization: 'org',
  at: '2026-03-02T09:00:00.000Z',
  actor: { kind: 'portcullis' },
  action: 'seen-open',
  subject: { kind: 'grant', id: 'g-1', target: 'p/c' },
  after: { state: 'active' },
  source,
});

async function all(store: LedgerStore | undefined, range = {}): Promise<{ source: string; sequence: number }[]> {
  const found: { source: string; sequence: number }[] = [];
  for await (const entry of store?.stored('org', range) ?? []) found.push(entry as never);
  return found;
}

const verified = (store: LedgerStore | undefined, published?: ReadonlyMap<number, string>) =>
  verifyStored(store?.stored('org') ?? expect.fail('No store'), { organization: 'org', published });

it('of processes that write at once none forks the chain, and nothing is written twice', async () => {
  const { stores } = await ledgers(3);
  const sources = Array.from({ length: 60 }, (_, index) => `g-1#${index}`);
  // Each process writes everything: as after a crash, when nobody knows what the other had written.
  await Promise.all(
    stores.map(async (store, offset) => {
      for (const index of sources.keys()) await store.append(content(sources[(index + offset * 20) % 60] ?? ''));
    }),
  );
  const written = await all(stores[0]);
  expect(written.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  expect(new Set(written.map(({ source }) => source)).size).toBe(60);
  expect(await verified(stores[1])).toMatchObject({ ok: true, entries: 60, notSeen: [] });
});

it('writes and reads back whatever an entry may hold', async () => {
  const { stores } = await ledgers(1);
  const [store] = stores;
  const some = fc.sample(contents('org'), 100).map((one, index) => ({ ...one, source: `${index}` }));
  for (const one of some) await store?.append(one);
  expect(await verified(store)).toMatchObject({ ok: true, entries: 100 });
});

it('keeps organizations apart', async () => {
  const [store] = (await ledgers(1)).stores;
  await store?.append(content('a'));
  const other = await store?.append({ ...content('a'), organization: 'other' });
  expect(other).toMatchObject({ sequence: 1, previous: emptyHead.hash });
  expect(await verified(store)).toMatchObject({ ok: true, entries: 1 });
});

it('selects by time, target and place', async () => {
  const [store] = (await ledgers(1)).stores;
  for (const [index, at] of ['08', '09', '10', '11'].entries()) {
    const subject = { kind: 'grant' as const, id: 'g', target: index % 2 === 0 ? 'p/even' : 'p/odd' };
    await store?.append({ ...content(`s${index}`), at: `2026-03-02T${at}:00:00.000Z`, subject });
  }
  const sequences = async (range: object): Promise<number[]> =>
    (await all(store, range)).map(({ sequence }) => sequence);
  const from = new Date('2026-03-02T09:00:00Z');
  const to = new Date('2026-03-02T11:00:00Z');
  expect(await sequences({ from, to })).toEqual([2, 3]);
  expect(await sequences({ target: 'p/even' })).toEqual([1, 3]);
  expect(await sequences({ upTo: 2 })).toEqual([1, 2]);
});

it('what somebody does to the database shows', async () => {
  const { stores, entries } = await ledgers(1);
  const [store] = stores;
  const written = [];
  for (const source of ['a', 'b', 'c']) written.push(await store?.append(content(source)));
  const last = written[2] ?? expect.fail('Nothing was written');
  await entries.updateOne({ _id: 'org:2' }, { $set: { 'after.state': 'closing' } });
  expect(await verified(store)).toMatchObject({ ok: false, sequence: 2, problem: 'wrong-hash' });
  await entries.updateOne({ _id: 'org:2' }, { $set: { 'after.state': 'active', more: 1 } });
  expect(await verified(store)).toMatchObject({ ok: false, place: 2, problem: 'no-entry' });
  await entries.deleteOne({ _id: 'org:2' });
  expect(await verified(store)).toMatchObject({ ok: false, sequence: 3, problem: 'gap' });
  await entries.deleteOne({ _id: 'org:3' });
  expect(await verified(store)).toMatchObject({ ok: true, entries: 1 });
  const { sequence, hash } = headOf(last);
  expect(await verified(store, new Map([[sequence, hash]]))).toMatchObject({ ok: true, notSeen: [3] });
});

it('reads nothing that a fail-over could take back', async () => {
  const database = await testDatabase();
  const client = new MongoClient(database.uri, { monitorCommands: true });
  onTestFinished(async () => {
    await client.close();
    await database.close();
  });
  const levels: unknown[] = [];
  client.on('commandStarted', ({ commandName, command }) => {
    if (commandName === 'find') levels.push(command.readConcern?.level);
  });
  const store = new LedgerStore(client.db(database.databaseName));
  await store.createIndexes();
  await store.append(content('g-1#0'));
  const another = new LedgerStore(client.db(database.databaseName));
  await another.append(content('g-1#0'));
  await all(another);
  expect(levels).toEqual(['majority', 'majority', 'majority', 'majority']);
});
