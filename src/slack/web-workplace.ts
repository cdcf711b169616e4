import { WebClient } from '@slack/web-api';
import type { Logger } from '../log.ts';
import { PeopleError } from '../work/people.ts';
import type { ChannelStanding, Workplace } from '../work/workplace.ts';
import { clientLogger } from './client-logger.ts';
import { refusalCode } from './messenger-errors.ts';

/** People wait for the answers before they are told anything, so nothing is tried twice. */
export function createWebWorkplace(options: {
  readonly token: string;
  readonly apiUrl: string;
  readonly fetch?: typeof fetch;
  readonly log: Logger;
}): Workplace {
  const client = new WebClient(options.token, {
    slackApiUrl: options.apiUrl,
    timeout: 2_000,
    fetch: options.fetch,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: clientLogger(options.log),
  });
  return {
    async channelStanding(channelId): Promise<ChannelStanding> {
      try {
        const { channel } = await client.conversations.info({ channel: channelId });
        if (channel?.is_archived === true) return 'archived';
        return channel?.is_member === true ? 'usable' : 'not-member';
      } catch (error) {
        if (refusalCode(error) === 'channel_not_found') return 'not-found';
        throw new PeopleError('Slack could not say whether Portcullis is in that channel.', { cause: error });
      }
    },
    async userGroups() {
      try {
        const { usergroups = [] } = await client.usergroups.list({ include_disabled: false });
        return usergroups
          .flatMap(({ id, handle }) => (id === undefined || handle === undefined ? [] : [{ id, handle }]))
          .sort((a, b) => a.handle.localeCompare(b.handle, 'en'));
      } catch (error) {
        throw new PeopleError('Slack could not say which user groups there are.', { cause: error });
      }
    },
  };
}
