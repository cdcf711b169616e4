import type { Collection, Db } from 'mongodb';
import type { PortalMemory, PortalRecall, PortalTerms } from '../providers/portal/memory.ts';
import { bounded } from './bounded.ts';

interface Stored extends PortalRecall {
  /** The target's. */
  readonly _id: string;
}

const absent = { $exists: false } as const;

/** One small document for each target of a portal. */
export class PortalMemoryStore implements PortalMemory {
  readonly collection: Collection<Stored>;

  constructor(database: Db) {
    this.collection = database.collection('portal_memory');
  }

  async recall(targetId: string): Promise<PortalRecall> {
    const found = await bounded(this.collection.findOne({ _id: targetId }, { projection: { _id: 0 } }));
    return found ?? {};
  }

  async keep(targetId: string, known: PortalRecall): Promise<void> {
    await bounded(this.collection.replaceOne({ _id: targetId }, known, { upsert: true }));
  }

  async keepFound(targetId: string, found: PortalTerms): Promise<void> {
    await bounded(this.collection.updateOne({ _id: targetId }, { $set: { found } }, { upsert: true }));
  }

  async replace(targetId: string, before: PortalRecall, known: PortalRecall): Promise<void> {
    const { accepted = absent, attempted = absent, found = absent, shownClosedAt = absent } = before;
    await bounded(this.collection.replaceOne({ _id: targetId, accepted, attempted, found, shownClosedAt }, known));
  }
}
