import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Logger as BoltLogger,
  type BufferedIncomingMessage,
  type CustomRoute,
  HTTPModuleFunctions,
  HTTPReceiver,
  HTTPReceiverDeferredRequestError,
  isRawBodyError,
} from '@slack/bolt';
import { isPayload } from './payload-shape.ts';

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
  /** What is served beside Slack's requests. */
  readonly routes?: readonly CustomRoute[];
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
      customRoutes: [...(options.routes ?? [])],
    });
    const listener = this.receiver.requestListener;
    this.receiver.requestListener = (request, response) => {
      // What is no payload by its method is Bolt's to refuse.
      if (request.method === 'POST') void receive(listener, options, request, response);
      else listener(request, response);
    };
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

/**
 * Hands a request to Bolt, which checks its signature again, once it is found to be from Slack and of a kind that can be
 * handled here.
 */
async function receive(
  listener: RequestListener,
  { signingSecret, logger }: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refuse = (status: number, why: unknown): void => {
    logger.warn(`A request was refused with ${status}: ${why}`);
    HTTPModuleFunctions.buildNoBodyResponse(response, status);
  };
  const options = { signingSecret, bodyLimit: largestBodyBytes };
  let buffered: BufferedIncomingMessage;
  try {
    buffered = await HTTPModuleFunctions.parseAndVerifyHTTPRequest(options, request);
  } catch (error) {
    return refuse(isRawBodyError(error) && error.type === 'entity.too.large' ? 413 : 401, error);
  }
  try {
    if (isPayload(HTTPModuleFunctions.parseHTTPRequestBody(buffered))) listener(buffered, response);
    else refuse(400, 'nothing of this kind is handled here');
  } catch (error) {
    refuse(error instanceof HTTPReceiverDeferredRequestError ? 404 : 400, error);
  }
}
