import type { Actor, RolesBasis } from './grant.ts';
import type { Link, Organization, OrganizationResult } from './organization.ts';
import { withOrganizationNote } from './organization.ts';
import { owe, touched } from './owed.ts';

/** An account of the provider's directory, and the Slack account that has its e-mail address now. */
export interface SeenAccount {
  readonly accountId: string;
  readonly email: string;
  readonly slackId: string;
}

export type LinkStanding = 'linked' | 'pending' | 'none';

/** Whether this Slack account is the one that acts for this account of the directory. */
export function linkStanding(
  organization: Pick<Organization, 'links'>,
  accountId: string,
  slackId: string,
): LinkStanding {
  const link = organization.links.find((other) => other.accountId === accountId);
  if (link?.slackId === slackId) return 'linked';
  return link?.pending?.slackId === slackId ? 'pending' : 'none';
}

/** More new links than this at once are told in several notes: a message has its limits. */
const linksPerNote = 30;

/**
 * Links accounts to Slack accounts when they are first seen, and tells the channel. A link that would change, or a Slack
 * account that already acts for another account, waits for a confirmation instead: an e-mail address alone must not be
 * enough to take over an owner's rights. Returns the same object when nothing is new.
 */
export function accountsSeen(organization: Organization, seen: readonly SeenAccount[], now: Date): Organization {
  const linked: SeenAccount[] = [];
  let current = organization;
  for (const account of seen) {
    if (linkStanding(current, account.accountId, account.slackId) !== 'none') continue;
    const isNew = current.links.every(
      (link) => link.accountId !== account.accountId && link.slackId !== account.slackId,
    );
    if (isNew) linked.push(account);
    current = isNew ? withNewLink(current, account, now) : withPendingLink(current, account, now);
  }
  for (let first = 0; first < linked.length; first += linksPerNote) {
    const links = linked.slice(first, first + linksPerNote).map(({ email, slackId }) => ({ email, slackId }));
    current = withOrganizationNote(current, { type: 'links-new', links }, now);
  }
  return current === organization ? organization : touched(current);
}

function withNewLink(organization: Organization, account: SeenAccount, now: Date): Organization {
  return {
    ...organization,
    links: [...organization.links, { ...account, since: now }],
    history: [...organization.history, linkEntry('link', account, now)],
  };
}

function withPendingLink(organization: Organization, account: SeenAccount, now: Date): Organization {
  const { accountId, email, slackId } = account;
  const link = organization.links.find((other) => other.accountId === accountId);
  const pending: Link = { ...(link ?? { accountId, since: now }), email, pending: { slackId, at: now } };
  const waiting: Organization = {
    ...organization,
    links: [...organization.links.filter((other) => other.accountId !== accountId), pending],
    history: [...organization.history, linkEntry('link-change-waits', account, now)],
  };
  return withOrganizationNote(waiting, { type: 'link-change', accountId, email, slackId }, now);
}

const linkEntry = (action: string, { email, slackId }: SeenAccount, at: Date) => ({
  at,
  action,
  actor: { kind: 'portcullis' } as const,
  detail: `${email} ${slackId}`,
});

/** Confirms a link that waits. The caller has checked that `by` may; nobody confirms their own. */
export function confirmLink(
  organization: Organization,
  confirmation: {
    readonly accountId: string;
    readonly slackId: string;
    readonly by: Actor;
    readonly operationId: string;
    readonly basis: RolesBasis;
    readonly now: Date;
  },
): OrganizationResult {
  const { accountId, slackId, by, operationId, basis, now } = confirmation;
  if (organization.history.some((entry) => entry.operationId === operationId)) {
    return { ok: true, doc: organization, replayed: true };
  }
  const link = organization.links.find((other) => other.accountId === accountId);
  if (link?.pending?.slackId !== slackId) return { ok: false, refusal: { code: 'no-such-link', organization } };
  if (by.kind === 'person' && by.slackId === slackId) return { ok: false, refusal: { code: 'own-link', organization } };
  const confirmed: Link = { ...link, slackId, since: now, pending: undefined, confirmedBy: by };
  // One Slack account acts for one account: it gives up the one it had.
  const others = organization.links
    .filter((other) => other.accountId !== accountId)
    .filter((other) => other.slackId !== slackId);
  const doc: Organization = {
    ...organization,
    links: [...others, confirmed],
    history: [
      ...organization.history,
      { at: now, action: 'link-confirmed', actor: by, operationId, basis, detail: `${link.email} ${slackId}` },
    ],
  };
  return { ok: true, doc: touched(owe(doc, { kind: 'render-link', dueAt: now, accountId })) };
}
