export interface SeedUser {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly email?: string;
  /** A guest of several channels. */
  readonly isRestricted?: boolean;
  /** A guest of one channel. */
  readonly isUltraRestricted?: boolean;
  /** Of another workspace, and in no channel shared with the bot. */
  readonly isStranger?: boolean;
  readonly isBot?: boolean;
  readonly deleted?: boolean;
  /** The workspace of the seed when left out. */
  readonly teamId?: string;
  readonly tz?: string;
}

interface SeedChannel {
  /** Made up when left out: read it back with `channelId(name)`. */
  readonly id?: string;
  readonly name: string;
  readonly isPrivate?: boolean;
  /** User ids, without the bot. */
  readonly members: readonly string[];
  readonly botIsMember: boolean;
}

export interface SeedUserGroup {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly users: readonly string[];
}

export interface SlackSeed {
  readonly teamId?: string;
  readonly users: readonly SeedUser[];
  readonly channels: readonly SeedChannel[];
  readonly userGroups?: readonly SeedUserGroup[];
  readonly bot: {
    readonly userId: string;
    /** `xoxb-…` */
    readonly token: string;
    readonly scopes: readonly string[];
    readonly appId: string;
  };
  readonly signingSecret: string;
}
