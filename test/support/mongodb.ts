import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { type Clock, systemClock } from '../../src/clock.ts';
import { type MongoDbServer, startMongoDbServer } from '../../src/sandbox/mongodb/server.ts';

export interface TestDatabase {
  readonly uri: string;
  readonly databaseName: string;
  /** The in-memory server; undefined when the tests run on a real one. */
  readonly server?: MongoDbServer;
  close(): Promise<void>;
}

/**
 * A database of one's own: on an in-memory server started for it, with that clock, or with TEST_MONGODB_URI on the server
 * named there, under a fresh name and dropped on `close`.
 */
export async function testDatabase(clock: Pick<Clock, 'now'> = systemClock): Promise<TestDatabase> {
  const databaseName = `portcullis-test-${randomBytes(6).toString('hex')}`;
  const uri = process.env.TEST_MONGODB_URI;
  if (uri === undefined || uri === '') {
    const server = await startMongoDbServer({ now: () => clock.now() });
    return { uri: server.uri, databaseName, server, close: () => server.close() };
  }
  return {
    uri,
    databaseName,
    async close() {
      const client = new MongoClient(uri);
      try {
        await client.db(databaseName).dropDatabase();
      } finally {
        await client.close();
      }
    },
  };
}
