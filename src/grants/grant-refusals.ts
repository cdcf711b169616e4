import type { Grant, Proposal } from './grant.ts';

/** Expected reasons why a transition does not happen. */
export type GrantRefusal =
  | { readonly code: 'not-open-for-decision'; readonly grant: Grant }
  | { readonly code: 'lapsed'; readonly grant: Grant }
  | { readonly code: 'terms-changed'; readonly grant: Grant }
  | { readonly code: 'already-approved-by-you'; readonly grant: Grant }
  | { readonly code: 'needs-block'; readonly grant: Grant; readonly blocked: boolean | undefined }
  | { readonly code: 'nothing-to-revoke'; readonly grant: Grant }
  | { readonly code: 'already-closing'; readonly grant: Grant }
  | { readonly code: 'nothing-to-silence'; readonly grant: Grant }
  /** The settings have become stricter since it was asked for. */
  | { readonly code: 'not-on-offer'; readonly grant: Grant }
  /** Whoever approves has opened as many within an hour as the settings allow. */
  | { readonly code: 'too-many-opened'; readonly grant: Grant; readonly limit: number; readonly nextAt: Date }
  /** Terms that are neither shorter nor narrower than those that were asked for. */
  | { readonly code: 'not-narrower'; readonly grant: Grant }
  /** It is not open, or not any more. */
  | { readonly code: 'nothing-to-change'; readonly grant: Grant }
  | { readonly code: 'change-waits'; readonly grant: Grant; readonly proposal: Proposal }
  | { readonly code: 'change-under-way'; readonly grant: Grant }
  | { readonly code: 'same-terms'; readonly grant: Grant }
  | { readonly code: 'ends-earlier'; readonly grant: Grant; readonly until: Date }
  /** The change that this is about was decided, taken back or dropped. */
  | { readonly code: 'no-such-change'; readonly grant: Grant };

export type GrantResult =
  | { readonly ok: true; readonly doc: Grant; readonly replayed?: boolean }
  | { readonly ok: false; readonly refusal: GrantRefusal };
