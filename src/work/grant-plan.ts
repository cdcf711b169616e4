import { movedToChannel, remindedDirectly } from '../grants/channel-lost.ts';
import {
  approvalsInForce,
  type Grant,
  type GrantEffect,
  type GrantNote,
  isLive,
  termsInForce,
} from '../grants/grant.ts';
import { slotFor } from '../grants/ids.ts';
import { concernedBy } from '../grants/notes.ts';
import { owe, replaceEffect, withoutEffect } from '../grants/owed.ts';
import { policyOf } from '../grants/policy.ts';
import { fireTimers } from '../grants/timers.ts';
import type { LedgerStore } from '../store/ledger.ts';
import { askForBlock } from './block-first-work.ts';
import { channelRefusedElsewhere } from './channel-work.ts';
import type { Deciders } from './deciders.ts';
import type { HomeRefresh } from './home-plan.ts';
import { writeEntries } from './ledger-work.ts';
import { MessengerError } from './messenger.ts';
import { noteOwnEnd } from './own-ends-work.ts';
import { type People, PeopleError } from './people.ts';
import { retryDelayMs } from './retry.ts';
import { inTurn, postOnce, type SlackDependencies, slackFailed } from './slack-effects.ts';
import { type SyncDependencies, syncGrant } from './sync-grant.ts';
import type { ViewContext, Views } from './views.ts';
import type { Attempt, Result, WorkPlan } from './worker.ts';

export interface GrantPlanDependencies extends SyncDependencies, SlackDependencies {
  readonly deciders: Deciders;
  readonly homes: Pick<HomeRefresh, 'grantChanged'>;
  readonly people: Pick<People, 'read'>;
  readonly views: Views;
  readonly ledger: Pick<LedgerStore, 'append' | 'head'>;
}

type Note = Extract<GrantEffect, { kind: 'note' }>;
type Direct = Extract<GrantEffect, { kind: 'direct' }>;

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
        return due.find((effect) => effect.kind === 'block') ?? due.find((effect) => effect.kind === 'sync');
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
      // What has ended it stands in the ledger first, unless that does not work: nobody is kept waiting for it then.
      const writing = due.some((effect) => effect.kind === 'ledger' && effect.attempts === 0);
      if (writing && first !== undefined && endings.includes(first.note.type)) return undefined;
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
        case 'own-end':
          return noteOwnEnd(dependencies, effect, grant);
        case 'render':
          return slackEffect(dependencies, effect, grant, () => render(dependencies, effect, grant, attempt));
        case 'note':
          return slackEffect(dependencies, effect, grant, () => postNote(dependencies, effect, grant, attempt));
        case 'direct':
          return slackEffect(dependencies, effect, grant, () => postDirect(dependencies, effect, grant, attempt));
        default:
          throw new Error(`A timer is not run: ${effect.kind}`);
      }
    },
    failed(grant, effect, now) {
      const delayMs = retryDelayMs(effect.attempts + 1, { baseMs: 5_000, maxMs: 5 * 60_000 }, dependencies.random);
      const dueAt = new Date(now.getTime() + delayMs);
      return replaceEffect(grant, effect.id, { dueAt, attempts: effect.attempts + 1 });
    },
  };
}

const isSlack = (effect: GrantEffect): boolean => ['render', 'note', 'direct'].includes(effect.kind);

/** Until the message was posted, or given up, nothing else is posted in the channel. */
const waitsForMessage = (grant: Grant): boolean =>
  grant.message === undefined && grant.owed.some((effect) => effect.kind === 'render');

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
    return lost ? (doc, now) => remindedDirectly(failed(doc, now), now) : failed;
  }
}

