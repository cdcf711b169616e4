import type { AtlasTrouble } from '../../page/protocol.ts';

/** A line of the bot's audit log, as far as it is told. */
export interface AuditLine {
  /** The key of the organization that it is about. */
  readonly organization?: string;
  readonly action: string;
  readonly outcome: 'done' | 'refused';
  readonly actor: Teller;
  readonly grantId?: string;
  /** The state of the grant afterwards. */
  readonly to?: string;
  readonly reason?: string;
}

export type Teller =
  | { readonly kind: 'person' | 'operator'; readonly name: string }
  | { readonly kind: 'portcullis' | 'outside' };

/** What a sentence says of a grant. */
export interface ToldGrant {
  /** What holds the access: "Atlas". */
  readonly vendor: string;
  /** Or whatever else the vendor calls what a grant opens. */
  readonly cluster: string;
  /** For example "database logs only". */
  readonly access: string;
  /** For example "8 h". */
  readonly duration: string;
  readonly requester: string;
  /** When access ends, if it is open. */
  readonly until?: Date;
}

export type Happening =
  | { readonly kind: 'start'; readonly organization: string; readonly blocked: boolean }
  | { readonly kind: 'audit'; readonly line: AuditLine; readonly grant?: ToldGrant }
  /** The channel was reminded that access ends soon. */
  | { readonly kind: 'reminder'; readonly grant: ToldGrant }
  | { readonly kind: 'clock'; readonly to: 'hour' | 'minute' | 'next-reminder' | 'next-end'; readonly until: Date }
  | { readonly kind: 'trouble'; readonly trouble: AtlasTrouble }
  | { readonly kind: 'atlas-block'; readonly blocked: boolean }
  | { readonly kind: 'atlas-revoke'; readonly cluster: string }
  | { readonly kind: 'atlas-visit'; readonly cluster: string }
  | { readonly kind: 'portal-switch'; readonly vendor: string; readonly tenant: string; readonly on: boolean };
