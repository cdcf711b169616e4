import { createServer, type Server, type Socket } from 'node:net';
import type { Document } from 'bson';
import { Catalogue } from './catalogue.ts';
import type { ServerState } from './command.ts';
import { Cursors } from './cursors.ts';
import { commandName, runCommand } from './dispatch.ts';
import { asCommandError } from './errors.ts';
import { encodeReply, type IncomingMessage, MessageSplitter, parseMessage } from './wire.ts';

/**
 * An in-memory server that speaks MongoDB's wire protocol on loopback, for trying and testing only: nothing is stored,
 * nobody is asked who they are, and much is refused. It looks like a standalone server. What it offers is answered as
 * MongoDB does; what it does not offer is refused with MongoDB's own errors, never answered wrongly.
 */
export interface MongoDbServer {
  readonly uri: string;
  /**
   * Called before each command is carried out, and waited for without holding up other connections. May throw a
   * MongoDbCommandError to refuse the command, or have the connection cut before or after it took effect.
   */
  fault?: (command: ReceivedCommand) => Promise<Fault> | Fault;
  /** How often each command was received, `hello` under that name however it was spelled. */
  readonly commands: ReadonlyMap<string, number>;
  /** Stops listening and cuts all connections; commands still waiting are not carried out. The data is kept. */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  start(): Promise<void>;
  /** Drops all databases. */
  reset(): void;
  /** Stops for good. */
  close(): Promise<void>;
}

interface ReceivedCommand {
  readonly name: string;
  readonly database: string;
  readonly collection?: string;
  readonly body: Document;
}

type Fault = 'cut-before' | 'cut-after' | undefined;

/** Starts a server on 127.0.0.1, on any free port unless one is named; by the machine's clock unless another is given. */
export async function startMongoDbServer(options: { port?: number; now?: () => Date } = {}): Promise<MongoDbServer> {
  const server = new InMemoryServer(options.port ?? 0, options.now ?? (() => new Date()));
  await server.start();
  return server;
}

class InMemoryServer implements MongoDbServer {
  fault?: MongoDbServer['fault'];
  readonly #commands = new Map<string, number>();
  readonly #state: ServerState;
  readonly #connections = new Set<Socket>();
  #listener: Server | undefined;
  #port: number;
  #lastReplyId = 0;

  constructor(port: number, now: () => Date) {
    this.#port = port;
    this.#state = { catalogue: new Catalogue(), cursors: new Cursors(), now };
  }

  get uri(): string {
    return `mongodb://127.0.0.1:${this.#port}/?directConnection=true`;
  }

  get commands(): ReadonlyMap<string, number> {
    return this.#commands;
  }

  async start(): Promise<void> {
    if (this.#listener !== undefined) return;
    const listener = createServer((socket) => void this.#serve(socket));
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#listener = listener;
    const address = listener.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  async stop(): Promise<void> {
    const listener = this.#listener;
    if (listener === undefined) return;
    this.#listener = undefined;
    const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
    for (const socket of this.#connections) cut(socket);
    this.#connections.clear();
    this.#state.cursors.killAll(() => true);
    await closed;
  }

  reset(): void {
    this.#state.catalogue.clear();
    this.#state.cursors.killAll(() => true);
  }

  close(): Promise<void> {
    return this.stop();
  }

  /** Answers one connection, message by message in order, until it ends, breaks or sends what cannot be understood. */
  async #serve(socket: Socket): Promise<void> {
    this.#connections.add(socket);
    socket.setNoDelay();
    socket.on('error', () => socket.destroy());
    const splitter = new MessageSplitter();
    try {
      for await (const chunk of socket) {
        for (const message of splitter.push(chunk)) await this.#answer(socket, parseMessage(message));
      }
    } catch {
      // Bytes that are no message, or a connection that broke: either way there is nobody to tell.
    } finally {
      this.#connections.delete(socket);
      socket.destroy();
    }
  }

  async #answer(socket: Socket, message: IncomingMessage): Promise<void> {
    const name = commandName(message.body);
    const { database, body } = message;
    this.#commands.set(name, (this.#commands.get(name) ?? 0) + 1);
    let fault: Fault;
    let reply: Document;
    try {
      const first: unknown = name === 'getMore' ? body.collection : Object.values(body)[0];
      const collection = typeof first === 'string' ? first : undefined;
      fault = await this.fault?.({ name, database, body, ...(collection !== undefined && { collection }) });
      // A server that was stopped meanwhile does nothing more; one whose client went away carries on.
      if (fault === 'cut-before' || !this.#connections.has(socket)) {
        cut(socket);
        return;
      }
      reply = { ...runCommand({ name, database, body }, this.#state), ok: 1 };
    } catch (error) {
      const { message: errmsg, code, codeName, detail } = asCommandError(error);
      reply = { ok: 0, errmsg, code, codeName, ...detail };
    }
    if (fault === 'cut-after') cut(socket);
    else if (message.wantsReply && socket.writable) {
      this.#lastReplyId += 1;
      socket.write(encodeReply(message, this.#lastReplyId, reply));
    }
  }
}

/**
 * Cuts with a reset, so that the client fails at once. After an orderly end there is a moment in which the Node.js driver
 * (7.9) still writes to the connection and then waits forever for the write to be done, unless it has a `timeoutMS`.
 */
function cut(socket: Socket): void {
  socket.resetAndDestroy();
}
