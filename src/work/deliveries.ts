import type { Delivery } from '../ledger/delivery.ts';
import type { Logger } from '../log.ts';
import type { DeliveryStore } from '../store/deliveries.ts';
import type { Worker } from './worker.ts';

/** Sends the ledger to its destination beside everything else: neither who writes an entry nor a sweep waits for it. */
export class Deliveries {
  readonly #store: DeliveryStore;
  readonly #worker: Worker<Delivery>;
  readonly #now: () => Date;
  readonly #log: Logger;
  #noting: Promise<void> | undefined;
  #grewAgain = false;
  #sweeping: Promise<void> | undefined;

  constructor(options: { store: DeliveryStore; worker: Worker<Delivery>; now: () => Date; log: Logger }) {
    this.#store = options.store;
    this.#worker = options.worker;
    this.#now = options.now;
    this.#log = options.log;
  }

  /** The ledger has grown: the next sweep of any process sends what is new. */
  grew(): void {
    this.#grewAgain = true;
    this.#noting ??= this.#note().finally(() => {
      this.#noting = undefined;
    });
  }

  get running(): number {
    return this.#worker.running + [this.#noting, this.#sweeping].filter((promise) => promise !== undefined).length;
  }

  /** Begins a sweep, unless one is still running. */
  async sweep(): Promise<void> {
    this.#sweeping ??= this.#worker
      .sweep()
      .catch((error: unknown) => this.#log.warn({ err: error }, 'What has to be sent of the ledger could not be read'))
      .finally(() => {
        this.#sweeping = undefined;
      });
  }

  async idle(): Promise<void> {
    while (this.running > 0) await Promise.all([this.#noting, this.#sweeping, this.#worker.idle()]);
  }

  stop(): void {
    this.#worker.stop();
  }

  async #note(): Promise<void> {
    while (this.#grewAgain) {
      this.#grewAgain = false;
      try {
        await this.#store.grown(this.#now());
      } catch (error) {
        // It is looked for from time to time anyway.
        this.#log.warn({ err: error }, 'That the ledger has grown could not be noted for its webhook');
      }
    }
  }
}
