import type { Actor, Grant, HistoryEntry, RolesBasis } from '../grants/grant.ts';
import { entriesAdded, type WithHistory } from '../grants/moved-history.ts';
import type { Organization, OrganizationHistoryEntry } from '../grants/organization.ts';
import type { LedgerContent } from './entry.ts';
import { changedFacts, grantFacts, organizationFacts } from './facts.ts';
import { withEntriesOwed } from './owed-entries.ts';

/** The grant as it is written, owing the ledger what this write adds to its history. */
export function grantWithEntries(before: Grant | undefined, after: Grant): Grant {
  const facts = () => changedFacts(before === undefined ? {} : grantFacts(before), grantFacts(after));
  return withEntriesOwed(
    after,
    entriesOf(before, after, facts, (entry) => ({
      organization: after.organizationId,
      subject: { kind: 'grant', id: after._id, target: after.target.id },
      answer: answerTo(entry.action, after),
      detail: entry.detail,
    })),
  );
}

/** The same of the organization: its block, its settings, whose Slack account is whose. */
export function organizationWithEntries(before: Organization | undefined, after: Organization): Organization {
  const facts = () => changedFacts(before === undefined ? {} : organizationFacts(before), organizationFacts(after));
  return withEntriesOwed(
    after,
    entriesOf(before, after, facts, (entry) => ({
      organization: after._id,
      subject: { kind: entry.action.startsWith('link') ? 'identity' : 'organization', id: after._id },
      detail: detailOf(entry),
    })),
  );
}

/** One for each history entry that a write adds; the last one shows what the write has changed. */
function entriesOf<E extends Pick<HistoryEntry, 'at' | 'actor' | 'action' | 'basis'>>(
  before: Recorded<E> | undefined,
  after: Recorded<E>,
  facts: () => Pick<LedgerContent, 'before' | 'after'>,
  own: (entry: E) => Pick<LedgerContent, 'organization' | 'subject' | 'answer' | 'detail'>,
): LedgerContent[] {
  const added = entriesAdded(before, after);
  // Places are counted from the first entry that the document has ever had.
  const first = (after.historyMoved ?? 0) + after.history.length - added.length;
  return added.map((entry, index) => ({
    version: 1,
    at: entry.at.toISOString(),
    actor: actorOf(entry.actor, entry.basis),
    action: entry.action,
    ...own(entry),
    ...(index === added.length - 1 && facts()),
    source: `${after._id}#${first + index}`,
  }));
}

type Recorded<E> = WithHistory<E> & { readonly _id: string };

/** Somebody was refused something: nothing has changed, and who tried is on the record. */
export function refusalEntry(refusal: {
  readonly organizationId: string;
  readonly action: string;
  readonly actor: Actor;
  readonly reason: string;
  readonly grant?: Grant;
  readonly at: Date;
  readonly source: string;
}): LedgerContent {
  const { organizationId, action, actor, reason, grant, at, source } = refusal;
  return {
    version: 1,
    organization: organizationId,
    at: at.toISOString(),
    actor: actorOf(actor),
    action: `${action}-refused`,
    subject: { kind: 'attempt', id: grant?._id ?? organizationId, target: grant?.target.id },
    detail: reason,
    source,
  };
}

function detailOf({ detail, setting }: OrganizationHistoryEntry): string | undefined {
  return detail ?? setting?.name;
}

/** What the provider was read to hold, for entries that rest on a reading. */
function answerTo(action: string, { confirmed, endedAt }: Grant): string | undefined {
  if (!readings.includes(action)) return undefined;
  if (confirmed !== undefined) return `holds ${confirmed.type} until ${confirmed.until.toISOString()}`;
  return endedAt === undefined && action !== 'seen-closed' ? undefined : 'holds no grant';
}

const readings = ['seen-open', 'seen-closed', 'change-seen', 'changed-outside', 'ended-outside', 'restored', 'found'];

function actorOf(actor: Actor, basis?: RolesBasis): LedgerContent['actor'] {
  switch (actor.kind) {
    case 'person':
      return {
        kind: 'person',
        slackId: actor.slackId,
        name: actor.name,
        account: actor.accountId,
        roles: actor.roles === undefined ? undefined : [...actor.roles],
        basis,
      };
    case 'operator':
      return { kind: 'operator', name: actor.name };
    case 'portcullis':
      return { kind: 'portcullis' };
    case 'outside':
      return { kind: 'outside', name: 'name' in actor ? actor.name : undefined };
  }
}
