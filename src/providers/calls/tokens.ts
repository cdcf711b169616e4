import { allowInsecureRequests, clientCredentialsGrantRequest, customFetch } from 'oauth4webapi';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { abandonedError, type CallFacts, secretUnreadable } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { Transport } from './transport.ts';

/** A token is renewed this long before it ends, or after half its life if that is shorter. */
const renewBeforeEndMs = 60_000;

interface TokenSourceOptions {
  /** The full address of the token endpoint. */
  readonly tokenUrl: string;
  readonly clientId: string;
  /** Asked for with each token, so that a secret can be replaced under a running bot. May reject. */
  readonly clientSecret: () => Promise<string>;
  /** What an `Authorization: Basic` header says after that word. */
  readonly basicOf: (clientId: string, clientSecret: string) => string;
  readonly scope?: string;
  readonly vendor: string;
  /** The account in words, for messages. */
  readonly account: string;
  readonly clock: Clock;
  readonly transport: Transport;
  readonly exchange: Exchange;
  readonly onSecret?: (secret: string) => void;
}

export interface TokenSource {
  /** A token that is valid for some time yet. However many callers wait, one request is under way. */
  get(signal?: AbortSignal): Promise<string>;
  /** Forgets a token that was not accepted; one that has replaced it meanwhile stays. */
  drop(token: string): void;
}

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  token_type: z.string().regex(/^bearer$/i),
  /** Seconds. */
  expires_in: z.number().positive(),
});

/** Tokens by OAuth client credentials (RFC 6749, 4.4). */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { clock, tokenUrl, clientId } = options;
  const facts: CallFacts = {
    name: 'token',
    vendor: options.vendor,
    changes: false,
    account: options.account,
    role: 'the right to be used here',
    subject: 'the address that hands out access tokens: the configured address may be wrong',
  };
  const server = { issuer: tokenUrl, token_endpoint: tokenUrl };
  const client = { client_id: clientId };
  const parameters: Record<string, string> = options.scope === undefined ? {} : { scope: options.scope };

  let held: { token: string; renewAtMs: number } | undefined;
  let refresh: Promise<string> | undefined;

  function request(basic: string): Promise<Response> {
    return clientCredentialsGrantRequest(
      server,
      client,
      (_server, _client, _body, headers) => headers.set('authorization', `Basic ${basic}`),
      parameters,
      {
        [allowInsecureRequests]: tokenUrl.startsWith('http:'),
        [customFetch]: (url, { body, headers, method }) =>
          options.transport(facts, { url, method, headers, body: body.toString() }),
      },
    );
  }

  async function fetchToken(): Promise<string> {
    const startedAtMs = clock.monotonicMs();
    const secret = await options.clientSecret().catch((error: unknown) => {
      throw secretUnreadable(facts, error);
    });
    const basic = options.basicOf(clientId, secret);
    const secrets = [basic, secret];
    for (const each of secrets) options.onSecret?.(each);
    const answer = await options.exchange(facts, { status: 200, answer: tokenAnswer, secrets }, () => request(basic));
    options.onSecret?.(answer.access_token);
    const lifeMs = answer.expires_in * 1000;
    held = { token: answer.access_token, renewAtMs: startedAtMs + Math.max(lifeMs - renewBeforeEndMs, lifeMs / 2) };
    return answer.access_token;
  }

  return {
    get(signal) {
      if (held !== undefined && clock.monotonicMs() < held.renewAtMs) return Promise.resolve(held.token);
      refresh ??= fetchToken().finally(() => {
        refresh = undefined;
      });
      // The refresh belongs to all who wait for it: one that gives up stops waiting and leaves it running.
      return orGiveUp(refresh, signal, () => abandonedError(facts, 'given-up', false));
    },
    drop(token) {
      if (held?.token === token) held = undefined;
    },
  };
}

function orGiveUp<T>(work: Promise<T>, signal: AbortSignal | undefined, error: () => Error): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(error());
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
