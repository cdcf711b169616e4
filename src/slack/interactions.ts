import { setImmediate as afterArrivals } from 'node:timers/promises';
import type { Logger } from '../log.ts';
import { type Metrics, noMetrics } from '../metrics.ts';
import { noTracing, type TracedPayload, type Tracing } from '../tracing.ts';
import { failureAnswer } from './answers/failure-answer.ts';
import { newReference } from './reference.ts';
import type { Reply } from './reply.ts';

/** What somebody did, and who. */
interface Interaction extends TracedPayload {
  readonly slackId: string;
}

/** Runs what people cause: counts it, and turns whatever it throws into a sentence for them and a log line. */
export class Interactions {
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #tracing: Tracing;
  readonly #running = new Set<Promise<void>>();

  constructor(log: Logger, metrics: Metrics = noMetrics, tracing: Tracing = noTracing) {
    this.#log = log;
    this.#metrics = metrics;
    this.#tracing = tracing;
  }

  get running(): number {
    return this.#running.size;
  }

  /** `acknowledge` comes first; without it nothing is done, since the person has been told that nothing was. */
  async run(
    what: Interaction,
    reply: Reply,
    acknowledge: () => Promise<void>,
    task: () => Promise<void>,
  ): Promise<void> {
    const running = this.#tracing.payload(what, () => this.#attempt(what, reply, acknowledge, task));
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
    { handler, slackId }: Interaction,
    reply: Reply,
    acknowledge: () => Promise<void>,
    task: () => Promise<void>,
  ): Promise<void> {
    try {
      await acknowledge();
    } catch (error) {
      this.#log.error({ err: error, handler, slackId }, 'Slack could not be sent an acknowledgement');
      this.#tracing.cameTo('failed');
      return;
    }
    // Payloads that have arrived meanwhile are acknowledged before the work for this one begins.
    await afterArrivals();
    try {
      await task();
    } catch (error) {
      const reference = newReference();
      this.#log.error({ err: error, reference, handler, slackId }, 'A handler failed');
      this.#tracing.cameTo('failed', reference);
      this.#metrics.handlerFailed();
      await reply.tell(failureAnswer(error, reference));
    }
  }
}
