import type { PublishedHead } from '../ledger/checkpoint.ts';
import type { Activity } from './activity.ts';
import type { Found } from './found.ts';
import type { GrantEffect, Narrowing } from './grant-effects.ts';
import type { Owing } from './owed.ts';

export type GrantState =
  | 'requested'
  | 'opening'
  | 'active'
  | 'closing'
  | 'denied'
  | 'cancelled'
  | 'lapsed'
  | 'failed'
  | 'expired'
  | 'revoked';

const liveStates: readonly GrantState[] = ['opening', 'active', 'closing'];

export type Actor =
  | {
      readonly kind: 'person';
      readonly slackId: string;
      readonly name: string;
      readonly accountId?: string;
      /** At the provider, as they were known when it was done. */
      readonly roles?: readonly string[];
    }
  /** Portcullis itself, when a time comes. */
  | { readonly kind: 'portcullis' }
  /** Somebody acting on the provider directly: its web console, its command line, another program. As its records name them. */
  | { readonly kind: 'outside'; readonly name?: string }
  /** Somebody on the command line of the bot. */
  | { readonly kind: 'operator'; readonly name: string };

export type PersonActor = Extract<Actor, { kind: 'person' }>;

/** How the right to an action was known: by roles, or because whoever runs Portcullis has `named` the person. */
export type RolesBasis = 'fresh' | 'snapshot' | 'last-known' | 'named' | 'own-request' | 'not-needed';

export interface GrantTarget {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  readonly projectName: string;
  readonly url: string;
}

export interface AccessTerms {
  /** An access type's id. */
  readonly type: string;
  /** Whole seconds, UTC. */
  readonly until: Date;
}

export interface Approval {
  readonly by: PersonActor;
  readonly at: Date;
  readonly termsVersion: number;
}

/** A change of an open grant that waits for its approvals. */
export interface Proposal {
  /** Counts the proposals made for this grant: what a button is about. */
  readonly number: number;
  /** The access type that is wanted. */
  readonly type: string;
  /** Counted from the approval; absent when the end stays. */
  readonly durationMs?: number;
  readonly by: PersonActor;
  readonly at: Date;
  readonly operationId?: string;
  readonly approvals: readonly Approval[];
}

/** A change that was approved and has not been seen yet: until it is, `before` is what holds. */
export interface Applying {
  readonly before: AccessTerms;
  /** Of the last approval. */
  readonly at: Date;
  /** Who proposed it. */
  readonly by: PersonActor;
  /** What has not been seen by then is not made: never later than the end of `before`. */
  readonly deadline: Date;
}

/** A decision, taken together with a grant, that the organization be blocked before anything is opened. */
export interface BlockFirst {
  readonly by: PersonActor;
  readonly at: Date;
  readonly operationId: string;
  readonly basis: RolesBasis;
}

/** A changing call to the provider. Without `answer`, none ever came: the call may still land. */
export interface SentCall {
  readonly id: string;
  readonly call: 'open' | 'close';
  readonly terms?: AccessTerms;
  readonly at: Date;
  readonly answer?: 'done' | 'refused';
}

export interface HistoryEntry {
  readonly at: Date;
  readonly action: string;
  readonly actor: Actor;
  readonly from?: GrantState;
  readonly to: GrantState;
  readonly operationId?: string;
  readonly basis?: RolesBasis;
  readonly detail?: string;
}

/** What keeps the provider from matching the record, in words for people. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly since: Date;
  /** Whether people have been told in the channel. */
  readonly told: boolean;
}

export type ClosingOutcome = 'expired' | 'revoked' | 'failed';

export interface GrantMessage {
  readonly channel: string;
  readonly ts: string;
  readonly renderedVersion: number;
  readonly permalink?: string;
}

