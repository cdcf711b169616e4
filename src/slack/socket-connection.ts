import { setTimeout as pause } from 'node:timers/promises';
import { type Logger as BoltLogger, SocketModeReceiver } from '@slack/bolt';
import type { Logger } from '../log.ts';
import { isFrame } from './payload-shape.ts';

const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** A connection that lasted this long was a good one: the next is made at once. */
const goodAfterMs = 60_000;

export interface SocketOptions {
  readonly appToken: string;
  /** Of the Web API, which hands out the address of the web socket. */
  readonly apiUrl: string;
  readonly logger: BoltLogger;
  readonly log: Logger;
}

/**
 * Slack's payloads over a web socket. The client's own reconnecting gives up on a connection that cannot be made, and lets
 * the failure end the process; here it goes on for as long as the bot runs.
 */
export class SocketConnection {
  readonly receiver: SocketModeReceiver;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor({ appToken, apiUrl, logger, log }: SocketOptions) {
    this.#log = log;
    this.receiver = new SocketModeReceiver({
      appToken,
      logger,
      autoReconnectEnabled: false,
      installerOptions: { clientOptions: { slackApiUrl: apiUrl, timeout: 8_000, retryConfig: { retries: 0 } } },
    });
    this.#passOverWhatCannotBeHandled();
  }

  /** There is nothing to listen at. */
  async listen(): Promise<Record<string, never>> {
    return {};
  }

  /** Returns at once: a Slack that cannot be reached is no reason not to start. */
  start(): void {
    this.#running = this.#stayConnected();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.receiver.client.disconnect();
    await this.#running;
  }

  #passOverWhatCannotBeHandled(): void {
    const { client } = this.receiver;
    const receive = client.listeners('ws_message');
    client.removeAllListeners('ws_message').on('ws_message', (data: unknown, isBinary: boolean) => {
      if (isFrame(String(data))) for (const hand of receive) hand(data, isBinary);
      else this.#log.warn('A message by Socket Mode was passed over: nothing of its kind is handled here');
    });
  }

  async #stayConnected(): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      const startedAt = performance.now();
      await this.#connectOnce();
      failures = performance.now() - startedAt > goodAfterMs ? 0 : failures + 1;
      const pauseMs = failures === 0 ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1));
      await pause(pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  /** Resolves when the connection has ended, or could not be made. */
  async #connectOnce(): Promise<void> {
    const { client } = this.receiver;
    let ended = (): void => {};
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    client.once('disconnected', ended);
    try {
      await client.start();
      this.#log.info('Connected to Slack by Socket Mode');
      // A stop that came while the connection was being made found nothing to disconnect.
      if (this.#stopping.signal.aborted) await client.disconnect();
      await end;
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#log.error({ err: error }, 'No connection to Slack by Socket Mode; trying again');
    } finally {
      client.off('disconnected', ended);
    }
  }
}
