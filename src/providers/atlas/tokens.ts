import { allowInsecureRequests, type ClientAuth, clientCredentialsGrantRequest, customFetch } from 'oauth4webapi';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { abandonedError, type CallFacts, secretUnreadable } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { Transport } from './transport.ts';

/** A service account's id, and its secret as Atlas shows it when it is made. */
export interface AtlasCredentials {
  readonly clientId: string;
  /** Asked for with each token, so that a secret can be replaced under a running bot. May reject. */
  readonly clientSecret: () => Promise<string>;
}

/** A token is renewed this long before it ends, or after half its life if that is shorter. */
const renewBeforeEndMs = 60_000;

interface TokenSourceOptions {
  readonly baseUrl: string;
  readonly credentials: AtlasCredentials;
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
  /** Forgets a token that Atlas did not accept; one that has replaced it meanwhile stays. */
  drop(token: string): void;
}

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  token_type: z.string().regex(/^bearer$/i),
  /** Seconds. */
  expires_in: z.number().positive(),
});

export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { clock, credentials } = options;
  const facts: CallFacts = {
    name: 'token',
    changes: false,
    account: options.account,
    role: 'the right to be used here',
    subject: 'the address that hands out access tokens: the configured base address may be wrong',
  };
  const server = { issuer: options.baseUrl, token_endpoint: `${options.baseUrl}/api/oauth/token` };
  const client = { client_id: credentials.clientId };

  let held: { token: string; renewAtMs: number } | undefined;
  let refresh: Promise<string> | undefined;

  function request(basic: string): Promise<Response> {
    // RFC 6749 has id and secret percent-encoded before they are joined, and the library's own Basic method does so.
    // Atlas does not undo it, so an id with `_` would not be recognised: they are sent as they are.
    const basicAsIs: ClientAuth = (_server, _client, _body, headers) => {
      headers.set('authorization', `Basic ${basic}`);
    };
    return clientCredentialsGrantRequest(
      server,
      client,
      basicAsIs,
      {},
      {
        [allowInsecureRequests]: options.baseUrl.startsWith('http:'),
        [customFetch]: (url, { body, headers, method }) =>
          options.transport(facts, { url, method, headers, body: body.toString() }),
      },
    );
  }

  async function fetchToken(): Promise<string> {
    const startedAtMs = clock.monotonicMs();
    const secret = await credentials.clientSecret().catch((error: unknown) => {
      throw secretUnreadable(facts, error);
    });
    const basic = Buffer.from(`${credentials.clientId}:${secret}`).toString('base64');
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
