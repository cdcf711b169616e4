import type { ChannelObstacle } from '../../../src/grants/channel-lost.ts';
import type { AskForReportOutcome } from '../../../src/operations/make-report.ts';
import type { ShowHistoryOutcome } from '../../../src/operations/show-history.ts';
import type { StatusOutcome } from '../../../src/operations/show-status.ts';
import { type SwitchBlockOutcome, unblockProblem } from '../../../src/operations/switch-block.ts';
import type { ProviderCapabilities } from '../../../src/providers/provider.ts';
import { blockAnswer } from '../../../src/slack/answers/block-answer.ts';
import {
  historyNotShown,
  reportNotMade,
  reportNotPosted,
  statusNotShown,
} from '../../../src/slack/answers/not-shown-answer.ts';
import { MessengerError, type OutgoingMessage } from '../../../src/work/messenger.ts';
import type { Named } from '../messages/every-grant-message.ts';
import * as sample from '../messages/samples.ts';
import { owner, type Texts } from '../messages/texts.ts';
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
import { changeAnswers, grantAnswers, requestAnswers } from './every-grant-answer.ts';

const { after, start } = sample;

function blockAnswers(texts: Texts): Named<Answer> {
  const { capabilities } = texts;
  const { deciders } = contextOf(texts);
  const organization = sample.organization(false);
  const blocked = sample.organization(true);
  const by = owner(texts);
  const wish = { blocked: false, by, at: after(5), reason: texts.reason };
  const trouble = { code: 'x', message: texts.trouble, since: start, told: true };
  type Row = { readonly on?: boolean; readonly offer?: ProviderCapabilities };
  const kinds: Kinds<SwitchBlockOutcome, SwitchBlockOutcome & Row> = {
    seen: {
      'seen blocked': { kind: 'seen', organization: blocked, on: true },
      'seen unblocked for good': { kind: 'seen', organization: { ...organization, decided: wish } },
      'seen unblocked for a time': {
        kind: 'seen',
        organization: { ...organization, decided: { ...wish, until: after(240) } },
      },
      'seen unblocked by hand': {
        kind: 'seen',
        organization: { ...organization, decided: { ...wish, until: after(240) } },
        offer: byHandOnly(texts),
      },
    },
    pending: {
      'blocking is not seen yet': { kind: 'pending', organization: { ...organization, trouble }, on: true },
      'unblocking is not seen yet': { kind: 'pending', organization: blocked },
    },
    'not-done': { 'not unblocked': { kind: 'not-done', organization: blocked, reason: texts.trouble } },
    already: {
      'blocked already': { kind: 'already', organization: blocked, on: true },
      'unblocked already': { kind: 'already', organization },
    },
    'already-wanted': { 'wanted already': { kind: 'already-wanted', organization: blocked, wish } },
    'by-hand': {
      'blocked by hand': { kind: 'by-hand', organization, url: capabilities.blockUrl, on: true },
      'unblocked by hand': {
        kind: 'by-hand',
        organization: { ...blocked, announced: wish },
        url: capabilities.blockUrl,
      },
    },
    invalid: { 'no reason': { kind: 'invalid', message: unblockProblem('because', capabilities) ?? '' } },
    'not-permitted': { 'may not block': { ...notPermitted(deciders), on: true } },
  };
  return answers<SwitchBlockOutcome & Row>(kinds, ({ on = false, offer, ...outcome }) =>
    blockAnswer(contextOf(texts, {}, offer).context, outcome, { slackId: reader, blocked: on }),
  );
}

function notShownAnswers(texts: Texts): Named<Answer> {
  const { context } = contextOf(texts);
  const unknown = { kind: 'unknown-target', name: texts.word, nearest: nearestTo(texts) } as const;
  const notPermitted = { kind: 'not-permitted', reason: 'guest' } as const;
  type NoHistory = Exclude<ShowHistoryOutcome, { kind: 'history' }>;
  const history: Kinds<NoHistory> = {
    'unknown-target': { 'no history of this': unknown },
    'too-many-targets': {
      'no history of so many': { kind: 'too-many-targets', name: texts.cluster, count: texts.count },
    },
    'not-permitted': { 'no history for you': notPermitted },
  };
  type NoStatus = Exclude<StatusOutcome, { kind: 'status' }>;
  const status: Kinds<NoStatus> = {
    'unknown-target': { 'no status of this': unknown },
    'not-permitted': { 'no status for you': notPermitted },
  };
  type NoReport = Exclude<AskForReportOutcome, { kind: 'report' }>;
  const report: Kinds<NoReport> = {
    'unknown-target': { 'no report of this': unknown },
    'unknown-month': { 'no report of no month': { kind: 'unknown-month', typed: texts.word } },
    'future-month': { 'no report of the future': { kind: 'future-month', month: { year: 2026, month: 12 } } },
    'not-permitted': { 'no report for you': notPermitted },
  };
  // Neither ends in a full stop.
  const trouble = texts.trouble.replace(/\.$/, '');
  const error = (options: { effect: 'none' | 'unknown'; hint?: string; obstacle?: ChannelObstacle }) =>
    new MessengerError('refused', `files.completeUploadExternal: ${trouble}`, options);
  const notPosted: Readonly<Record<ChannelObstacle | 'unknown' | 'refused' | 'hint', MessengerError>> = {
    'not-found': error({ effect: 'none', obstacle: 'not-found' }),
    archived: error({ effect: 'none', obstacle: 'archived' }),
    'not-member': error({ effect: 'none', obstacle: 'not-member' }),
    unknown: error({ effect: 'unknown' }),
    refused: error({ effect: 'none' }),
    hint: error({ effect: 'none', hint: trouble }),
  };
  return {
    ...answers<NoHistory>(history, (outcome) => historyNotShown(context, outcome, reader)),
    ...answers<NoStatus>(status, (outcome) => statusNotShown(context, outcome, reader)),
    ...answers<NoReport>(report, (outcome) => reportNotMade(context, outcome, reader)),
    ...Object.fromEntries(
      Object.entries(notPosted).map(([why, one]) => [`report not posted: ${why}`, reportNotPosted(one, '0a1b2c3d')]),
    ),
  };
}

/** What one person alone is told, for every outcome there is: a new kind does not compile without a row. */
export async function everyAnswer(texts: Texts): Promise<Named<OutgoingMessage>> {
  const parts = {
    block: blockAnswers(texts),
    request: requestAnswers(texts),
    grant: grantAnswers(texts),
    change: changeAnswers(texts),
    'not shown': notShownAnswers(texts),
  };
  const all = Object.entries(parts).flatMap(([part, named]) =>
    Object.entries(named).map(async ([name, answer]) => [`${part}: ${name}`, await answer] as const),
  );
  return Object.fromEntries(await Promise.all(all));
}
