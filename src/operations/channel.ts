import { lostChannel } from '../grants/channel-lost.ts';
import type { OperationContext } from './context.ts';

/** Whether the messages in the channel cannot show what has come of a decision. Where that is not known they are trusted. */
export async function channelIsLost({ organizations, organizationId, log }: OperationContext): Promise<boolean> {
  try {
    return lostChannel(await organizations.get(organizationId)) !== undefined;
  } catch (error) {
    log.warn({ err: error }, 'Whether the channel can be written to could not be read');
    return false;
  }
}
