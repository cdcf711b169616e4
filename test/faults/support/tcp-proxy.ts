import { type AddressInfo, createServer, type Server, Socket } from 'node:net';

/** `request` is what the client sends, `answer` what comes back. */
export type Direction = 'request' | 'answer';

/** Which connection it hits, and after how many bytes of that direction: with 0 none of them passes. */
interface Place {
  readonly direction: Direction;
  /** Counted from the moment the trouble was set up, on each connection by itself. */
  readonly afterBytes: number;
  /** How many connections it hits; all of them until it is cleared when left out. */
  readonly times?: number;
}

/**
 * - `cut`: both sides of the connection are ended in an orderly way, in the middle of whatever is under way.
 * - `reset`: the same by a reset.
 * - `half-open`: the connection stays, and nothing passes any more in either direction.
 * - `delay`: what comes passes this much later, in order, in real time.
 *
 * In the direction `request` after 0 bytes the other side never hears of the call; in the direction `answer` after 0 bytes
 * it has carried the call out, and its answer is lost.
 */
export type Trouble = Place &
  ({ readonly kind: 'cut' | 'reset' | 'half-open' } | { readonly kind: 'delay'; readonly ms: number });

interface TroubleHandle {
  /** Connections hit so far. */
  readonly hits: number;
  /** Hits no further connection. What is half open stays so. */
  clear(): void;
}

interface Armed {
  readonly trouble: Trouble;
  readonly hit: Set<Link>;
  cleared: boolean;
}

/** A connection through the proxy. */
interface Link {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Bytes that have come, by trouble: each counts from its own beginning. */
  readonly seen: Map<Armed, number>;
  state: 'whole' | 'half-open' | 'ended';
}

/** A proxy on loopback in front of a server on loopback, that does to connections what networks do. */
export class TcpProxy {
  readonly #upstreamPort: number;
  readonly #server: Server;
  readonly #links = new Set<Link>();
  #armed: Armed[] = [];

  private constructor(upstreamPort: number) {
    this.#upstreamPort = upstreamPort;
    this.#server = createServer((client) => this.#connect(client));
  }

  static async start(upstreamPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(upstreamPort);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The same address, through the proxy. */
  through(address: string): string {
    const url = new URL(address);
    url.port = String(this.port);
    return url.href;
  }

  /** Of several that fit, the one set up first hits. */
  add(trouble: Trouble): TroubleHandle {
    const armed: Armed = { trouble, hit: new Set(), cleared: false };
    this.#armed.push(armed);
    return {
      get hits() {
        return armed.hit.size;
      },
      clear: () => {
        armed.cleared = true;
        this.#armed = this.#armed.filter((other) => other !== armed);
      },
    };
  }

  /** No trouble any more; what was half open is reset, as by a network that is mended. */
  heal(): void {
    for (const armed of this.#armed.splice(0)) armed.cleared = true;
    for (const link of this.#links) if (link.state === 'half-open') end(link, 'reset');
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const link of this.#links) end(link, 'reset');
    await closed;
  }

  #connect(client: Socket): void {
    const upstream = new Socket();
    const link: Link = { client, upstream, seen: new Map(), state: 'whole' };
    this.#links.add(link);
    upstream.connect(this.#upstreamPort, '127.0.0.1');
    this.#pipe(link, client, upstream, 'request');
    this.#pipe(link, upstream, client, 'answer');
  }

  #pipe(link: Link, from: Socket, to: Socket, direction: Direction): void {
    let before = Promise.resolve();
    from.on('data', (chunk: Buffer) => {
      if (link.state !== 'whole') return;
      const armed = this.#runsInto(link, direction, chunk.length);
      if (armed?.trouble.kind === 'delay') {
        const { ms } = armed.trouble;
        before = before.then(() => later(ms));
      }
      if (armed === undefined || armed.trouble.kind === 'delay') {
        before = before.then(() => pass(link, to, chunk));
        return;
      }
      const { kind, afterBytes } = armed.trouble;
      const passes = afterBytes + chunk.length - (link.seen.get(armed) ?? 0);
      if (passes > 0) to.write(chunk.subarray(0, passes));
      if (kind === 'half-open') link.state = 'half-open';
      else end(link, kind);
    });
    from.on('error', () => {});
    from.on('close', () => {
      // Of a half-open connection neither side hears what became of the other.
      if (link.state === 'half-open') return;
      void before.then(() => {
        to.end();
        this.#links.delete(link);
      });
    });
  }

  /** Counts what has come for every trouble, and finds the first one that it runs into. */
  #runsInto(link: Link, direction: Direction, bytes: number): Armed | undefined {
    const there = this.#armed.filter((armed) => armed.trouble.direction === direction);
    for (const armed of there) link.seen.set(armed, (link.seen.get(armed) ?? 0) + bytes);
    const found = there.find((armed) => {
      const { afterBytes, times = Number.POSITIVE_INFINITY } = armed.trouble;
      return (link.seen.get(armed) ?? 0) > afterBytes && (armed.hit.has(link) || armed.hit.size < times);
    });
    found?.hit.add(link);
    return found;
  }
}

function pass(link: Link, to: Socket, chunk: Buffer): void {
  if (link.state === 'whole' && !to.destroyed) to.write(chunk);
}

function end(link: Link, kind: 'cut' | 'reset'): void {
  link.state = 'ended';
  for (const socket of [link.client, link.upstream]) {
    if (kind === 'reset') socket.resetAndDestroy();
    else socket.destroySoon();
  }
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
