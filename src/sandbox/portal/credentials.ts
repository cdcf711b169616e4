import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import type { Clock } from '../../clock.ts';

/** Whom the portal knows: any of these is let in. */
export interface PortalCredentials {
  readonly client?: { readonly id: string; readonly secret: string };
  readonly bearer?: string;
  /** `whsec_` and base64. */
  readonly signingSecret?: string;
}

export const tokenLifeSeconds = 600;
const signatureAgeMs = 5 * 60_000;

/** Tells who may call, by the injected clock. */
export class PortalDoor {
  readonly #clock: Clock;
  readonly #tokens = new Map<string, number>();
  credentials: PortalCredentials;

  constructor(clock: Clock, credentials: PortalCredentials) {
    this.#clock = clock;
    this.credentials = credentials;
  }

  /** A token for the client that a Basic header names; undefined where it is not ours. */
  issue({ authorization = '' }: IncomingHttpHeaders): string | undefined {
    const { client } = this.credentials;
    const basic = /^Basic (\S+)$/.exec(authorization)?.[1] ?? '';
    const [id, secret] = Buffer.from(basic, 'base64').toString().split(':').map(decoded);
    if (client === undefined || id !== client.id || secret !== client.secret) return undefined;
    const token = `portal-${randomBytes(12).toString('base64url')}`;
    this.#tokens.set(token, this.#clock.now().getTime() + tokenLifeSeconds * 1_000);
    return token;
  }

  /** As when somebody withdraws what was given out. */
  withdrawTokens(): void {
    this.#tokens.clear();
  }

  admits(headers: IncomingHttpHeaders, body: string): boolean {
    const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
    if (token === undefined) return this.#isSigned(headers, body);
    const endsAt = this.#tokens.get(token);
    return token === this.credentials.bearer || (endsAt !== undefined && endsAt > this.#clock.now().getTime());
  }

  #isSigned(headers: IncomingHttpHeaders, body: string): boolean {
    const { signingSecret } = this.credentials;
    const { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signature } = headers;
    if (signingSecret === undefined || typeof id !== 'string') return false;
    const at = new Date(Number(seconds) * 1_000);
    const age = Math.abs(at.getTime() - this.#clock.now().getTime());
    return age <= signatureAgeMs && new StandardWebhook(signingSecret).sign(id, at, body) === signature;
  }
}

/** A form's encoding undone, as RFC 6749 asks of a server. */
const decoded = (part: string): string => new URLSearchParams(`x=${part}`).get('x') ?? '';
