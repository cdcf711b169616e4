import { MongoClient } from 'mongodb';
import { expect, it, onTestFinished } from 'vitest';
import { PortalMemoryStore } from '../../src/store/portal-memory.ts';
import { testDatabase } from '../support/mongodb.ts';

const at = new Date('2026-03-01T12:00:00Z');
const until = new Date('2026-03-08T12:00:00Z');
const accepted = { type: 'portal', until, at };
const attempted = { call: 'close', terms: { type: 'portal', until }, key: 'key-1' } as const;

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
  await memory.keepFound('acme', until);
  expect(await memory.recall('acme')).toEqual({ foundUntil: until });
  await memory.keep('acme', { accepted });
  await memory.keepFound('acme', until);
  expect(await memory.recall('acme')).toEqual({ accepted, foundUntil: until });
});

it('forgets what was accepted then, and nothing that came since', async () => {
  const memory = await started();
  await memory.keep('acme', { accepted });
  await memory.forgetAccepted('acme', new Date(at.getTime() - 1));
  expect(await memory.recall('acme')).toEqual({ accepted });
  await memory.keep('acme', { accepted, attempted });
  await memory.forgetAccepted('acme', at);
  expect(await memory.recall('acme')).toEqual({ accepted, attempted });
  await memory.keep('acme', { accepted });
  await memory.forgetAccepted('acme', at);
  expect(await memory.recall('acme')).toEqual({});
});
