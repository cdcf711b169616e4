import type { ChannelObstacle } from '../grants/channel-lost.ts';
import type { UserGroup } from '../grants/policy.ts';

/** Whether new messages can be posted to a channel. */
export type ChannelStanding = 'usable' | ChannelObstacle;

/** What there is in the Slack workspace to choose from. Every call is bounded in time and throws only `PeopleError`. */
export interface Workplace {
  channelStanding(channelId: string): Promise<ChannelStanding>;
  /** Those that are in use, by handle. */
  userGroups(): Promise<UserGroup[]>;
}
