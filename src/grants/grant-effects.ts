import type { LedgerEffect } from '../ledger/owed-entries.ts';
import type { StaffEvent } from './activity.ts';
import type { AccessTerms, Actor, BlockFirst, Grant, PersonActor, Proposal } from './grant.ts';
import type { OwedEffect } from './owed.ts';

/** Somebody approved shorter or narrower terms than were asked for. */
export interface Narrowing {
  readonly before: Grant['terms'];
  readonly after: Grant['terms'];
  readonly by: PersonActor;
  /** To whoever asked; may be empty. */
  readonly word: string;
}

/** What a thread note says. Everything else it shows is read from the record when it is posted. */
export type GrantNote =
  | { readonly type: 'waiting'; readonly since: Date }
  | { readonly type: 'denied' }
  | { readonly type: 'cancelled' }
  | { readonly type: 'lapsed' }
  | { readonly type: 'opened' }
  | { readonly type: 'reminder'; readonly until: Date }
  | { readonly type: 'ended' }
  | { readonly type: 'failed' }
  | { readonly type: 'closing-trouble'; readonly until: Date }
  | {
      readonly type: 'changed-outside';
      readonly before: AccessTerms;
      readonly after: AccessTerms;
      readonly at: Date;
      /** As the provider's records name them. */
      readonly who?: string;
    }
  | { readonly type: 'restored'; readonly at: Date; readonly found: 'closed' | 'other-terms' }
  | { readonly type: 'landed-late'; readonly at: Date; readonly terms: AccessTerms }
  /** So many things that the vendor's staff did came to light after the end had been told; `fresh` are those that are kept, maybe none. */
  | { readonly type: 'late-activity'; readonly at: Date; readonly count: number; readonly fresh: readonly StaffEvent[] }
  /** Of a request that still waits with shorter or narrower terms; `again` had approved those before. */
  | (Narrowing & { readonly type: 'request-narrowed'; readonly again: readonly PersonActor[] })
  | { readonly type: 'change-proposed'; readonly number: number }
  | {
      readonly type: 'change-withdrawn';
      readonly proposal: Proposal;
      readonly how: 'denied' | 'cancelled' | 'grant-ended';
      readonly by: Actor;
      readonly reason?: string;
    }
  | {
      readonly type: 'terms-changed';
      readonly before: AccessTerms;
      readonly after: AccessTerms;
      readonly by: PersonActor;
    }
  | {
      readonly type: 'change-not-made';
      readonly terms: AccessTerms;
      readonly before: AccessTerms;
      readonly by: PersonActor;
      readonly reason: string;
    };

export type GrantEffect =
  /** What has happened has to stand in the ledger. */
  | LedgerEffect
  /** Timers: pure transitions that come with time. */
  | (OwedEffect & { readonly kind: 'lapse' | 'open-deadline' | 'change-deadline' | 'end' | 'nudge' | 'remind' })
  /** Have the organization blocked, as was decided with this grant. */
  | (OwedEffect & { readonly kind: 'block'; readonly decision: BlockFirst })
  /** Make the provider hold what the record says. */
  | (OwedEffect & { readonly kind: 'sync' })
  /** Read what the vendor's staff did while it was open. */
  | (OwedEffect & { readonly kind: 'activity' })
  /** It ended by itself: the channel is told, together with others that did. */
  | (OwedEffect & { readonly kind: 'own-end' })
  /** Bring the root message up to date. */
  | (OwedEffect & { readonly kind: 'render' })
  /** A note in the message's thread; `broadcast` shows it in the channel too. */
  | (OwedEffect & { readonly kind: 'note'; readonly note: GrantNote; readonly broadcast: boolean })
  /** The same to one person who is not in the channel. */
  | (OwedEffect & { readonly kind: 'direct'; readonly note: GrantNote; readonly to: string })
  /** Bring the note that told of the end up to date. */
  | (OwedEffect & { readonly kind: 'receipt' });
