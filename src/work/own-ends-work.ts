import type { Grant } from '../grants/grant.ts';
import type { GrantEffect } from '../grants/grant-effects.ts';
import type { Organization, OrganizationEffect } from '../grants/organization.ts';
import { withoutEffect } from '../grants/owed.ts';
import { ownEndNoted, ownEndsTold } from '../grants/own-ends.ts';
import type { OrganizationStore } from '../store/organizations.ts';
import { postOnce, type SlackDependencies } from './slack-effects.ts';
import type { Views } from './views.ts';
import type { Attempt, Result } from './worker.ts';

/** Has the organization tell of the end, together with others of the same minute. */
export async function noteOwnEnd(
  { organizations, now }: { readonly organizations: Pick<OrganizationStore, 'update'>; readonly now: () => Date },
  effect: GrantEffect,
  grant: Grant,
): Promise<Result<Grant>> {
  const { _id: grantId, target, endedAt, organizationId } = grant;
  if (endedAt !== undefined) {
    const end = { grantId, targetName: target.name, at: endedAt };
    await organizations.update<never>(organizationId, (doc) => ({ ok: true, doc: ownEndNoted(doc, end, now()) }));
  }
  return (doc) => withoutEffect(doc, effect.id);
}

/** One message for all of them. Of one alone its thread has told. */
export async function postOwnEnds(
  { messenger, views }: SlackDependencies & { readonly views: Views },
  effect: Extract<OrganizationEffect, { kind: 'own-ends' }>,
  organization: Organization,
  attempt: Attempt<Organization>,
): Promise<Result<Organization>> {
  if (effect.ends.length > 1) {
    const message = views.ownEnds(effect.ends);
    const effectId = `${organization._id}:${effect.id}`;
    const posted = await postOnce(messenger, attempt, { channel: organization.channelId, message, effect, effectId });
    if (posted === undefined) return (doc) => doc;
  }
  return (doc, now) => ownEndsTold(doc, effect, now);
}
