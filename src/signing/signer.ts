/** Something outside of the bot's database that holds an Ed25519 key (RFC 8032). */
export interface Signer {
  /** The signature of a text in UTF-8, as base64. Throws `SignerError`. */
  sign(text: string): Promise<string>;
  /** What somebody has to mend before it can sign, in a sentence; undefined when nothing is. */
  problem(): Promise<string | undefined>;
}

/** Nothing was signed. The message is for operators and holds nothing of the key. */
export class SignerError extends Error {
  override readonly name = 'SignerError';
  readonly code = 'signer-failed';
}
