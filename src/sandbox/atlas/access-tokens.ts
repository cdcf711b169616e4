import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';

/** Seconds for which Atlas lets a service account's token live. */
export const TOKEN_LIFETIME_SECONDS = 3600;

/** The bearer tokens given out, by the injected clock. */
export class AccessTokens {
  readonly #clock: Clock;
  readonly #tokens = new Map<string, { clientId: string; expiresAtMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(clientId: string): string {
    const token = `atlas.${randomBytes(24).toString('base64url')}`;
    this.#tokens.set(token, {
      clientId,
      expiresAtMs: this.#clock.now().getTime() + TOKEN_LIFETIME_SECONDS * 1000,
    });
    return token;
  }

  /** The account behind a token that is still good. */
  verify(token: string): string | undefined {
    const found = this.#tokens.get(token);
    if (found === undefined || found.expiresAtMs <= this.#clock.now().getTime()) return undefined;
    return found.clientId;
  }

  /** The account that a token was given to, expired or not. */
  ownerOf(token: string): string | undefined {
    return this.#tokens.get(token)?.clientId;
  }

  /** A token of another account, or an unknown one, is left alone (RFC 7009). */
  revoke(token: string, clientId: string): void {
    if (this.ownerOf(token) === clientId) this.#tokens.delete(token);
  }

  clear(): void {
    this.#tokens.clear();
  }
}

export function bearerToken(authorization: string | null | undefined): string | undefined {
  return /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
}

/**
 * The two halves of a Basic header, just as they stand: Atlas does not undo the percent-encoding that RFC 6749 asks of
 * clients, so an id that was encoded on the way is an unknown id.
 */
export function basicCredentials(
  authorization: string | null | undefined,
): { clientId: string; clientSecret: string } | undefined {
  const encoded = /^Basic (\S+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  return { clientId: text.slice(0, colon), clientSecret: text.slice(colon + 1) };
}
