const minute = 60_000;
const hour = 60 * minute;

/** Who counts as a decider: the operator's to say, where the bot runs. */
interface DeciderRules {
  readonly deciders: 'org-owners' | 'project-roles';
  /** Slack ids that narrow the deciders, empty for no narrowing; where there is no directory, all who decide. */
  readonly owners: readonly string[];
}

/** A group of people in Slack; `handle` as it was when it was chosen, without the `@`. */
export interface UserGroup {
  readonly id: string;
  readonly handle: string;
}

/** What an organization's owners decide about deciding, in Slack. Durations in milliseconds. */
export interface OrganizationPolicy {
  /** What a form starts from, and a command that says nothing. Absent: the provider's. */
  readonly defaultDurationMs?: number;
  /** Absent: as long as the provider allows. */
  readonly maxDurationMs?: number;
  /** Access types on offer; absent: all that the provider has. */
  readonly accessTypes?: readonly string[];
  readonly approvalsNeeded: number;
  readonly ownApprovalCounts: boolean;
  readonly requestLifeMs: number;
  /** How long after the request it is brought up again. */
  readonly nudgeAfterMs: readonly number[];
  /** How long before the end people are reminded; none earlier than half the duration. */
  readonly remindBeforeMs: readonly number[];
  readonly caseUrlRequired: boolean;
  /** A Slack user group that is mentioned instead of people. */
  readonly decidersGroup?: UserGroup;
  /** How many grants a person may open within an hour; absent: no limit. */
  readonly grantsPerHour?: number;
  /** Whether the channel is told of each week. */
  readonly weeklyDigest: boolean;
  /** IANA name: the zone in which the organization's week begins. */
  readonly timeZone: string;
}

export type Policy = DeciderRules & OrganizationPolicy;

export const defaultPolicy: Policy = {
  deciders: 'org-owners',
  owners: [],
  ownApprovalCounts: true,
  approvalsNeeded: 1,
  requestLifeMs: 24 * hour,
  nudgeAfterMs: [hour, 4 * hour],
  remindBeforeMs: [4 * hour, 30 * minute],
  caseUrlRequired: false,
  weeklyDigest: true,
  timeZone: 'UTC',
};

/** What holds where nobody has set anything, with what a provider's durations suggest. */
export const defaultPolicyFor = ({ remindBeforeMs }: { readonly remindBeforeMs?: readonly number[] }): Policy =>
  remindBeforeMs === undefined ? defaultPolicy : { ...defaultPolicy, remindBeforeMs };

/** The policy in force: what the operator set, and over it what the organization's owners have. */
export function policyOf(organization: { readonly policy?: Partial<OrganizationPolicy> }, base: Policy): Policy {
  return { ...base, ...organization.policy };
}

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
