import type { OperationContext } from '../../operations/context.ts';
import { lockDownOrganization, mayLockDown } from '../../operations/lockdown.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { notPermittedAnswer } from '../answers/not-permitted-answer.ts';
import { smallPrint } from '../messages/blocks.ts';
import { lockdownReport } from '../messages/lockdown-report.ts';
import { say } from '../messages/words.ts';
import type { Step } from '../reply.ts';
import { lockdownModal } from '../views/lockdown-modal.ts';
import type { Call } from './call.ts';

/** `lockdown` and its button: the confirm step, or why there is none. */
export function lockdownCommand(context: OperationContext, call: Call): Promise<void> {
  return call.reply.decide(call.triggerId, () => confirmStep(context, call));
}

async function confirmStep(context: OperationContext, { slackId, triggerId, reply }: Call): Promise<Step> {
  const may = await mayLockDown(context, { slackId, operationId: triggerId });
  if ('kind' in may) {
    return { kind: 'tell', message: await notPermittedAnswer(context, may, { slackId, action: 'lockdown' }) };
  }
  const { organizations, grants, organizationId, provider } = context;
  const [organization, live, requested] = await Promise.all([
    organizations.get(organizationId),
    grants.live(organizationId),
    grants.requested(organizationId),
  ]);
  const situation = { organization, live, requested };
  return { kind: 'show', view: lockdownModal(situation, provider.capabilities, { responseUrl: reply.responseUrl }) };
}

/** Carries it out, and shows the report as it stands then. */
export async function carryOutLockdown(
  context: OperationContext,
  input: { readonly slackId: string; readonly operationId: string },
): Promise<OutgoingMessage> {
  const outcome = await lockDownOrganization(context, input);
  if (outcome.kind === 'not-permitted') {
    return notPermittedAnswer(context, outcome, { slackId: input.slackId, action: 'lockdown' });
  }
  const report = lockdownReport(outcome, context.provider.capabilities);
  const goesOn =
    outcome.lockdown.overAt === undefined
      ? smallPrint(
          say`Portcullis keeps trying until everything was seen closed. The report in the channel stays up to date.`,
        )
      : smallPrint(say`The same report stands in the channel.`);
  return { text: `${report.text}\n${goesOn.text}`, blocks: [...report.blocks, ...goesOn.blocks] };
}
