import type { OperationContext } from '../../operations/context.ts';
import { durationProblem, maySwitchBlock, readAgain, type SwitchBlockOutcome } from '../../operations/switch-block.ts';
import { blockAnswer } from '../answers/block-answer.ts';
import { notPermittedAnswer } from '../answers/not-permitted-answer.ts';
import { paragraphMessage } from '../messages/blocks.ts';
import { say } from '../messages/words.ts';
import type { Step } from '../reply.ts';
import { blockModal, unblockModal } from '../views/block-modal.ts';
import type { Call } from './call.ts';
import { parseRequestText } from './parse-request.ts';

/** `words` are what was typed after an unblock: how long, and why. */
type SwitchCommand = { readonly blocked: true } | { readonly blocked: false; readonly words: string };

/** `block`, `unblock` and the button: the confirm step, or why there is none. */
export function switchCommand(context: OperationContext, call: Call, command: SwitchCommand): Promise<void> {
  return call.reply.decide(call.triggerId, () => firstStep(context, call, command));
}

async function firstStep(context: OperationContext, call: Call, command: SwitchCommand): Promise<Step> {
  const { blocked } = command;
  const { slackId, triggerId, reply } = call;
  const { capabilities } = context.provider;
  const may = await maySwitchBlock(context, { slackId, operationId: triggerId, blocked });
  if ('kind' in may) {
    const action = blocked ? 'block' : 'unblock';
    return { kind: 'tell', message: await notPermittedAnswer(context, may, { slackId, action }) };
  }
  const draft = command.blocked ? undefined : parseRequestText(command.words, { targets: [], accessTypes: [] });
  const problem = unblockDurationProblem(draft);
  if (problem !== undefined) return { kind: 'tell', message: paragraphMessage(say`Nothing was changed. ${problem}`) };
  const settled = blocked ? await nothingToConfirm(context) : undefined;
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
  const view =
    draft === undefined
      ? blockModal(situation, capabilities, origin)
      : unblockModal(situation, draft, capabilities, origin);
  return { kind: 'show', view };
}

/** What was typed as a duration must be one that is allowed: left to the reason, it would silently become the default. */
function unblockDurationProblem(draft: ReturnType<typeof parseRequestText> | undefined): string | undefined {
  return draft?.durationProblem === undefined ? durationProblem(draft?.durationMs) : durationProblem(0);
}

/** It is blocked already, or nobody here can switch it: both as read just now. */
async function nothingToConfirm(
  context: OperationContext,
): Promise<Extract<SwitchBlockOutcome, { kind: 'already' | 'by-hand' }> | undefined> {
  const { canSetBlock, blockUrl } = context.provider.capabilities;
  const known = await context.organizations.get(context.organizationId);
  const seemsSo = known.confirmed?.blocked === true && known.wanted === undefined;
  if (canSetBlock && !seemsSo) return undefined;
  const organization = await readAgain(context);
  if (organization.confirmed?.blocked === true && organization.wanted === undefined) {
    return { kind: 'already', organization };
  }
  return canSetBlock ? undefined : { kind: 'by-hand', organization, url: blockUrl };
}
