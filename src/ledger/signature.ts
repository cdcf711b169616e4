import { createPublicKey, type KeyObject, verify } from 'node:crypto';

/** Reads a public key of Ed25519 in PEM. Throws where it is none. */
export function publicKeyOf(pem: string): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'ed25519')
    throw new TypeError(`This is a key of ${key.asymmetricKeyType}, not of Ed25519`);
  return key;
}

/** Whether `signature`, in base64, is one of `signed` by the owner of this key. */
export const isSignedBy =
  (key: KeyObject) =>
  (signed: string, signature: string | undefined): boolean =>
    signature !== undefined && verify(null, Buffer.from(signed), key, Buffer.from(signature, 'base64'));
