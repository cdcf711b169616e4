import { approveRequestNarrowed, wordProblem } from '../../operations/approve-narrowed.ts';
import type { OperationContext } from '../../operations/context.ts';
import { workedOff } from '../../operations/context.ts';
import { denyGrantChange } from '../../operations/deny-change.ts';
import { denialProblem } from '../../operations/deny-request.ts';
import { promptOffer } from '../../operations/offer.ts';
import { durationProblem, typeProblem } from '../../operations/validate-request.ts';
import { blockFirstAnswer } from '../answers/block-first-answer.ts';
import { changeDeniedAnswer } from '../answers/change-answer.ts';
import { missingAnswer, refusedAnswer, standingAnswer } from '../answers/grant-answer.ts';
import { notPermittedAnswer } from '../answers/not-permitted-answer.ts';
import { carryOutChange, changeStep } from '../commands/change.ts';
import { paragraphMessage } from '../messages/blocks.ts';
import { say } from '../messages/words.ts';
import { changeMetadata, changeModalIds, chooseMetadata, enteredDuration, enteredType } from './change-modal.ts';
import { denyChangeMetadata, denyModalIds } from './deny-modal.ts';
import { entered, metadataOf } from './modal.ts';
import { narrowedFields, narrowMetadata, narrowModalIds, unblockedError } from './narrow-modal.ts';
import { blocksFirst, requestFieldIds } from './request-inputs.ts';
import type { Submission, Submitted } from './submissions.ts';

type Handler = (
  context: OperationContext,
  submission: Submission,
) => Submitted | undefined | Promise<Submitted | undefined>;

/** Modals that change terms, by `callback_id`; undefined for one of another form, as after an update of the bot. */
export const changeSubmissions: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  [changeModalIds.extend, extend],
  [changeModalIds.changeType, changeType],
  [changeModalIds.choose, choose],
  [denyModalIds.submitChange, denyChange],
  [narrowModalIds.submit, approveNarrowed],
]);

async function extend(context: OperationContext, { slackId, view }: Submission): Promise<Submitted | undefined> {
  const metadata = metadataOf(view, changeMetadata);
  if (metadata === undefined) return undefined;
  const durationMs = enteredDuration(view);
  const problem = durationProblem(durationMs, await promptOffer(context));
  if (problem !== undefined) return { kind: 'errors', errors: { [changeModalIds.duration]: problem.message } };
  return {
    kind: 'accepted',
    run: async () => {
      const grant = await context.grants.find(metadata.grantId);
      if (grant === undefined) return { kind: 'tell', message: missingAnswer() };
      return changeStep(context, grant, { kind: 'extend', durationMs }, { slackId, operationId: view.id });
    },
  };
}

async function changeType(context: OperationContext, { slackId, view }: Submission): Promise<Submitted | undefined> {
  const metadata = metadataOf(view, changeMetadata);
  if (metadata === undefined) return undefined;
  const type = enteredType(view);
  const problem = typeProblem(type, await promptOffer(context));
  if (problem !== undefined) return { kind: 'errors', errors: { [changeModalIds.type]: problem.message } };
  const { grantId } = metadata;
  return {
    kind: 'accepted',
    run: async () => ({
      kind: 'tell',
      message: await carryOutChange(context, { grantId, type, slackId, operationId: view.id }),
    }),
  };
}

/** One of several grants was chosen: what was said of the change is done to it, or its form follows. */
function choose(context: OperationContext, { slackId, view, responseUrl }: Submission): Submitted | undefined {
  const metadata = metadataOf(view, chooseMetadata);
  if (metadata === undefined) return undefined;
  const { kind, durationMs, type } = metadata;
  return {
    kind: 'accepted',
    run: async () => {
      const grant = await context.grants.find(entered(view, changeModalIds.choice));
      if (grant === undefined) return { kind: 'tell', message: missingAnswer() };
      const asking = { slackId, operationId: view.id, responseUrl };
      return changeStep(context, grant, { kind, durationMs, type }, asking);
    },
  };
}

function denyChange(context: OperationContext, { slackId, view }: Submission): Submitted | undefined {
  const metadata = metadataOf(view, denyChangeMetadata);
  if (metadata === undefined) return undefined;
  const reason = entered(view, denyModalIds.reason);
  const problem = denialProblem(reason);
  if (problem !== undefined) return { kind: 'errors', errors: { [denyModalIds.reason]: problem } };
  const { grantId, number } = metadata;
  return {
    kind: 'accepted',
    run: async () => {
      const outcome = await denyGrantChange(context, { grantId, number, reason, slackId, operationId: view.id });
      switch (outcome.kind) {
        case 'done':
          return { kind: 'tell', message: changeDeniedAnswer(outcome.grant, context) };
        case 'invalid':
          return { kind: 'tell', message: paragraphMessage(say`Not denied. ${outcome.message}`) };
        default:
          return { kind: 'tell', message: await refusedAnswer(context, outcome, { slackId, action: 'deny' }) };
      }
    },
  };
}

async function approveNarrowed(
  context: OperationContext,
  { slackId, view }: Submission,
): Promise<Submitted | undefined> {
  const metadata = metadataOf(view, narrowMetadata);
  if (metadata === undefined) return undefined;
  const fields = narrowedFields(view);
  const offer = await promptOffer(context);
  const errors = {
    [narrowModalIds.type]: typeProblem(fields.type, offer)?.message,
    [narrowModalIds.duration]: durationProblem(fields.durationMs, offer)?.message,
    [narrowModalIds.word]: wordProblem(fields.word),
    [requestFieldIds.blockFirst]: unblockedError(
      offer.accessTypes.find(({ id }) => id === fields.type),
      metadata,
      view,
    ),
  };
  const wrong = Object.entries(errors).flatMap(([id, problem]) => (problem === undefined ? [] : [[id, problem]]));
  if (wrong.length > 0) return { kind: 'errors', errors: Object.fromEntries(wrong) };
  const { grantId, termsVersion } = metadata;
  return {
    kind: 'accepted',
    run: async () => {
      const blockFirst = metadata.offersBlock && blocksFirst(view);
      const input = { ...fields, blockFirst, grantId, termsVersion, slackId, operationId: view.id };
      const outcome = await approveRequestNarrowed(context, input);
      if (blockFirst && outcome.kind !== 'invalid') {
        return { kind: 'tell', message: await blockFirstAnswer(context, outcome, slackId) };
      }
      switch (outcome.kind) {
        case 'done':
          return { kind: 'tell', message: standingAnswer(await workedOff(context, outcome.grant), context) };
        case 'invalid':
          return { kind: 'tell', message: paragraphMessage(say`Not approved. ${outcome.message}`) };
        case 'may-not-block':
          return { kind: 'tell', message: await notPermittedAnswer(context, outcome, { slackId, action: 'block' }) };
        default:
          return { kind: 'tell', message: await refusedAnswer(context, outcome, { slackId, action: 'approve' }) };
      }
    },
  };
}
