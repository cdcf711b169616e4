import type { LedgerHead } from '../ledger/entry.ts';
import type { LedgerEffect } from '../ledger/owed-entries.ts';
import type { ChannelLost } from './channel-lost.ts';
import type { Digests, DigestWeek } from './digest-due.ts';
import type { Actor, RolesBasis, Trouble } from './grant.ts';
import type { Lockdown } from './lockdown.ts';
import { type OwedEffect, type Owing, owe, touched } from './owed.ts';
import type { OwnEnd } from './own-ends.ts';
import type { OrganizationPolicy } from './policy.ts';
import type { SecretExpiry, SecretTold } from './secret-expiry.ts';
import type { SettingChange } from './settings.ts';
import type { Survey, Surveyed } from './survey.ts';

/** What the channel is told about the organization as a whole. */
export type OrganizationNote =
  | { readonly type: 'blocked'; readonly by: Actor; readonly at: Date; readonly timeOver?: TimeOver }
  | {
      readonly type: 'unblocked';
      readonly by: Actor;
      readonly at: Date;
      readonly reason: string;
      /** Absent: until somebody blocks it again. */
      readonly until?: Date;
      /** It was not blocked before either: a new time was set. */
      readonly again?: boolean;
    }
  | {
      readonly type: 'block-changed-outside';
      readonly blocked: boolean;
      readonly at: Date;
      /** Who did it, as the provider's records name them. */
      readonly who?: string;
    }
  | { readonly type: 'block-restored'; readonly blocked: boolean; readonly at: Date }
  | {
      readonly type: 'block-not-done';
      readonly blocked: boolean;
      readonly by: Actor;
      readonly at: Date;
      readonly reason: string;
    }
  /** The time of an unblock is over, and Portcullis could not block again: somebody has to. */
  | { readonly type: 'block-overdue'; readonly at: Date; readonly reason: string; readonly timeOver: TimeOver }
  | {
      readonly type: 'settings-changed';
      readonly changes: readonly SettingChange[];
      readonly by: Actor;
      readonly at: Date;
    }
  /** A secret with which the provider is called will not last. */
  | (SecretExpiry & { readonly type: 'secret-expires' })
  /** To owners, directly: the channel cannot be written to. */
  | (ChannelLost & { readonly type: 'channel-lost' })
  | { readonly type: 'links-new'; readonly links: readonly { readonly email: string; readonly slackId: string }[] }
  | { readonly type: 'link-change'; readonly accountId: string; readonly email: string; readonly slackId: string };

export type OrganizationEffect =
  /** What has happened has to stand in the ledger. */
  | LedgerEffect
  | (OwedEffect & { readonly kind: 'sync' })
  /** Looks at everything for what is open without a record. */
  | (OwedEffect & { readonly kind: 'survey' })
  /** Gives up an unblock that was not seen in time: closed is the safe side. */
  | (OwedEffect & { readonly kind: 'unblock-deadline' })
  /** Blocks again when the time of an unblock is over, and as often as that is refused. */
  | (OwedEffect & { readonly kind: 'reblock'; readonly timeOver: TimeOver })
  /** Does what a lockdown asks for, and looks again until all of it was seen. */
  | (OwedEffect & { readonly kind: 'lockdown'; readonly lockdownId: string })
  /** Brings the report of a lockdown up to date. */
  | (OwedEffect & { readonly kind: 'report'; readonly lockdownId: string })
  /** The notes that told of an unblock have to show what has happened since. */
  | (OwedEffect & { readonly kind: 'render-guards' })
  /** Open requests show whether the organization is blocked: they are rendered again. */
  | (OwedEffect & { readonly kind: 'refresh-requests' })
  /** Home tabs show the organization: they are brought up to date. */
  | (OwedEffect & { readonly kind: 'refresh-homes' })
  | (OwedEffect & { readonly kind: 'note'; readonly note: OrganizationNote })
  /** The same in the channel that was left: those who read there have to know where new messages go. */
  | (OwedEffect & {
      readonly kind: 'note-in-channel-left';
      readonly note: OrganizationNote;
      readonly channelId: string;
    })
  /** Owners have to be told that the channel cannot be written to, each directly. */
  | (OwedEffect & { readonly kind: 'tell-owners' })
  | (OwedEffect & { readonly kind: 'direct'; readonly note: OrganizationNote; readonly to: string })
  /** Looks whether the channel can be written to again. */
  | (OwedEffect & { readonly kind: 'check-channel' })
  /** The note of a link that waited has to show what became of it. */
  | (OwedEffect & { readonly kind: 'render-link'; readonly accountId: string })
  /** The week is over, by the clocks of this zone. */
  | (OwedEffect & { readonly kind: 'digest-due'; readonly timeZone: string })
  /** It is time to publish the ledger's head, by the clocks of this zone. */
  | (OwedEffect & { readonly kind: 'head-due'; readonly timeZone: string })
  /** The ledger's head has to stand in the channel: this one, once an attempt has begun. */
  | (OwedEffect & { readonly kind: 'head'; readonly head?: LedgerHead })
  /** The channel is told together of grants that ended by themselves within a minute. */
  | (OwedEffect & { readonly kind: 'own-ends'; readonly ends: readonly OwnEnd[] })
  /** The channel is told of a week in numbers. */
  | (OwedEffect & { readonly kind: 'digest'; readonly week: DigestWeek });

