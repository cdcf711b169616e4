import type { Grant } from '../../../src/grants/grant.ts';

/** What the provider held for a target from one change on. */
export interface Held {
  readonly targetId: string;
  readonly at: Date;
  /** Absent: closed. */
  readonly terms?: { readonly type: string; readonly until: Date };
}

/** A post of the bot that took effect. */
export interface Posted {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
  /** The name that the bot gave to what it owed: `<grant>:<effect>`. */
  readonly effectId?: string;
  /** As a reader saw it when it was posted. */
  readonly text: string;
  readonly at: Date;
}

/** Something that somebody did in Slack. */
export interface Deed {
  readonly who: string;
  readonly what: string;
  readonly at: Date;
  /** Whether they were shown something for it: a message, a modal, or Slack's own word that it failed. */
  readonly answered: boolean;
  /** The process that was told of it died before it was done with it. */
  readonly diedWithIt: boolean;
}

/** A line of the audit log. */
export interface AuditLine {
  readonly grantId: string;
  readonly action: string;
  readonly at: string;
}

/** Everything that is known once a run is over and what was owed has been worked off. */
export interface World {
  readonly now: Date;
  readonly grants: readonly Grant[];
  /** In order. */
  readonly held: readonly Held[];
  readonly posts: readonly Posted[];
  /** What stands in the channel now, by `ts`. */
  readonly standing: ReadonlyMap<string, string>;
  readonly deeds: readonly Deed[];
  readonly audit: readonly AuditLine[];
  /** When processes were killed. */
  readonly deaths: readonly Date[];
  /** How late the provider may be brought to what was decided at `from`, given what was done to the bot until `to`. */
  readonly latestMs: (from: Date, to: Date) => number;
}
