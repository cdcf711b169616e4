import { once } from 'node:events';
import { connect } from 'node:net';
import { deserialize, serialize } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageSplitter } from '../../../src/sandbox/mongodb/wire.ts';
import { useServer } from './support.ts';

const bench = useServer();

function frame(operation: number, content: Uint8Array, length = 16 + content.length): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(length, 0);
  header.writeInt32LE(77, 4);
  header.writeInt32LE(operation, 12);
  return Buffer.concat([header, content]);
}

function message(...sections: (readonly [kind: number, content: Uint8Array])[]): Buffer {
  return frame(
    2013,
    Buffer.concat([Buffer.alloc(4), ...sections.flatMap(([kind, content]) => [Buffer.of(kind), content])]),
  );
}

const ping = serialize({ ping: 1, $db: 'bench' });

/** What the server sends back over one connection: one whole reply, or what there is when it closes. */
async function exchange(bytes: Uint8Array): Promise<Buffer> {
  const socket = connect(Number(new URL(bench().server.uri).port), '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('data', (chunk) => {
    received.push(chunk);
    const all = Buffer.concat(received);
    if (all.length >= 4 && all.length >= all.readInt32LE(0)) socket.destroy();
  });
  // Writing on after the server has closed fails, which is no part of what is looked at.
  socket.on('error', () => undefined);
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(received);
}

function sequence(name: string, ...documents: object[]): Buffer {
  const content = Buffer.concat([Buffer.from(`${name}\0`), ...documents.map((document) => serialize(document))]);
  const size = Buffer.alloc(4);
  size.writeInt32LE(4 + content.length);
  return Buffer.concat([size, content]);
}

describe('the wire protocol', () => {
  it('answers OP_MSG', async () => {
    const reply = await exchange(message([0, ping]));
    expect(reply.readInt32LE(8)).toBe(77);
    expect(reply.readInt32LE(12)).toBe(2013);
    expect(deserialize(reply.subarray(21))).toEqual({ ok: 1 });
  });

  it('answers OP_QUERY with OP_REPLY', async () => {
    const name = Buffer.from('admin.$cmd\0');
    const content = Buffer.concat([Buffer.alloc(4), name, Buffer.alloc(8), serialize({ isMaster: 1, helloOk: true })]);
    const reply = await exchange(frame(2004, content));
    expect(reply.readInt32LE(12)).toBe(1);
    expect(deserialize(reply.subarray(36))).toMatchObject({ ismaster: true, helloOk: true, ok: 1 });
  });

  it('merges document sequences into the command', async () => {
    const body = serialize({ insert: 'items', $db: 'bench' });
    const reply = await exchange(message([1, sequence('documents', { _id: 1 }, { _id: 2 })], [0, body]));
    expect(deserialize(reply.subarray(21))).toEqual({ n: 2, ok: 1 });
    expect(await bench().items.find().toArray()).toEqual([{ _id: 1 }, { _id: 2 }]);
  });

  const truncated = Buffer.from(ping);
  truncated.writeInt32LE(ping.length + 50, 0);
  const broken = Buffer.from(ping);
  broken[4] = 0x7a;

  it.each<[title: string, bytes: Uint8Array]>([
    ['a length below that of a header', frame(2013, ping, 15)],
    ['a negative length', frame(2013, ping, -1)],
    ['a length over 48 MB', frame(2013, ping, 48_000_001)],
    ['an unknown operation', frame(2012, ping)],
    ['OP_MSG without content', frame(2013, Buffer.alloc(0))],
    ['a flag that must be understood', frame(2013, Buffer.concat([Buffer.of(1, 0, 0, 0, 0), ping]))],
    ['a section of an unknown kind', message([2, ping])],
    ['two bodies', message([0, ping], [0, ping])],
    ['no body', message([1, sequence('documents', {})])],
    ['a sequence for a field that is there', message([0, ping], [1, sequence('ping', {})])],
    ['a body longer than its message', message([0, truncated])],
    ['a body that is no BSON', message([0, broken])],
    ['a body without $db', message([0, serialize({ ping: 1 })])],
    ['a sequence without a name', message([0, ping], [1, Buffer.of(9, 0, 0, 0, 65, 65, 65, 65, 65)])],
    [
      'an OP_QUERY for documents',
      frame(2004, Buffer.concat([Buffer.alloc(4), Buffer.from('bench.items\0'), Buffer.alloc(8), ping])),
    ],
    ['an OP_QUERY cut short', frame(2004, Buffer.of(0, 0, 0, 0, 65))],
  ])('closes the connection on %s', async (_, bytes) => {
    expect(await exchange(bytes)).toHaveLength(0);
    expect(await bench().db.command({ ping: 1 })).toEqual({ ok: 1 });
  });

  it('survives any bytes', async () => {
    const content = fc.uint8Array({ minLength: 1, maxLength: 200 });
    const operation = fc.constantFrom(2013, 2004, 2012, 1);
    const mutated = fc.tuple(fc.nat(ping.length + 20), fc.nat(255)).map(([at, byte]) => {
      const bytes = message([0, ping]);
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    const bytes = fc.oneof(
      content,
      fc.tuple(operation, content).map(([op, rest]) => frame(op, rest)),
      mutated,
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (sent) => {
        const socket = connect(Number(new URL(bench().server.uri).port), '127.0.0.1');
        socket.on('error', () => undefined);
        socket.resume();
        // Half closed: the server is done with the connection when it has read the end of it.
        socket.end(sent);
        await once(socket, 'close');
      }),
      { numRuns: 300 },
    );
    expect(await bench().db.command({ ping: 1 })).toEqual({ ok: 1 });
  });

  it('refuses what cannot be held, nested too deeply or named __proto__', async () => {
    const { db } = bench();
    let deep: object = {};
    for (let level = 0; level < 250; level++) deep = { deep };
    await expect(db.command({ insert: 'items', documents: [deep] })).rejects.toMatchObject({ code: 15 });
    await expect(db.command({ find: 'items', filter: { 'a.__proto__': 1 } })).rejects.toMatchObject({ code: 238 });
    const polluting = JSON.parse('{ "insert": "items", "documents": [{ "__proto__": { "x": 1 } }] }');
    await expect(db.command(polluting)).rejects.toMatchObject({ code: 238 });
  });

  it('puts messages together from any pieces', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(messages, fc.infiniteStream(fc.integer({ min: 1, max: 30 })), (contents, sizes) => {
        const sent = contents.map((content) => frame(2013, content));
        const splitter = new MessageSplitter();
        const received: Buffer[] = [];
        let rest = Buffer.concat(sent);
        while (rest.length > 0) {
          const size: number = sizes.next().value;
          received.push(...splitter.push(rest.subarray(0, size)));
          rest = rest.subarray(size);
        }
        expect(received.map((each) => each.toString('hex'))).toEqual(sent.map((each) => each.toString('hex')));
      }),
    );
  });
});
