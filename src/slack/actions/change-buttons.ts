import type { Grant } from '../../grants/grant.ts';
import { approveGrantChange } from '../../operations/approve-change.ts';
import { type OperationContext, refreshMessage, workedOff } from '../../operations/context.ts';
import { cancelGrantChange, proposer } from '../../operations/deny-change.ts';
import { mayDecideGrant } from '../../operations/may-decide.ts';
import { changeCancelledAnswer, changeDecidedAnswer } from '../answers/change-answer.ts';
import { missingAnswer, refusedAnswer } from '../answers/grant-answer.ts';
import type { Call } from '../commands/call.ts';
import { changeStep, changeTypeSoFar } from '../commands/change.ts';
import type { Step } from '../reply.ts';
import type { ChangeKind } from '../views/change-modal.ts';
import { denyChangeModal } from '../views/deny-modal.ts';
import { type Click, isGrantUnseen } from './click.ts';

/** What a button of a grant stands for; `version` is of its terms, or the number of a proposed change. */
export interface GrantButton {
  readonly grantId: string;
  readonly version: number;
}

/** Extend, Change type: the form. */
export const changeClicked =
  (kind: ChangeKind) =>
  (context: OperationContext, { slackId, triggerId, reply }: Call, { grantId }: GrantButton): Promise<void> =>
    reply.decide(triggerId, async () => {
      const grant = await context.grants.find(grantId);
      if (grant === undefined) return { kind: 'tell', message: missingAnswer() };
      const asking = { slackId, operationId: triggerId, responseUrl: reply.responseUrl };
      return changeStep(context, grant, { kind }, asking);
    });

/** The form of a change of type follows what is chosen in it. */
export async function newTypeChosen(context: OperationContext, { reply, view }: Click): Promise<void> {
  if (view !== undefined) await reply.refresh(view, () => changeTypeSoFar(context, view));
}

/** What an approval leads to shows in the message itself, if it can; else only a refusal needs words. */
export async function approveChangeClicked(
  context: OperationContext,
  click: Click,
  { grantId, version: number }: GrantButton,
): Promise<void> {
  const { slackId, triggerId, reply } = click;
  const outcome = await approveGrantChange(context, { grantId, number, slackId, operationId: triggerId });
  if (outcome.kind === 'done') {
    const after = await workedOff(context, outcome.grant);
    if (await isGrantUnseen(context, click, after)) await reply.tell(changeDecidedAnswer(after, context));
    return;
  }
  await reply.tell(await refusedAnswer(context, outcome, { slackId, action: 'approve' }));
}

export async function cancelChangeClicked(
  context: OperationContext,
  click: Click,
  { grantId, version: number }: GrantButton,
): Promise<void> {
  const { slackId, triggerId, reply } = click;
  const outcome = await cancelGrantChange(context, { grantId, number, slackId, operationId: triggerId });
  if (outcome.kind === 'done') {
    const after = await workedOff(context, outcome.grant);
    if (await isGrantUnseen(context, click, after)) await reply.tell(changeCancelledAnswer(after, context));
    return;
  }
  await reply.tell(await refusedAnswer(context, outcome, { slackId, action: 'cancel' }));
}

/** The modal that asks why, unless the denial would be refused anyway. */
export const denyChangeClicked = (
  context: OperationContext,
  { slackId, triggerId, reply }: Call,
  { grantId, version: number }: GrantButton,
): Promise<void> =>
  reply.decide(triggerId, async () => {
    const by = { slackId, action: 'deny' } as const;
    const may = await mayDecideGrant(context, { slackId, grantId }, 'deny', proposer);
    if (may.kind !== 'may') return { kind: 'tell', message: await refusedAnswer(context, may, by) };
    const { grant } = may;
    const { proposal } = grant;
    if (proposal?.number === number) {
      const origin = { responseUrl: reply.responseUrl };
      return { kind: 'show', view: denyChangeModal(grant, proposal, context.provider.capabilities, origin) };
    }
    return outdated(context, grant, 'no-such-change', by);
  });

/** The button was of an older state of the message, which is brought up to date. */
export async function outdated(
  context: OperationContext,
  grant: Grant,
  code: 'no-such-change' | 'not-open-for-decision' | 'terms-changed' | 'not-on-offer',
  by: { readonly slackId: string; readonly action: 'deny' | 'approve' },
): Promise<Step> {
  await refreshMessage(context, grant._id);
  return { kind: 'tell', message: await refusedAnswer(context, { kind: 'refused', refusal: { code, grant } }, by) };
}
