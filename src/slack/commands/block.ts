import type { OperationContext } from '../../operations/context.ts';
import { maySwitchBlock, readAgain, type SwitchBlockOutcome } from '../../operations/switch-block.ts';
import { blockAnswer } from '../answers/block-answer.ts';
import { notPermittedAnswer } from '../answers/not-permitted-answer.ts';
import type { Step } from '../reply.ts';
import { blockModal, unblockModal } from '../views/block-modal.ts';
import type { Call } from './call.ts';

interface SwitchCommand {
  readonly blocked: boolean;
  /** Of an unblock, as far as it was given. */
  readonly reason: string;
}

/** `block`, `unblock` and the button: the confirm step, or why there is none. */
export function switchCommand(context: OperationContext, call: Call, command: SwitchCommand): Promise<void> {
  return call.reply.decide(call.triggerId, () => firstStep(context, call, command));
}

async function firstStep(context: OperationContext, call: Call, { blocked, reason }: SwitchCommand): Promise<Step> {
  const { slackId, triggerId, reply } = call;
  const { capabilities } = context.provider;
  const may = await maySwitchBlock(context, { slackId, operationId: triggerId, blocked });
  if ('kind' in may) {
    const action = blocked ? 'block' : 'unblock';
    return { kind: 'tell', message: await notPermittedAnswer(context, may, { slackId, action }) };
  }
  const settled = await nothingToConfirm(context, blocked);
  if (settled !== undefined) {
    return { kind: 'tell', message: await blockAnswer(context, settled, { slackId, blocked }) };
  }
  const { organizations, grants, directories, organizationId } = context;
  const [organization, live, directory] = await Promise.all([
    organizations.get(organizationId),
    grants.live(organizationId),
    directories.get(organizationId),
  ]);
  const targetCount = directory.refreshedAt === undefined ? undefined : directory.targets.length;
  const situation = { organization, live, targetCount };
  const origin = { responseUrl: reply.responseUrl };
  const view = blocked
    ? blockModal(situation, capabilities, origin)
    : unblockModal(situation, reason, capabilities, origin);
  return { kind: 'show', view };
}

/** It is like that already, or nobody here can switch it: both as read just now. */
async function nothingToConfirm(
  context: OperationContext,
  blocked: boolean,
): Promise<Extract<SwitchBlockOutcome, { kind: 'already' | 'by-hand' }> | undefined> {
  const { canSetBlock, blockUrl } = context.provider.capabilities;
  const known = await context.organizations.get(context.organizationId);
  const seemsSo = known.confirmed?.blocked === blocked && known.wanted === undefined;
  if (canSetBlock && !seemsSo) return undefined;
  const organization = await readAgain(context);
  if (organization.confirmed?.blocked === blocked && organization.wanted === undefined) {
    return { kind: 'already', organization };
  }
  return canSetBlock ? undefined : { kind: 'by-hand', organization, url: blockUrl };
}
