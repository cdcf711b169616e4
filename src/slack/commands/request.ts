import { type OperationContext, workedOff } from '../../operations/context.ts';
import { prepareRequest } from '../../operations/prepare-request.ts';
import { type RequestAccessInput, type RequestAccessOutcome, requestAccess } from '../../operations/request-access.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { notPermittedAnswer } from '../answers/not-permitted-answer.ts';
import { requestAnswer } from '../answers/request-answer.ts';
import { paragraphMessage } from '../messages/blocks.ts';
import { say } from '../messages/words.ts';
import type { Step } from '../reply.ts';
import { type RequestDraft, requestModal } from '../views/request-modal.ts';
import type { Call } from './call.ts';
import { understandRequest } from './understand-request.ts';

interface RequestCommand {
  readonly text: string;
  /** Whether the caller's own approval comes with it. */
  readonly approve: boolean;
}

/** `request` and `grant`: carried out when everything is given and unmistakable, else a form. */
export function requestCommand(context: OperationContext, call: Call, command: RequestCommand): Promise<void> {
  return call.reply.decide(call.triggerId, () => firstStep(context, call, command));
}

async function firstStep(context: OperationContext, call: Call, { text, approve }: RequestCommand): Promise<Step> {
  const { slackId, triggerId, reply } = call;
  const { targets } = await context.directories.get(context.organizationId);
  const understood = understandRequest(text, targets, context.provider.capabilities);
  if (understood.kind === 'complete') {
    const input = { ...understood.fields, slackId, operationId: triggerId, approve };
    return { kind: 'work', run: () => carryOutRequest(context, input) };
  }
  return formStep(context, { slackId, draft: understood.draft, approve, responseUrl: reply.responseUrl });
}

/** An empty form, or one with a reason begun: for buttons and shortcuts. */
export async function requestFormStep(
  context: OperationContext,
  options: { readonly slackId: string; readonly approve: boolean; readonly reason?: string },
): Promise<Step> {
  const { slackId, approve, reason = '' } = options;
  const understood = understandRequest('', [], context.provider.capabilities);
  if (understood.kind === 'complete') throw new Error('A request without a cluster cannot be complete');
  return formStep(context, { slackId, draft: { ...understood.draft, reason }, approve });
}

interface FormOptions {
  readonly slackId: string;
  readonly draft: RequestDraft;
  readonly approve: boolean;
  readonly responseUrl?: string;
}

/** The form, unless it is known already that it would be refused. */
async function formStep(
  context: OperationContext,
  { slackId, draft, approve, responseUrl }: FormOptions,
): Promise<Step> {
  const { organizations, directories, organizationId, provider } = context;
  const { capabilities } = provider;
  const { targets, refreshedAt } = await directories.get(organizationId);
  const refused = await prepareRequest(context, { slackId, approve });
  if (refused !== undefined) {
    const action = approve ? 'approve' : 'ask';
    return { kind: 'tell', message: await notPermittedAnswer(context, refused, { slackId, action }) };
  }
  if (refreshedAt === undefined) {
    const message = paragraphMessage(
      say`The clusters of your organization in ${capabilities.vendor} are still being read, so nothing was asked for. Try again in a minute.`,
    );
    return { kind: 'tell', message };
  }
  const organization = await organizations.get(organizationId);
  const form = { organization, targetCount: targets.length, approve, responseUrl };
  return { kind: 'show', view: requestModal(draft, form, capabilities) };
}

/** Asks, and waits a moment so that the answer can say what has come of it and where it is posted. */
export async function carryOutRequest(context: OperationContext, input: RequestAccessInput): Promise<OutgoingMessage> {
  const outcome = await requestAccess(context, input);
  return requestAnswer(context, await afterAMoment(context, outcome), input);
}

async function afterAMoment(context: OperationContext, outcome: RequestAccessOutcome): Promise<RequestAccessOutcome> {
  switch (outcome.kind) {
    case 'requested':
    case 'opening':
    case 'waiting':
      return { ...outcome, grant: await workedOff(context, outcome.grant) };
    case 'existing':
    case 'invalid':
    case 'not-permitted':
      return outcome;
  }
}
