import { movedToChannel, toldDirectly } from '../grants/channel-lost.ts';
import type { Grant } from '../grants/grant.ts';
import type { GrantEffect } from '../grants/grant-effects.ts';
import { owe, replaceEffect, withoutEffect } from '../grants/owed.ts';
import { fireTimers } from '../grants/timers.ts';
import type { Provider } from '../providers/provider.ts';
import type { GrantStore } from '../store/grants.ts';
import type { LedgerStore } from '../store/ledger.ts';
import { readActivity } from './activity-work.ts';
import { lastOperation } from './attempts.ts';
import { askForBlock } from './block-first-work.ts';
import { channelRefusedElsewhere } from './channel-work.ts';
import { endings, type NoteDependencies, postDirect, postNote, updateReceipt, viewContext } from './grant-notes.ts';
import type { HomeRefresh } from './home-plan.ts';
import { writeEntries } from './ledger-work.ts';
import { MessengerError } from './messenger.ts';
import { noteOwnEnd } from './own-ends-work.ts';
import { retryDelayMs } from './retry.ts';
import { inTurn, postOnce, slackFailed } from './slack-effects.ts';
import { type SyncDependencies, syncGrant } from './sync-grant.ts';
import type { Attempt, Result, WorkPlan } from './worker.ts';

export interface GrantPlanDependencies extends SyncDependencies, NoteDependencies {
  readonly provider: Provider;
  readonly grants: GrantStore;
  readonly organizations: SyncDependencies['organizations'];
  readonly homes: Pick<HomeRefresh, 'grantChanged'>;
  readonly ledger: Pick<LedgerStore, 'append' | 'head'>;
}

const unansweredRenderMs = 60_000;

/** How grants are worked off: the provider's side beside Slack's side. */
export function createGrantPlan(dependencies: GrantPlanDependencies): WorkPlan<Grant> {
  return {
    name: 'grants',
    leaseMs: 30_000,
    lanes: ['provider', 'slack', 'ledger'],
    elapse: (grant, now) => slackInTurn(fireTimers(grant, now)),
    next(grant, lane, due) {
      if (lane === 'provider') {
        const first = (kind: GrantEffect['kind']) => due.find((effect) => effect.kind === kind);
        return first('block') ?? first('sync') ?? first('activity');
      }
      if (lane === 'ledger') return due.find((effect) => effect.kind === 'ledger');
      const slack = due.filter((effect) => isSlack(effect));
      const ownEnd = due.find((effect) => effect.kind === 'own-end');
      if (ownEnd !== undefined) return ownEnd;
      // The message comes first; without it there is no thread for the notes.
      const render = slack.find((effect) => effect.kind === 'render');
      if (render !== undefined) return render;
      if (waitsForMessage(grant)) return slack.find((effect) => effect.kind === 'direct');
      const first = grant.owed.find((effect) => effect.kind === 'note');
      // What has ended it stands in the ledger first, and what was done meanwhile has been looked for, unless that does not
      // work: nobody is kept waiting for it then.
      const waiting = due.some(({ kind, attempts }) => (kind === 'ledger' || kind === 'activity') && attempts === 0);
      if (waiting && first !== undefined && endings.includes(first.note.type)) return undefined;
      return slack.find((effect) => effect.kind !== 'note' || effect.id === first?.id);
    },
    run(effect, grant, attempt) {
      switch (effect.kind) {
        case 'ledger':
          return writeEntries(dependencies, effect);
        case 'block':
          return askForBlock(dependencies, effect, grant);
        case 'sync':
          return syncGrant(dependencies, grant, attempt);
        case 'activity':
          return readActivity(dependencies, effect, grant);
        case 'own-end':
          return noteOwnEnd(dependencies, effect, grant);
        case 'render':
          return slackEffect(dependencies, effect, grant, () => render(dependencies, effect, grant, attempt));
        case 'note':
          return slackEffect(dependencies, effect, grant, () => postNote(dependencies, effect, grant, attempt));
        case 'direct':
          return slackEffect(dependencies, effect, grant, () => postDirect(dependencies, effect, grant, attempt));
        case 'receipt':
          return slackEffect(dependencies, effect, grant, () => updateReceipt(dependencies, effect, grant));
        default:
          throw new Error(`A timer is not run: ${effect.kind}`);
      }
    },
    failed(grant, effect, now) {
      const delayMs = retryDelayMs(effect.attempts + 1, { baseMs: 5_000, maxMs: 5 * 60_000 }, dependencies.random);
      const dueAt = new Date(now.getTime() + delayMs);
      return replaceEffect(grant, effect.id, { dueAt, attempts: effect.attempts + 1 });
    },
    lastOperation,
  };
}

