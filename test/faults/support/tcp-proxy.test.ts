import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { TcpProxy } from './tcp-proxy.ts';

/** A server that says what it heard, a proxy before it, and what the server has heard so far. */
async function startEcho(): Promise<{ proxy: TcpProxy; heard: () => string }> {
  let heard = '';
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      heard += chunk.toString();
      socket.write(`heard ${chunk.toString()}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy = await TcpProxy.start((server.address() as AddressInfo).port);
  onTestFinished(async () => {
    await proxy.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { proxy, heard: () => heard };
}

/** A client that collects what it is answered, and how its connection ended. */
async function startClient(proxy: TcpProxy): Promise<{ socket: Socket; answered: () => string; ended: () => string }> {
  const socket = connect(proxy.port, '127.0.0.1');
  let answered = '';
  let ended = '';
  socket.on('data', (chunk) => {
    answered += chunk.toString();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    ended ||= error.code ?? 'error';
  });
  socket.on('close', () => {
    ended ||= 'closed';
  });
  await once(socket, 'connect');
  onTestFinished(() => {
    socket.destroy();
  });
  return { socket, answered: () => answered, ended: () => ended };
}

describe('a proxy that does to connections what networks do', () => {
  it('passes everything on without trouble', async () => {
    const { proxy } = await startEcho();
    const client = await startClient(proxy);
    client.socket.write('one');
    await eventually(client.answered).toBe('heard one');
    expect(client.ended()).toBe('');
  });

  it('cuts before the request has reached the other side', async () => {
    const { proxy, heard } = await startEcho();
    const trouble = proxy.add({ kind: 'cut', direction: 'request', afterBytes: 0, times: 1 });
    const client = await startClient(proxy);
    client.socket.write('one');
    await eventually(client.ended).toBe('closed');
    expect({ heard: heard(), answered: client.answered(), hits: trouble.hits }).toEqual({
      heard: '',
      answered: '',
      hits: 1,
    });
    const second = await startClient(proxy);
    second.socket.write('two');
    await eventually(second.answered).toBe('heard two');
  });

  it('resets after the other side has answered, with a part of the answer', async () => {
    const { proxy, heard } = await startEcho();
    proxy.add({ kind: 'reset', direction: 'answer', afterBytes: 0 });
    const client = await startClient(proxy);
    client.socket.write('one');
    await eventually(client.ended).not.toBe('');
    expect({ heard: heard(), answered: client.answered() }).toEqual({ heard: 'one', answered: '' });
  });

  it('ends a connection in the middle of a request', async () => {
    const { proxy, heard } = await startEcho();
    proxy.add({ kind: 'cut', direction: 'request', afterBytes: 5, times: 1 });
    const client = await startClient(proxy);
    client.socket.write('one');
    await eventually(client.answered).toBe('heard one');
    client.socket.write('two');
    await eventually(client.ended).toBe('closed');
    await eventually(heard).toBe('onetw');
  });

  it('leaves a connection half open until it is mended', async () => {
    const { proxy, heard } = await startEcho();
    proxy.add({ kind: 'half-open', direction: 'answer', afterBytes: 0, times: 1 });
    const client = await startClient(proxy);
    client.socket.write('one');
    await eventually(heard).toBe('one');
    client.socket.write('two');
    const other = await startClient(proxy);
    other.socket.write('three');
    await eventually(other.answered).toBe('heard three');
    expect({ heard: heard(), answered: client.answered(), ended: client.ended() }).toEqual({
      heard: 'onethree',
      answered: '',
      ended: '',
    });
    proxy.heal();
    await eventually(client.ended).not.toBe('');
  });

  it('delays in order', async () => {
    const { proxy } = await startEcho();
    const trouble = proxy.add({ kind: 'delay', direction: 'answer', afterBytes: 0, ms: 20 });
    const client = await startClient(proxy);
    client.socket.write('one');
    await eventually(() => trouble.hits).toBe(1);
    trouble.clear();
    client.socket.write('two');
    await eventually(client.answered).toBe('heard oneheard two');
  });
});
