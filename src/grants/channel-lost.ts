import type { Grant } from './grant.ts';
import type { GrantNote } from './grant-effects.ts';
import { concernedBy } from './notes.ts';
import { type Organization, type OrganizationNote, recordedInOrganization } from './organization.ts';
import { owe, oweOnce, replaceEffect, touched, withoutEffect, withoutKinds } from './owed.ts';

/** What keeps new messages out of a channel. */
export type ChannelObstacle = 'not-found' | 'archived' | 'not-member';

export interface ChannelLost {
  readonly channelId: string;
  readonly why: ChannelObstacle;
  readonly since: Date;
  /** When a message was last refused. */
  readonly refusedAt: Date;
}

export type ChannelLostNote = Extract<OrganizationNote, { type: 'channel-lost' }>;

const portcullis = { kind: 'portcullis' } as const;
const checkEveryMs = 60_000;
/** Longer than the longest pause between attempts: until then a message that waits may show that it is not over. */
const quietMs = 6 * 60_000;
const nextCheck = (now: Date): Date => new Date(now.getTime() + checkEveryMs);

/** While the channel in use cannot be written to: since when, and why. */
export const lostChannel = ({ channelId, channelLost }: Organization): ChannelLost | undefined =>
  channelLost?.channelId === channelId ? channelLost : undefined;

/** A message to the channel in use was refused. Owners are told once, and the channel is looked at until it is back. */
export function channelRefused(
  organization: Organization,
  { channelId, why }: Pick<ChannelLost, 'channelId' | 'why'>,
  now: Date,
): Organization {
  if (channelId !== organization.channelId) return organization;
  const known = lostChannel(organization);
  if (known !== undefined) {
    const again = { ...organization, channelLost: { ...known, why, refusedAt: now } };
    return known.why === why ? again : touched(again);
  }
  const channelLost = { channelId, why, since: now, refusedAt: now };
  const lost = withoutKinds({ ...organization, channelLost }, 'check-channel');
  const owing = owe(lost, { kind: 'tell-owners', dueAt: now }, { kind: 'check-channel', dueAt: nextCheck(now) });
  return recordedInOrganization(owing, { at: now, action: 'channel-lost', actor: portcullis, detail: why });
}

/** What the channel was found to be when it was looked at again: it is back once no message was refused for a while either. */
export function channelChecked(
  organization: Organization,
  effectId: string,
  found: { readonly channelId: string; readonly why?: ChannelObstacle },
  now: Date,
): Organization {
  const lost = lostChannel(organization);
  // Another channel is in use: whether that can be written to is another matter.
  if (lost === undefined) return withoutEffect({ ...organization, channelLost: undefined }, effectId);
  if (found.channelId !== lost.channelId) return replaceEffect(organization, effectId, { dueAt: now });
  const { why } = found;
  if (why === undefined && now.getTime() - lost.refusedAt.getTime() >= quietMs) {
    const back = withoutKinds({ ...organization, channelLost: undefined }, 'tell-owners', 'direct', 'check-channel');
    return recordedInOrganization(back, { at: now, action: 'channel-back', actor: portcullis });
  }
  const still =
    why === undefined || why === lost.why ? organization : channelRefused(organization, { ...lost, why }, now);
  return replaceEffect(still, effectId, { dueAt: nextCheck(now), attempts: 0 });
}

/** A grant whose message stands where nothing can be changed any more is shown anew in the channel now in use. */
export function movedToChannel(grant: Grant, channelId: string, now: Date): Grant {
  const elsewhere = { ...withoutKinds(grant, 'receipt'), channelId, message: undefined, receipt: undefined };
  return oweOnce(elsewhere, { kind: 'render', dueAt: now });
}

/** What asks somebody to act cannot wait until the channel is back. */
const asksToAct: readonly GrantNote['type'][] = ['reminder', 'waiting', 'change-proposed', 'closing-trouble'];
/** As many as a message would mention. */
const mostTold = 3;

/**
 * Whom a note asks to act is told directly instead: the one person whom it concerns, or else those who decide. `unseen` is
 * a request whose message was refused, so that nobody in the channel knows of it.
 */
export function toldDirectly(
  grant: Grant,
  { deciders, unseen }: { readonly deciders: readonly string[]; readonly unseen: boolean },
  now: Date,
): Grant {
  const directly = (doc: Grant, note: GrantNote): Grant => {
    const one = concernedBy(grant, note)?.slackId;
    const whom = one === undefined ? deciders.slice(0, mostTold) : [one];
    return owe(doc, ...whom.map((to) => ({ kind: 'direct' as const, dueAt: now, note, to })));
  };
  const told = unseen ? directly(grant, { type: 'waiting', since: grant.requestedAt }) : grant;
  return grant.owed.reduce(
    (doc, effect) =>
      effect.kind === 'note' && asksToAct.includes(effect.note.type)
        ? directly(withoutEffect(doc, effect.id), effect.note)
        : doc,
    told,
  );
}

/** Each owner is told by a message of their own. */
export function ownersToBeTold(
  organization: Organization,
  effectId: string,
  owners: readonly string[],
  now: Date,
): Organization {
  if (organization.owed.every((effect) => effect.id !== effectId)) return organization;
  const rest = withoutEffect(organization, effectId);
  const lost = lostChannel(organization);
  if (lost === undefined) return rest;
  const note: ChannelLostNote = { type: 'channel-lost', ...lost };
  return owe(rest, ...owners.map((to) => ({ kind: 'direct' as const, dueAt: now, note, to })));
}
