import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ChildAnswer, ChildOrder } from '../../src/sandbox/child-bot.ts';

const entry = fileURLToPath(new URL('../../dist/sandbox/child-bot.js', import.meta.url));

type Order = ChildOrder extends infer O ? (O extends ChildOrder ? Omit<O, 'number'> : never) : never;

/** The bot as a process of its own, that can be killed. */
export class ChildBot {
  readonly port: number;
  readonly #child: ChildProcess;
  #number = 0;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Starts it with these settings only, its clock at `now`. */
  static async start(settings: Readonly<Record<string, string>>, now: Date): Promise<ChildBot> {
    const env = { PATH: process.env.PATH, ...settings, CHILD_CLOCK: now.toISOString() };
    const child = fork(entry, { env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
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

  setClock(to: Date): Promise<Date | undefined> {
    return this.#order({ do: 'set-clock', to: to.toISOString() });
  }

  /** Answers when something is due next. */
  sweep(): Promise<Date | undefined> {
    return this.#order({ do: 'sweep' });
  }

  idle(): Promise<Date | undefined> {
    return this.#order({ do: 'idle' });
  }

  /** kill -9: nothing is finished, nothing is cleaned up. */
  async kill(): Promise<void> {
    if (!this.isRunning) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  /** Resolves undefined when the child dies before it answers. */
  #order(order: Order): Promise<Date | undefined> {
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
        if (answer.error === undefined)
          resolve(answer.nextDueAt === undefined ? undefined : new Date(answer.nextDueAt));
        else reject(new Error(answer.error));
      };
      const died = (): void => {
        done();
        resolve(undefined);
      };
      this.#child.on('message', answered).on('exit', died);
      this.#child.send({ ...order, number });
    });
  }
}
