import type { CheckedClock } from '../../checked-clock.ts';
import { type AccessToken, revokedWithinMs, tokenHash, tokenStanding } from '../../grants/tokens.ts';
import type { Logger } from '../../log.ts';
import type { TokenStore } from '../../store/tokens.ts';
import { Remembered } from './remembered.ts';

export type Authentication =
  /** For so many seconds more it may open something; below zero, nothing: it was read too long ago. */
  | { readonly kind: 'token'; readonly token: AccessToken; readonly opensForSeconds: number }
  /** No token, none that there is, or one that was revoked or has expired: which of these, nobody is told. */
  | { readonly kind: 'not-accepted' }
  /** The tokens cannot be read now. */
  | { readonly kind: 'not-known' };

const usesNotedEveryMs = 60 * 60_000;

/**
 * Reads whose token comes with a request. How long that takes tells nothing of the tokens that there are: whatever comes is
 * hashed and looked up by its hash, of which whoever sends it can choose no part, and what is found or not found is
 * remembered alike. Nothing is ever compared with a token.
 */
export class Authenticator {
  readonly #clock: CheckedClock;
  readonly #tokens: Pick<TokenStore, 'find' | 'used'>;
  readonly #log: Logger;
  readonly #remembered: Remembered<AccessToken>;
  readonly #notedMs = new Map<string, number>();

  constructor(options: {
    readonly clock: CheckedClock;
    readonly tokens: Pick<TokenStore, 'find' | 'used'>;
    readonly log: Logger;
    readonly onRead: (failure?: unknown) => void;
  }) {
    this.#clock = options.clock;
    this.#tokens = options.tokens;
    this.#log = options.log;
    this.#remembered = new Remembered({ clock: options.clock, freshForMs: revokedWithinMs, onRead: options.onRead });
  }

  /** `header` is the request's `Authorization` (RFC 6750, section 2.1). */
  async authenticate(header: string | undefined): Promise<Authentication> {
    const sent = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1];
    if (sent === undefined) return { kind: 'not-accepted' };
    const hash = tokenHash(sent);
    const reading = await this.#remembered.get(hash, () => this.#tokens.find(hash));
    if (reading === undefined) return { kind: 'not-known' };
    const { value: token, atMs, isNew } = reading;
    const now = this.#clock.now();
    if (token === undefined || tokenStanding(token, now) !== 'good') return { kind: 'not-accepted' };
    this.#noteUse(token, now);
    // What was read for this very request is new, and nobody waits long for it.
    const ageMs = isNew ? 0 : this.#clock.monotonicMs() - atMs;
    return { kind: 'token', token, opensForSeconds: Math.floor((revokedWithinMs - ageMs) / 1_000) };
  }

  /** Now and then, and nobody waits for it. */
  #noteUse({ _id: hash, id, lastUsedAt }: AccessToken, now: Date): void {
    const since = now.getTime() - usesNotedEveryMs;
    if (Math.max(this.#notedMs.get(hash) ?? 0, lastUsedAt?.getTime() ?? 0) > since) return;
    this.#notedMs.set(hash, now.getTime());
    this.#tokens.used(hash, now, new Date(since)).catch((error: unknown) => {
      this.#log.warn({ err: error, tokenId: id }, 'That a token was used could not be noted');
    });
  }
}
