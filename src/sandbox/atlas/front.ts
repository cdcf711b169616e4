import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { AtlasCall } from './endpoint.ts';
import { errorResponse } from './errors.ts';
import type { ActiveFault, FaultBoard } from './faults.ts';
import { nameCall } from './routes.ts';

/** A request as it arrived. */
export interface AtlasCallRecord {
  /** Undefined for a path that Atlas does not have. */
  readonly call: AtlasCall | undefined;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** What was answered, or would have been had the connection lived; undefined while there is no answer. */
  readonly status: number | undefined;
  /** The service account named by the token or the Basic header, whether or not it was accepted. */
  readonly clientId: string | undefined;
  readonly at: Date;
  /** Parsed where it is JSON, the text otherwise, undefined where there is none. */
  readonly body: unknown;
}

type OpenRecord = { -readonly [Key in keyof AtlasCallRecord]: AtlasCallRecord[Key] };

interface Exchange {
  readonly request: Request;
  readonly response: ServerResponse;
  readonly record: OpenRecord;
}

/**
 * The network in front of the simulated Atlas: records what arrives, and lets faults refuse, cut or hold it back
 * before or after `answer` carries it out.
 */
export class Front {
  readonly #answer: (request: Request) => Promise<Response>;
  readonly #clientOf: (authorization: string | undefined) => string | undefined;
  readonly #now: () => Date;
  readonly #faults: FaultBoard;
  readonly #server: Server;
  #calls: OpenRecord[] = [];
  #port = 0;

  constructor(options: {
    answer: (request: Request) => Promise<Response>;
    clientOf: (authorization: string | undefined) => string | undefined;
    now: () => Date;
    faults: FaultBoard;
  }) {
    this.#answer = options.answer;
    this.#clientOf = options.clientOf;
    this.#now = options.now;
    this.#faults = options.faults;
    this.#server = createServer((request, response) => {
      // One call a connection, or the next call could meet one that a fault or `stop` has just ended.
      response.shouldKeepAlive = false;
      this.#receive(request, response).catch(() => response.destroy());
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get calls(): readonly AtlasCallRecord[] {
    return this.#calls;
  }

  forgetCalls(): void {
    this.#calls = [];
  }

  /** Accepts connections, always on the port it got the first time. */
  async listen(): Promise<void> {
    if (this.#server.listening) return;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Refuses connections and ends the open ones. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #receive(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(message);
    const method = message.method ?? 'GET';
    const url = new URL(message.url ?? '/', this.url);
    const named = nameCall(method, url.pathname);
    const record: OpenRecord = {
      call: named?.call,
      method,
      path: `${url.pathname}${url.search}`,
      status: undefined,
      clientId: this.#clientOf(message.headers.authorization),
      at: this.#now(),
      body: parsedBody(body),
    };
    this.#calls.push(record);
    const headers = new Headers();
    for (const [name, value] of Object.entries(message.headers)) {
      for (const item of [value ?? []].flat()) headers.append(name, item);
    }
    const request = new Request(url, { method, headers, body: body === '' ? null : body });
    const exchange: Exchange = { request, response, record };
    const fault = this.#faults.take(named?.call, named?.cluster);
    if (fault === undefined) await send(exchange, await this.#carryOut(exchange));
    else await this.#spoil(exchange, fault);
  }

  async #spoil(exchange: Exchange, active: ActiveFault): Promise<void> {
    const { response } = exchange;
    const { fault } = active;
    switch (fault.kind) {
      case 'status': {
        const { status, errorCode, retryAfterSeconds } = fault;
        const headers = retryAfterSeconds === undefined ? undefined : { 'Retry-After': String(retryAfterSeconds) };
        return send(exchange, errorResponse(status, { errorCode, headers }));
      }
      case 'garbage':
        return send(
          exchange,
          new Response('<html>This is not JSON', { headers: { 'Content-Type': 'application/json' } }),
        );
      case 'wrong-shape':
        return send(exchange, Response.json({ unexpected: [1, 2, 3] }));
      case 'slow':
        await pause(fault.delayMs, undefined, { ref: false });
        if (!response.destroyed) await send(exchange, await this.#carryOut(exchange));
        return;
      case 'hang':
        active.hold({
          carryOut: async () => {
            if (!response.destroyed) await send(exchange, await this.#carryOut(exchange));
          },
          drop: () => response.destroy(),
          hangUp: new Promise((resolve) => response.once('close', resolve)),
        });
        return;
      case 'cut-before':
        response.destroy();
        return;
      case 'cut-after':
        await this.#carryOut(exchange);
        response.destroy();
        return;
      case 'late':
        response.destroy();
        active.hold({
          carryOut: async () => {
            await this.#carryOut(exchange);
          },
          drop: () => undefined,
          hangUp: Promise.resolve(),
        });
    }
  }

  /** The answer goes on record even where nobody will get to see it. */
  async #carryOut({ request, record }: Exchange): Promise<Response> {
    const answer = await this.#answer(request);
    record.status = answer.status;
    return answer;
  }
}

async function send({ response, record }: Exchange, answer: Response): Promise<void> {
  record.status = answer.status;
  const body = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(body);
}

function parsedBody(body: string): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
