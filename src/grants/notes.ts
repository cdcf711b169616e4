import { inCharge } from './found.ts';
import { approvalsInForce, type Grant, type PersonActor } from './grant.ts';
import type { GrantNote } from './grant-effects.ts';

/** The one person whom a note concerns, and so mentions; undefined for notes that concern deciders or nobody. */
export function concernedBy(grant: Grant, note: GrantNote): PersonActor | undefined {
  switch (note.type) {
    case 'denied':
    case 'cancelled':
    case 'lapsed':
    case 'opened':
    case 'reminder':
    case 'ended':
    case 'failed':
    case 'changed-outside':
    case 'request-narrowed':
    case 'late-activity':
      return inCharge(grant);
    case 'change-withdrawn':
      // Whoever takes back their own change knows.
      return note.how === 'cancelled' ? undefined : note.proposal.by;
    case 'terms-changed': {
      // Whoever proposed and approved it knows; whoever asked for the access may not.
      const own = approvalsInForce(grant).some((approval) => approval.by.slackId === note.by.slackId);
      return own ? inCharge(grant) : note.by;
    }
    case 'change-not-made':
      return note.by;
    case 'waiting':
    case 'closing-trouble':
    case 'restored':
    case 'landed-late':
    case 'change-proposed':
      return undefined;
  }
}
