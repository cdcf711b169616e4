import type { Digest } from '../grants/digest.ts';
import type { DigestWeek } from '../grants/digest-due.ts';
import type { Grant } from '../grants/grant.ts';
import type { GrantNote } from '../grants/grant-effects.ts';
import type { Lockdown } from '../grants/lockdown.ts';
import type { Organization, OrganizationNote } from '../grants/organization.ts';
import type { OwnEnd } from '../grants/own-ends.ts';
import type { UserGroup } from '../grants/policy.ts';
import type { PublishedHead } from '../ledger/checkpoint.ts';
import type { OutgoingMessage } from './messenger.ts';

export interface ViewContext {
  readonly organization: Organization;
  /** Slack ids of people who may decide, at most three of whom are mentioned. */
  readonly deciders: readonly string[];
  /** Mentioned instead of them. */
  readonly decidersGroup?: UserGroup;
  /** How many targets the organization has, when known. */
  readonly targetCount?: number;
  /** Of a request: the grant that holds its target, which cannot be approved before that has ended. */
  readonly holder?: Grant;
}

export interface WeekTold {
  readonly week: DigestWeek;
  readonly numbers: Digest;
  readonly before?: Digest;
  /** There were more records than can be read at once: the numbers are too low. */
  readonly incomplete: boolean;
}

/** How records look as messages. Pure: the same record makes the same message. */
export interface Views {
  grantMessage(grant: Grant, context: ViewContext): OutgoingMessage;
  /**
   * A note in the grant's thread. `mentionRequester` is false when they get it as a direct message instead; `direct` is true
   * for that message, which nobody else reads.
   */
  grantNote(
    grant: Grant,
    note: GrantNote,
    context: ViewContext & {
      readonly mentionRequester: boolean;
      /** Whom the note concerns is not in Slack any more: what somebody has to hear is said to whoever decides. */
      readonly gone?: boolean;
      readonly direct?: boolean;
      /** The ledger's head, where the note publishes it. */
      readonly ledgerHead?: PublishedHead;
      readonly now: Date;
    },
  ): OutgoingMessage;
  organizationNote(organization: Organization, note: OrganizationNote, context: ViewContext): OutgoingMessage;
  /** A week in numbers, beside those of the week before where there are some. */
  digest(told: WeekTold): OutgoingMessage;
  /** The ledger's head, which the channel is told once a day. */
  ledgerHead(published: PublishedHead): OutgoingMessage;
  /** Grants that ended by themselves within a minute. */
  ownEnds(ends: readonly OwnEnd[]): OutgoingMessage;
  /** How everything stands that a lockdown concerns. */
  lockdownReport(lockdown: Lockdown, grants: readonly Grant[], context: ViewContext): OutgoingMessage;
}
