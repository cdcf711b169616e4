import type { Actor, Grant, RolesBasis } from '../grants/grant.ts';
import { entriesAdded } from '../grants/moved-history.ts';
import type { Organization, OrganizationHistoryEntry } from '../grants/organization.ts';
import type { LedgerContent } from './entry.ts';
import { changedFacts, grantFacts, organizationFacts } from './facts.ts';
import { withEntriesOwed } from './owed-entries.ts';

/** The grant as it is written, owing the ledger what this write adds to its history. */
export function grantWithEntries(before: Grant | undefined, after: Grant): Grant {
  const added = entriesAdded(before, after);
  const first = placeOf(after) - added.length;
  const entries = added.map((entry, index): LedgerContent => {
    // Of several that one write adds, the last one shows what the write has changed.
    const last = index === added.length - 1;
    const facts = last ? changedFacts(before === undefined ? {} : grantFacts(before), grantFacts(after)) : undefined;
    return {
      version: 1,
      organization: after.organizationId,
      at: entry.at.toISOString(),
      actor: actorOf(entry.actor, entry.basis),
      action: entry.action,
      subject: { kind: 'grant', id: after._id, target: after.target.id },
      ...facts,
      answer: answerTo(entry.action, after),
      detail: entry.detail,
      source: `${after._id}#${first + index}`,
    };
  });
  return withEntriesOwed(after, entries);
}

/** The same of the organization: its block, its settings, whose Slack account is whose. */
export function organizationWithEntries(before: Organization | undefined, after: Organization): Organization {
  const added = entriesAdded(before, after);
  const first = placeOf(after) - added.length;
  const entries = added.map((entry, index): LedgerContent => {
    const last = index === added.length - 1;
    const was = before === undefined ? {} : organizationFacts(before);
    const facts = last ? changedFacts(was, organizationFacts(after)) : undefined;
    return {
      version: 1,
      organization: after._id,
      at: entry.at.toISOString(),
      actor: actorOf(entry.actor, entry.basis),
      action: entry.action,
      subject: { kind: entry.action.startsWith('link') ? 'identity' : 'organization', id: after._id },
      ...facts,
      detail: detailOf(entry),
      source: `${after._id}#${first + index}`,
    };
  });
  return withEntriesOwed(after, entries);
}

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

/** How many entries the document has ever had. */
const placeOf = ({ history, historyMoved = 0 }: Pick<Grant, 'history' | 'historyMoved'> | Organization): number =>
  historyMoved + history.length;

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
