import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { databaseHosts, mongodbChecks, rightsFinding, versionFinding } from '../../src/doctor/mongodb-checks.ts';
import { MongoDbCommandError } from '../../src/sandbox/mongodb/errors.ts';
import { startMongoDbServer } from '../../src/sandbox/mongodb/server.ts';

it.each([
  ['4.2.24', 'wrong'],
  ['3.6.0', 'wrong'],
  ['4.4.0', 'good'],
  ['5.0.31', 'good'],
  ['8.0.4-rc1', 'good'],
])('takes MongoDB %s for %s', (version, state) => {
  expect(versionFinding(version)).toMatchObject({ state });
});

describe('the rights', () => {
  const collections = ['grants', 'homes', 'ledger'];
  const changes: Readonly<Record<string, string[]>> = { grants: ['update'], homes: ['update', 'remove'], ledger: [] };
  const uses = collections.map((collection) => ({ collection, changes: changes[collection] ?? [] }));
  const all = ['find', 'insert', 'update', 'remove', 'createIndex', 'listIndexes', 'dropIndex'];
  const found = (privileges: object[]) =>
    rightsFinding(
      { authInfo: { authenticatedUsers: [{ user: 'keeper' }], authenticatedUserPrivileges: privileges } },
      'portcullis',
      uses,
    );

  it.each([
    ['readWrite on the database', [{ resource: { db: 'portcullis', collection: '' }, actions: all }]],
    ['readWriteAnyDatabase', [{ resource: { db: '', collection: '' }, actions: all }]],
    ['any resource', [{ resource: { anyResource: true }, actions: all }]],
    [
      'each collection',
      collections.map((collection) => ({ resource: { db: 'portcullis', collection }, actions: all })),
    ],
    [
      'each collection, and a ledger that nothing can be changed in',
      [
        { resource: { db: 'portcullis', collection: 'grants' }, actions: all },
        { resource: { db: 'portcullis', collection: 'homes' }, actions: all },
        {
          resource: { db: 'portcullis', collection: 'ledger' },
          actions: ['find', 'insert', 'createIndex', 'listIndexes'],
        },
      ],
    ],
  ])('are enough: %s', (_, privileges) => {
    expect(found(privileges)).toEqual({
      state: 'good',
      what: 'The bot may do what it needs in the database portcullis.',
    });
  });

  it.each([
    [
      'read only',
      [{ resource: { db: 'portcullis', collection: '' }, actions: ['find', 'listIndexes'] }],
      'insert, createIndex, update and remove',
    ],
    [
      'another database',
      [{ resource: { db: 'other', collection: '' }, actions: all }],
      'find, insert, createIndex, listIndexes, update and remove',
    ],
    [
      'one collection of three',
      [{ resource: { db: 'portcullis', collection: 'grants' }, actions: all }],
      'find, insert, createIndex, listIndexes, update and remove',
    ],
    [
      'the cluster',
      [{ resource: { cluster: true }, actions: all }],
      'find, insert, createIndex, listIndexes, update and remove',
    ],
  ])('are not: %s', (_, privileges, lacking) => {
    expect(found(privileges)).toEqual({
      state: 'wrong',
      what: `MongoDB does not let the bot ${lacking} in the database portcullis.`,
      mend: 'Give its user the role readWrite on the database portcullis.',
      who: 'operator',
    });
  });

  it('are not known where the server does not tell', () => {
    expect(rightsFinding({ ok: 1 }, 'portcullis', uses)).toMatchObject({ state: 'unknown' });
  });
});

describe('a server that is there', () => {
  it.each([
    [new MongoDbCommandError('AuthenticationFailed', 'Authentication failed.'), ['wrong']],
    [new MongoDbCommandError('NotImplemented', 'not here'), ['away']],
    [undefined, ['good', 'good', 'unknown']],
  ])('with the refusal %s', async (refusal, states) => {
    const server = await startMongoDbServer();
    server.fault = ({ name }) => {
      if (refusal !== undefined && name === 'buildInfo') throw refusal;
      return undefined;
    };
    const client = new MongoClient(server.uri);
    const database = client.db('portcullis');
    const indexed = [
      {
        collection: database.collection('grants'),
        indexes: [{ name: 'slot', key: { slot: 1 } }],
        changes: ['update'],
      } as const,
    ];
    const { signal } = new AbortController();
    const found = await Promise.all(mongodbChecks({ database, indexed }).map((check) => check.run(signal)));
    await client.close();
    await server.close();
    expect(found.flat().map(({ state }) => state)).toEqual(states);
  });

  it('is known by the names in its address', async () => {
    const named = new MongoClient('mongodb+srv://keeper:secret@Records.ab12.mongodb.net', {
      serverSelectionTimeoutMS: 1,
    });
    expect(await databaseHosts(named, named.db('portcullis'))).toEqual(['records.ab12.mongodb.net']);
    await named.close();
  });
});
