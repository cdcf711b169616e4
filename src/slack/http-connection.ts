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
const timeouts = {
  /** From the first byte to the last: Slack sends a payload at once. */
  requestTimeout: 10_000,
  headersTimeout: 5_000,
  /** Longer than the idle time of the usual load balancers, so that it is they who close a connection. */
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
};
/**
 * So many bodies of the largest size still fit beside the bot in the memory that the manifests give it: a body has to be
 * there as a whole before its signature says whether it is from Slack.
 */
const mostConnections = 250;
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
  /** In milliseconds; each has its own default. */
  readonly timeouts?: Partial<typeof timeouts>;
}

/** Slack's requests over HTTP at `/slack/events`, once their signatures and timestamps are found right. */
export class HttpConnection {
  readonly receiver: HTTPReceiver;
  readonly #options: HttpOptions;
  readonly #unanswered = new Set<ServerResponse>();
  #server: Server | undefined;
  /** Whether Slack's requests are taken. */
  #takes = false;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.receiver = new HTTPReceiver({
      // `receive` has checked it: nothing else hands requests of Slack's over.
      signatureVerification: false,
      signingSecret: options.signingSecret,
      logger: options.logger,
      processBeforeResponse: false,
      bodyLimit: largestBodyBytes,
      customRoutes: [...(options.routes ?? [])],
      // What handlers throw ends in `app.error`: here Bolt itself could make nothing of a payload.
      processEventErrorHandler: async ({ error, response }) => {
        if (!response.headersSent) refuse(options.logger, response, 400, error);
        return true;
      },
    });
    const listener = this.receiver.requestListener;
    this.receiver.requestListener = (request, response) => {
      this.#unanswered.add(response);
      response.once('close', () => this.#unanswered.delete(response));
      if (this.#server === undefined) response.setHeader('connection', 'close');
      // What is no payload by its method is Bolt's to refuse.
      if (request.method !== 'POST') listener(request, response);
      else if (this.#takes) void receive(listener, options, request, response);
      else refuse(options.logger, response, 503, 'this process takes nothing now');
    };
  }

  /** Serves what is not Slack's; Slack's requests are refused until `start`. */
  async listen(): Promise<{ port: number }> {
    const { port, host } = this.#options;
    this.#server = await this.receiver.start({ port, host }, { ...timeouts, ...this.#options.timeouts });
    this.#server.maxConnections = mostConnections;
    // A server that listens on TCP has an address object.
    return { port: (this.#server.address() as AddressInfo).port };
  }

  /** Takes Slack's requests from now on. */
  start(): void {
    this.#takes = true;
  }

  /** Takes no new connections and no further requests; what has not been answered after a moment is cut. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    this.#takes = false;
    // Otherwise whoever is before the bot would keep the connection, and send its next request over it.
    for (const response of this.#unanswered) if (!response.headersSent) response.setHeader('connection', 'close');
    const cut = setTimeout(() => server.closeAllConnections(), stopWithinMs);
    try {
      await this.receiver.stop();
    } finally {
      clearTimeout(cut);
    }
  }
}

/** Hands a request to Bolt once it is found to be from Slack and of a kind that can be handled here. */
async function receive(
  listener: RequestListener,
  { signingSecret, logger }: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Bolt itself counts only what has arrived.
  if (Number(request.headers['content-length'] ?? 0) > largestBodyBytes) {
    return refuse(logger, response, 413, 'the body is too large');
  }
  const options = { signingSecret, bodyLimit: largestBodyBytes };
  let buffered: BufferedIncomingMessage;
  try {
    buffered = await HTTPModuleFunctions.parseAndVerifyHTTPRequest(options, request);
  } catch (error) {
    const status = isRawBodyError(error) && error.type === 'entity.too.large' ? 413 : 401;
    // The rest is read and forgotten, so that whoever sends it gets the answer and may use the connection again.
    request.resume();
    return refuse(logger, response, status, error);
  }
  try {
    if (isPayload(HTTPModuleFunctions.parseHTTPRequestBody(buffered))) listener(buffered, response);
    else refuse(logger, response, 400, 'nothing of this kind is handled here');
  } catch (error) {
    refuse(logger, response, error instanceof HTTPReceiverDeferredRequestError ? 404 : 400, error);
  }
}

function refuse(logger: BoltLogger, response: ServerResponse, status: number, why: unknown): void {
  logger.warn(`A request was refused with ${status}: ${why}`);
  HTTPModuleFunctions.buildNoBodyResponse(response, status);
}
