import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';

export type Headers = Readonly<Record<string, string>>;

/** What was answered: the HTTP status, or `cut` when the connection ended without an answer. */
export interface Answered {
  readonly status: number | 'cut';
  readonly body: string;
}

/** Somebody who can reach the bot's port and sends what they like. */
export class HostileClient {
  readonly #port: number;
  readonly #secret: string;
  readonly #agent: Agent;

  constructor(options: { readonly port: number; readonly secret: string; readonly connections: number }) {
    this.#port = options.port;
    this.#secret = options.secret;
    this.#agent = new Agent({ keepAlive: true, maxSockets: options.connections });
  }

  /** The headers that make Slack's signature of this body right (Slack documentation, "Verifying requests from Slack"). */
  signed(body: string, offsetSeconds = 0): Record<string, string> {
    const timestamp = String(Math.floor(Date.now() / 1000) + offsetSeconds);
    const digest = createHmac('sha256', this.#secret).update(`v0:${timestamp}:${body}`).digest('hex');
    return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${digest}` };
  }

  /** With `chunks`, the body goes out in pieces and its length is not told beforehand. */
  send(
    body: string,
    headers: Headers,
    { path = '/slack/events', method = 'POST', chunks = 0 }: { path?: string; method?: string; chunks?: number } = {},
  ): Promise<Answered> {
    return new Promise((resolve) => {
      const length = chunks > 0 ? {} : { 'content-length': Buffer.byteLength(body) };
      const options = { host: '127.0.0.1', port: this.#port, method, path, agent: this.#agent };
      const outgoing = request({ ...options, headers: { ...headers, ...length } }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 'cut', body: text });
          // Who has been refused already does not go on sending.
          if (!outgoing.writableFinished) outgoing.destroy();
        });
        response.on('error', () => resolve({ status: response.statusCode ?? 'cut', body: text }));
      });
      outgoing.on('error', () => resolve({ status: 'cut', body: '' }));
      // What is answered before all of it was sent may be cut while the rest is still being written.
      outgoing.on('socket', (socket) => socket.listenerCount('error') < 2 && socket.on('error', () => {}));
      const size = Math.ceil(body.length / Math.max(1, chunks));
      for (let at = 0; at < body.length; at += size) outgoing.write(body.slice(at, at + size));
      outgoing.end();
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** How often each status was answered. */
export class Statuses {
  readonly #counts = new Map<number | 'cut', number>();

  add({ status }: Answered): void {
    this.#counts.set(status, (this.#counts.get(status) ?? 0) + 1);
  }

  get seen(): (number | 'cut')[] {
    return [...this.#counts.keys()].sort();
  }

  /** `401 × 20000, 413 × 12` */
  toString(): string {
    return this.seen.map((status) => `${status} × ${this.#counts.get(status)}`).join(', ');
  }
}

/** Does `one` that often, so many at a time. */
export async function many(count: number, atOnce: number, one: (index: number) => Promise<void>): Promise<void> {
  let index = 0;
  const lane = async (): Promise<void> => {
    while (index < count) await one(index++);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
