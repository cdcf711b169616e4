import { randomUUID } from 'node:crypto';
import {
  blockCallAnswered,
  blockCallMarked,
  blockObserved,
  blockSyncFailed,
  fireOrganizationTimers,
  planBlockCall,
  wishDropped,
} from '../grants/block.ts';
import { digestElapsed } from '../grants/digest-due.ts';
import { homesOwed, homesTold } from '../grants/homes.ts';
import type { Organization, OrganizationEffect, OrganizationNote } from '../grants/organization.ts';
import { replaceEffect, withoutEffect } from '../grants/owed.ts';
import { type Policy, policyOf, watchEveryMs } from '../grants/policy.ts';
import { guardPosted, isGuardNote } from '../grants/timed-unblock.ts';
import { type Provider, ProviderError } from '../providers/provider.ts';
import type { DirectoryStore } from '../store/directories.ts';
import type { GrantStore } from '../store/grants.ts';
import {
  type ChannelDependencies,
  checkChannel,
  organizationEffectFailed,
  postDirect,
  tellOwners,
} from './channel-work.ts';
import { postDigest } from './digest-work.ts';
import type { HomeRefresh } from './home-plan.ts';
import { lockDown, reportLockdown } from './lockdown-work.ts';
import { refreshRequests } from './refresh-requests.ts';
import { retryDelayMs } from './retry.ts';
import { inTurn, postOnce } from './slack-effects.ts';
import type { Attempt, Result, WorkPlan } from './worker.ts';

export interface OrganizationPlanDependencies extends ChannelDependencies {
  readonly provider: Provider;
  readonly grants: GrantStore;
  readonly directories: DirectoryStore;
  readonly homes: Pick<HomeRefresh, 'organizationChanged'>;
  /** The operator's. */
  readonly basePolicy: Policy;
  readonly now: () => Date;
  /** Has a grant's work looked at now. */
  readonly kick: (grantId: string) => void;
}

type Note = Extract<OrganizationEffect, { kind: 'note' }>;

/** A change is seen this long after it was made at the latest, unless the provider could not be read. */
const seenWithinMs = 2 * watchEveryMs;

const backoff = { baseMs: 2_000, maxMs: 5 * 60_000 };

/** Beside the notes, which have an order. */
const slackKinds: readonly OrganizationEffect['kind'][] = [
  'report',
  'digest',
  'refresh-requests',
  'render-guards',
  'refresh-homes',
  'render-link',
  'note-in-channel-left',
  'tell-owners',
  'direct',
  'check-channel',
];

/** How the organization's record is worked off: its block beside what its channel is told. */
export function createOrganizationPlan(dependencies: OrganizationPlanDependencies): WorkPlan<Organization> {
  const inSlack = (
    effect: OrganizationEffect,
    organization: Organization,
    attempt: () => Promise<Result<Organization>>,
  ): Promise<Result<Organization>> =>
    attempt().catch((error: unknown) => organizationEffectFailed(error, effect, organization, dependencies));
  return {
    name: 'organizations',
    leaseMs: 30_000,
    lanes: ['provider', 'slack'],
    elapse(organization, now) {
      const { timeZone } = policyOf(organization, dependencies.basePolicy);
      const fired = homesOwed(digestElapsed(fireOrganizationTimers(organization, now), timeZone, now), now);
      return inTurn(
        fired,
        fired.owed.filter((effect) => effect.kind === 'note'),
      );
    },
    next(organization, lane, due) {
      // A lockdown blocks first; when that has to wait for Atlas, the rest does not.
      if (lane === 'provider') {
        return due.find((effect) => effect.kind === 'sync') ?? due.find((effect) => effect.kind === 'lockdown');
      }
      const first = organization.owed.find((effect) => effect.kind === 'note');
      return due.find(
        (effect) => slackKinds.includes(effect.kind) || (effect.kind === 'note' && effect.id === first?.id),
      );
    },
    async run(effect, organization, attempt) {
      switch (effect.kind) {
        case 'sync':
          return syncBlock(dependencies, organization, attempt);
        case 'refresh-requests':
          return refreshRequests(dependencies, effect, organization);
        case 'refresh-homes':
          await dependencies.homes.organizationChanged(organization);
          return (doc) => homesTold(doc, organization.version);
        case 'lockdown':
          return lockDown(dependencies, effect, organization, attempt);
        case 'note':
          return inSlack(effect, organization, () => postNote(dependencies, effect, organization, attempt));
        case 'note-in-channel-left':
          return inSlack(effect, organization, () => postWhereLeft(dependencies, effect, organization, attempt));
        case 'render-link':
          return inSlack(effect, organization, () =>
            renderLink(dependencies, effect.accountId, effect.id, organization),
          );
        case 'render-guards':
          return inSlack(effect, organization, () => renderGuards(dependencies, effect, organization));
        case 'report':
          return inSlack(effect, organization, () => reportLockdown(dependencies, effect, organization, attempt));
        case 'tell-owners':
          return tellOwners(dependencies, effect, organization);
        case 'direct':
          return inSlack(effect, organization, () => postDirect(dependencies, effect, organization, attempt));
        case 'check-channel':
          return checkChannel(dependencies, effect, organization);
        case 'digest':
          return inSlack(effect, organization, () => postDigest(dependencies, effect, organization, attempt));
        case 'unblock-deadline':
        case 'digest-due':
        case 'reblock':
          throw new Error('A timer is not run');
      }
    },
    failed(organization, effect, now) {
      const dueAt = new Date(now.getTime() + retryDelayMs(effect.attempts + 1, backoff, dependencies.random));
      return replaceEffect(organization, effect.id, { dueAt, attempts: effect.attempts + 1 });
    },
  };
}

