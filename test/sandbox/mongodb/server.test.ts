import { MongoClient, MongoNetworkError } from 'mongodb';
import { afterEach, describe, expect, it } from 'vitest';
import { MongoDbCommandError } from '../../../src/sandbox/mongodb/errors.ts';
import { startMongoDbServer } from '../../../src/sandbox/mongodb/server.ts';
import { type Bench, type Item, refusal, signal, useServer } from './support.ts';

const bench = useServer();

afterEach(() => {
  bench().server.fault = undefined;
});

describe('the server', () => {
  it('greets as a standalone server does', async () => {
    const { db, client } = bench();
    expect(await db.command({ hello: 1 })).toMatchObject({ ok: 1, isWritablePrimary: true, maxWireVersion: 21 });
    expect(await db.command({ ping: 1 })).toEqual({ ok: 1 });
    expect(await db.command({ buildInfo: 1 })).toMatchObject({ version: '7.0.0' });
    expect(client.options.retryWrites).toBe(true);
  });

  it.each<[command: object, code: number, codeName: string]>([
    [{ notACommand: 1 }, 59, 'CommandNotFound'],
    [{ toString: 1 }, 59, 'CommandNotFound'],
    [{ collStats: 'items' }, 59, 'CommandNotFound'],
    [{ explain: { find: 'items' } }, 238, 'NotImplemented'],
    [{ find: 'items', collation: { locale: 'en' } }, 238, 'NotImplemented'],
    [{ find: 'items', tailable: true }, 238, 'NotImplemented'],
    [{ find: 'items', readConcern: { level: 'snapshot' } }, 238, 'NotImplemented'],
    [{ find: 'items', filter: 'x' }, 14, 'TypeMismatch'],
    [{ find: 'items', limit: -1 }, 2, 'BadValue'],
    [{ find: 1 }, 14, 'TypeMismatch'],
    [{ find: '' }, 73, 'InvalidNamespace'],
    [{ insert: 'items', documents: [] }, 16, 'InvalidLength'],
    [{ insert: 'items' }, 40414, 'Location40414'],
    [{ insert: 'items', documents: [{}], txnNumber: 1 }, 20, 'IllegalOperation'],
    [{ insert: 'items', documents: [{}], autocommit: false }, 72, 'InvalidOptions'],
    [{ insert: 'items', documents: [{}], startTransaction: true }, 72, 'InvalidOptions'],
    [{ insert: 'items', documents: [{}], writeConcern: { w: 2 } }, 2, 'BadValue'],
  ])('refuses %j', async (command, code, codeName) => {
    expect(await refusal(bench().db.command(command))).toMatchObject({ code, codeName });
  });

  it('takes no transactions', async () => {
    const { client, items } = bench();
    const session = client.startSession();
    session.startTransaction();
    await expect(items.insertOne({ _id: 1 }, { session })).rejects.toMatchObject({ originalError: { code: 20 } });
    await session.abortTransaction().catch(() => undefined);
    await session.endSession();
    expect(await items.countDocuments()).toBe(0);
  });

  it('takes sessions, a majority write concern and unacknowledged writes', async () => {
    const { client, items } = bench();
    await client.withSession(async (session) => {
      await items.insertOne({ _id: 1 }, { session, writeConcern: { w: 'majority' } });
    });
    expect(await items.insertOne({ _id: 2 }, { writeConcern: { w: 0 } })).toMatchObject({ acknowledged: false });
    // The unacknowledged write may go over another connection, so it is waited for by looking.
    await expect.poll(() => items.countDocuments()).toBe(2);
  });

  it('listens on the port it is given, and refuses one that is taken', async () => {
    const { port } = new URL(bench().server.uri);
    await expect(startMongoDbServer({ port: Number(port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('keeps its data over stop and start, and the driver finds it again', async () => {
    const { server, items } = bench();
    await items.insertOne({ _id: 1 });
    const { uri } = server;
    await server.stop();
    await server.stop();
    const client = new MongoClient(uri, { serverSelectionTimeoutMS: 50 });
    await expect(client.db('bench').command({ ping: 1 })).rejects.toThrow('ECONNREFUSED');
    await client.close();
    await server.start();
    await server.start();
    expect(server.uri).toBe(uri);
    // A read that meets the old connection is tried again by the driver.
    expect(await items.findOne({})).toEqual({ _id: 1 });
    await items.insertOne({ _id: 2 });
  });
});

describe('faults', () => {
  it('sees each command with its collection and body', async () => {
    const { server, items, db } = bench();
    const seen: unknown[] = [];
    server.fault = ({ name, collection, database, body }) => {
      if (name !== 'hello') seen.push([name, database, collection, Object.keys(body)[0]]);
      return undefined;
    };
    const before = server.commands.get('insert') ?? 0;
    await items.insertMany([{ _id: 1 }, { _id: 2 }]);
    await items.find({}, { batchSize: 1 }).toArray();
    await db.command({ ping: 1 });
    expect(seen).toEqual([
      ['insert', 'bench', 'items', 'insert'],
      ['find', 'bench', 'items', 'find'],
      ['getMore', 'bench', 'items', 'getMore'],
      ['ping', 'bench', undefined, 'ping'],
    ]);
    expect(server.commands.get('insert')).toBe(before + 1);
  });

  it('cut a connection before the command took effect', async () => {
    const { server, items } = bench();
    server.fault = ({ name }) => (name === 'insert' ? 'cut-before' : undefined);
    await expect(items.insertOne({ _id: 1 })).rejects.toThrow(MongoNetworkError);
    server.fault = undefined;
    expect(await items.countDocuments()).toBe(0);
  });

  it('cut a connection after the command took effect', async () => {
    const { server, items } = bench();
    await items.insertOne({ _id: 1, rev: 0 });
    server.fault = ({ name }) => (name === 'findAndModify' ? 'cut-after' : undefined);
    const attempt = items.findOneAndReplace({ _id: 1, rev: 0 }, { rev: 1 });
    await expect(attempt).rejects.toThrow(MongoNetworkError);
    server.fault = undefined;
    expect(await items.findOne({})).toEqual({ _id: 1, rev: 1 });
  });

  it('refuse with a server error', async () => {
    const { server, items } = bench();
    server.fault = ({ name }) => {
      if (name === 'find') throw new MongoDbCommandError('BadValue', 'made up');
      return undefined;
    };
    expect(await refusal(items.findOne({}))).toMatchObject({ code: 2, codeName: 'BadValue', message: 'made up' });
    server.fault = () => Promise.reject(new TypeError('a mistake in the fault'));
    expect(await refusal(items.findOne({}))).toMatchObject({ code: 1, codeName: 'InternalError' });
  });

  it('delay one command without holding up others', async () => {
    const { server, items } = bench();
    const gate = signal();
    const reached = signal();
    server.fault = ({ name }) => {
      if (name !== 'insert') return undefined;
      reached.give();
      return gate.given;
    };
    const slow = items.insertOne({ _id: 1 });
    await reached.given;
    expect(await items.countDocuments()).toBe(0);
    gate.give();
    await slow;
    expect(await items.countDocuments()).toBe(1);
  });

  it.each<[outcome: string, interrupt: (bench: Bench) => Promise<void>, socketTimeoutMS: number, stored: Item[]]>([
    ['carry out a delayed command whose client went away', async () => undefined, 50, [{ _id: 1 }]],
    [
      'do not carry out a delayed command once the server was stopped',
      async ({ server }) => {
        await server.stop();
        await server.start();
      },
      0,
      [],
    ],
  ])('%s', async (_, interrupt, socketTimeoutMS, stored) => {
    const { server, items } = bench();
    const gate = signal();
    const reached = signal();
    server.fault = ({ name }) => {
      if (name !== 'insert') return undefined;
      reached.give();
      return gate.given;
    };
    const other = new MongoClient(server.uri, { socketTimeoutMS });
    const attempt = expect(other.db('bench').collection<Item>('items').insertOne({ _id: 1 })).rejects.toThrow(
      MongoNetworkError,
    );
    await reached.given;
    await interrupt(bench());
    await attempt;
    gate.give();
    await other.close();
    expect(await items.find().toArray()).toEqual(stored);
  });
});
