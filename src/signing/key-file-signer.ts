import { createPrivateKey, sign } from 'node:crypto';
import { access, constants, readFile, stat } from 'node:fs/promises';
import { type Signer, SignerError } from './signer.ts';

/** Group and owner may read it: container platforms hand secrets to a group. */
const others = 0o007;

interface KeyFileOptions {
  /** Whether this process may write the file. */
  readonly mayWrite?: (path: string) => Promise<boolean>;
}

/** Signs with a private key in a file: PEM, PKCS #8 (RFC 5208), Ed25519. The file is read anew each time. */
export function createKeyFileSigner(path: string, { mayWrite = isWritable }: KeyFileOptions = {}): Signer {
  const problem = async (): Promise<string | undefined> => {
    const about = await stat(path).catch((error: NodeJS.ErrnoException) => error);
    if (about instanceof Error) return `${path} cannot be read (${about.code}). Name a file with a key.`;
    if ((about.mode & others) !== 0) {
      return `everybody on the machine has rights on ${path}. Take them away: chmod o= ${path}`;
    }
    if (await mayWrite(path)) {
      return `Portcullis could change ${path}. Let it be a user that may only read the file, not root, or mount it read-only.`;
    }
    const pem = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => error);
    if (pem instanceof Error) return `${path} cannot be read (${pem.code}). Let the user that runs Portcullis read it.`;
    if (keyIn(pem) !== undefined) return undefined;
    return `${path} holds no Ed25519 key as PEM. To make one: openssl genpkey -algorithm ed25519`;
  };
  return {
    problem: async () => {
      const found = await problem();
      return found === undefined ? undefined : `LEDGER_SIGNER_KEY_FILE: ${found}`;
    },
    async sign(text) {
      const found = await problem();
      if (found !== undefined) throw new SignerError(found);
      const key = keyIn(await readFile(path, 'utf8'));
      if (key === undefined) throw new SignerError(`${path} was changed while it was read`);
      return sign(null, Buffer.from(text), key).toString('base64');
    },
  };
}

function keyIn(pem: string) {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}

const isWritable = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