async function syncBlock(
  dependencies: OrganizationPlanDependencies,
  organization: Organization,
  attempt: Attempt<Organization>,
): Promise<Result<Organization>> {
  const { provider } = dependencies;
  const unlessDecided =
    (result: Result<Organization>): Result<Organization> =>
    (doc, now) =>
      doc.wanted?.at.getTime() === organization.wanted?.at.getTime() &&
      doc.wanted?.blocked === organization.wanted?.blocked
        ? result(doc, now)
        : doc;
  try {
    const reading = await provider.readBlock();
    const planned = planBlockCall(organization, reading);
    if (planned === undefined) return unlessDecided((doc, now) => blockObserved(doc, reading, now));
    const callId = randomUUID();
    const marked = await attempt.write((doc, now) =>
      planBlockCall(doc, reading) === planned ? blockCallMarked(doc, planned, callId, now) : undefined,
    );
    if (marked === undefined) return (doc) => doc;
    try {
      await provider.setBlock(planned);
    } catch (error) {
      if (!(error instanceof ProviderError) || error.effect === 'unknown') throw error;
      await attempt.write((doc) => blockCallAnswered(doc, callId));
      if (error.temporary) throw error;
      dependencies.log.warn({ err: error, organizationId: organization._id }, 'The block could not be switched');
      if (organization.wanted === undefined) throw error;
      return unlessDecided((doc, now) => wishDropped(doc, error.message, now));
    }
    await attempt.write((doc) => blockCallAnswered(doc, callId));
    const after = await provider.readBlock();
    return unlessDecided((doc, now) => blockObserved(doc, after, now));
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    dependencies.log.warn(
      { err: error, organizationId: organization._id },
      'The block could not be brought to match, or not be read; it is tried again',
    );
    return (doc, now) => {
      const attempts = (doc.owed.find((effect) => effect.kind === 'sync')?.attempts ?? 0) + 1;
      const dueAt = new Date(now.getTime() + retryDelayMs(attempts, backoff, dependencies.random, error.retryAfterMs));
      return blockSyncFailed(doc, { code: error.code, message: error.message }, dueAt, now);
    };
  }
}

