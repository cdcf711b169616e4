import { Webhook as StandardWebhook } from 'standardwebhooks';
import type { Clock } from '../../clock.ts';
import { readSecret, type SecretSource } from '../../secret-source.ts';
import { type CallFacts, secretUnreadable } from '../calls/errors.ts';
import type { Exchange } from '../calls/exchange.ts';
import { createTokenSource } from '../calls/tokens.ts';
import type { Transport } from '../calls/transport.ts';
import type { PortalAuth } from './push-schema.ts';

/** What one call is sent with to prove who it is from. */
export interface Authorized {
  readonly headers: Readonly<Record<string, string>>;
  /** What of it must not come back in an error. */
  readonly secrets: readonly string[];
  /** Forgets what the portal did not accept; only there where asking anew can help. */
  readonly drop?: () => void;
}

/** Throws `ProviderError`, with nothing sent to the portal's own calls yet. */
export type Authorize = (
  facts: CallFacts,
  message: { readonly id: string; readonly body: string },
  signal?: AbortSignal,
) => Promise<Authorized>;

interface AuthorizationOptions {
  readonly auth: PortalAuth;
  readonly vendor: string;
  readonly account: string;
  readonly clock: Clock;
  readonly transport: Transport;
  readonly exchange: Exchange;
  readonly onSecret?: (secret: string) => void;
}

/** Secrets are read for each call, or each token, so that they can be replaced under a running bot. */
export function createAuthorization(options: AuthorizationOptions): Authorize {
  const { auth, clock, onSecret } = options;

  async function secretOf(facts: CallFacts, source: SecretSource): Promise<string> {
    const secret = await readSecret(source).catch((error: unknown) => {
      throw secretUnreadable(facts, error);
    });
    onSecret?.(secret);
    // Anything else could not stand in a header, or would end it.
    if (!/^[\x21-\x7e]+$/.test(secret)) throw secretUnreadable(facts, new Error('The secret holds more than one word'));
    return secret;
  }

  switch (auth.kind) {
    case 'bearer':
      return async (facts) => {
        const secret = await secretOf(facts, auth.secret);
        return { headers: { authorization: `Bearer ${secret}` }, secrets: [secret] };
      };
    case 'oauth': {
      const { tokenUrl, clientId, clientSecret, scope } = auth;
      const source = { tokenUrl, clientId, clientSecret: () => readSecret(clientSecret), scope };
      const tokens = createTokenSource({ ...options, ...source, basicOf: encodedBasic });
      return async (_facts, _message, signal) => {
        const token = await tokens.get(signal);
        return {
          headers: { authorization: `Bearer ${token}` },
          secrets: [token],
          drop: () => tokens.drop(token),
        };
      };
    }
    case 'signature':
      return async (facts, { id, body }) => {
        const secret = await secretOf(facts, auth.secret);
        const now = clock.now();
        const headers = {
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
          'webhook-signature': signerBy(facts, secret).sign(id, now, body),
        };
        return { headers, secrets: [secret] };
      };
  }
}

/** The library's own error says too much of what it was given. */
function signerBy(facts: CallFacts, secret: string): StandardWebhook {
  try {
    return new StandardWebhook(secret);
  } catch {
    throw secretUnreadable(facts, new Error('The secret is not one of Standard Webhooks: `whsec_` and base64'));
  }
}

/** Id and secret are encoded as forms are before they are joined (RFC 6749, 2.3.1). */
function encodedBasic(clientId: string, clientSecret: string): string {
  const [id, secret] = [clientId, clientSecret].map((part) => new URLSearchParams([['', part]]).toString().slice(1));
  return Buffer.from(`${id}:${secret}`).toString('base64');
}
