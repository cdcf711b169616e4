import type { ViewOutput } from '@slack/bolt';
import type { Grant } from '../../grants/grant.ts';
import { approveRequest } from '../../operations/approve-request.ts';
import { confirmLinkAsOwner } from '../../operations/confirm-link.ts';
import { type OperationContext, refreshMessage, workedOff } from '../../operations/context.ts';
import { letEnd } from '../../operations/let-end.ts';
import { mayDecideGrant } from '../../operations/may-decide.ts';
import { cancelRequest, revokeAccess } from '../../operations/revoke-access.ts';
import { refreshGuards, switchBlock } from '../../operations/switch-block.ts';
import { blockAnswer } from '../answers/block-answer.ts';
import { refusedAnswer, revokedAnswer, silencedAnswer, standingAnswer } from '../answers/grant-answer.ts';
import { notPermittedAnswer } from '../answers/not-permitted-answer.ts';
import { switchCommand } from '../commands/block.ts';
import type { Call } from '../commands/call.ts';
import { lockdownCommand } from '../commands/lockdown.ts';
import { requestFormStep } from '../commands/request.ts';
import { paragraphMessage } from '../messages/blocks.ts';
import { buttonActions, parseGrantButton, parseLinkButton } from '../messages/buttons.ts';
import { organizationRefusalWords } from '../messages/refusal-words.ts';
import { slashCommand } from '../messages/vocabulary.ts';
import { code, say } from '../messages/words.ts';
import type { Step } from '../reply.ts';
import { denyModal } from '../views/deny-modal.ts';
import { historyActions } from '../views/history-modal.ts';
import {
  approveChangeClicked,
  cancelChangeClicked,
  changeClicked,
  denyChangeClicked,
  type GrantButton,
  narrowClicked,
} from './change-buttons.ts';
import { historyButton } from './history-buttons.ts';

/** A button that somebody pressed. */
export interface Click extends Call {
  readonly value: string;
  /** The `ts` of the message with the button. */
  readonly messageTs?: string;
  /** The modal with the button. */
  readonly view?: Pick<ViewOutput, 'private_metadata'>;
}

type Handler = (context: OperationContext, click: Click) => Promise<void>;

/** By `action_id`. */
const handlers: ReadonlyMap<string, Handler> = new Map([
  [buttonActions.approve, approve],
  [buttonActions.deny, deny],
  [buttonActions.revoke, revoke],
  [buttonActions.letEnd, letItEnd],
  [buttonActions.narrow, ofGrant(narrowClicked)],
  [buttonActions.extend, ofGrant(changeClicked('extend'))],
  [buttonActions.changeType, ofGrant(changeClicked('change-type'))],
  [buttonActions.approveChange, ofGrant(approveChangeClicked)],
  [buttonActions.denyChange, ofGrant(denyChangeClicked)],
  [buttonActions.cancelChange, ofGrant(cancelChangeClicked)],
  [buttonActions.cancel, cancel],
  [buttonActions.confirmLink, confirmLink],
  [buttonActions.block, (context, click) => switchCommand(context, click, { blocked: true })],
  [buttonActions.blockNow, blockNow],
  [buttonActions.lockdown, lockdownCommand],
  [buttonActions.ask, form({ approve: false })],
  [buttonActions.grant, form({ approve: true })],
  [historyActions.older, history('older')],
  [historyActions.newer, history('newer')],
  [historyActions.filter, history('filter')],
  [historyActions.everything, history('everything')],
]);

/** Messages stay for years: whatever an earlier version of the bot put into one is answered too. */
export function buttonPressed(context: OperationContext, actionId: string, click: Click): Promise<void> {
  return (handlers.get(actionId) ?? fromOlderVersion)(context, click);
}

const fromOlderVersion: Handler = (_context, { reply }) =>
  reply.tell(
    paragraphMessage(
      say`Nothing was changed: this is from an older version of Portcullis. See ${code(`${slashCommand} status`)} for how things stand.`,
    ),
  );

/** In a home tab there is no message that shows what has come of a decision. */
async function tellWhereUnseen(context: OperationContext, { reply, messageTs }: Click, grant: Grant): Promise<void> {
  if (messageTs === undefined) await reply.tell(standingAnswer(await workedOff(context, grant), context));
}

/** A button that carries a grant. */
function ofGrant(clicked: (context: OperationContext, click: Click, button: GrantButton) => Promise<void>): Handler {
  return (context, click) => {
    const button = parseGrantButton(click.value);
    if (button === undefined) return fromOlderVersion(context, click);
    return clicked(context, click, { grantId: button.grantId, version: button.termsVersion });
  };
}

/** What an approval leads to shows in the message itself; only a refusal needs words. */
async function approve(context: OperationContext, click: Click): Promise<void> {
  const { slackId, triggerId, reply } = click;
  const button = parseGrantButton(click.value);
  if (button === undefined) return fromOlderVersion(context, click);
  const outcome = await approveRequest(context, { ...button, slackId, operationId: triggerId });
  if (outcome.kind === 'done') return tellWhereUnseen(context, click, outcome.grant);
  await reply.tell(await refusedAnswer(context, outcome, { slackId, action: 'approve' }));
}

