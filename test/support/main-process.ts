import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The bot's program. */
export const entry = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

interface LogLine {
  readonly level: string;
  readonly msg?: string;
  readonly [field: string]: unknown;
}

/** The bot as an operator runs it; killed when the test ends, if it still runs. */
export class MainProcess {
  stdout = '';
  stderr = '';
  /** The code it ended with; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;
  #waiting: (() => void)[] = [];

  /** Starts it with these settings only; `command` is what Node.js is told instead, in the folder `cwd`. */
  constructor(
    settings: Readonly<Record<string, string>>,
    { command = [entry], cwd }: { readonly command?: readonly string[]; readonly cwd?: string } = {},
  ) {
    const env = { PATH: process.env.PATH, ...settings };
    const child = spawn(process.execPath, [...command], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString();
      this.#wake();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    // "close" comes once all of its output has been read.
    this.exited = new Promise((resolve) =>
      child.once('close', (code) => {
        resolve(code);
        this.#wake();
      }),
    );
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await this.exited;
    });
  }

  get lines(): LogLine[] {
    const complete = this.stdout.slice(0, this.stdout.lastIndexOf('\n') + 1);
    return complete
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }

  /** Resolves with the first log line with that message. Rejects when it ends without one. */
  async logs(message: string): Promise<LogLine> {
    for (;;) {
      const found = this.lines.find(({ msg }) => msg === message);
      if (found !== undefined) return found;
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`It ended without saying "${message}": ${this.stdout}${this.stderr}`);
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  #wake(): void {
    for (const go of this.#waiting.splice(0)) go();
  }
}
