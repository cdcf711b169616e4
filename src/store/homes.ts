import type { Db } from 'mongodb';
import { type OwedEffect, type Owing, oweOnce, touched } from '../grants/owed.ts';
import { bounded } from './bounded.ts';
import type { Index, Indexed } from './indexes.ts';
import { OwingStore } from './owing-store.ts';

/** One person's home tab, from the first time they open it. It belongs to the workspace: it shows every organization. Its id is the Slack id. */
export interface Home extends Owing<OwedEffect & { readonly kind: 'publish' }> {
  readonly schemaVersion: 1;
  readonly slackId: string;
  readonly openedAt: Date;
  /** A fingerprint of what was published last: the same again is not sent. */
  readonly shown?: string;
}

/** Whose home tabs are kept: those who opened theirs last. The others' are made anew when they open them again. */
const mostHomes = 500;

/** Something that it shows has changed. */
export const outdated = (home: Home, now: Date): Home => oweOnce(touched(home), { kind: 'publish', dueAt: now });

export class HomeStore extends OwingStore<Home> {
  readonly #most: number;

  constructor(database: Db, most = mostHomes) {
    super(database.collection('homes'));
    this.#most = most;
  }

  protected override get furtherIndexes(): readonly Index[] {
    return [{ name: 'opened', key: { openedAt: -1 } }];
  }

  override get indexed(): readonly Indexed[] {
    return super.indexed.map((one) => ({ ...one, changes: ['update', 'remove'] }));
  }

  /** Somebody opened their home tab: it is owed to them as it is now. Returns its id. */
  async opened(slackId: string, now: Date): Promise<string> {
    const outcome = await this.update<never>(slackId, (home) => ({
      ok: true,
      // Slack may have lost what it showed: it is sent again, whatever it is.
      doc: outdated({ ...home, openedAt: now, shown: undefined }, now),
    }));
    if (outcome.kind === 'done') return slackId;
    const first: Home = {
      _id: slackId,
      schemaVersion: 1,
      rev: 0,
      version: 0,
      owed: [],
      effectCount: 0,
      slackId,
      openedAt: now,
    };
    // Of two first openings at once either will do.
    await this.insert(outdated(first, now));
    await this.#prune();
    return slackId;
  }

  /** Of these people, the home tabs that were opened since then. */
  async openedSince(slackIds: readonly string[], since: Date): Promise<Home[]> {
    return this.query({ _id: { $in: [...slackIds] }, openedAt: { $gte: since } });
  }

  async #prune(): Promise<void> {
    const newest = this.collection.find({}, { projection: { openedAt: 1 } }).sort({ openedAt: -1 });
    const [beyond] = await bounded(newest.skip(this.#most).limit(1).toArray());
    if (beyond === undefined) return;
    await bounded(this.collection.deleteMany({ openedAt: { $lte: beyond.openedAt } }));
  }
}
