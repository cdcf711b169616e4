import { createPublicKey, type KeyObject } from 'node:crypto';
import { access, constants, readFile, stat } from 'node:fs/promises';

/** A file with a key as text, and the rights on it; or what somebody has to mend before it can be read. */
type KeyFile =
  | { readonly ok: true; readonly pem: string; readonly mode: number }
  | { readonly ok: false; readonly problem: string };

export async function readKeyFile(path: string): Promise<KeyFile> {
  try {
    const about = await stat(path);
    // Whoever opens a pipe waits until somebody writes to it.
    if (!about.isFile()) return { ok: false, problem: `${path} is not a file. Name a file with a key.` };
    return { ok: true, pem: await readFile(path, 'utf8'), mode: about.mode };
  } catch (error) {
    const code = codeOf(error);
    const advice = code === 'ENOENT' ? 'Name a file with a key.' : 'Let the user that runs Portcullis read it.';
    return { ok: false, problem: `${path} cannot be read (${code}). ${advice}` };
  }
}

/** An Ed25519 key as PEM: of a private one its public part. Undefined for anything else. */
export function publicKeyIn(pem: string): KeyObject | undefined {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this process may write the file. */
export const isWritable = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );

/** The code that Node.js gives an error of the operating system. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'for an unknown reason';
