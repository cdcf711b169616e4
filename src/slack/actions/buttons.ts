import { leastThatNeedsBlock } from '../../grants/access-types.ts';
import type { Grant } from '../../grants/grant.ts';
import { approveRequest } from '../../operations/approve-request.ts';
import { approveBlockingFirst } from '../../operations/block-then-open.ts';
import { confirmLinkAsOwner } from '../../operations/confirm-link.ts';
import { type OperationContext, refreshMessage, workedOff } from '../../operations/context.ts';
import { keepAccess } from '../../operations/keep-access.ts';
import { letEnd } from '../../operations/let-end.ts';
import { mayDecideGrant } from '../../operations/may-decide.ts';
import { promptOffer } from '../../operations/offer.ts';
import { cancelRequest, revokeAccess } from '../../operations/revoke-access.ts';
import { refreshGuards, switchBlock } from '../../operations/switch-block.ts';
import { blockAnswer } from '../answers/block-answer.ts';
import { blockFirstAnswer, blockFirstOffer, withPiece } from '../answers/block-first-answer.ts';
import { keptAnswer, refusedAnswer, revokedAnswer, silencedAnswer, standingAnswer } from '../answers/grant-answer.ts';
import { notPermittedAnswer } from '../answers/not-permitted-answer.ts';
import { switchCommand } from '../commands/block.ts';
import { lockdownCommand } from '../commands/lockdown.ts';
import { requestFormSoFar, requestFormStep } from '../commands/request.ts';
import { settingsCommand } from '../commands/settings.ts';
import { paragraphMessage } from '../messages/blocks.ts';
import { buttonActions, parseGrantButton, parseLinkButton } from '../messages/buttons.ts';
import { organizationRefusalWords } from '../messages/refusal-words.ts';
import { slashCommand } from '../messages/vocabulary.ts';
import { code, say } from '../messages/words.ts';
import type { Step } from '../reply.ts';
import { changeModalIds } from '../views/change-modal.ts';
import { denyModal } from '../views/deny-modal.ts';
import { historyActions } from '../views/history-modal.ts';
import { narrowModalIds } from '../views/narrow-modal.ts';
import { requestModalIds } from '../views/request-modal.ts';
import {
  approveChangeClicked,
  cancelChangeClicked,
  changeClicked,
  denyChangeClicked,
  type GrantButton,
  newTypeChosen,
} from './change-buttons.ts';
import { type Click, isGrantUnseen, isUnseen } from './click.ts';
import { historyButton } from './history-buttons.ts';
import { narrowClicked, narrowedTypeChosen } from './narrow-button.ts';

type Handler = (context: OperationContext, click: Click) => Promise<void>;

