import type { Collection, Db, MongoClient } from 'mongodb';
import { bounded } from './bounded.ts';

interface Known {
  /** The database and the organization in it. */
  readonly _id: string;
  readonly key: string;
  readonly organizationId: string;
  readonly database: string;
  readonly seenAt: Date;
}

type Configured = Pick<Known, 'key' | 'organizationId' | 'database'>;

/** Which organizations this workspace has had: one that is configured no more may have left something open. */
export class KnownOrganizations {
  readonly #client: MongoClient;
  readonly #known: Collection<Known>;

  constructor(client: MongoClient, database: Db) {
    this.#client = client;
    this.#known = database.collection<Known>('known_organizations');
  }

  /** Takes note of those that are configured, and finds those of the others in whose records something is live. */
  async orphansOf(configured: readonly Configured[], now: Date): Promise<(Configured & { readonly open: number })[]> {
    for (const one of configured) {
      await bounded(this.#known.replaceOne({ _id: idOf(one) }, { ...one, seenAt: now }, { upsert: true }));
    }
    const known = await bounded(this.#known.find().toArray());
    const others = known.filter(({ _id }) => configured.every((one) => idOf(one) !== _id));
    const counted = await Promise.all(others.map(async (one) => ({ ...one, open: await this.#liveIn(one) })));
    return counted.filter(({ open }) => open > 0);
  }

  #liveIn({ database, organizationId }: Configured): Promise<number> {
    const live = { organizationId, slot: { $exists: true } };
    return bounded(this.#client.db(database).collection('grants').countDocuments(live, { limit: 1_000 }));
  }
}

const idOf = ({ database, organizationId }: Configured): string => `${database}/${organizationId}`;
