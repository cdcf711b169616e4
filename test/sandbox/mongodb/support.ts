import { type Collection, type Db, type Document, MongoClient, MongoServerError, type ObjectId } from 'mongodb';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type MongoDbServer, startMongoDbServer } from '../../../src/sandbox/mongodb/server.ts';

/** Documents with ids of any kind. */
export interface Item extends Document {
  _id?: string | number | ObjectId | Date;
}

export interface Bench {
  readonly server: MongoDbServer;
  readonly client: MongoClient;
  readonly db: Db;
  readonly items: Collection<Item>;
}

/** One server and client for a test file, emptied before each test. */
export function useServer(): () => Bench {
  let bench: Bench | undefined;
  beforeAll(async () => {
    const server = await startMongoDbServer();
    const client = new MongoClient(server.uri, { ignoreUndefined: true, serverSelectionTimeoutMS: 5000 });
    const db = client.db('bench');
    bench = { server, client, db, items: db.collection<Item>('items') };
  });
  beforeEach(() => bench?.server.reset());
  afterAll(async () => {
    await bench?.client.close();
    await bench?.server.close();
  });
  return () => {
    if (bench === undefined) throw new Error('The server has not been started');
    return bench;
  };
}

/** What the server refused an attempt with; throws when it was not refused. */
export async function refusal(attempt: Promise<unknown>): Promise<MongoServerError> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof MongoServerError) return error;
    throw error;
  }
  throw new Error('It was not refused');
}

/** A promise that is settled from outside. */
export function signal(): { readonly given: Promise<undefined>; give(): void } {
  let give = () => {};
  const given = new Promise<undefined>((resolve) => {
    give = () => resolve(undefined);
  });
  return { given, give };
}
