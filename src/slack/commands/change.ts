import type { ViewOutput } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { ChangeTerms } from '../../grants/change.ts';
import { type Grant, termsInForce } from '../../grants/grant.ts';
import { looksLikeGrantId } from '../../grants/ids.ts';
import { policyOf } from '../../grants/policy.ts';
import { type OperationContext, refreshMessage, workedOff } from '../../operations/context.ts';
import type { GrantOperationInput } from '../../operations/decide-grant.ts';
import { findChangeable } from '../../operations/find-changeable.ts';
import { mayDecideGrant } from '../../operations/may-decide.ts';
import { offerUnder, promptOffer } from '../../operations/offer.ts';
import { mayChangeAlone, proposeGrantChange } from '../../operations/propose-change.ts';
import { durationBounds, durationProblem, typeProblem } from '../../operations/validate-request.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { changeAnswer, changeableAnswer } from '../answers/change-answer.ts';
import { refusedAnswer } from '../answers/grant-answer.ts';
import { notPermittedAnswer } from '../answers/not-permitted-answer.ts';
import { paragraphMessage } from '../messages/blocks.ts';
import { slashCommand } from '../messages/vocabulary.ts';
import { atAndAgo, code, inWords, say, shortened, type Words } from '../messages/words.ts';
import type { Step } from '../reply.ts';
import {
  type ChangeKind,
  changeMetadata,
  changeTypeModal,
  chooseChangeModal,
  enteredType,
  extendModal,
} from '../views/change-modal.ts';
import { metadataOf } from '../views/modal.ts';
import type { Call } from './call.ts';
import { unquoted } from './parse-command.ts';
import { parseRequestText } from './parse-request.ts';

/** What somebody wants changed, as far as they said it. */
export interface ChangeWish {
  readonly kind: ChangeKind;
  readonly durationMs?: number;
  readonly type?: string;
  /** What they said that cannot be used. */
  readonly warning?: Words;
}

interface Asking {
  readonly slackId: string;
  readonly operationId: string;
  readonly responseUrl?: string;
}

/** `extend [target or id] [duration]` and `change [target or id] [type]`: done at once when unmistakable, else a form. */
export function changeCommand(context: OperationContext, call: Call, kind: ChangeKind, text: string): Promise<void> {
  return call.reply.decide(call.triggerId, () => firstStep(context, call, kind, text));
}

async function firstStep(context: OperationContext, call: Call, kind: ChangeKind, text: string): Promise<Step> {
  const { slackId, triggerId, reply } = call;
  const { word, wish } = await understood(context, kind, text);
  const found = await findChangeable(context, { slackId, word });
  switch (found.kind) {
    case 'found':
      return changeStep(context, found.grant, wish, {
        slackId,
        operationId: triggerId,
        responseUrl: reply.responseUrl,
      });
    case 'choose': {
      const { durationMs, type } = wish;
      const metadata = { kind, durationMs, type, responseUrl: reply.responseUrl };
      return { kind: 'show', view: chooseChangeModal(found.grants, metadata) };
    }
    case 'not-permitted':
      return { kind: 'tell', message: await notPermittedAnswer(context, found, { slackId, action: 'ask' }) };
    case 'nothing':
    case 'not-changeable':
    case 'unknown':
      return { kind: 'tell', message: changeableAnswer(context, found) };
  }
}

/** A grant's id or a target's name, and what of the rest is meant. */
async function understood(
  context: OperationContext,
  kind: ChangeKind,
  text: string,
): Promise<{ readonly word: string; readonly wish: ChangeWish }> {
  const { accessTypes: everyType } = context.provider.capabilities;
  const offer = await promptOffer(context);
  const { targets } = await context.directories.get(context.organizationId);
  const [, first = '', others = ''] = /^\s*(\S*)([\s\S]*)$/.exec(text) ?? [];
  const byId = looksLikeGrantId(unquoted(first));
  // A type is no part of an extension: taken for one, it would silently be left out.
  const accessTypes = kind === 'extend' ? [] : everyType;
  const known = { targets: byId ? [] : targets, accessTypes };
  const parsed = parseRequestText(byId ? others : text, known);
  const named = parsed.target?.id ?? parsed.candidates?.[0]?.name;
  // What is left over and no target was named was meant to be one.
  const word = byId ? unquoted(first) : (named ?? unquoted(/^\S*/.exec(parsed.reason)?.[0] ?? ''));
  const leftOver = named === undefined && !byId ? '' : parsed.reason;
  if (kind === 'change-type') {
    if (parsed.durationMs !== undefined || parsed.durationProblem !== undefined) {
      const warning = say`The end stays as it is. To move it: ${code(`${slashCommand} extend`)}`;
      return { word, wish: { kind, warning } };
    }
    const type = parsed.type?.id;
    const keywords = inWords(offer.accessTypes.map(({ keyword }) => keyword));
    const problem = type === undefined ? undefined : typeProblem(type, offer);
    if (problem !== undefined) return { word, wish: { kind, warning: say`${problem.message}` } };
    const warning =
      type === undefined && leftOver !== '' ? say`“${shortened(leftOver)}” is none of ${keywords}.` : undefined;
    return { word, wish: { kind, type, warning } };
  }
  const { durationMs, durationProblem: unreadable } = parsed;
  const problem = durationMs === undefined ? undefined : durationProblem(durationMs, offer);
  if (problem !== undefined) return { word, wish: { kind, warning: say`${problem.message}` } };
  if (unreadable === undefined && leftOver === '') return { word, wish: { kind, durationMs } };
  const bounds = durationBounds(offer);
  return { word, wish: { kind, durationMs, warning: say`The duration cannot be read. Choose one ${bounds}.` } };
}

