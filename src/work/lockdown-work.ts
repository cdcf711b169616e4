import { lockdownOf, lockdownSeen, lockedDown, reportOwed, withLockdown } from '../grants/lockdown.ts';
import type { Organization, OrganizationEffect } from '../grants/organization.ts';
import { replaceEffect, withoutEffect } from '../grants/owed.ts';
import type { GrantStore } from '../store/grants.ts';
import type { Deciders } from './deciders.ts';
import { postOnce, type SlackDependencies } from './slack-effects.ts';
import type { Views } from './views.ts';
import type { Attempt, Result } from './worker.ts';

export interface LockdownDependencies extends SlackDependencies {
  readonly grants: GrantStore;
  readonly deciders: Deciders;
  readonly views: Views;
  readonly now: () => Date;
  /** Has a grant's work looked at now. */
  readonly kick: (grantId: string) => void;
}

type Of<K extends OrganizationEffect['kind']> = Extract<OrganizationEffect, { kind: K }>;

const unansweredReportMs = 60_000;

/**
 * Cancels and revokes what the lockdown concerns, as often as it takes: every step recognises what has been done before,
 * so a crash in the middle goes on. What is closed then is each grant's own work; this looks again until it was seen.
 */
export async function lockDown(
  { grants, kick, now }: LockdownDependencies,
  effect: Of<'lockdown'>,
  organization: Organization,
  attempt: Attempt<Organization>,
): Promise<Result<Organization>> {
  const { lockdownId } = effect;
  const ids = lockdownOf(organization, lockdownId)?.grantIds ?? (await present(grants, organization._id));
  // Written down before anything is done to them. What is asked for from here on is a new request, which the deciders who
  // have locked down decide like any other: a lockdown closes what there is, it does not forbid to ask.
  const listed = await attempt.write((doc) =>
    lockdownOf(doc, lockdownId)?.grantIds === undefined ? withLockdown(doc, lockdownId, { grantIds: ids }) : doc,
  );
  const lockdown = listed === undefined ? undefined : lockdownOf(listed, lockdownId);
  if (lockdown === undefined) return (doc) => (listed === undefined ? doc : withoutEffect(doc, effect.id));
  for (const id of ids) {
    // Many grants take their time: the lease has to outlast each.
    if ((await attempt.write((doc) => doc)) === undefined) return (doc) => doc;
    await grants.update(id, (grant) => lockedDown(grant, lockdown, now()));
    kick(id);
  }
  const seen = await grants.many(ids);
  return (doc, at) => lockdownSeen(doc, lockdownId, seen, at);
}

/** Requests are listed first: one that is approved in between is found among what is open. */
async function present(grants: GrantStore, organizationId: string): Promise<string[]> {
  const requested = await grants.requested(organizationId);
  const live = await grants.live(organizationId);
  return [...new Set([...live, ...requested].map((grant) => grant._id))];
}

/** The report in the channel is a view of the lockdown's record and of its grants as they are now. */
export async function reportLockdown(
  { grants, messenger, views, deciders }: LockdownDependencies,
  effect: Of<'report'>,
  organization: Organization,
  attempt: Attempt<Organization>,
): Promise<Result<Organization>> {
  const lockdown = lockdownOf(organization, effect.lockdownId);
  if (lockdown === undefined) return (doc) => withoutEffect(doc, effect.id);
  const concerned = await grants.many(lockdown.grantIds ?? []);
  const context = { organization, deciders: await deciders.owners(organization) };
  const message = views.lockdownReport(lockdown, concerned, context);
  let place = lockdown.message;
  if (place === undefined) {
    // A report that was deleted is posted again under another name: the search must not find the deleted one's.
    const effectId = `${organization._id}:${effect.id}`;
    place = await postOnce(messenger, attempt, {
      channel: organization.channelId,
      message,
      effect,
      effectId,
      urgent: true,
    });
    if (place === undefined) return (doc) => doc;
  } else if ((await messenger.update(place.channel, place.ts, message)) === 'gone') {
    return (doc, at) =>
      reportOwed(withoutEffect(withLockdown(doc, lockdown.id, { message: undefined }), effect.id), lockdown.id, at);
  }
  const { channel, ts } = place;
  return (doc, at) => {
    const shown = withLockdown(doc, lockdown.id, { message: { channel, ts } });
    const owed = shown.owed.find((other) => other.id === effect.id);
    if (owed === undefined) return shown;
    if (lockdownOf(shown, lockdown.id)?.standing !== lockdown.standing) {
      return replaceEffect(shown, effect.id, { dueAt: at, attempts: 0 });
    }
    const done = withoutEffect(shown, effect.id);
    // An attempt that got no answer may still land and show an older state: report once more when it cannot any longer.
    return owed.failingSince === undefined
      ? done
      : reportOwed(done, lockdown.id, new Date(at.getTime() + unansweredReportMs));
  };
}