/** An unblock whose time is over. */
export interface TimeOver {
  readonly by: Actor;
  readonly until: Date;
  /** How often blocking again has been tried. */
  readonly tried: number;
}

export interface BlockWish {
  readonly blocked: boolean;
  readonly by: Actor;
  readonly at: Date;
  readonly reason: string;
  /** Of an unblock: when to block again. Absent: only when somebody does. */
  readonly until?: Date;
  /** Of a block that the end of an unblock caused. */
  readonly timeOver?: TimeOver;
  /** Of a block that is part of a lockdown, whose report tells of it. */
  readonly lockdownId?: string;
}

/** A note that told of an unblock, in the channel: it offers to block until that has happened. */
export interface Guard {
  readonly channel: string;
  readonly ts: string;
  readonly note: OrganizationNote;
}

/** Which Slack account an account of the provider's directory belongs to. */
export interface Link {
  readonly accountId: string;
  readonly email: string;
  /** Absent while the first link of this account waits for somebody to confirm it. */
  readonly slackId?: string;
  readonly since: Date;
  /** A different Slack account that now claims it; it opens nothing until confirmed. */
  readonly pending?: { readonly slackId: string; readonly at: Date };
  /** The channel message that asked for the confirmation. */
  readonly note?: { readonly channel: string; readonly ts: string };
  readonly confirmedBy?: Actor;
}

export interface OrganizationHistoryEntry {
  readonly at: Date;
  readonly action: string;
  readonly actor: Actor;
  readonly operationId?: string;
  readonly basis?: RolesBasis;
  readonly detail?: string;
  /** Of a changed setting. */
  readonly setting?: SettingChange;
}

/** A vendor organization, tied to one Slack workspace and one announcement channel. */
export interface Organization extends Owing<OrganizationEffect> {
  readonly schemaVersion: 1;
  readonly channelId: string;
  /** A channel that could not be written to, and was not seen since to be one that can. */
  readonly channelLost?: ChannelLost;
  /** Its owners chose the channel: the one that the operator names is only where it begins. */
  readonly channelChosen?: boolean;
  /** Counts the changes that its owners made; absent before the first. */
  readonly settingsVersion?: number;
  /** What its owners have set; the rest is as the operator has it. */
  readonly policy?: Partial<OrganizationPolicy>;
  /** What somebody decided and what has not been seen yet. */
  readonly wanted?: BlockWish;
  /** What was decided and then seen. */
  readonly decided?: BlockWish;
  /** What the provider was last seen to hold: `since` when this was first seen, `at` when last. */
  readonly confirmed?: { readonly blocked: boolean; readonly since: Date; readonly at: Date };
  /** Changing calls whose answer never came: they may still land. */
  readonly sent: readonly { readonly id: string; readonly blocked: boolean; readonly at: Date }[];
  readonly seenAt?: Date;
  /** A call is under way that undoes what a call of ours did that landed late. */
  readonly restoring?: Date;
  readonly trouble?: Trouble;
  /** The version that home tabs have been told of. */
  readonly homesVersion?: number;
  /** An unblock that Portcullis may not make itself: it was announced by whoever is about to make it by hand. */
  readonly announced?: BlockWish;
  /** The newest last. */
  readonly guards?: readonly Guard[];
  /** The newest last; those that are over are kept only while their report may change. */
  readonly lockdowns?: readonly Lockdown[];
  /** A look at everything that is under way. */
  readonly survey?: Survey;
  /** What came of the last one. */
  readonly surveyed?: Surveyed;
  readonly digests?: Digests;
  /** The last sequence number of the ledger that the channel was told of; absent before the first. */
  readonly headPublished?: number;
  /** Of each account the last; absent while no secret has come near its end. */
  readonly secretsTold?: readonly SecretTold[];
  readonly links: readonly Link[];
  /** The newest last; the oldest may have been moved out. */
  readonly history: readonly OrganizationHistoryEntry[];
  readonly historyMoved?: number;
}

export type OrganizationRefusal =
  | { readonly code: 'already-so'; readonly organization: Organization }
  | { readonly code: 'already-wanted'; readonly organization: Organization; readonly wish: BlockWish }
  | { readonly code: 'no-such-link'; readonly organization: Organization }
  | { readonly code: 'own-link'; readonly organization: Organization };

export type OrganizationResult =
  | { readonly ok: true; readonly doc: Organization; readonly replayed?: boolean }
  | { readonly ok: false; readonly refusal: OrganizationRefusal };

export function newOrganization(id: string, channelId: string, now: Date): Organization {
  const organization: Organization = {
    _id: id,
    schemaVersion: 1,
    rev: 0,
    version: 0,
    owed: [],
    effectCount: 0,
    channelId,
    sent: [],
    links: [],
    history: [],
  };
  return owe(organization, { kind: 'sync', dueAt: now });
}

/** The operator may name another channel at the next start; what owners chose stands over it. */
export const inChannel = (organization: Organization, channelId: string): Organization =>
  organization.channelId === channelId || organization.channelChosen === true
    ? organization
    : { ...organization, channelId };

export function withOrganizationNote(organization: Organization, note: OrganizationNote, now: Date): Organization {
  return owe(organization, { kind: 'note', dueAt: now, note });
}

export function recordedInOrganization(organization: Organization, entry: OrganizationHistoryEntry): Organization {
  return touched({ ...organization, history: [...organization.history, entry] });
}
