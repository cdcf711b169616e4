import type { Collection, Db } from 'mongodb';
import type { AccessToken } from '../grants/tokens.ts';
import { bounded } from './bounded.ts';
import { createIndexes, type Indexed } from './indexes.ts';

/**
 * Tokens of the programs that ask whether support may enter, those of all organizations in one place: whose a token is
 * is known only once it was found. Nothing is ever removed: an old token in somebody's file can still be told from none.
 */
export class TokenStore {
  readonly #tokens: Collection<AccessToken>;

  constructor(database: Db) {
    this.#tokens = database.collection<AccessToken>('access_tokens');
  }

  async createIndexes(): Promise<void> {
    await Promise.all(this.indexed.map(createIndexes));
  }

  get indexed(): readonly Indexed[] {
    const id = { name: 'id', key: { organizationId: 1, id: 1 }, unique: true } as const;
    return [{ collection: this.#tokens, indexes: [id], changes: ['update'] }];
  }

  /** Rejects where there is one already. */
  async insert(token: AccessToken): Promise<void> {
    await bounded(this.#tokens.insertOne(token));
  }

  /** The one with this hash, whatever its standing. */
  async find(hash: string): Promise<AccessToken | undefined> {
    return (await bounded(this.#tokens.findOne({ _id: hash }))) ?? undefined;
  }

  /** Every one of an organization that was ever made, oldest first. */
  of(organizationId: string): Promise<AccessToken[]> {
    return bounded(this.#tokens.find({ organizationId }).sort({ createdAt: 1, id: 1 }).toArray());
  }

  /** As it is afterwards, and whether this was what revoked it; undefined where the organization has none of this id. */
  async revoke(
    { organizationId, id }: Pick<AccessToken, 'organizationId' | 'id'>,
    { by, now }: { readonly by: string; readonly now: Date },
  ): Promise<{ readonly token: AccessToken; readonly isNew: boolean } | undefined> {
    const which = { organizationId, id };
    const revoked = await bounded(
      this.#tokens.findOneAndUpdate(
        { ...which, revokedAt: { $exists: false } },
        { $set: { revokedAt: now, revokedBy: by } },
        { returnDocument: 'after' },
      ),
    );
    if (revoked !== null) return { token: revoked, isNew: true };
    const token = await bounded(this.#tokens.findOne(which));
    return token === null ? undefined : { token, isNew: false };
  }

  /** Notes that it was used, unless that was noted since then. */
  async used(hash: string, now: Date, notedSince: Date): Promise<void> {
    const which = { _id: hash, $or: [{ lastUsedAt: { $exists: false } }, { lastUsedAt: { $lte: notedSince } }] };
    await bounded(this.#tokens.updateOne(which, { $set: { lastUsedAt: now } }));
  }
}
