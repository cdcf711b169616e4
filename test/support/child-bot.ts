import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ChildAnswer, ChildOrder, Holdings } from '../../src/sandbox/child-bot.ts';

const entry = fileURLToPath(new URL('../../dist/sandbox/child-bot.js', import.meta.url));

type Order = ChildOrder extends infer O ? (O extends ChildOrder ? Omit<O, 'number'> : never) : never;

/** The bot as a process of its own, that can be killed. */
export class ChildBot {
  readonly port: number;
  /** What it wrote to standard error: why it died, if it did. */
  complaints = '';
  /** The lines that it wrote to standard output, whole ones. */
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  #number = 0;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
    child.stderr?.on('data', (chunk: Buffer) => {
      this.complaints += chunk.toString();
    });
    if (child.stdout !== null) createInterface(child.stdout).on('line', (line) => this.lines.push(line));
  }

  /** Starts it with these settings only, its clock at `now`. */
  static async start(settings: Readonly<Record<string, string>>, now: Date): Promise<ChildBot> {
    const env = { PATH: process.env.PATH, ...settings, CHILD_CLOCK: now.toISOString() };
    const child = fork(entry, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    let complaints = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      complaints += chunk.toString();
    });
    const port = await new Promise<number>((resolve, reject) => {
      child.once('message', (answer: ChildAnswer) => resolve('port' in answer ? answer.port : 0));
      child.once('exit', (code) => reject(new Error(`The child stopped with ${code}: ${complaints}`)));
    });
    return new ChildBot(child, port);
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Lets time pass. */
  async setClock(to: Date): Promise<void> {
    await this.#order({ do: 'set-clock', to: to.toISOString() });
  }

  /** The same, whatever the clock shows. */
  async passTime(ms: number): Promise<void> {
    await this.#order({ do: 'pass-time', ms });
  }

  /** Sets the machine's clock, forward or back, without time passing. */
  async stepClock(to: Date): Promise<void> {
    await this.#order({ do: 'step-clock', to: to.toISOString() });
  }

  async sweep(): Promise<void> {
    await this.#order({ do: 'sweep' });
  }

  /** Answers when something is due next. */
  async idle(): Promise<Date | undefined> {
    const at = (await this.#order({ do: 'idle' }))?.nextDueAt;
    return at === undefined ? undefined : new Date(at);
  }

  /** What the process holds once nothing runs. Throws when it is not running. */
  async measure(): Promise<Holdings> {
    await this.idle();
    const holdings = (await this.#order({ do: 'measure' }))?.holdings;
    if (holdings === undefined) throw new Error(`The child is not running: ${this.complaints}`);
    return holdings;
  }

  /** Stops the process where it is, as a machine that is suspended does. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  /** kill -9: nothing is finished, nothing is cleaned up. Resolves when all that it wrote has been read. */
  async kill(): Promise<void> {
    if (!this.isRunning) return;
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await closed;
  }

  /** Resolves undefined when the child dies before it answers. */
  #order(order: Order): Promise<Exclude<ChildAnswer, { port: number }> | undefined> {
    if (!this.isRunning) return Promise.resolve(undefined);
    this.#number += 1;
    const number = this.#number;
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#child.off('message', answered).off('exit', died);
      };
      const answered = (answer: ChildAnswer): void => {
        if (!('number' in answer) || answer.number !== number) return;
        done();
        if (answer.error === undefined) resolve(answer);
        else reject(new Error(answer.error));
      };
      const died = (): void => {
        done();
        resolve(undefined);
      };
      this.#child.on('message', answered).on('exit', died);
      // One that is being killed is told in vain.
      this.#child.send({ ...order, number }, () => {});
    });
  }
}