/** One record from the moment somebody asks until access is known to have ended. */
export interface Grant extends Owing<GrantEffect> {
  readonly schemaVersion: 1;
  readonly organizationId: string;
  readonly channelId: string;
  readonly target: GrantTarget;
  readonly state: GrantState;
  readonly terms: { readonly type: string; readonly durationMs: number };
  /** What was asked for at first, where an approver has made it shorter or narrower. */
  readonly firstTerms?: { readonly type: string; readonly durationMs: number };
  /** By the approval that was the last one needed: whoever asked is told with what comes of it, and not twice. */
  readonly narrowed?: Narrowing;
  readonly termsVersion: number;
  /** Exactly as typed. */
  readonly reason: string;
  readonly caseUrl?: string;
  /** Absent where nobody asked here: the access was found. */
  readonly requestedBy?: PersonActor;
  /** When somebody asked, or when it was found. */
  readonly requestedAt: Date;
  readonly found?: Found;
  readonly lapsesAt: Date;
  readonly approvals: readonly Approval[];
  readonly approvalsNeeded: number;
  /** When the last approval came, of the request or of a change: calls may follow from it. */
  readonly approvedAt?: Date;
  readonly denial?: { readonly by: PersonActor; readonly at: Date; readonly reason: string };
  /** What was decided. While a change is `applying`, what it leads to. */
  readonly wanted?: AccessTerms;
  /** What was decided here last, where `wanted` has followed what somebody changed in the provider since. */
  readonly decided?: AccessTerms;
  /** It opens only once the organization was seen blocked after this decision. Stays on a grant that ends before that. */
  readonly awaitsBlock?: BlockFirst;
  readonly proposal?: Proposal;
  /** How many changes were ever proposed. */
  readonly proposals?: number;
  /** Stays on a grant that ends before the change was seen: it may have taken effect. */
  readonly applying?: Applying;
  /** What the provider was last seen to hold; absent once it was seen closed. */
  readonly confirmed?: AccessTerms & { readonly at: Date };
  readonly sent: readonly SentCall[];
  /** Ids of calls, of any record, whose late landing on this grant has been answered. */
  readonly answeredCalls: readonly string[];
  /** When the first call was sent that could have opened access. */
  readonly maybeOpenFrom?: Date;
  readonly openedAt?: Date;
  /** When the provider was first read without the active grant, until a second reading settles it. */
  readonly missingSince?: Date;
  readonly closing?: {
    readonly outcome: ClosingOutcome;
    readonly by: Actor;
    readonly at: Date;
    readonly reason?: string;
  };
  /** When the provider was first seen closed, and whether its target was still there. */
  readonly seenClosedAt?: Date;
  readonly endedAt?: Date;
  /** When what the record says was first seen: verifications are counted from here. */
  readonly seenAt?: Date;
  /** A call is under way that makes an active grant what it should be, after a call of another record changed it. */
  readonly restoring?: { readonly found: 'closed' | 'other-terms'; readonly at: Date };
  /** An opening call of this ended record landed late and is being closed; it holds the slot again meanwhile. */
  readonly reopened?: { readonly terms: AccessTerms; readonly at: Date };
  /** When the provider was first seen to hold it although its end had come. */
  readonly openAfterEnd?: Date;
  readonly remindersSilencedBy?: PersonActor;
  readonly trouble?: Trouble;
  readonly message?: GrantMessage;
  /** Of an ended grant: what the vendor's staff did while it was open. */
  readonly activity?: Activity;
  /**
   * The note that told of the end, which shows what was recorded as far as it is known. The ledger's head that it published
   * stays in it: it was sealed in Slack when it was posted.
   */
  readonly receipt?: { readonly channel: string; readonly ts: string; readonly ledgerHead?: PublishedHead };
  /** Unique while live: one grant a target. */
  readonly slot?: string;
  /** Unique while requested: one open request a target and access type. */
  readonly requestSlot?: string;
  /** The newest last; the oldest may have been moved out. */
  readonly history: readonly HistoryEntry[];
  readonly historyMoved?: number;
}

/** Whether access is open or may be: everything that holds a slot, a late landing included. */
export const isLive = (grant: Grant): boolean => liveStates.includes(grant.state) || grant.reopened !== undefined;

/** True for a write that this very operation made before: its reply was lost, or the payload came twice. */
export const isReplay = (grant: Grant, operationId: string): boolean =>
  grant.history.some((entry) => entry.operationId === operationId);

/** What holds as far as is known: of a change that has not been seen yet, what was before it. */
export const termsInForce = (grant: Grant): AccessTerms | undefined => grant.applying?.before ?? grant.wanted;

const dayMs = 24 * 60 * 60_000;

/** Of a request for longer than a day: when what it opens ends at the latest, should it be approved at the last moment. */
export const latestEnd = ({ lapsesAt, terms: { durationMs } }: Grant): Date | undefined =>
  durationMs > dayMs ? new Date(lapsesAt.getTime() + durationMs) : undefined;

/** The approvals of the terms that are in force, or of what was asked for. */
export function approvalsInForce(grant: Grant): readonly Approval[] {
  const version = grant.applying === undefined ? grant.termsVersion : grant.termsVersion - 1;
  return grant.approvals.filter((approval) => approval.termsVersion === version);
}

/** The latest changing call whose answer never came. */
export function lastUnansweredCall(grant: Grant): SentCall | undefined {
  return grant.sent.filter((call) => call.answer === undefined).at(-1);
}

/**
 * Until when the provider may hold access although it was not seen to: absent when that is impossible. The latest end of
 * any terms that were sent and not refused for certain.
 */
export function maybeOpenUntil(grant: Grant): Date | undefined {
  if (grant.reopened !== undefined) return grant.reopened.terms.until;
  if (grant.maybeOpenFrom === undefined || grant.endedAt !== undefined) return undefined;
  const ends = grant.sent
    .filter((call) => call.call === 'open' && call.answer !== 'refused' && call.terms !== undefined)
    .map((call) => call.terms?.until.getTime() ?? 0);
  if (grant.confirmed !== undefined) ends.push(grant.confirmed.until.getTime());
  return ends.length === 0 ? undefined : new Date(Math.max(...ends));
}

export const sameTerms = (a: AccessTerms, b: AccessTerms): boolean =>
  a.type === b.type && Math.floor(a.until.getTime() / 1000) === Math.floor(b.until.getTime() / 1000);
