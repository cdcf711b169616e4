import type { ViewOutput } from '@slack/bolt';
import type { OperationContext } from '../../operations/context.ts';
import { denialProblem, denyRequest } from '../../operations/deny-request.ts';
import { promptOffer } from '../../operations/offer.ts';
import { cancelRequest, revokeAccess } from '../../operations/revoke-access.ts';
import { switchBlock, unblockProblem } from '../../operations/switch-block.ts';
import { requestProblems } from '../../operations/validate-request.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { blockAnswer } from '../answers/block-answer.ts';
import { deniedAnswer, refusedAnswer, revokedAnswer, standingAnswer } from '../answers/grant-answer.ts';
import { historyStep } from '../commands/history.ts';
import { carryOutLockdown } from '../commands/lockdown.ts';
import { carryOutRequest } from '../commands/request.ts';
import { confirmStep } from '../commands/revoke.ts';
import { settingsSubmitted } from '../commands/settings.ts';
import { paragraphMessage } from '../messages/blocks.ts';
import { say } from '../messages/words.ts';
import type { Step } from '../reply.ts';
import { blockModalIds, unblockChoice } from './block-modal.ts';
import { changeSubmissions } from './change-submissions.ts';
import { denyMetadata, denyModalIds } from './deny-modal.ts';
import { filterErrors, filteredWish, historyFilterIds } from './history-filter-modal.ts';
import { lockdownModalIds } from './lockdown-modal.ts';
import { entered, metadataOf } from './modal.ts';
import { blocksFirst } from './request-inputs.ts';
import { requestErrors, requestFields, requestMetadata, requestModalIds } from './request-modal.ts';
import { revokeMetadata, revokeModalIds } from './revoke-modal.ts';
import { settingsModalIds } from './settings-modal.ts';

/** A modal that somebody submitted. */
export interface Submission {
  readonly slackId: string;
  readonly view: Pick<ViewOutput, 'id' | 'state' | 'private_metadata'>;
  readonly responseUrl?: string;
}

export type Submitted =
  /** Something is wrong that can be said at once, at the fields; by block id. */
  | { readonly kind: 'errors'; readonly errors: Record<string, string> }
  /** To be carried out; the id of the view makes a second submission recognisable. */
  | { readonly kind: 'accepted'; readonly run: () => Promise<Step> }
  /** The same for a modal that stood on another one, which is shown again and takes what comes of it. */
  | { readonly kind: 'back'; readonly run: () => Promise<Step> };

type Handler = (context: OperationContext, submission: Submission) => Submitted | Promise<Submitted>;

/** By `callback_id`. */
const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  [requestModalIds.submit, request],
  [denyModalIds.submit, deny],
  [revokeModalIds.revoke, revoke],
  [revokeModalIds.cancel, cancel],
  [revokeModalIds.choose, choose],
  [historyFilterIds.submit, filterHistory],
  [
    settingsModalIds.submit,
    async (context, submission) => (await settingsSubmitted(context, submission)) ?? fromOlderVersion(),
  ],
  [blockModalIds.block, block],
  [blockModalIds.unblock, unblock],
  [
    lockdownModalIds.submit,
    (context, { slackId, view }) => accepted(() => carryOutLockdown(context, { slackId, operationId: view.id })),
  ],
]);

/** Checks what is instant; everything else is for `run`. */
export async function modalSubmitted(
  context: OperationContext,
  callbackId: string,
  submission: Submission,
): Promise<Submitted> {
  const handler = handlers.get(callbackId) ?? changeSubmissions.get(callbackId);
  return (await handler?.(context, submission)) ?? fromOlderVersion();
}

const accepted = (run: () => Promise<OutgoingMessage>): Submitted => ({
  kind: 'accepted',
  run: async () => ({ kind: 'tell', message: await run() }),
});

/** Modals stay open over an update of the bot. */
const fromOlderVersion = (): Submitted =>
  accepted(async () =>
    paragraphMessage(say`Nothing was changed: this form is from an older version of Portcullis. Open it again.`),
  );

