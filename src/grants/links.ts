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

/**
 * Links an account to a Slack account when it is first seen, and tells the channel. A link that would change, or a Slack
 * account that already acts for another account, waits for a confirmation instead: an e-mail address alone must not be
 * enough to take over an owner's rights. Returns the same object when nothing is new.
 */
export function accountSeen(organization: Organization, seen: SeenAccount, now: Date): Organization {
  const { accountId, email, slackId } = seen;
  const standing = linkStanding(organization, accountId, slackId);
  if (standing !== 'none') return organization;
  const link = organization.links.find((other) => other.accountId === accountId);
  const taken = organization.links.some((other) => other.slackId === slackId);
  const entry = { at: now, actor: { kind: 'portcullis' } as const, detail: `${email} ${slackId}` };
  if (link === undefined && !taken) {
    const links = [...organization.links, { accountId, email, slackId, since: now }];
    const linked = { ...organization, links, history: [...organization.history, { ...entry, action: 'link' }] };
    return touched(withOrganizationNote(linked, { type: 'link-new', accountId, email, slackId }, now));
  }
  const pending: Link = { ...(link ?? { accountId, since: now }), email, pending: { slackId, at: now } };
  const links = [...organization.links.filter((other) => other.accountId !== accountId), pending];
  const waiting = {
    ...organization,
    links,
    history: [...organization.history, { ...entry, action: 'link-change-waits' }],
  };
  return touched(withOrganizationNote(waiting, { type: 'link-change', accountId, email, slackId }, now));
}

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