/** Carries the change out where it is all said, else shows the form; or says why there is nothing to change. */
export async function changeStep(
  context: OperationContext,
  grant: Grant,
  wish: ChangeWish,
  { slackId, operationId, responseUrl }: Asking,
): Promise<Step> {
  const terms = changeOf(grant, wish);
  if (terms !== undefined) {
    const input = { ...terms, grantId: grant._id, slackId, operationId };
    return { kind: 'work', run: () => carryOutChange(context, input) };
  }
  const { capabilities } = context.provider;
  const now = context.clock.now();
  const may = await mayDecideGrant(context, { slackId, grantId: grant._id }, 'ask');
  if (may.kind !== 'may') {
    return { kind: 'tell', message: await refusedAnswer(context, may, { slackId, action: 'ask' }) };
  }
  const refused = notNow(may.grant, now);
  if (refused !== undefined) {
    await refreshMessage(context, grant._id);
    const outcome = { kind: 'refused', refusal: refused } as const;
    return { kind: 'tell', message: await refusedAnswer(context, outcome, { slackId, action: 'ask' }) };
  }
  const [alone, organization] = await Promise.all([
    mayChangeAlone(context, grant, slackId),
    context.organizations.get(context.organizationId),
  ]);
  const offer = offerUnder(context, policyOf(organization, context.basePolicy));
  const form = { alone, now, warning: wish.warning, blocked: organization.confirmed?.blocked, responseUrl, offer };
  const view = (wish.kind === 'extend' ? extendModal : changeTypeModal)(may.grant, form, capabilities);
  if (view !== undefined) return { kind: 'show', view };
  return { kind: 'tell', message: wish.kind === 'extend' ? longestAlready(may.grant) : noOtherType() };
}

/** The form of a change of type as it is to be shown while somebody fills it in; undefined where it stays as it is. */
export async function changeTypeSoFar(
  context: OperationContext,
  view: Pick<ViewOutput, 'state' | 'private_metadata'>,
): Promise<ModalView | undefined> {
  const metadata = metadataOf(view, changeMetadata);
  if (metadata === undefined) return undefined;
  const { grantId, alone, responseUrl } = metadata;
  const [grant, organization] = await Promise.all([
    context.grants.find(grantId),
    context.organizations.get(context.organizationId),
  ]);
  if (grant === undefined) return undefined;
  const offer = offerUnder(context, policyOf(organization, context.basePolicy));
  const blocked = organization.confirmed?.blocked;
  const form = { alone, now: context.clock.now(), blocked, responseUrl, offer, chosen: enteredType(view) };
  return changeTypeModal(grant, form, context.provider.capabilities);
}

function changeOf(grant: Grant, { kind, durationMs, type, warning }: ChangeWish): ChangeTerms | undefined {
  const now = termsInForce(grant);
  if (warning !== undefined || now === undefined) return undefined;
  if (kind === 'change-type') return type === undefined ? undefined : { type };
  return durationMs === undefined ? undefined : { type: now.type, durationMs };
}

/** Nobody is made to fill in a form that would be refused. */
function notNow(grant: Grant, now: Date) {
  const { proposal } = grant;
  const until = termsInForce(grant)?.until;
  if (grant.state !== 'active' || until === undefined || now >= until) {
    return { code: 'nothing-to-change', grant } as const;
  }
  if (proposal !== undefined) return { code: 'change-waits', grant, proposal } as const;
  return grant.applying === undefined ? undefined : ({ code: 'change-under-way', grant } as const);
}

function longestAlready(grant: Grant): OutgoingMessage {
  const until = termsInForce(grant)?.until;
  const end = until === undefined ? say`` : say` It ends ${atAndAgo(until)}.`;
  return paragraphMessage(say`Nothing was changed: ${grant.target.name} is open for as long as it can be.${end}`);
}

const noOtherType = (): OutgoingMessage =>
  paragraphMessage(say`Nothing was changed: no other type of access is on offer.`);

/** Asks, and waits a moment so that the answer can say what has come of it. */
export async function carryOutChange(
  context: OperationContext,
  input: GrantOperationInput & ChangeTerms,
): Promise<OutgoingMessage> {
  const outcome = await proposeGrantChange(context, input);
  const settled =
    outcome.kind === 'changing' || outcome.kind === 'waiting'
      ? { ...outcome, grant: await workedOff(context, outcome.grant) }
      : outcome;
  return changeAnswer(context, settled, input.slackId);
}