async function request(context: OperationContext, { slackId, view }: Submission): Promise<Submitted> {
  const metadata = metadataOf(view, requestMetadata);
  if (metadata === undefined) return fromOlderVersion();
  const fields = requestFields(view);
  const problems = requestProblems(fields, await promptOffer(context));
  if (problems.length > 0) return { kind: 'errors', errors: requestErrors(problems, view) };
  const { approve } = metadata;
  const input = { ...fields, slackId, operationId: view.id, approve, blockFirst: approve && blocksFirst(view) };
  return accepted(() => carryOutRequest(context, input));
}

function deny(context: OperationContext, { slackId, view }: Submission): Submitted {
  const metadata = metadataOf(view, denyMetadata);
  if (metadata === undefined) return fromOlderVersion();
  const reason = entered(view, denyModalIds.reason);
  const problem = denialProblem(reason);
  if (problem !== undefined) return { kind: 'errors', errors: { [denyModalIds.reason]: problem } };
  return accepted(async () => {
    const { grantId } = metadata;
    const outcome = await denyRequest(context, { grantId, reason, slackId, operationId: view.id });
    switch (outcome.kind) {
      case 'done':
        return deniedAnswer(outcome.grant);
      case 'invalid':
        return paragraphMessage(say`Not denied. ${outcome.message}`);
      default:
        return refusedAnswer(context, outcome, { slackId, action: 'deny' });
    }
  });
}

function revoke(context: OperationContext, { slackId, view }: Submission): Submitted {
  const metadata = metadataOf(view, revokeMetadata);
  if (metadata === undefined) return fromOlderVersion();
  return accepted(async () => {
    const { grantId } = metadata;
    const outcome = await revokeAccess(context, { grantId, slackId, operationId: view.id });
    return outcome.kind === 'done'
      ? revokedAnswer(outcome.grant, context)
      : refusedAnswer(context, outcome, { slackId, action: 'revoke' });
  });
}

function cancel(context: OperationContext, { slackId, view }: Submission): Submitted {
  const metadata = metadataOf(view, revokeMetadata);
  if (metadata === undefined) return fromOlderVersion();
  return accepted(async () => {
    const { grantId } = metadata;
    const outcome = await cancelRequest(context, { grantId, slackId, operationId: view.id });
    return outcome.kind === 'done'
      ? standingAnswer(outcome.grant, context)
      : refusedAnswer(context, outcome, { slackId, action: 'cancel' });
  });
}

/** Nothing is decided yet: the confirm step follows. */
function choose(context: OperationContext, { slackId, view, responseUrl }: Submission): Submitted {
  const grantId = entered(view, revokeModalIds.choice);
  return { kind: 'accepted', run: () => confirmStep(context, { slackId, grantId, responseUrl }) };
}

function filterHistory(context: OperationContext, { slackId, view, responseUrl }: Submission): Submitted {
  const wish = filteredWish(view);
  const errors = filterErrors(wish);
  if (Object.keys(errors).length > 0) return { kind: 'errors', errors };
  return { kind: 'back', run: () => historyStep(context, { slackId, wish, responseUrl }) };
}

function block(context: OperationContext, { slackId, view }: Submission): Submitted {
  return accepted(async () => {
    const outcome = await switchBlock(context, { blocked: true, slackId, operationId: view.id });
    return blockAnswer(context, outcome, { slackId, blocked: true });
  });
}

function unblock(context: OperationContext, { slackId, view }: Submission): Submitted {
  const choice = unblockChoice(view);
  const problem = unblockProblem(choice.reason, context.provider.capabilities);
  if (problem !== undefined) return { kind: 'errors', errors: { [blockModalIds.reason]: problem } };
  return accepted(async () => {
    const outcome = await switchBlock(context, { blocked: false, ...choice, slackId, operationId: view.id });
    return blockAnswer(context, outcome, { slackId, blocked: false });
  });
}
