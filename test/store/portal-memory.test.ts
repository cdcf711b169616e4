import { MongoClient } from 'mongodb';
import { expect, it, onTestFinished } from 'vitest';
import { PortalMemoryStore } from '../../src/store/portal-memory.ts';
import { testDatabase } from '../support/mongodb.ts';

const at = new Date('2026-03-01T12:00:00Z');
const until = new Date('2026-03-08T12:00:00Z');
const accepted = { type: 'portal', until, at };
const found = { type: 'portal', until };
const attempted = { call: 'close', terms: { type: 'portal', until }, key: 'key-1', at } as const;

async function started(): Promise<PortalMemoryStore> {
  const database = await testDatabase();
  const client = new MongoClient(database.uri, { ignoreUndefined: true });
  onTestFinished(async () => {
    await client.close();
    await database.close();
  });
  return new PortalMemoryStore(client.db(database.databaseName));
}

it('knows nothing of a target until it is told', async () => {
  const memory = await started();
  expect(await memory.recall('acme')).toEqual({});
  await memory.keep('acme', { accepted, attempted });
  expect(await memory.recall('acme')).toEqual({ accepted, attempted });
  expect(await memory.recall('globex')).toEqual({});
  await memory.keep('acme', {});
  expect(await memory.recall('acme')).toEqual({});
});

it('keeps the end of what was found beside the rest', async () => {
  const memory = await started();
  await memory.keepFound('acme', found);
  expect(await memory.recall('acme')).toEqual({ found });
  await memory.keep('acme', { accepted });
  await memory.keepFound('acme', found);
  expect(await memory.recall('acme')).toEqual({ accepted, found });
});

it('replaces what is as it was read, and nothing that came since', async () => {
  const memory = await started();
  const known = { accepted, attempted, found };
  const later = new Date(at.getTime() + 1);
  const since = [
    { ...known, accepted: { ...accepted, at: later } },
    { ...known, attempted: { ...attempted, at: later } },
    { ...known, found: { ...found, until: later } },
    { ...known, shownClosedAt: later },
    { accepted, found },
  ];
  for (const other of since) {
    await memory.keep('acme', other);
    await memory.replace('acme', known, {});
    expect(await memory.recall('acme')).toEqual(other);
    await memory.replace('acme', other, known);
    expect(await memory.recall('acme')).toEqual(known);
  }
  await memory.replace('acme', known, {});
  expect(await memory.recall('acme')).toEqual({});
});
