import type { ChannelLost } from '../../grants/channel-lost.ts';
import { slashCommand } from './vocabulary.ts';
import { atAndAgo, code, say, type Words } from './words.ts';

export const channelWords = (channelId: string): Words => ({ mrkdwn: `<#${channelId}>`, text: channelId });

/** Why the channel cannot be written to, and what mends it. */
export function obstacleWords({ why, since }: Pick<ChannelLost, 'why' | 'since'>): Words {
  const another = say`or choose another channel: ${code(`${slashCommand} settings`)}`;
  const found = say`Found ${atAndAgo(since)}.`;
  switch (why) {
    case 'archived':
      return say`It is archived. ${found} Unarchive it, ${another}`;
    case 'not-member':
      return say`Portcullis is not in it any more. ${found} Type ${code('/invite @Portcullis')} there, ${another}`;
    case 'not-found':
      return say`It was deleted, or it is private and Portcullis was removed from it. ${found} Type ${code('/invite @Portcullis')} there, ${another}`;
  }
}
