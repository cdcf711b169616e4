/** A service account's id, and its secret as Atlas shows it when it is made. */
export interface AtlasCredentials {
  readonly clientId: string;
  /** Asked for with each token, so that a secret can be replaced under a running bot. May reject. */
  readonly clientSecret: () => Promise<string>;
}

/**
 * RFC 6749 has id and secret percent-encoded before they are joined. Atlas does not undo it, so an id with `_` would not be
 * recognised: they are sent as they are.
 */
export const basicAsIs = (clientId: string, clientSecret: string): string =>
  Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