async function postNote(
  dependencies: OrganizationPlanDependencies,
  effect: Note,
  organization: Organization,
  attempt: Attempt<Organization>,
): Promise<Result<Organization>> {
  const { messenger, views } = dependencies;
  const note = await naming(dependencies, effect.note);
  // Nobody is asked any more to block what has been blocked.
  if (note.type === 'block-overdue' && organization.confirmed?.blocked === true) {
    return (doc) => withoutEffect(doc, effect.id);
  }
  const message = views.organizationNote(organization, note, await viewContext(dependencies, organization));
  const effectId = `${organization._id}:${effect.id}`;
  const posted = await postOnce(messenger, attempt, { channel: organization.channelId, message, effect, effectId });
  if (posted === undefined) return (doc) => doc;
  return (doc, now) => {
    const done = withoutEffect(doc, effect.id);
    if (isGuardNote(note)) return guardPosted(done, { ...posted, note }, now);
    if (note.type !== 'link-change') return done;
    const links = done.links.map((link) => (link.accountId === note.accountId ? { ...link, note: posted } : link));
    return { ...done, links };
  };
}

async function postWhereLeft(
  dependencies: OrganizationPlanDependencies,
  effect: Extract<OrganizationEffect, { kind: 'note-in-channel-left' }>,
  organization: Organization,
  attempt: Attempt<Organization>,
): Promise<Result<Organization>> {
  const { messenger, views } = dependencies;
  const message = views.organizationNote(organization, effect.note, await viewContext(dependencies, organization));
  const effectId = `${organization._id}:${effect.id}`;
  const posted = await postOnce(messenger, attempt, { channel: effect.channelId, message, effect, effectId });
  return (doc) => (posted === undefined ? doc : withoutEffect(doc, effect.id));
}

/** A change made elsewhere is told with who made it, where the provider names them; it is told all the same where not. */
async function naming(
  { provider, log }: OrganizationPlanDependencies,
  note: OrganizationNote,
): Promise<OrganizationNote> {
  if (note.type !== 'block-changed-outside') return note;
  try {
    const who = await provider.blockChangedBy(note.blocked, new Date(note.at.getTime() - seenWithinMs));
    return who === undefined ? note : { ...note, who };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    log.info({ err: error }, 'Who switched the block could not be read');
    return note;
  }
}

async function renderLink(
  dependencies: OrganizationPlanDependencies,
  accountId: string,
  effectId: string,
  organization: Organization,
): Promise<Result<Organization>> {
  const { messenger, views } = dependencies;
  const link = organization.links.find((other) => other.accountId === accountId);
  const waiting = organization.owed.some(
    (effect) => effect.kind === 'note' && effect.note.type === 'link-change' && effect.note.accountId === accountId,
  );
  if (link?.note === undefined || link.slackId === undefined || waiting) {
    // A note that has not been posted yet will show what became of the link when it is.
    return (doc) => withoutEffect(doc, effectId);
  }
  const { email, slackId } = link;
  const note = { type: 'link-change', accountId, email, slackId } as const;
  const message = views.organizationNote(organization, note, await viewContext(dependencies, organization));
  await messenger.update(link.note.channel, link.note.ts, message);
  return (doc) => withoutEffect(doc, effectId);
}

/** Once it is blocked, the notes that told of the unblock show that for good. */
async function renderGuards(
  dependencies: OrganizationPlanDependencies,
  effect: OrganizationEffect,
  organization: Organization,
): Promise<Result<Organization>> {
  const { messenger, views } = dependencies;
  const { guards = [], confirmed, version } = organization;
  const context = await viewContext(dependencies, organization);
  // One that was deleted is not missed: what it said is over.
  for (const { channel, ts, note } of guards) {
    await messenger.update(channel, ts, views.organizationNote(organization, note, context));
  }
  return (doc, now) => {
    // What has changed meanwhile is shown by another round.
    if (doc.version !== version) return replaceEffect(doc, effect.id, { dueAt: now, attempts: 0 });
    const shown = new Set(guards.map((guard) => guard.ts));
    const rest = confirmed?.blocked === true ? doc.guards?.filter((guard) => !shown.has(guard.ts)) : doc.guards;
    return withoutEffect({ ...doc, guards: rest }, effect.id);
  };
}

async function viewContext({ deciders, directories }: OrganizationPlanDependencies, organization: Organization) {
  const directory = await directories.get(organization._id);
  return {
    organization,
    deciders: await deciders.owners(organization),
    targetCount: directory.refreshedAt === undefined ? undefined : directory.targets.length,
  };
}
