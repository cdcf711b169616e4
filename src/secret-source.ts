import { execFile } from 'node:child_process';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** Where a secret is: at hand, or where it may be replaced while the bot runs. */
export type SecretSource =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  /** What a program prints: its absolute path, then its arguments. */
  | { readonly kind: 'command'; readonly command: readonly [string, ...string[]] };

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

/** A program that asks a store of secrets for one. */
const commandWithinMs = 3_000;

/** The secret as it is now. Rejects where it cannot be read, with an error that may be logged. */
export async function readSecret(source: SecretSource): Promise<string> {
  const read = await tryReadSecret(source);
  if (!read.ok) throw new Error(`The setting ${read.problem}`);
  return read.value;
}

/** A secret, or what keeps it from being read, without the secret or where it is. */
export async function tryReadSecret(
  source: SecretSource,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<SecretFile> {
  switch (source.kind) {
    case 'value':
      return { ok: true, value: source.value };
    case 'environment': {
      const value = environment[source.name]?.trim();
      return value ? { ok: true, value } : { ok: false, problem: 'names an environment variable that is not set' };
    }
    case 'file':
      return readSecretFile(source.path);
    case 'command':
      return printedBy(source.command);
  }
}

async function printedBy([program, ...words]: readonly [string, ...string[]]): Promise<SecretFile> {
  try {
    const { stdout } = await promisify(execFile)(program, words, { timeout: commandWithinMs, maxBuffer: largestBytes });
    const value = stdout.trim();
    return value === '' ? { ok: false, problem: 'names a program that printed nothing' } : { ok: true, value };
  } catch (error) {
    return { ok: false, problem: `names a program that failed (${howFailed(error)})` };
  }
}

/** Without what it printed, which may hold the secret. */
function howFailed(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if ('killed' in error && error.killed === true) return `no answer within ${commandWithinMs / 1_000} s`;
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? `exit code ${code}` : String(code ?? 'unknown error');
}
