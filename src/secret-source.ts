import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** Where a secret is: at hand, or in a file that may be replaced while the bot runs. */
export type SecretSource =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'file'; readonly path: string };

/** A secret, or what is wrong with its file, as the rest of a sentence that begins with who names it. */
type SecretFile = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly problem: string };

const largestBytes = 64 * 1024;

const problems: Readonly<Record<string, string>> = {
  ENOENT: 'names a file that does not exist',
  ENOTDIR: 'names a file that does not exist',
  EACCES: 'names a file that this process may not read',
  EPERM: 'names a file that this process may not read',
};

/**
 * Reads a file that holds one secret, without the space around it, such as the newline that editors leave at the end. What
 * is wrong is told without the path: somebody may have put the secret itself in its place.
 */
export function readSecretFile(path: string): SecretFile {
  let file: number | undefined;
  try {
    // A pipe that nobody writes to would otherwise be waited for.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = fstatSync(file);
    if (found.isDirectory()) return { ok: false, problem: 'names a directory' };
    if (!found.isFile()) return { ok: false, problem: 'names something that is not a file' };
    if (found.size > largestBytes) return { ok: false, problem: 'names a file that is too large to hold a secret' };
    const value = readFileSync(file, 'utf8').trim();
    return value === '' ? { ok: false, problem: 'names an empty file' } : { ok: true, value };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { ok: false, problem: problems[code] ?? `names a file that cannot be read (${code})` };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The secret as it is now. Rejects where its file cannot be read, with an error that may be logged. */
export async function readSecret(source: SecretSource): Promise<string> {
  switch (source.kind) {
    case 'value':
      return source.value;
    case 'file': {
      const read = readSecretFile(source.path);
      if (!read.ok) throw new Error(`The setting ${read.problem}`);
      return read.value;
    }
  }
}