/** By `action_id`. */
const handlers: ReadonlyMap<string, Handler> = new Map([
  [buttonActions.approve, approve],
  [buttonActions.deny, deny],
  [buttonActions.revoke, revoke],
  [buttonActions.letEnd, letItEnd],
  [buttonActions.keep, keep],
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
  [buttonActions.blockThenOpen, blockThenOpen],
  [buttonActions.blockThenApprove, blockThenApprove],
  [buttonActions.lockdown, lockdownCommand],
  [buttonActions.settings, settingsCommand],
  [buttonActions.ask, form({ approve: false })],
  [buttonActions.grant, form({ approve: true })],
  [requestModalIds.target, formFilledIn],
  [requestModalIds.type, formFilledIn],
  [requestModalIds.duration, formFilledIn],
  [narrowModalIds.type, narrowedTypeChosen],
  [changeModalIds.type, newTypeChosen],
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

/** What has come of a decision shows in the message, if it can. */
async function tellWhereUnseen(context: OperationContext, click: Click, grant: Grant): Promise<void> {
  const after = await workedOff(context, grant);
  if (await isGrantUnseen(context, click, after)) await click.reply.tell(standingAnswer(after, context));
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
  const refused = await refusedAnswer(context, outcome, { slackId, action: 'approve' });
  const waitsForBlock = outcome.kind === 'refused' && outcome.refusal.code === 'needs-block';
  const way = waitsForBlock ? await blockFirstOffer(context, outcome.refusal.grant, slackId) : undefined;
  await reply.tell(withPiece(refused, way));
}

/** Of what was found open. What it leads to shows in the message itself, if it can. */
async function keep(context: OperationContext, click: Click): Promise<void> {
  const { slackId, triggerId, reply } = click;
  const button = parseGrantButton(click.value);
  if (button === undefined) return fromOlderVersion(context, click);
  const outcome = await keepAccess(context, { ...button, slackId, operationId: triggerId });
  if (outcome.kind === 'done') {
    const grant = await workedOff(context, outcome.grant);
    return (await isGrantUnseen(context, click, grant)) ? reply.tell(keptAnswer(grant)) : undefined;
  }
  await reply.tell(await refusedAnswer(context, outcome, { slackId, action: 'approve' }));
}

/** The block and the approval as one step, from an answer that only an owner was given. */
async function blockThenApprove(context: OperationContext, click: Click): Promise<void> {
  const { slackId, triggerId, reply } = click;
  const button = parseGrantButton(click.value);
  if (button === undefined) return fromOlderVersion(context, click);
  const outcome = await approveBlockingFirst(context, { ...button, slackId, operationId: triggerId });
  await reply.tell(await blockFirstAnswer(context, outcome, slackId));
}

/** The form of a grant of what needs the block, with the block before it. */
function blockThenOpen(context: OperationContext, { slackId, triggerId, reply }: Click): Promise<void> {
  return reply.decide(triggerId, async () => {
    const blockFirst = leastThatNeedsBlock((await promptOffer(context)).accessTypes);
    return requestFormStep(context, { slackId, approve: true, blockFirst });
  });
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
  const { slackId, triggerId, reply } = click;
  const button = parseGrantButton(click.value);
  if (button === undefined) return fromOlderVersion(context, click);
  const { grantId } = button;
  const outcome = await revokeAccess(context, { grantId, slackId, operationId: triggerId });
  if (outcome.kind !== 'done') {
    await reply.tell(await refusedAnswer(context, outcome, { slackId, action: 'revoke' }));
    return;
  }
  // The grant's own message shows it; the note of a reminder does not change.
  if (await isGrantUnseen(context, click, outcome.grant)) await reply.tell(revokedAnswer(outcome.grant, context));
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

/** The form of a request follows what is chosen in it. */
async function formFilledIn(context: OperationContext, { slackId, reply, view }: Click): Promise<void> {
  if (view !== undefined) await reply.refresh(view, () => requestFormSoFar(context, { slackId, view }));
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
async function blockNow(context: OperationContext, click: Click): Promise<void> {
  const { slackId, triggerId, reply } = click;
  const outcome = await switchBlock(context, { blocked: true, slackId, operationId: triggerId });
  if (outcome.kind === 'already') await refreshGuards(context);
  if (outcome.kind !== 'seen' || (await isUnseen(context, click))) {
    await reply.tell(await blockAnswer(context, outcome, { slackId, blocked: true }));
  }
}

/** A confirmed link shows in the note itself. */
async function confirmLink(context: OperationContext, click: Click): Promise<void> {
  const { slackId, triggerId, reply } = click;
  const link = parseLinkButton(click.value);
  if (link === undefined) return fromOlderVersion(context, click);
  const { accountId, slackId: linkSlackId } = link;
  const outcome = await confirmLinkAsOwner(context, { accountId, linkSlackId, slackId, operationId: triggerId });
  switch (outcome.kind) {
    case 'confirmed': {
      if (!(await isUnseen(context, click))) return;
      const email = outcome.organization.links.find((one) => one.accountId === accountId)?.email ?? accountId;
      return reply.tell(
        paragraphMessage(
          say`Confirmed: ${email} in ${context.provider.capabilities.vendor} counts as this person now.`,
        ),
      );
    }
    case 'not-permitted':
      return reply.tell(await notPermittedAnswer(context, outcome, { slackId, action: 'confirm-link' }));
    case 'no-such-link':
    case 'own-link': {
      const organization = await context.organizations.get(context.organizationId);
      return reply.tell(paragraphMessage(organizationRefusalWords({ code: outcome.kind, organization })));
    }
  }
}
