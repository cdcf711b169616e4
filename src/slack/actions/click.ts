import type { ViewOutput } from '@slack/bolt';
import type { Grant } from '../../grants/grant.ts';
import { channelIsLost } from '../../operations/channel.ts';
import type { OperationContext } from '../../operations/context.ts';
import type { Call } from '../commands/call.ts';

/** A button that somebody pressed. */
export interface Click extends Call {
  readonly value: string;
  /** The `ts` of the message with the button. */
  readonly messageTs?: string;
  /** The modal with the button. */
  readonly view?: Pick<ViewOutput, 'id' | 'hash' | 'state' | 'private_metadata'>;
}

/** Whether the message with the button cannot show what has come of it: there is none in a home tab, nor where it cannot be updated. */
export const isUnseen = async (context: OperationContext, { messageTs }: Click): Promise<boolean> =>
  messageTs === undefined || (await channelIsLost(context));

/** The same of what has come of a grant, which may be shown in another channel by now. */
export const isGrantUnseen = async (context: OperationContext, click: Click, grant: Grant): Promise<boolean> =>
  grant.message?.ts !== click.messageTs || (await isUnseen(context, click));
