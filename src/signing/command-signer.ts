import { type ChildProcess, spawn } from 'node:child_process';
import { type KeyObject, verify } from 'node:crypto';
import { access, constants, stat } from 'node:fs/promises';
import type { Logger } from '../log.ts';
import { codeOf, isWritable, publicKeyIn, readKeyFile } from './key-files.ts';
import { type Signer, SignerError } from './signer.ts';

const withinMs = 5_000;
/** A signature has 64 bytes (RFC 8032), which are 88 characters of base64. */
const signature = /^[A-Za-z0-9+/]{85}[AQgw]==$/;
const longestAnswer = 1_024;
const longestComplaint = 2_000;

export interface CommandSignerOptions {
  /** The absolute path of a program, then its arguments. */
  readonly command: readonly [string, ...string[]];
  /** What the program is given as its environment: none of the bot's own settings. */
  readonly environment: Readonly<Record<string, string>>;
  /** The path of the public key by which the program signs: PEM, SubjectPublicKeyInfo (RFC 8410), Ed25519. */
  readonly publicKeyPath: string;
  readonly log: Pick<Logger, 'warn'>;
  /** Bounds the program in real time. */
  readonly timeoutMs?: number;
  /** Whether this process may write the file. */
  readonly mayWrite?: (path: string) => Promise<boolean>;
}

type Found = { readonly ok: true; readonly key: KeyObject } | { readonly ok: false; readonly problem: string };

/**
 * Has a program sign: the text comes on its standard input, and it answers with the signature in base64 on standard
 * output, which has to be by the public key. No shell is involved. What it writes to standard error goes to the log.
 */
export function createCommandSigner(options: CommandSignerOptions): Signer {
  const [program] = options.command;
  const find = async (): Promise<Found> => {
    const wrong = await problemOf(program, options.mayWrite ?? isWritable);
    if (wrong !== undefined) return { ok: false, problem: `LEDGER_SIGNER_COMMAND: ${wrong}` };
    const read = await publicKeyAt(options.publicKeyPath);
    return read.ok ? read : { ok: false, problem: `LEDGER_SIGNER_PUBLIC_KEY_FILE: ${read.problem}` };
  };
  return {
    problem: async () => {
      const found = await find();
      return found.ok ? undefined : found.problem;
    },
    async sign(text) {
      const found = await find();
      if (!found.ok) throw new SignerError(found.problem);
      const { answer, complaint, failure } = await run(options, text);
      if (complaint !== '')
        options.log.warn({ program, complaint }, 'The program that signs the ledger said something');
      if (failure !== undefined) throw new SignerError(`${program} ${failure}`);
      const signed = answer.trim();
      if (!signature.test(signed))
        throw new SignerError(`${program} did not answer with an Ed25519 signature in base64`);
      // What is signed once is kept for ever.
      if (!verify(null, Buffer.from(text), found.key, Buffer.from(signed, 'base64')))
        throw new SignerError(`${program} answered with a signature that is not by the public key`);
      return signed;
    },
  };
}

async function problemOf(program: string, mayWrite: (path: string) => Promise<boolean>): Promise<string | undefined> {
  try {
    await access(program, constants.X_OK);
    if (!(await stat(program)).isFile()) return `${program} is not a file. Name a program.`;
  } catch {
    return `${program} cannot be run. Name a program that the user may execute.`;
  }
  if (!(await mayWrite(program))) return undefined;
  return `Portcullis could change ${program}. Let it be a user that may only run the program, not root, or mount it read-only.`;
}

async function publicKeyAt(path: string): Promise<Found> {
  const file = await readKeyFile(path);
  if (!file.ok) return file;
  // Nobody should leave a private key here.
  const key = file.pem.includes('PRIVATE KEY') ? undefined : publicKeyIn(file.pem);
  if (key !== undefined) return { ok: true, key };
  const advice = 'To make one of a private key: openssl pkey -pubout';
  return { ok: false, problem: `${path} holds no Ed25519 public key as PEM. ${advice}` };
}

interface Ran {
  readonly answer: string;
  readonly complaint: string;
  readonly failure?: string;
}

function run(options: CommandSignerOptions, text: string): Promise<Ran> {
  const { timeoutMs = withinMs } = options;
  return new Promise((resolve) => {
    let answer = '';
    let complaint = '';
    let timer: NodeJS.Timeout | undefined;
    const done = (failure?: string): void => {
      clearTimeout(timer);
      resolve({ answer, complaint, failure });
    };
    const notStarted = (error: unknown): void => done(`could not be started (${codeOf(error)})`);
    let child: ChildProcess;
    try {
      child = start(options);
    } catch (error) {
      notStarted(error);
      return;
    }
    child.on('error', notStarted);
    const { stdin, stdout, stderr } = child;
    // There are none where no file can be opened any more (EMFILE): the error is still to come.
    if (!stdin || !stdout || !stderr) return;
    const abandon = (failure: string): void => {
      end(child.pid);
      done(failure);
    };
    timer = setTimeout(() => abandon(`did not answer within ${timeoutMs / 1_000} s`), timeoutMs);
    stdout.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
      if (answer.length > longestAnswer) abandon('answered with more than a signature');
    });
    stderr.setEncoding('utf8').on('data', (chunk: string) => {
      complaint = `${complaint}${chunk}`.slice(0, longestComplaint);
    });
    child.on('close', (code, signal) => done(code === 0 ? undefined : `ended with ${signal ?? `exit code ${code}`}`));
    // One that answers without reading is judged by its answer.
    stdin.on('error', () => {});
    stdin.end(text);
  });
}

/** A process group of its own: what the program has started ends with it. Some errors are thrown, others come later. */
function start({ command: [program, ...words], environment }: CommandSignerOptions): ChildProcess {
  return spawn(program, words, { env: environment, stdio: 'pipe', detached: true });
}

function end(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
