import { digestOf } from '../grants/digest.ts';
import type { Organization, OrganizationEffect } from '../grants/organization.ts';
import { withoutEffect } from '../grants/owed.ts';
import type { GrantStore } from '../store/grants.ts';
import { recordsSince } from './records-since.ts';
import { postOnce, type SlackDependencies } from './slack-effects.ts';
import type { Views } from './views.ts';
import type { Attempt, Result } from './worker.ts';

interface DigestDependencies extends SlackDependencies {
  readonly grants: GrantStore;
  readonly views: Views;
}

/** How many records that have ended are read for two weeks. */
const mostEnded = 5_000;

/** Tells the channel of a week. What is told is counted anew from the records by every attempt. */
export async function postDigest(
  { grants, messenger, views }: DigestDependencies,
  effect: Extract<OrganizationEffect, { kind: 'digest' }>,
  organization: Organization,
  attempt: Attempt<Organization>,
): Promise<Result<Organization>> {
  const { week } = effect;
  const { from, to, before } = week;
  const { concerned, incomplete } = await recordsSince(grants, organization._id, {
    since: before ?? from,
    most: mostEnded,
  });
  const message = views.digest({
    week,
    numbers: digestOf(concerned, organization, from, to),
    before: before === undefined ? undefined : digestOf(concerned, organization, before, from),
    incomplete,
  });
  const effectId = `${organization._id}:${effect.id}`;
  const posted = await postOnce(messenger, attempt, { channel: organization.channelId, message, effect, effectId });
  return (doc) => (posted === undefined ? doc : withoutEffect(doc, effect.id));
}
