import { keep } from '../../../src/grants/found.ts';
import type { Grant } from '../../../src/grants/grant.ts';
import type { PermissionRefusal } from '../../../src/grants/permissions.ts';
import type { MayNotBlock } from '../../../src/operations/block-then-open.ts';
import type { GrantOperationOutcome } from '../../../src/operations/decide-grant.ts';
import type { FindChangeableOutcome } from '../../../src/operations/find-changeable.ts';
import type { FindRevocableOutcome } from '../../../src/operations/find-revocable.ts';
import type { ProposeChangeOutcome } from '../../../src/operations/propose-change.ts';
import type { RequestAccessOutcome } from '../../../src/operations/request-access.ts';
import { requestProblems } from '../../../src/operations/validate-request.ts';
import { blockFirstDoneAnswer, blockFirstRefusedAnswer } from '../../../src/slack/answers/block-first-answer.ts';
import {
  changeAnswer,
  changeableAnswer,
  changeCancelledAnswer,
  changeDecidedAnswer,
  changeDeniedAnswer,
} from '../../../src/slack/answers/change-answer.ts';
import {
  deniedAnswer,
  keptAnswer,
  refusedAnswer,
  revokedAnswer,
  silencedAnswer,
  standingAnswer,
} from '../../../src/slack/answers/grant-answer.ts';
import { notPermittedAnswer } from '../../../src/slack/answers/not-permitted-answer.ts';
import { requestAnswer } from '../../../src/slack/answers/request-answer.ts';
import { revocableAnswer } from '../../../src/slack/answers/revocable-answer.ts';
import type { Named } from '../messages/every-grant-message.ts';
import * as sample from '../messages/samples.ts';
import { askedWith, asker, owner, type Texts } from '../messages/texts.ts';
import {
  type Answer,
  answers,
  byHandOnly,
  contextOf,
  type Kinds,
  nearestTo,
  notPermitted,
  reader,
} from './answer-rows.ts';

const { after, start } = sample;

export function requestAnswers(texts: Texts): Named<Answer> {
  const { context, deciders } = contextOf(texts);
  const asked = askedWith(texts);
  const grant = sample.posted(sample.requested(asked));
  const logs = sample.posted(sample.requested({ ...asked, type: sample.logs }));
  const once = sample.posted(sample.approved(sample.requested({ ...asked, approvalsNeeded: 2 }), owner(texts)));
  const open = sample.posted(sample.failing(sample.active(asked), 66, texts.trouble));
  const kind = 'waiting';
  type Waiting = Extract<RequestAccessOutcome, { kind: 'waiting' }>;
  type Row = { readonly approve?: boolean; readonly blockFirst?: boolean };
  const waiting: Readonly<Record<Waiting['why'] | 'the block comes first', Waiting & Row>> = {
    'more-approvals': { kind, grant: once, why: 'more-approvals' },
    'needs-block': { kind, grant: logs, why: 'needs-block' },
    'target-open': { kind, grant, why: 'target-open', open },
    'own-approval': { kind, grant, why: 'own-approval' },
    'too-many-opened': { kind, grant, why: 'too-many-opened', limit: 2, nextAt: after(60) },
    'the block comes first': { kind, grant: logs, why: 'needs-block', blockFirst: true },
  };
  const kinds: Kinds<RequestAccessOutcome, RequestAccessOutcome & Row> = {
    requested: {
      asked: { kind: 'requested', grant: sample.requested(asked), approve: false },
      'asked beside what is open': { kind: 'requested', grant, open, approve: false },
    },
    opening: { opening: { kind: 'opening', grant: sample.approved(grant, owner(texts)) } },
    waiting,
    existing: {
      'asked already': { kind: 'existing', grant: logs },
      'opened already': { kind: 'existing', grant: open },
    },
    invalid: {
      'nothing right': {
        kind: 'invalid',
        problems: requestProblems({ type: 'x', durationMs: 1, reason: '', caseUrl: 'x' }, texts.capabilities),
      },
    },
    'not-permitted': { 'may not grant': { ...notPermitted(deciders), reason: 'not-decider' } },
    'may-not-block': { 'may not block first': { ...notPermitted(deciders), kind: 'may-not-block' } },
  };
  return answers<RequestAccessOutcome & Row>(kinds, ({ approve = true, blockFirst, ...outcome }) =>
    requestAnswer(context, outcome, { slackId: reader, approve, blockFirst }),
  );
}

