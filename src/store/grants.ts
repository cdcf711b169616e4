import type { Db } from 'mongodb';
import type { AccessTerms, Grant, GrantTarget } from '../grants/grant.ts';
import type { HistoryFilter, HistoryPage } from '../grants/history.ts';
import { grantWithEntries } from '../ledger/from-history.ts';
import { historyIndexes, historyQuery, historySort } from './history-query.ts';
import type { Index } from './indexes.ts';
import type { OnWritten } from './owing-store.ts';
import { RecordStore } from './record-store.ts';

/** A call that was sent longer ago than this cannot land any more. */
const siblingWindowMs = 26 * 60 * 60_000;

/** How many records are looked at for the targets of a name. */
const mostPastRecords = 50;

export class GrantStore extends RecordStore<Grant> {
  constructor(database: Db, onWritten?: OnWritten<Grant>) {
    super(database, 'grants', onWritten, grantWithEntries);
  }

  protected override get furtherIndexes(): readonly Index[] {
    return [
      { name: 'slot', key: { slot: 1 }, unique: true, sparse: true },
      { name: 'requestSlot', key: { requestSlot: 1 }, unique: true, sparse: true },
      { name: 'target', key: { 'target.id': 1, approvedAt: 1 } },
      { name: 'ended', key: { organizationId: 1, endedAt: -1 } },
      { name: 'approved', key: { organizationId: 1, approvedAt: 1 } },
      ...historyIndexes,
    ];
  }

  /** Everything that is open or may be, oldest first. */
  live(organizationId: string): Promise<Grant[]> {
    return this.query({ organizationId, slot: { $exists: true } }, 0, { requestedAt: 1 });
  }

  /** Requests that wait for a decision, oldest first. */
  requested(organizationId: string): Promise<Grant[]> {
    return this.query({ organizationId, state: 'requested' }, 0, { requestedAt: 1 });
  }

  /** At most `limit` records in the page's direction: newest first for older ones, oldest first for newer ones. */
  history(organizationId: string, filter: HistoryFilter, page: HistoryPage, limit: number): Promise<Grant[]> {
    return this.query(historyQuery(organizationId, filter, page), limit, historySort(page));
  }

  /** Targets of that name which records tell of, those asked for last: the provider may not have them any more. */
  async pastTargets(organizationId: string, name: string): Promise<GrantTarget[]> {
    const newestFirst = historySort({ direction: 'older' });
    const grants = await this.query({ organizationId, 'target.name': name }, mostPastRecords, newestFirst);
    return [...new Map(grants.map(({ target }) => [target.id, target])).values()];
  }

  /** Those that were approved since then, or of which a change was. */
  approvedSince(organizationId: string, since: Date): Promise<Grant[]> {
    return this.query({ organizationId, approvedAt: { $gte: since } });
  }

  /** What ended last, newest first. */
  ended(organizationId: string, limit: number): Promise<Grant[]> {
    const filter = { organizationId, endedAt: { $exists: true }, slot: { $exists: false } };
    return this.query(filter, limit, { endedAt: -1 });
  }

  /**
   * At most `limit` of those that ended then or later, newest first, whatever may be open again since; without those that
   * were asked for at `askedBefore` or later.
   */
  endedSince(organizationId: string, since: Date, limit: number, askedBefore?: Date): Promise<Grant[]> {
    const asked = askedBefore === undefined ? {} : { requestedAt: { $lt: askedBefore } };
    return this.query({ organizationId, endedAt: { $gte: since }, ...asked }, limit, { endedAt: -1 });
  }

  /** Those that there are, in the order in which they were asked for. */
  many(ids: readonly string[]): Promise<Grant[]> {
    return this.query({ _id: { $in: ids } }, 0, { requestedAt: 1 });
  }

  async bySlot(slot: string): Promise<Grant | undefined> {
    const [found] = await this.query({ slot }, 1);
    return found;
  }

  async byRequestSlot(requestSlot: string): Promise<Grant | undefined> {
    const [found] = await this.query({ requestSlot }, 1);
    return found;
  }

  /** Other records of the same target whose calls may still land, whose terms may still hold, or that hold its slot. */
  siblings(grant: Grant, now: Date): Promise<Grant[]> {
    const lately = { $gte: new Date(now.getTime() - siblingWindowMs) };
    return this.query({
      'target.id': grant.target.id,
      organizationId: grant.organizationId,
      _id: { $ne: grant._id },
      $or: [
        { approvedAt: lately },
        { 'sent.at': lately },
        { 'sent.terms.until': { $gt: now } },
        { slot: { $exists: true } },
      ],
    });
  }

  /** Records that sent a call to open the target with these terms, however long ago. */
  thatSent(organizationId: string, targetId: string, { type, until }: AccessTerms): Promise<Grant[]> {
    const sent = { $elemMatch: { 'terms.type': type, 'terms.until': until } };
    return this.query({ 'target.id': targetId, organizationId, sent }, 1);
  }
}
