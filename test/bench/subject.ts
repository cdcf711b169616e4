import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { SurroundingsAnswers, SurroundingsOrder } from './subjects/surroundings.ts';

const built = new URL('../../dist/bench/test/bench/subjects/', import.meta.url);

interface Message {
  readonly answer?: unknown;
  readonly error?: string;
}

/** A process that carries out orders, one at a time; killed when the test ends. */
export class Subject<Order, Answer> {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Starts one of `subjects/`, by the name of its file; it gets these settings only. Rejects when it dies before it is ready. */
  static async start<Order, Answer>(
    name: string,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<Subject<Order, Answer>> {
    const env = { PATH: process.env.PATH, ...settings };
    const child = fork(fileURLToPath(new URL(`${name}.js`, built)), {
      env,
      // As `npm start` does it, and not with the flags of the test runner.
      execArgv: ['--enable-source-maps'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    onTestFinished(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    });
    const subject = new Subject<Order, Answer>(child);
    await subject.#message();
    return subject;
  }

  /** Rejects when the order cannot be carried out, or the process dies before it answers. */
  async ask(order: Order): Promise<Answer> {
    const answered = this.#message();
    this.#child.send(order as object);
    const { answer, error } = await answered;
    if (error !== undefined) throw new Error(error);
    return answer as Answer;
  }

  #message(): Promise<Message> {
    return new Promise((resolve, reject) => {
      const died = (code: number | null): void => reject(new Error(`The process ended with ${code}`));
      this.#child.once('exit', died);
      this.#child.once('message', (message: Message) => {
        this.#child.off('exit', died);
        resolve(message);
      });
    });
  }
}

/** What the bot talks to, in a process of its own, so that the bot's is the only one that its work is measured in. */
export class Surroundings {
  readonly settings: Readonly<Record<string, string>>;
  readonly #subject: Subject<SurroundingsOrder, unknown>;

  private constructor(subject: Subject<SurroundingsOrder, unknown>, settings: Readonly<Record<string, string>>) {
    this.#subject = subject;
    this.settings = settings;
  }

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<Surroundings> {
    const subject = await Subject.start<SurroundingsOrder, unknown>('surroundings', environment);
    const settings = await subject.ask({ do: 'settings' });
    return new Surroundings(subject, settings as SurroundingsAnswers['settings']);
  }

  async ask<Order extends SurroundingsOrder>(order: Order): Promise<SurroundingsAnswers[Order['do']]> {
    return (await this.#subject.ask(order)) as SurroundingsAnswers[Order['do']];
  }
}
