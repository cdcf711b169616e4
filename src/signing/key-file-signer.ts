import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { isWritable, readKeyFile } from './key-files.ts';
import { type Signer, SignerError } from './signer.ts';

/** Group and owner may read it: container platforms hand secrets to a group. */
const others = 0o007;

interface KeyFileOptions {
  /** Whether this process may write the file. */
  readonly mayWrite?: (path: string) => Promise<boolean>;
}

type Found = { readonly ok: true; readonly key: KeyObject } | { readonly ok: false; readonly problem: string };

/** Signs with a private key in a file: PEM, PKCS #8 (RFC 5208), Ed25519. The file is read anew each time. */
export function createKeyFileSigner(path: string, { mayWrite = isWritable }: KeyFileOptions = {}): Signer {
  const find = async (): Promise<Found> => {
    const file = await readKeyFile(path);
    if (!file.ok) return file;
    if ((file.mode & others) !== 0) {
      return { ok: false, problem: `everybody on the machine has rights on ${path}. Take them away: chmod o= ${path}` };
    }
    if (await mayWrite(path)) {
      const advice = 'Let it be a user that may only read the file, not root, or mount it read-only.';
      return { ok: false, problem: `Portcullis could change ${path}. ${advice}` };
    }
    const key = keyIn(file.pem);
    if (key !== undefined) return { ok: true, key };
    const advice = 'To make one: openssl genpkey -algorithm ed25519';
    return { ok: false, problem: `${path} holds no Ed25519 key as PEM. ${advice}` };
  };
  return {
    problem: async () => {
      const found = await find();
      return found.ok ? undefined : `LEDGER_SIGNER_KEY_FILE: ${found.problem}`;
    },
    async sign(text) {
      const found = await find();
      if (!found.ok) throw new SignerError(found.problem);
      return sign(null, Buffer.from(text), found.key).toString('base64');
    },
  };
}

function keyIn(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}
