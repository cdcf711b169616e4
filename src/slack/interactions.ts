import { setImmediate as afterArrivals } from 'node:timers/promises';
import type { Logger } from '../log.ts';
import { type Metrics, noMetrics } from '../metrics.ts';
import { failureAnswer } from './answers/failure-answer.ts';
import { newReference } from './reference.ts';
import type { Reply } from './reply.ts';

/** Runs what people cause: counts it, and turns whatever it throws into a sentence for them and a log line. */
export class Interactions {
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #running = new Set<Promise<void>>();

  constructor(log: Logger, metrics: Metrics = noMetrics) {
    this.#log = log;
    this.#metrics = metrics;
  }

  get running(): number {
    return this.#running.size;
  }

  /** `acknowledge` comes first; without it nothing is done, since the person has been told that nothing was. */
  async run(
    what: { readonly handler: string; readonly slackId: string },
    reply: Reply,
    acknowledge: () => Promise<void>,
    task: () => Promise<void>,
  ): Promise<void> {
    const running = this.#attempt(what, reply, acknowledge, task);
    this.#running.add(running);
    try {
      await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #attempt(
    what: { readonly handler: string; readonly slackId: string },
    reply: Reply,
    acknowledge: () => Promise<void>,
    task: () => Promise<void>,
  ): Promise<void> {
    try {
      await acknowledge();
    } catch (error) {
      this.#log.error({ err: error, ...what }, 'Slack could not be sent an acknowledgement');
      return;
    }
    // Payloads that have arrived meanwhile are acknowledged before the work for this one begins.
    await afterArrivals();
    try {
      await task();
    } catch (error) {
      const reference = newReference();
      this.#log.error({ err: error, reference, ...what }, 'A handler failed');
      this.#metrics.handlerFailed();
      await reply.tell(failureAnswer(error, reference));
    }
  }
}
