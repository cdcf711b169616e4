import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { hostOf, isPrivateAddress, PrivateAddressError, publicOnly } from './private-addresses.ts';

export interface WebhookOptions {
  /** May hold a secret. */
  readonly url: string;
  /** `whsec_` and base64. */
  readonly secret: string;
  /** Hosts that may have a private address. */
  readonly privateHosts: readonly string[];
  /** Bounds a call in real time. */
  readonly timeoutMs?: number;
}

export interface WebhookMessage {
  /** The same each time that it is sent. */
  readonly id: string;
  readonly body: string;
}

export type WebhookOutcome =
  | { readonly kind: 'taken' }
  /** 410: the receiver wants nothing more. */
  | { readonly kind: 'gone' }
  /** `why` is for operators and holds no secret. */
  | { readonly kind: 'not-taken'; readonly why: string; readonly retryAfterMs?: number };

/** Sends one message; never rejects. */
export type Webhook = (message: WebhookMessage, now: Date) => Promise<WebhookOutcome>;

const withinMs = 10_000;
/** What a receiver answers is of no interest, but a little of it is read so that the connection can be used again. */
const answerLimitBytes = 64 * 1024;
const longestRetryAfterMs = 60 * 60_000;

/**
 * Signed by Standard Webhooks 1.0 (`webhook-id`, `webhook-timestamp`, `webhook-signature`). Redirects are not followed. A
 * host whose name leads to a private address is not called, whatever the name led to before.
 */
export function createWebhook({ url, secret, privateHosts, timeoutMs = withinMs }: WebhookOptions): Webhook {
  const address = new URL(url);
  const signer = new StandardWebhook(secret);
  const host = hostOf(address);
  const guarded = !privateHosts.includes(host);
  return async ({ id, body }, now) => {
    if (guarded && isIP(host) !== 0 && isPrivateAddress(host)) return notCalled;
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'portcullis',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
      'webhook-signature': signer.sign(id, now, body),
    };
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await exchange(
        address,
        { method: 'POST', headers, signal, lookup: guarded ? publicOnly : undefined },
        body,
      );
      return outcomeOf(answer, now);
    } catch (error) {
      if (error instanceof PrivateAddressError) return notCalled;
      if (signal.aborted) return { kind: 'not-taken', why: `no answer within ${timeoutMs / 1_000} s` };
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'the connection failed';
      return { kind: 'not-taken', why: code };
    }
  };
}

const notCalled: WebhookOutcome = {
  kind: 'not-taken',
  why: 'the host has a private address and does not stand in LEDGER_WEBHOOK_ALLOW_PRIVATE',
};

type Answer = Pick<IncomingMessage, 'statusCode' | 'headers'>;

function exchange(address: URL, options: RequestOptions, body: string): Promise<Answer> {
  const send = address.protocol === 'http:' ? httpRequest : httpsRequest;
  return new Promise((resolve, reject) => {
    const request = send(address, options, (response) => {
      const { statusCode, headers } = response;
      resolve({ statusCode, headers });
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > answerLimitBytes) response.destroy();
      });
      // The status says it all: an answer that is cut off after it is an answer.
      response.on('error', () => {});
    });
    request.on('error', reject);
    request.end(body);
  });
}

function outcomeOf({ statusCode = 0, headers }: Answer, now: Date): WebhookOutcome {
  if (statusCode >= 200 && statusCode < 300) return { kind: 'taken' };
  if (statusCode === 410) return { kind: 'gone' };
  return { kind: 'not-taken', why: `HTTP ${statusCode}`, retryAfterMs: retryAfterMs(headers['retry-after'], now) };
}

/** Seconds or a date (RFC 9110, "Retry-After"); no more than an hour of it is heeded. */
function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now.getTime();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestRetryAfterMs);
}
