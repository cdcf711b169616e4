import { Worker } from 'node:worker_threads';
import type { ChartModel } from './chart-model.ts';

export interface StudioOptions {
  /** How many may wait for their turn. */
  readonly mostWaiting?: number;
  /** For one picture, in real time. */
  readonly timeoutMs?: number;
}

// The same place from the sources and from what is built of them: a thread runs what is built.
const thread = new URL('../../dist/reports/draw-worker.js', import.meta.url);

/**
 * Draws pictures in a thread of their own, one at a time: each takes seconds of a core, in which nobody's click could be
 * acknowledged.
 */
export class Studio {
  readonly #mostWaiting: number;
  readonly #timeoutMs: number;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor({ mostWaiting = 8, timeoutMs = 60_000 }: StudioOptions = {}) {
    this.#mostWaiting = mostWaiting;
    this.#timeoutMs = timeoutMs;
  }

  /** As PNG; undefined when too many wait already. Throws when it cannot be drawn, or not in time. */
  async draw(model: ChartModel): Promise<Uint8Array | undefined> {
    if (this.#waiting > this.#mostWaiting) return undefined;
    this.#waiting += 1;
    const drawing = this.#last.then(() => this.#drawn(model));
    this.#last = drawing.catch(() => {});
    try {
      return await drawing;
    } finally {
      this.#waiting -= 1;
    }
  }

  async #drawn(model: ChartModel): Promise<Uint8Array> {
    const worker = new Worker(thread, { workerData: model });
    const signal = AbortSignal.timeout(this.#timeoutMs);
    try {
      return await new Promise<Uint8Array>((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.once('exit', (code) => reject(new Error(`A picture was not drawn: its thread ended with ${code}`)));
        signal.addEventListener('abort', () => reject(new Error('A picture was not drawn in time')));
      });
    } finally {
      await worker.terminate();
    }
  }
}
