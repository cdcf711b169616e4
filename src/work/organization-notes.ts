import type { Organization, OrganizationEffect, OrganizationNote } from '../grants/organization.ts';
import { replaceEffect, withoutEffect } from '../grants/owed.ts';
import { watchEveryMs } from '../grants/policy.ts';
import { guardPosted, isGuardNote } from '../grants/timed-unblock.ts';
import { type Provider, ProviderError } from '../providers/provider.ts';
import type { DirectoryStore } from '../store/directories.ts';
import type { ChannelDependencies } from './channel-work.ts';
import { postOnce } from './slack-effects.ts';
import type { Attempt, Result } from './worker.ts';

export interface OrganizationNoteDependencies extends ChannelDependencies {
  readonly provider: Pick<Provider, 'blockChangedBy'>;
  readonly directories: DirectoryStore;
}

type Note = Extract<OrganizationEffect, { kind: 'note' }>;

/** A change is seen this long after it was made at the latest, unless the provider could not be read. */
const seenWithinMs = 2 * watchEveryMs;

/** Whether somebody has to act on it: block again, or confirm who somebody is. */
const isUrgent = (note: OrganizationNote): boolean => isGuardNote(note) || note.type === 'link-change';

/** What the channel is told of the organization. */
export async function postNote(
  dependencies: OrganizationNoteDependencies,
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
  const posted = await postOnce(messenger, attempt, {
    channel: organization.channelId,
    message,
    effect,
    effectId,
    urgent: isUrgent(note),
  });
  if (posted === undefined) return (doc) => doc;
  return (doc, now) => {
    const done = withoutEffect(doc, effect.id);
    if (isGuardNote(note)) return guardPosted(done, { ...posted, note }, now);
    if (note.type !== 'link-change') return done;
    const links = done.links.map((link) => (link.accountId === note.accountId ? { ...link, note: posted } : link));
    return { ...done, links };
  };
}

export async function postWhereLeft(
  dependencies: OrganizationNoteDependencies,
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
  { provider, log }: OrganizationNoteDependencies,
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

export async function renderLink(
  dependencies: OrganizationNoteDependencies,
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
export async function renderGuards(
  dependencies: OrganizationNoteDependencies,
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

async function viewContext({ deciders, directories }: OrganizationNoteDependencies, organization: Organization) {
  const directory = await directories.get(organization._id);
  return {
    organization,
    deciders: await deciders.owners(organization),
    targetCount: directory.refreshedAt === undefined ? undefined : directory.targets.length,
  };
}