const isSlack = (effect: GrantEffect): boolean => ['render', 'note', 'direct', 'receipt'].includes(effect.kind);

/** Until the message was posted, or given up, nothing else is posted in the channel. */
const waitsForMessage = (grant: Grant): boolean =>
  grant.message === undefined && grant.owed.some((effect) => effect.kind === 'render');

const isUnseen = (grant: Grant): boolean => grant.state === 'requested' && grant.message === undefined;

/** Notes wait for the message that opens their thread, and for the notes before them. */
function slackInTurn(grant: Grant): Grant {
  const owed = (kind: GrantEffect['kind']) => grant.owed.filter((effect) => effect.kind === kind);
  const message = waitsForMessage(grant) ? owed('render') : [];
  return inTurn(grant, [...message, ...owed('note')]);
}

async function slackEffect(
  dependencies: GrantPlanDependencies,
  effect: GrantEffect,
  grant: Grant,
  run: () => Promise<Result<Grant>>,
): Promise<Result<Grant>> {
  try {
    return await run();
  } catch (error) {
    if (effect.kind !== 'direct') {
      const channel = grant.message?.channel ?? grant.channelId;
      const inUse = await channelRefusedElsewhere(dependencies, grant.organizationId, channel, error);
      if (inUse !== undefined) return (doc, now) => movedToChannel(doc, inUse, now);
    }
    const failed = slackFailed<Grant>(error, effect, grant._id, dependencies);
    const lost = error instanceof MessengerError && error.obstacle !== undefined && effect.kind !== 'direct';
    if (!lost) return failed;
    const { deciders } = await viewContext(dependencies, grant);
    // Once: the first time that it is refused.
    const unseen = effect.kind === 'render' && effect.attempts === 0 && isUnseen(grant);
    const others = deciders.filter((slackId) => slackId !== grant.requestedBy?.slackId);
    return (doc, now) => toldDirectly(failed(doc, now), { deciders: others, unseen }, now);
  }
}

async function render(
  dependencies: GrantPlanDependencies,
  effect: GrantEffect,
  grant: Grant,
  attempt: Attempt<Grant>,
): Promise<Result<Grant>> {
  const { messenger, views, homes } = dependencies;
  const context = await viewContext(dependencies, grant);
  // Home tabs are views of the record as the message is; one that cannot be updated does not keep them back.
  await homes.grantChanged(context.organization, grant);
  const message = views.grantMessage(grant, context);
  if (grant.message !== undefined) {
    const { channel, ts } = grant.message;
    if ((await messenger.update(channel, ts, message)) === 'gone') {
      // Somebody deleted it: it is posted again, as a new message with a new thread.
      return (doc) => ({ ...doc, message: doc.message?.ts === ts ? undefined : doc.message });
    }
    return (doc, now) => rendered(doc, { ...grant.message, channel, ts }, grant.version, effect, now);
  }
  // A message that was deleted is posted again under another name: the search must not find the deleted one's.
  const effectId = `${grant._id}:${effect.id}`;
  const posted = await postOnce(messenger, attempt, {
    channel: grant.channelId,
    message,
    effect,
    effectId,
    urgent: grant.state === 'requested',
  });
  if (posted === undefined) return (doc) => doc;
  const permalink = await messenger.permalink(posted.channel, posted.ts).catch(() => undefined);
  return (doc, now) => rendered(doc, { ...posted, permalink }, grant.version, effect, now);
}

function rendered(
  grant: Grant,
  message: { channel: string; ts: string; permalink?: string },
  version: number,
  effect: GrantEffect,
  now: Date,
): Grant {
  const next: Grant = { ...grant, message: { ...message, renderedVersion: version } };
  const owed = next.owed.find((other) => other.id === effect.id);
  if (owed === undefined) return next;
  if (next.version !== version) return replaceEffect(next, effect.id, { dueAt: now, attempts: 0 });
  // An attempt that got no answer may still land and show an older state: render once more when it cannot any longer.
  if (owed.failingSince === undefined) return withoutEffect(next, effect.id);
  return owe(withoutEffect(next, effect.id), {
    kind: 'render',
    dueAt: new Date(now.getTime() + unansweredRenderMs),
  });
}
