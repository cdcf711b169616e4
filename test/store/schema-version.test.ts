import { type Collection, type Document, MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { approve } from '../../src/grants/decide.ts';
import { GrantStore } from '../../src/store/grants.ts';
import { NewerRecordError } from '../../src/store/owing-store.ts';
import { approvalContext, at, decision, hour, minute, requested } from '../support/grants.ts';
import { type TestDatabase, testDatabase } from '../support/mongodb.ts';

let database: TestDatabase;
let client: MongoClient;
let store: GrantStore;
let raw: Collection<Document & { _id: string }>;

beforeEach(async () => {
  database = await testDatabase();
  client = new MongoClient(database.uri, { ignoreUndefined: true });
  store = new GrantStore(client.db(database.databaseName));
  raw = client.db(database.databaseName).collection('grants');
  await store.createIndexes();
});

afterEach(async () => {
  await client.close();
  await database.close();
});

const approved = (id: string) => store.update(id, (doc) => approve(doc, decision(minute), approvalContext));

describe('two versions of the bot on one database', () => {
  it('what a newer one has added to a record survives what this one does to it', async () => {
    const grant = requested();
    await store.insert(grant);
    const added = { ticket: { system: 'jira', key: 'OPS-1' }, tags: ['a', 'b'] };
    await raw.updateOne({ _id: grant._id }, { $set: { ...added, 'requestedBy.team': 'storage' } });
    await expect(approved(grant._id)).resolves.toMatchObject({ kind: 'done' });
    const after = await raw.findOne({ _id: grant._id });
    expect(after).toMatchObject({ state: 'opening', ...added, requestedBy: { team: 'storage' } });
    // So does what it owes, of a kind that this one does not know.
    const effect = { id: 'e99', kind: 'tell-the-pager', dueAt: at(hour), attempts: 0, pager: 'P1' };
    await raw.updateOne({ _id: grant._id }, { $push: { owed: effect } as never });
    await store.update<never>(grant._id, (doc) => ({ ok: true, doc: { ...doc, version: doc.version + 1 } }));
    expect((await store.find(grant._id))?.owed).toContainEqual(effect);
  });

  it('a record of a newer make is not written, not worked off, and takes nobody’s place in a sweep', async () => {
    const ours = requested({ operationId: 'op-ours', target: { ...requested().target, id: 'p1/other' } });
    const theirs = requested();
    await store.insert(theirs);
    await store.insert(ours);
    await raw.updateOne({ _id: theirs._id }, { $set: { schemaVersion: 2, nextDueAt: at(-hour) } });
    const before = await raw.findOne({ _id: theirs._id });

    await expect(approved(theirs._id)).rejects.toBeInstanceOf(NewerRecordError);
    await expect(store.due(at(2 * hour), 1)).resolves.toEqual([ours._id]);
    expect(store.newerRecords).toBe(1);
    await expect(store.nextDueAt()).resolves.toEqual((await store.find(ours._id))?.nextDueAt);
    expect(await raw.findOne({ _id: theirs._id })).toEqual(before);
    // It can be read all the same.
    await expect(store.find(theirs._id)).resolves.toMatchObject({ _id: theirs._id });

    await raw.updateOne({ _id: theirs._id }, { $set: { schemaVersion: 1 } });
    await expect(store.due(at(2 * hour), 1)).resolves.toEqual([theirs._id]);
    expect(store.newerRecords).toBe(0);
  });
});
