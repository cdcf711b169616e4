import type { Db } from 'mongodb';
import type { Grant } from '../grants/grant.ts';
import { type OnWritten, OwingStore } from './owing-store.ts';

/** A call that was sent longer ago than this cannot land any more; no terms outlive it either. */
const siblingWindowMs = 26 * 60 * 60_000;

export class GrantStore extends OwingStore<Grant> {
  constructor(database: Db, onWritten?: OnWritten<Grant>) {
    super(database.collection('grants'), onWritten);
  }

  override async createIndexes(): Promise<void> {
    await super.createIndexes();
    // Sparse, not partial: compatible services have these.
    await this.collection.createIndex({ slot: 1 }, { name: 'slot', unique: true, sparse: true });
    await this.collection.createIndex({ requestSlot: 1 }, { name: 'requestSlot', unique: true, sparse: true });
    await this.collection.createIndex({ 'target.id': 1, approvedAt: 1 }, { name: 'target' });
    await this.collection.createIndex({ organizationId: 1, state: 1 }, { name: 'state' });
  }

  /** Everything that is open or may be, oldest first. */
  live(organizationId: string): Promise<Grant[]> {
    return this.query({ organizationId, slot: { $exists: true } }, 0, { requestedAt: 1 });
  }

  /** Requests that wait for a decision, oldest first. */
  requested(organizationId: string): Promise<Grant[]> {
    return this.query({ organizationId, state: 'requested' }, 0, { requestedAt: 1 });
  }

  async bySlot(slot: string): Promise<Grant | undefined> {
    const [found] = await this.query({ slot }, 1);
    return found;
  }

  async byRequestSlot(requestSlot: string): Promise<Grant | undefined> {
    const [found] = await this.query({ requestSlot }, 1);
    return found;
  }

  /** Other records of the same target whose calls may still land, or that hold its slot. */
  siblings(grant: Grant, now: Date): Promise<Grant[]> {
    return this.query({
      'target.id': grant.target.id,
      approvedAt: { $gte: new Date(now.getTime() - siblingWindowMs) },
      organizationId: grant.organizationId,
      _id: { $ne: grant._id },
    });
  }
}
