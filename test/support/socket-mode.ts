import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { SlackServer } from '../../src/sandbox/slack/server.ts';

/** Slack's side of Socket Mode: hands out the address of a web socket, sends envelopes, receives what acknowledges them. */
export interface SocketModeServer {
  /** For SLACK_API_URL: all calls but the one for the address go to the simulated Slack. */
  readonly apiUrl: string;
  /** How many web sockets were opened so far. */
  readonly connections: number;
  /** Envelope ids that were acknowledged. */
  readonly acknowledged: readonly string[];
  /** How often the bot asked for an address. */
  readonly asked: number;
  /** Over the newest connection, or the one of that number, counted from 1. */
  send(envelope: object, connection?: number): void;
  /** Ends the newest web socket, as Slack does now and then, or the one of that number. */
  drop(connection?: number): void;
  /** The numbers of the connections that are open. */
  readonly open: readonly number[];
  /** The next acknowledgement gets lost, together with its connection. */
  loseAcknowledgement(): void;
  /** Resolves when `isSo` holds; looked at whenever something happens here. */
  until(isSo: () => boolean): Promise<void>;
}

const tokenHeader = /^Bearer xapp-/;
/** RFC 6455, section 1.3. */
const webSocketGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Closed when the test ends. */
export async function startSocketMode(slack: SlackServer): Promise<SocketModeServer> {
  const acknowledged: string[] = [];
  let asked = 0;
  const sockets: Socket[] = [];
  let isNextLost = false;
  let waiting: (() => void)[] = [];
  const happened = (): void => {
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  const socketOf = (connection = sockets.length): Socket | undefined => sockets[connection - 1];

  const server = createServer((request, response) => void answer(request, response));
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const method = request.url?.replace('/api/', '') ?? '';
    response.setHeader('content-type', 'application/json');
    if (method === 'apps.connections.open') {
      asked += 1;
      const allowed = tokenHeader.test(request.headers.authorization ?? '');
      response.end(JSON.stringify(allowed ? { ok: true, url: origin('ws') } : { ok: false, error: 'invalid_auth' }));
      return;
    }
    const headers = {
      'content-type': request.headers['content-type'] ?? '',
      authorization: request.headers.authorization ?? '',
    };
    const forwarded = await fetch(`${slack.url}${method}`, { method: 'POST', headers, body });
    response.setHeader('x-oauth-scopes', forwarded.headers.get('x-oauth-scopes') ?? '');
    response.end(await forwarded.text());
  }
  server.on('upgrade', (request, socket: Socket) => {
    const key = request.headers['sec-websocket-key'] ?? '';
    const accept = createHash('sha1').update(`${key}${webSocketGuid}`).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', happened);
    let pending = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      for (let frame = takeFrame(pending); frame !== undefined; frame = takeFrame(pending)) {
        pending = pending.subarray(frame.length);
        if (frame.opcode === 8) socket.end(frameOf(8, Buffer.alloc(0)));
        if (frame.opcode === 9) socket.write(frameOf(10, frame.payload));
        if (frame.opcode === 1 && isNextLost) socket.destroy();
        else if (frame.opcode === 1) acknowledged.push(JSON.parse(frame.payload.toString()).envelope_id);
        if (frame.opcode === 1) isNextLost = false;
      }
      happened();
    });
    socket.write(frameOf(1, Buffer.from(JSON.stringify({ type: 'hello', num_connections: 1 }))));
    happened();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  const origin = (scheme: string): string => `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    apiUrl: `${origin('http')}/api/`,
    get connections() {
      return sockets.length;
    },
    acknowledged,
    get asked() {
      return asked;
    },
    send: (envelope, connection) => void socketOf(connection)?.write(frameOf(1, Buffer.from(JSON.stringify(envelope)))),
    drop: (connection) => void socketOf(connection)?.destroy(),
    get open() {
      return sockets.flatMap((socket, index) => (socket.writable ? [index + 1] : []));
    },
    loseAcknowledgement() {
      isNextLost = true;
    },
    async until(isSo) {
      while (!isSo()) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

/** An unmasked frame, as servers send them (RFC 6455, section 5.2). */
function frameOf(opcode: number, payload: Buffer): Buffer {
  const head =
    payload.length < 126 ? Buffer.from([0x80 | opcode, payload.length]) : Buffer.from([0x80 | opcode, 126, 0, 0]);
  if (payload.length >= 126) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

/** The first complete frame; clients mask theirs. */
function takeFrame(data: Buffer): { opcode: number; payload: Buffer; length: number } | undefined {
  if (data.length < 2) return undefined;
  const short = data.readUInt8(1) & 0x7f;
  const start = short === 126 ? 4 : 2;
  if (data.length < start + 4) return undefined;
  const size = short === 126 ? data.readUInt16BE(2) : short;
  const length = start + 4 + size;
  if (data.length < length) return undefined;
  const mask = data.subarray(start, start + 4);
  const payload = Buffer.from(data.subarray(start + 4, length).map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
  return { opcode: data.readUInt8(0) & 0x0f, payload, length };
}