async function viewContext(
  { grants, organizations, deciders, basePolicy }: GrantPlanDependencies,
  grant: Grant,
): Promise<ViewContext> {
  const organization = await organizations.get(grant.organizationId);
  const { ownApprovalCounts, decidersGroup } = policyOf(organization, basePolicy);
  const known = await deciders.forTarget(organization, grant.target.projectId);
  // Nobody is called to approve what they may not.
  const asker = grant.state === 'requested' ? grant.requestedBy : grant.proposal?.by;
  const approvals = grant.state === 'requested' ? approvalsInForce(grant) : (grant.proposal?.approvals ?? []);
  const approved = approvals.map((approval) => approval.by.slackId);
  const called = known.deciders
    .filter((slackId) => ownApprovalCounts || slackId !== asker?.slackId)
    .filter((slackId) => !approved.includes(slackId));
  const slot = slotFor(grant.organizationId, grant.target.id);
  const holder = grant.state === 'requested' ? await grants.bySlot(slot) : undefined;
  return { organization, ...known, deciders: called, decidersGroup, holder };
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

/** Notes that tell of the end of a record: they publish the ledger's head. */
const endings: readonly GrantNote['type'][] = ['ended', 'failed', 'denied', 'cancelled', 'lapsed'];

async function postNote(
  dependencies: GrantPlanDependencies,
  effect: Note,
  grant: Grant,
  attempt: Attempt<Grant>,
): Promise<Result<Grant>> {
  const { messenger, views, now, provider } = dependencies;
  // Without the message, which was given up, there is no thread to post to. Where nobody can decide, nobody is asked to.
  const asksInVain = provider.capabilities.observes === true && asksForDecision.includes(effect.note.type);
  if (grant.message === undefined || asksInVain || !stillMakesSense(effect.note, grant, now())) {
    return (doc) => withoutEffect(doc, effect.id);
  }
  const { channel, ts: threadTs } = grant.message;
  const slackId = concernedBy(grant, effect.note)?.slackId;
  const gone = slackId !== undefined && (await isDeactivated(dependencies, slackId));
  const mentionRequester = slackId !== undefined && !gone && (await messenger.isInChannel(channel, slackId));
  const context = await viewContext(dependencies, grant);
  const ledgerHead = endings.includes(effect.note.type)
    ? await dependencies.ledger.head(grant.organizationId)
    : undefined;
  const message = views.grantNote(grant, effect.note, { ...context, mentionRequester, gone, ledgerHead, now: now() });
  const { broadcast } = effect;
  const effectId = `${grant._id}:${effect.id}`;
  const posted = await postOnce(messenger, attempt, {
    channel,
    message,
    effect,
    effectId,
    threadTs,
    broadcast,
    urgent: isUrgent(effect.note),
  });
  if (posted === undefined) return (doc) => doc;
  return (doc, at) => {
    const done = withoutEffect(doc, effect.id);
    if (slackId === undefined || mentionRequester || gone) return done;
    return owe(done, { kind: 'direct', dueAt: at, note: effect.note, to: slackId });
  };
}

/** Where Slack cannot say, somebody is taken to be there. */
async function isDeactivated({ people, log }: GrantPlanDependencies, slackId: string): Promise<boolean> {
  try {
    return (await people.read(slackId)).membership === 'deactivated';
  } catch (error) {
    if (!(error instanceof PeopleError)) throw error;
    log.info({ err: error, slackId }, 'Whether somebody is still in Slack could not be found out');
    return false;
  }
}

async function postDirect(
  dependencies: GrantPlanDependencies,
  effect: Direct,
  grant: Grant,
  attempt: Attempt<Grant>,
): Promise<Result<Grant>> {
  const { messenger, views, now } = dependencies;
  if (!stillMakesSense(effect.note, grant, now())) return (doc) => withoutEffect(doc, effect.id);
  const context = await viewContext(dependencies, grant);
  const message = views.grantNote(grant, effect.note, {
    ...context,
    mentionRequester: false,
    direct: true,
    now: now(),
  });
  const effectId = `${grant._id}:${effect.id}`;
  const posted = await postOnce(messenger, attempt, {
    channel: effect.to,
    message,
    effect,
    effectId,
    urgent: isUrgent(effect.note),
  });
  return (doc) => (posted === undefined ? doc : withoutEffect(doc, effect.id));
}

/** Whether it asks somebody to act, or may be too late if it waits. */
const isUrgent = ({ type }: GrantNote): boolean =>
  type === 'reminder' || type === 'closing-trouble' || asksForDecision.includes(type);

const asksForDecision: readonly GrantNote['type'][] = ['waiting', 'change-proposed'];

/** No reminder after the end, no nudge after the decision. */
function stillMakesSense(note: GrantNote, grant: Grant, now: Date): boolean {
  switch (note.type) {
    case 'reminder':
      return (
        grant.state === 'active' &&
        now < note.until &&
        // The end may have moved since.
        note.until.getTime() === termsInForce(grant)?.until.getTime() &&
        grant.remindersSilencedBy === undefined
      );
    case 'change-proposed':
      return grant.proposal?.number === note.number;
    case 'waiting':
      return grant.state === 'requested';
    case 'closing-trouble':
      return isLive(grant) && now < note.until;
    default:
      return true;
  }
}
