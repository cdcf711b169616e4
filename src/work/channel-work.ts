import { channelChecked, channelRefused, lostChannel, ownersToBeTold } from '../grants/channel-lost.ts';
import { lockdownOf } from '../grants/lockdown.ts';
import type { Organization, OrganizationEffect } from '../grants/organization.ts';
import { replaceEffect, withoutEffect } from '../grants/owed.ts';
import type { OrganizationStore } from '../store/organizations.ts';
import type { Deciders } from './deciders.ts';
import { MessengerError } from './messenger.ts';
import { PeopleError } from './people.ts';
import { postOnce, type SlackDependencies, slackFailed } from './slack-effects.ts';
import type { Views } from './views.ts';
import type { Attempt, Result } from './worker.ts';
import type { Workplace } from './workplace.ts';

export interface ChannelDependencies extends SlackDependencies {
  readonly deciders: Deciders;
  readonly views: Views;
  readonly workplace: Pick<Workplace, 'channelStanding'>;
}

type Of<K extends OrganizationEffect['kind']> = Extract<OrganizationEffect, { kind: K }>;

const inTheChannel: readonly OrganizationEffect['kind'][] = ['note', 'report', 'digest', 'head', 'own-ends'];
const againMs = 60_000;

/** What a failed attempt leaves behind; where it says that the channel cannot be written to, that is on record too. */
export function organizationEffectFailed(
  error: unknown,
  effect: OrganizationEffect,
  organization: Organization,
  dependencies: SlackDependencies,
): Result<Organization> {
  const failed = slackFailed<Organization>(error, effect, organization._id, dependencies);
  const channelId = channelOf(effect, organization);
  const why = error instanceof MessengerError ? error.obstacle : undefined;
  if (why === undefined || !inTheChannel.includes(effect.kind)) return failed;
  return (doc, now) => channelRefused(failed(doc, now), { channelId, why }, now);
}

/** A report stays where it was posted first, whatever channel was chosen since. */
function channelOf(effect: OrganizationEffect, organization: Organization): string {
  const report = effect.kind === 'report' ? lockdownOf(organization, effect.lockdownId)?.message : undefined;
  return report?.channel ?? organization.channelId;
}

/** The same for what another record owes there; returns the channel in use, where that is another one. */
export async function channelRefusedElsewhere(
  dependencies: {
    readonly organizations: Pick<OrganizationStore, 'update'>;
    readonly now: () => Date;
    readonly kickOrganization: (organizationId: string) => void;
  },
  organizationId: string,
  channelId: string,
  error: unknown,
): Promise<string | undefined> {
  if (!(error instanceof MessengerError) || error.obstacle === undefined) return undefined;
  const { organizations, now, kickOrganization } = dependencies;
  const { obstacle: why } = error;
  const outcome = await organizations.update<never>(organizationId, (doc) => ({
    ok: true,
    doc: channelRefused(doc, { channelId, why }, now()),
  }));
  if (outcome.kind !== 'done') return undefined;
  if (outcome.doc.owed.some(({ kind }) => kind === 'tell-owners')) kickOrganization(organizationId);
  return outcome.doc.channelId === channelId ? undefined : outcome.doc.channelId;
}

export async function tellOwners(
  { deciders, log }: ChannelDependencies,
  effect: Of<'tell-owners'>,
  organization: Organization,
): Promise<Result<Organization>> {
  const { _id: organizationId, channelId } = organization;
  log.info({ organizationId, channelId }, 'The channel cannot be written to; the owners are told');
  const owners = await deciders.owners(organization);
  return (doc, now) => ownersToBeTold(doc, effect.id, owners, now);
}

export async function postDirect(
  { messenger, views, deciders }: ChannelDependencies,
  effect: Of<'direct'>,
  organization: Organization,
  attempt: Attempt<Organization>,
): Promise<Result<Organization>> {
  // Nobody is asked to mend what has been mended.
  if (lostChannel(organization) === undefined) return (doc) => withoutEffect(doc, effect.id);
  const context = { organization, deciders: await deciders.owners(organization) };
  const message = views.organizationNote(organization, effect.note, context);
  const effectId = `${organization._id}:${effect.id}`;
  const posted = await postOnce(messenger, attempt, { channel: effect.to, message, effect, effectId, urgent: true });
  return (doc) => (posted === undefined ? doc : withoutEffect(doc, effect.id));
}

/** Looks whether the channel can be written to again. */
export async function checkChannel(
  { workplace, log }: ChannelDependencies,
  effect: Of<'check-channel'>,
  { channelId }: Organization,
): Promise<Result<Organization>> {
  try {
    const standing = await workplace.channelStanding(channelId);
    const why = standing === 'usable' ? undefined : standing;
    return (doc, now) => channelChecked(doc, effect.id, { channelId, why }, now);
  } catch (error) {
    if (!(error instanceof PeopleError)) throw error;
    log.warn({ err: error }, 'Whether the channel can be written to could not be found out; it is tried again');
    return (doc, now) => replaceEffect(doc, effect.id, { dueAt: new Date(now.getTime() + againMs) });
  }
}
