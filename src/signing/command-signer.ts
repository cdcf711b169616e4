import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import type { Logger } from '../log.ts';
import { type Signer, SignerError } from './signer.ts';

const withinMs = 5_000;
/** A signature has 64 bytes (RFC 8032), which are 88 characters of base64. */
const signature = /^[A-Za-z0-9+/]{86}==$/;
const longestAnswer = 1_024;
const longestComplaint = 2_000;

export interface CommandSignerOptions {
  /** The absolute path of a program, then its arguments. */
  readonly command: readonly [string, ...string[]];
  /** What the program is given as its environment: none of the bot's own settings. */
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Pick<Logger, 'warn'>;
  /** Bounds the program in real time. */
  readonly timeoutMs?: number;
}

/**
 * Has a program sign: the text comes on its standard input, and it answers with the signature in base64 on standard
 * output. No shell is involved. What it writes to standard error goes to the log.
 */
export function createCommandSigner(options: CommandSignerOptions): Signer {
  const [program] = options.command;
  return {
    problem: () =>
      access(program, constants.X_OK).then(
        () => undefined,
        () => `LEDGER_SIGNER_COMMAND: ${program} cannot be run. Name a program that the user may execute.`,
      ),
    async sign(text) {
      const { answer, complaint, failure } = await run(options, text);
      if (complaint !== '')
        options.log.warn({ program, complaint }, 'The program that signs the ledger said something');
      if (failure !== undefined) throw new SignerError(`${program} ${failure}`);
      const signed = answer.trim();
      if (!signature.test(signed))
        throw new SignerError(`${program} did not answer with an Ed25519 signature in base64`);
      return signed;
    },
  };
}

interface Ran {
  readonly answer: string;
  readonly complaint: string;
  readonly failure?: string;
}

function run({ command, environment, timeoutMs = withinMs }: CommandSignerOptions, text: string): Promise<Ran> {
  const [program, ...words] = command;
  return new Promise((resolve) => {
    // A process group of its own: what the program has started ends with it.
    const child = spawn(program, words, { env: environment, stdio: 'pipe', detached: true });
    let answer = '';
    let complaint = '';
    const done = (failure?: string): void => {
      clearTimeout(timer);
      resolve({ answer, complaint, failure });
    };
    const abandon = (failure: string): void => {
      end(child.pid);
      done(failure);
    };
    const timer = setTimeout(() => abandon(`did not answer within ${timeoutMs / 1_000} s`), timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
      if (answer.length > longestAnswer) abandon('answered with more than a signature');
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      complaint = `${complaint}${chunk}`.slice(0, longestComplaint);
    });
    child.on('error', (error: NodeJS.ErrnoException) => done(`could not be started (${error.code})`));
    child.on('close', (code, signal) => done(code === 0 ? undefined : `ended with ${signal ?? `exit code ${code}`}`));
    // One that answers without reading is judged by its answer.
    child.stdin.on('error', () => {});
    child.stdin.end(text);
  });
}

function end(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
