import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** As much of Slack's Socket Mode as it takes: `apps.connections.open`, and a web socket (RFC 6455) with short messages. */
export class SocketServer {
  /** What the app sent, oldest first. */
  readonly received: unknown[] = [];
  /** How often an address for a web socket was asked for. */
  opened = 0;
  /** Answers the next calls of `apps.connections.open` with HTTP 500. */
  failing = 0;
  readonly #server: Server;
  readonly #sockets: Duplex[] = [];
  #wake = (): void => {};

  private constructor() {
    this.#server = createServer((request, response) => {
      request.resume();
      this.opened += 1;
      const isWrong = this.failing-- > 0;
      response.writeHead(isWrong ? 500 : 200, { 'content-type': 'application/json' });
      response.end(isWrong ? '' : JSON.stringify({ ok: true, url: `${this.apiUrl.replace('http', 'ws')}link` }));
    });
    this.#server.on('upgrade', (request, socket: Duplex) => {
      const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${magic}`).digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      socket.on('data', (data: Buffer) => this.#read(socket, data));
      socket.on('error', () => {});
      this.#sockets.push(socket);
      this.send({ type: 'hello' });
      this.#wake();
    });
  }

  static async start(): Promise<SocketServer> {
    const server = new SocketServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  get connections(): number {
    return this.#sockets.length;
  }

  /** Resolves when `isSo` holds; looked at whenever something happens here. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** To the app, over the newest connection. */
  send(message: unknown): void {
    const payload = Buffer.from(JSON.stringify(message));
    const size = payload.length;
    const header = size < 126 ? Buffer.from([0x81, size]) : Buffer.from([0x81, 126, size >> 8, size & 0xff]);
    this.#sockets.at(-1)?.write(Buffer.concat([header, payload]));
  }

  /** Ends the newest connection without a word. */
  cut(): void {
    this.#sockets.at(-1)?.destroy();
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Frames of clients are masked. */
  #read(socket: Duplex, data: Buffer): void {
    let rest = data;
    while (rest.length >= 6) {
      const opcode = (rest[0] ?? 0) & 0x0f;
      const short = (rest[1] ?? 0) & 0x7f;
      const at = short === 126 ? 4 : 2;
      const size = short === 126 ? rest.readUInt16BE(2) : short;
      const mask = rest.subarray(at, at + 4);
      const payload = rest.subarray(at + 4, at + 4 + size).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
      rest = rest.subarray(at + 4 + size);
      if (opcode === 1) this.received.push(JSON.parse(Buffer.from(payload).toString()));
      if (opcode === 8) socket.end(Buffer.from([0x88, 2, 3, 0xe8]));
      if (opcode === 9) socket.write(Buffer.from([0x8a, size, ...payload]));
    }
    this.#wake();
  }
}