type Refused = Exclude<GrantOperationOutcome, { kind: 'done' }>;

/** Of each code of refusal the words are checked as such. */
function everyRefusal(texts: Texts, reason: PermissionRefusal): Kinds<Refused> {
  const asked = askedWith(texts);
  const grant = sample.posted(sample.requested(asked));
  const holder = sample.posted(sample.failing(sample.active(asked), 66, texts.trouble));
  const denied = sample.denied(texts.word, asked);
  const { deciders } = contextOf(texts);
  return {
    refused: { refused: { kind: 'refused', refusal: { code: 'not-open-for-decision', grant: denied } } },
    'target-open': { 'target open': { kind: 'target-open', grant, holder } },
    'request-exists': { 'request exists': { kind: 'request-exists', grant } },
    'not-permitted': {
      'may not': { ...notPermitted(deciders), reason, grant },
      'may not, in observe mode': { ...notPermitted(deciders), reason: 'observe-mode', grant },
    },
    missing: { 'no such record': { kind: 'missing' } },
  };
}

export function grantAnswers(texts: Texts): Named<Answer> {
  const { context, deciders } = contextOf(texts);
  const by = owner(texts);
  const asked = askedWith(texts);
  const active = sample.posted(sample.active(asked));
  const revoking = sample.failing(sample.revoking(active, by), 66, texts.trouble);
  const found = sample.posted(sample.found(active.target, texts.email));
  const kept = (grant: Grant): Grant => {
    const keeping = { actor: by, operationId: 'keep', basis: 'fresh', now: after(10) } as const;
    const result = keep(grant, keeping, { termsVersion: grant.termsVersion });
    if (!result.ok) throw new Error(result.refusal.code);
    return result.doc;
  };
  const refused: Readonly<Record<string, Named<Refused>>> = everyRefusal(texts, 'not-decider');
  const mayNotBlock: MayNotBlock = { ...notPermitted(deciders), kind: 'may-not-block' };
  const waits = sample.posted(sample.requested({ ...asked, type: sample.logs }));
  const approves = { slackId: reader, action: 'approve' } as const;
  return {
    ...answers(refused, (outcome) => refusedAnswer(context, outcome, approves)),
    'standing: opening, with trouble': standingAnswer(
      sample.failing(sample.approved(sample.requested(asked), by), 6, texts.trouble),
      context,
    ),
    'standing: refused by the provider': standingAnswer(sample.refused(asked, texts.trouble), context),
    'revoked: seen closed': revokedAnswer(sample.revoked(revoking), context),
    'revoked: not seen yet': revokedAnswer(revoking, context),
    denied: deniedAnswer(sample.denied(texts.word, asked)),
    kept: keptAnswer(kept(found)),
    'kept: not yet': keptAnswer(kept({ ...found, approvalsNeeded: 2 })),
    silenced: silencedAnswer(sample.silenced(active)),
    'roles cannot be read': notPermittedAnswer(context, { reason: 'roles-unavailable', deciders }, approves),
    'block first: blocking': blockFirstDoneAnswer(
      contextOf(texts, { wanted: { blocked: true, by, at: start, reason: '' } }).context,
      waits,
    ),
    'block first: not blocked': blockFirstDoneAnswer(context, waits),
    'block first: blocked': blockFirstDoneAnswer(
      contextOf(texts, { confirmed: { blocked: true, since: start, at: start } }).context,
      waits,
    ),
    'block first: by hand': blockFirstDoneAnswer(
      contextOf(texts, {}, byHandOnly(texts)).context,
      sample.posted(sample.awaitingBlock(asked)),
    ),
    ...Object.fromEntries(
      Object.entries(answers(refused, (outcome) => blockFirstRefusedAnswer(context, outcome, reader))).map(
        ([name, answer]) => [`block first: ${name}`, answer],
      ),
    ),
    'block first: may not block': blockFirstRefusedAnswer(context, mayNotBlock, reader),
  };
}

