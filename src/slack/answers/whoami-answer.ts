import type { OperationContext } from '../../operations/context.ts';
import { whoAmI } from '../../operations/who-am-i.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { whoamiMessage } from '../messages/whoami-message.ts';
import { namesOf, notPermittedAnswer } from './not-permitted-answer.ts';

/** How somebody is known; whoever may not use this at all is told why. */
export async function whoamiAnswer(context: OperationContext, slackId: string): Promise<OutgoingMessage> {
  const who = await whoAmI(context, { slackId });
  const { deciders, may } = who;
  if (!may.ask.allowed) {
    return notPermittedAnswer(context, { reason: may.ask.reason, deciders }, { slackId, action: 'see' });
  }
  const others = await namesOf(
    context,
    deciders.filter((decider) => decider !== slackId),
  );
  return whoamiMessage({ ...who, others }, { capabilities: context.provider.capabilities, policy: who.caller.policy });
}
