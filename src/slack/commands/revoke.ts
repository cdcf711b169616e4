import type { Grant } from '../../grants/grant.ts';
import type { OperationContext } from '../../operations/context.ts';
import { findRevocable } from '../../operations/find-revocable.ts';
import { mayDecideGrant } from '../../operations/may-decide.ts';
import { missingAnswer, refusedAnswer } from '../answers/grant-answer.ts';
import { notPermittedAnswer } from '../answers/not-permitted-answer.ts';
import { revocableAnswer } from '../answers/revocable-answer.ts';
import type { Step } from '../reply.ts';
import { cancelModal, chooseModal, revokeModal } from '../views/revoke-modal.ts';
import type { Call } from './call.ts';

/** `revoke [target or id]`: closes what is open, or takes the caller's own request back, after a confirm step. */
export function revokeCommand(context: OperationContext, call: Call, word: string): Promise<void> {
  return call.reply.decide(call.triggerId, () => firstStep(context, call, word));
}

async function firstStep(context: OperationContext, { slackId, reply }: Call, word: string): Promise<Step> {
  const found = await findRevocable(context, { slackId, word });
  const { responseUrl } = reply;
  switch (found.kind) {
    case 'found':
      return confirmStep(context, { slackId, grantId: found.grant._id, responseUrl });
    case 'choose':
      return { kind: 'show', view: chooseModal(found.grants, { responseUrl }) };
    case 'not-permitted':
      return { kind: 'tell', message: await notPermittedAnswer(context, found, { slackId, action: 'revoke' }) };
    case 'nothing':
    case 'not-revocable':
    case 'unknown':
      return { kind: 'tell', message: revocableAnswer(found, context.provider.capabilities) };
  }
}

/** The confirm step for one grant or request, unless there is nothing left to confirm or no right to. */
export async function confirmStep(
  context: OperationContext,
  { slackId, grantId, responseUrl }: { slackId: string; grantId: string; responseUrl?: string },
): Promise<Step> {
  const { capabilities } = context.provider;
  const asked = await context.grants.find(grantId);
  if (asked === undefined) return { kind: 'tell', message: missingAnswer() };
  const action = asked.state === 'requested' ? 'cancel' : 'revoke';
  const may = await mayDecideGrant(context, { slackId, grantId }, action);
  if (may.kind !== 'may') return { kind: 'tell', message: await refusedAnswer(context, may, { slackId, action }) };
  const { grant } = may;
  const refusal = nothingLeft(grant);
  if (refusal !== undefined) {
    const outcome = { kind: 'refused', refusal: { code: refusal, grant } } as const;
    return { kind: 'tell', message: await refusedAnswer(context, outcome, { slackId, action }) };
  }
  const view =
    grant.state === 'requested'
      ? cancelModal(grant, capabilities, { responseUrl })
      : revokeModal(grant, capabilities, { responseUrl });
  return { kind: 'show', view };
}

function nothingLeft({ state }: Grant): 'already-closing' | 'nothing-to-revoke' | undefined {
  if (state === 'requested' || state === 'opening' || state === 'active') return undefined;
  return state === 'closing' ? 'already-closing' : 'nothing-to-revoke';
}