export function changeAnswers(texts: Texts): Named<Answer> {
  const { context } = contextOf(texts);
  const asked = askedWith(texts);
  const active = sample.posted(sample.active(asked));
  const proposed = sample.proposed({ type: sample.sync, durationMs: 24 * 3_600_000 }, active, asker(texts));
  const changing = sample.changing(proposed, owner(texts));
  const once = sample.changing({ ...proposed, approvalsNeeded: 2 }, owner(texts));
  const kind = 'waiting';
  type Waiting = Extract<ProposeChangeOutcome, { kind: 'waiting' }>;
  const waiting: Readonly<Record<NonNullable<Waiting['why']> | 'decision', Waiting>> = {
    decision: { kind, grant: proposed },
    'more-approvals': { kind, grant: once, why: 'more-approvals' },
    'needs-block': { kind, grant: proposed, why: 'needs-block' },
    'own-approval': { kind, grant: proposed, why: 'own-approval' },
  };
  const own: Kinds<Exclude<ProposeChangeOutcome, Refused>> = {
    changing: { changing: { kind: 'changing', grant: sample.failing(changing, 71, texts.trouble) } },
    waiting,
    invalid: { invalid: { kind: 'invalid', message: 'Choose an access type.' } },
  };
  const kinds: Kinds<ProposeChangeOutcome> = { ...own, ...everyRefusal(texts, 'guest') };
  const name = texts.cluster;
  const nearest = nearestTo(texts);
  type Nothing = Exclude<FindChangeableOutcome, { kind: 'found' | 'choose' | 'not-permitted' }>;
  const nothing: Kinds<Nothing> = {
    nothing: { 'nothing open': { kind: 'nothing', word: '' }, 'nothing open there': { kind: 'nothing', word: name } },
    'not-changeable': { 'not open': { kind: 'not-changeable', grant: sample.refused(asked, texts.trouble) } },
    unknown: {
      'no such id': { kind: 'unknown', word: 'g-0123456789', nearest: [] },
      'no such cluster': { kind: 'unknown', word: texts.word, nearest },
    },
  };
  type Irrevocable = Exclude<FindRevocableOutcome, { kind: 'found' | 'choose' | 'not-permitted' }>;
  const irrevocable: Kinds<Irrevocable> = {
    nothing: { 'nothing to revoke': { kind: 'nothing' }, 'nothing there': { kind: 'nothing', target: texts.word } },
    'not-revocable': { 'not revocable': { kind: 'not-revocable', grant: sample.refused(asked, texts.trouble) } },
    unknown: {
      'no such id to revoke': { kind: 'unknown', word: 'g-0123456789', nearest: [] },
      'no such cluster to revoke': { kind: 'unknown', word: texts.word, nearest },
    },
  };
  return {
    ...answers<ProposeChangeOutcome>(kinds, (outcome) => changeAnswer(context, outcome, reader)),
    'approved, and waits': changeDecidedAnswer(once, context),
    changed: changeDecidedAnswer(sample.changed(changing), context),
    'not changed': changeDecidedAnswer(sample.changeRefused(changing, texts.trouble), context),
    'change denied': changeDeniedAnswer(sample.changeDenied(proposed, texts.word), context),
    'change cancelled': changeCancelledAnswer(active, context),
    ...answers<Nothing>(nothing, (outcome) => changeableAnswer(context, outcome)),
    ...answers<Irrevocable>(irrevocable, (outcome) => revocableAnswer(outcome, texts.capabilities)),
  };
}
