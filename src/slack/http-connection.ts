import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Logger as BoltLogger, HTTPReceiver } from '@slack/bolt';

/** Slack's largest payload, a view with its state, stays well below 1 MB. */
const largestBodyBytes = 1024 * 1024;
const serverOptions = {
  /** From the first byte to the last: Slack sends a payload at once. */
  requestTimeout: 10_000,
  headersTimeout: 5_000,
  /** Longer than the idle time of the usual load balancers, so that it is they who close a connection. */
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
};
/** How long a stop waits for requests that are under way. */
const stopWithinMs = 3_000;

export interface HttpOptions {
  readonly signingSecret: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Every address unless given. */
  readonly host?: string;
  readonly logger: BoltLogger;
}

/** Slack's requests over HTTP at `/slack/events`; Bolt checks their signatures and timestamps. */
export class HttpConnection {
  readonly receiver: HTTPReceiver;
  readonly #options: HttpOptions;
  #server: Server | undefined;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.receiver = new HTTPReceiver({
      signingSecret: options.signingSecret,
      logger: options.logger,
      processBeforeResponse: false,
      bodyLimit: largestBodyBytes,
    });
  }

  async start(): Promise<{ port: number }> {
    const { port, host } = this.#options;
    this.#server = await this.receiver.start({ port, host }, serverOptions);
    // A server that listens on TCP has an address object.
    return { port: (this.#server.address() as AddressInfo).port };
  }

  /** Takes no new connections; what has not been answered after a moment is cut. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const cut = setTimeout(() => server.closeAllConnections(), stopWithinMs);
    try {
      await this.receiver.stop();
    } finally {
      clearTimeout(cut);
    }
  }
}
