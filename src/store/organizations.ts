import type { Db } from 'mongodb';
import { inChannel, newOrganization, type Organization } from '../grants/organization.ts';
import { surveyOwed } from '../grants/survey.ts';
import { organizationWithEntries } from '../ledger/from-history.ts';
import type { OnWritten } from './owing-store.ts';
import { RecordStore } from './record-store.ts';

export class OrganizationStore extends RecordStore<Organization> {
  constructor(database: Db, onWritten?: OnWritten<Organization>) {
    super(database, 'organizations', onWritten, organizationWithEntries);
  }

  /**
   * The organization's record, made at the first start, with the channel that the settings name now. A start owes a look at
   * everything: nobody may have looked for long.
   */
  async ensure(id: string, channelId: string, now: Date): Promise<Organization> {
    await this.insert(newOrganization(id, channelId, now));
    const updated = await this.update<never>(id, (doc) => ({
      ok: true,
      doc: surveyOwed(inChannel(doc, channelId), now),
    }));
    if (updated.kind !== 'done') throw new Error(`The organization's record could not be made: ${updated.kind}`);
    return updated.doc;
  }

  /** Throws when the record is not there: it is made at the start. */
  async get(id: string): Promise<Organization> {
    const found = await this.find(id);
    if (found === undefined) throw new Error(`No record of organization ${id}`);
    return found;
  }
}
