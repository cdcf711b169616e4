import { setTimeout as pause } from 'node:timers/promises';
import type { ViewOutput } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { AccessType } from '../../grants/access-types.ts';
import { offered } from '../../grants/offer.ts';
import { policyOf } from '../../grants/policy.ts';
import { blockedAndOpened, offersBlockFirst } from '../../operations/block-then-open.ts';
import { type OperationContext, workedOff } from '../../operations/context.ts';
import { lookUpTarget } from '../../operations/look-up-target.ts';
import { promptOffer } from '../../operations/offer.ts';
import { prepareRequest } from '../../operations/prepare-request.ts';
import { type RequestAccessInput, type RequestAccessOutcome, requestAccess } from '../../operations/request-access.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { notPermittedAnswer } from '../answers/not-permitted-answer.ts';
import { requestAnswer } from '../answers/request-answer.ts';
import { paragraphMessage } from '../messages/blocks.ts';
import { say } from '../messages/words.ts';
import { newReference } from '../reference.ts';
import type { Step } from '../reply.ts';
import { metadataOf } from '../views/modal.ts';
import { draftSoFar, type RequestDraft, requestMetadata, requestModal } from '../views/request-modal.ts';
import type { KnownStanding } from '../views/target-warning.ts';
import type { Call } from './call.ts';
import { understandRequest } from './understand-request.ts';

/** Less than a trigger id lives. */
const patienceMs = 1_000;

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
  const { accessTypes } = context.provider.capabilities;
  const understood = understandRequest(text, targets, await promptOffer(context), accessTypes);
  if (understood.kind === 'complete') {
    const input = { ...understood.fields, slackId, operationId: triggerId, approve };
    return { kind: 'work', run: () => carryOutRequest(context, input) };
  }
  return formStep(context, { slackId, draft: understood.draft, approve, responseUrl: reply.responseUrl });
}

/** An empty form, or one with a reason begun: for buttons and shortcuts. */
export async function requestFormStep(
  context: OperationContext,
  options: {
    readonly slackId: string;
    readonly approve: boolean;
    readonly reason?: string;
    /** The block before it is ticked where it is offered. */
    readonly blockFirst?: AccessType;
  },
): Promise<Step> {
  const { slackId, approve, reason = '', blockFirst } = options;
  const understood = understandRequest('', [], await promptOffer(context));
  if (understood.kind === 'complete') throw new Error('A request without a target cannot be complete');
  const { draft } = understood;
  const type = draft.type ?? blockFirst;
  return formStep(context, {
    slackId,
    draft: { ...draft, reason, type, blockFirst: blockFirst !== undefined },
    approve,
  });
}

/** The form as it is to be shown while somebody fills it in; undefined for one of another version of the bot. */
export async function requestFormSoFar(
  context: OperationContext,
  { slackId, view }: { readonly slackId: string; readonly view: Pick<ViewOutput, 'state' | 'private_metadata'> },
): Promise<ModalView | undefined> {
  const metadata = metadataOf(view, requestMetadata);
  if (metadata === undefined) return undefined;
  const { approve, responseUrl, offersBlock } = metadata;
  return form(context, {
    slackId,
    draft: draftSoFar(view, metadata, await promptOffer(context)),
    approve,
    offersBlock,
    responseUrl,
  });
}

interface FormOptions {
  readonly slackId: string;
  readonly draft: RequestDraft;
  readonly approve: boolean;
  /** Whether to offer the block before it. */
  readonly offersBlock?: boolean;
  readonly responseUrl?: string;
}

/** The form, unless it is known already that it would be refused. */
async function formStep(
  context: OperationContext,
  { slackId, draft, approve, responseUrl }: FormOptions,
): Promise<Step> {
  const { capabilities } = context.provider;
  const refused = await prepareRequest(context, { slackId, approve });
  if (refused !== undefined) {
    const action = approve ? 'approve' : 'ask';
    return { kind: 'tell', message: await notPermittedAnswer(context, refused, { slackId, action }) };
  }
  const { refreshedAt } = await context.directories.get(context.organizationId);
  if (refreshedAt === undefined) {
    const message = paragraphMessage(
      say`The ${capabilities.targetNoun.many} of your organization in ${capabilities.vendor} are still being read, so nothing was asked for. Try again in a minute.`,
    );
    return { kind: 'tell', message };
  }
  const offersBlock = approve && (await offersBlockFirst(context, { slackId }));
  return { kind: 'show', view: await form(context, { slackId, draft, approve, offersBlock, responseUrl }) };
}

async function form(
  context: OperationContext,
  { slackId, draft, approve, offersBlock, responseUrl }: FormOptions,
): Promise<ModalView> {
  const { organizations, directories, organizationId, provider, clock } = context;
  const from = approve ? clock.now() : undefined;
  const [organization, { targets }, standing] = await Promise.all([
    organizations.get(organizationId),
    directories.get(organizationId),
    draft.target === undefined ? undefined : standingInTime(context, { slackId, targetId: draft.target.id }),
  ]);
  const shown = { organization, targetCount: targets.length, approve, offersBlock, responseUrl, from, standing };
  return requestModal(draft, shown, offered(provider.capabilities, policyOf(organization, context.basePolicy)));
}

/** Only a help: nobody waits for it for long, and nobody is kept from asking where it fails. */
async function standingInTime(
  context: OperationContext,
  asked: { readonly slackId: string; readonly targetId: string },
): Promise<KnownStanding> {
  const reference = newReference();
  const told = { unknownAs: reference };
  const looking = lookUpTarget(context, asked).catch((error: unknown) => {
    context.log.warn({ err: error, reference }, 'What there is on a target could not be looked up for a form');
    return told;
  });
  const standing = await Promise.race([looking, pause(patienceMs, undefined, { ref: false })]);
  if (standing !== undefined) return standing;
  context.log.warn({ reference }, 'What there is on a target was not looked up in time for a form');
  return told;
}

/** Asks, and waits a moment so that the answer can say what has come of it and where it is posted. */
export async function carryOutRequest(context: OperationContext, input: RequestAccessInput): Promise<OutgoingMessage> {
  const outcome = await requestAccess(context, input);
  return requestAnswer(context, await afterAMoment(context, outcome, input), input);
}

async function afterAMoment(
  context: OperationContext,
  outcome: RequestAccessOutcome,
  { blockFirst }: Pick<RequestAccessInput, 'blockFirst'>,
): Promise<RequestAccessOutcome> {
  const seen = blockFirst === true ? blockedAndOpened : workedOff;
  switch (outcome.kind) {
    case 'requested':
    case 'opening':
    case 'waiting':
      return { ...outcome, grant: await seen(context, outcome.grant) };
    case 'existing':
    case 'invalid':
    case 'not-permitted':
    case 'may-not-block':
      return outcome;
  }
}
