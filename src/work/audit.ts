import type { Grant } from '../grants/grant.ts';
import { entriesAdded } from '../grants/moved-history.ts';
import type { Organization } from '../grants/organization.ts';
import type { Logger } from '../log.ts';

/** One audit line for every transition of a grant, from the history that was written with it. */
export function auditGrant(log: Logger): (before: Grant | undefined, after: Grant) => void {
  return (before, after) => {
    for (const entry of entriesAdded(before, after)) {
      log.audit({
        at: entry.at,
        organizationId: after.organizationId,
        action: entry.action,
        outcome: 'done',
        actor: entry.actor,
        grantId: after._id,
        from: entry.from,
        to: entry.to,
        reason: entry.detail,
        basis: entry.basis,
      });
    }
  };
}

/** The same for the organization: block, links. */
export function auditOrganization(log: Logger): (before: Organization | undefined, after: Organization) => void {
  return (before, after) => {
    for (const entry of entriesAdded(before, after)) {
      log.audit({
        at: entry.at,
        organizationId: after._id,
        action: entry.action,
        outcome: 'done',
        actor: entry.actor,
        reason: entry.detail,
        basis: entry.basis,
      });
    }
  };
}