async function deny(context: OperationContext, click: Click): Promise<void> {
  const button = parseGrantButton(click.value);
  if (button === undefined) return fromOlderVersion(context, click);
  await click.reply.decide(click.triggerId, () => denyStep(context, click, button.grantId));
}

/** The modal that asks why, unless the denial would be refused anyway. */
async function denyStep(context: OperationContext, { slackId, reply }: Click, grantId: string): Promise<Step> {
  const may = await mayDecideGrant(context, { slackId, grantId }, 'deny');
  const by = { slackId, action: 'deny' } as const;
  if (may.kind !== 'may') return { kind: 'tell', message: await refusedAnswer(context, may, by) };
  const { grant } = may;
  if (grant.state === 'requested') {
    const view = denyModal(grant, context.provider.capabilities, { responseUrl: reply.responseUrl });
    return { kind: 'show', view };
  }
  await refreshMessage(context, grantId);
  const refused = { kind: 'refused', refusal: { code: 'not-open-for-decision', grant } } as const;
  return { kind: 'tell', message: await refusedAnswer(context, refused, by) };
}

async function revoke(context: OperationContext, click: Click): Promise<void> {
  const { slackId, triggerId, reply, messageTs } = click;
  const button = parseGrantButton(click.value);
  if (button === undefined) return fromOlderVersion(context, click);
  const { grantId } = button;
  const outcome = await revokeAccess(context, { grantId, slackId, operationId: triggerId });
  if (outcome.kind !== 'done') {
    await reply.tell(await refusedAnswer(context, outcome, { slackId, action: 'revoke' }));
    return;
  }
  // The grant's own message shows it; the note of a reminder does not change.
  if (outcome.grant.message?.ts !== messageTs) await reply.tell(revokedAnswer(outcome.grant, context));
}

/** For whoever asked. What it leads to shows in the message itself. */
async function cancel(context: OperationContext, click: Click): Promise<void> {
  const { slackId, triggerId, reply } = click;
  const button = parseGrantButton(click.value);
  if (button === undefined) return fromOlderVersion(context, click);
  const { grantId } = button;
  const outcome = await cancelRequest(context, { grantId, slackId, operationId: triggerId });
  if (outcome.kind === 'done') return tellWhereUnseen(context, click, outcome.grant);
  await reply.tell(await refusedAnswer(context, outcome, { slackId, action: 'cancel' }));
}

/** The form of a request, or of a grant. */
function form({ approve }: { readonly approve: boolean }): Handler {
  return (context, { slackId, triggerId, reply }) =>
    reply.decide(triggerId, () => requestFormStep(context, { slackId, approve }));
}

function history(action: keyof typeof historyActions): Handler {
  return async (context, click) => {
    if (!(await historyButton(context, action, click))) await fromOlderVersion(context, click);
  };
}

async function letItEnd(context: OperationContext, click: Click): Promise<void> {
  const { slackId, triggerId, reply } = click;
  const button = parseGrantButton(click.value);
  if (button === undefined) return fromOlderVersion(context, click);
  const { grantId } = button;
  const outcome = await letEnd(context, { grantId, slackId, operationId: triggerId });
  await reply.tell(
    outcome.kind === 'done'
      ? silencedAnswer(outcome.grant)
      : await refusedAnswer(context, outcome, { slackId, action: 'silence' }),
  );
}

/** A block that was seen shows in the note with the button, and in a note of its own. */
async function blockNow(context: OperationContext, { slackId, triggerId, reply }: Click): Promise<void> {
  const outcome = await switchBlock(context, { blocked: true, slackId, operationId: triggerId });
  if (outcome.kind === 'already') await refreshGuards(context);
  if (outcome.kind !== 'seen') await reply.tell(await blockAnswer(context, outcome, { slackId, blocked: true }));
}

/** A confirmed link shows in the note itself. */
async function confirmLink(context: OperationContext, click: Click): Promise<void> {
  const { slackId, triggerId, reply } = click;
  const link = parseLinkButton(click.value);
  if (link === undefined) return fromOlderVersion(context, click);
  const { accountId, slackId: linkSlackId } = link;
  const outcome = await confirmLinkAsOwner(context, { accountId, linkSlackId, slackId, operationId: triggerId });
  switch (outcome.kind) {
    case 'confirmed':
      return;
    case 'not-permitted':
      return reply.tell(await notPermittedAnswer(context, outcome, { slackId, action: 'confirm-link' }));
    case 'no-such-link':
    case 'own-link': {
      const organization = await context.organizations.get(context.organizationId);
      return reply.tell(paragraphMessage(organizationRefusalWords({ code: outcome.kind, organization })));
    }
  }
}
