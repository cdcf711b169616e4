import { createHash } from 'node:crypto';
import type { Db } from 'mongodb';
import { type Delivery, grown, newDelivery } from '../ledger/delivery.ts';
import { type OnWritten, OwingStore } from './owing-store.ts';

/** One document of each organization and destination; this store makes and changes that of one. */
export class DeliveryStore extends OwingStore<Delivery> {
  readonly id: string;
  readonly #organizationId: string;
  readonly #host: string;

  constructor(database: Db, organizationId: string, url: string, onWritten?: OnWritten<Delivery>) {
    super(database.collection('ledger_deliveries'), onWritten);
    // The address may hold a secret: it is not stored.
    this.id = `${organizationId}/${createHash('sha256').update(url).digest('hex').slice(0, 16)}`;
    this.#organizationId = organizationId;
    this.#host = new URL(url).host;
  }

  /** Sending to a new destination begins with the first entry of the ledger. */
  async ensure(now: Date): Promise<void> {
    await this.insert(newDelivery(this.id, this.#organizationId, this.#host, now));
    await this.grown(now);
  }

  /** The ledger has grown. */
  async grown(now: Date): Promise<void> {
    await this.update<never>(this.id, (delivery) => ({ ok: true, doc: grown(delivery, now) }));
  }
}
