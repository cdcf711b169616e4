import type { Db } from 'mongodb';
import { type OwedEffect, type Owing, owe } from '../grants/owed.ts';
import type { DirectoryPerson, Target } from '../providers/provider.ts';
import { OwingStore } from './owing-store.ts';

/** One snapshot of the provider's people and targets; it serves pickers, mentions and everything that opens nothing. */
export interface Directory extends Owing<OwedEffect & { readonly kind: 'refresh' }> {
  readonly schemaVersion: 1;
  readonly targets: readonly Target[];
  readonly people: readonly DirectoryPerson[];
  /** Slack ids of deciders whose Slack account is deactivated, or not a member's: they are neither mentioned nor named. */
  readonly deactivated?: readonly string[];
  /** Absent until the first reading. */
  readonly refreshedAt?: Date;
}

export class DirectoryStore extends OwingStore<Directory> {
  constructor(database: Db) {
    super(database.collection('directories'));
  }

  async ensure(id: string, now: Date): Promise<void> {
    const empty: Directory = {
      _id: id,
      schemaVersion: 1,
      rev: 0,
      version: 0,
      owed: [],
      effectCount: 0,
      targets: [],
      people: [],
    };
    await this.insert(owe(empty, { kind: 'refresh', dueAt: now }));
  }

  /** Throws when the record is not there: it is made at the start. */
  async get(id: string): Promise<Directory> {
    const found = await this.find(id);
    if (found === undefined) throw new Error(`No directory of organization ${id}`);
    return found;
  }
}
