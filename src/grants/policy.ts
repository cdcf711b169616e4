const minute = 60_000;
const hour = 60 * minute;

/** What an organization has decided about deciding. Durations in milliseconds. */
export interface Policy {
  readonly deciders: 'org-owners' | 'project-roles';
  /** Slack ids that narrow the deciders; empty for no narrowing. */
  readonly owners: readonly string[];
  readonly ownApprovalCounts: boolean;
  readonly approvalsNeeded: number;
  readonly requestLifeMs: number;
  /** How long after the request it is brought up again. */
  readonly nudgeAfterMs: readonly number[];
  /** How long before the end people are reminded; none earlier than half the duration. */
  readonly remindBeforeMs: readonly number[];
}

export const defaultPolicy: Policy = {
  deciders: 'org-owners',
  owners: [],
  ownApprovalCounts: true,
  approvalsNeeded: 1,
  requestLifeMs: 24 * hour,
  nudgeAfterMs: [hour, 4 * hour],
  remindBeforeMs: [4 * hour, 30 * minute],
};

/** Opening that has not been seen by then is given up, through closing. */
export const openWithinMs = 15 * minute;
/** A slot is freed this long after the last changing call that was never answered. */
export const quietAfterUnansweredMs = 2 * minute;
/** A call that was never answered explains a change for this long; a later one was somebody else's doing. */
export const landsLateWithinMs = 15 * minute;
/** "Ended outside" needs two readings this far apart. */
export const secondReadingAfterMs = 30_000;
/** What was seen is read again this long after. */
export const verifyAfterMs: readonly number[] = [minute, 5 * minute];
/** What stays open is read again this often. */
export const watchEveryMs = 5 * minute;
