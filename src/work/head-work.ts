import type { Organization, OrganizationEffect } from '../grants/organization.ts';
import { withoutEffect } from '../grants/owed.ts';
import type { LedgerStore } from '../store/ledger.ts';
import type { HeadSigner } from './head-signer.ts';
import { postOnce, type SlackDependencies } from './slack-effects.ts';
import type { Views } from './views.ts';
import type { Attempt, Result } from './worker.ts';

interface HeadDependencies extends SlackDependencies {
  readonly ledger: Pick<LedgerStore, 'head'>;
  readonly headSigner: Pick<HeadSigner, 'sign'>;
  readonly views: Views;
}

type HeadEffect = Extract<OrganizationEffect, { kind: 'head' }>;

/** Publishes the ledger's head in the channel, if the ledger has grown since it was published there last. */
export async function postHead(
  { ledger, headSigner, messenger, views }: HeadDependencies,
  effect: HeadEffect,
  organization: Organization,
  attempt: Attempt<Organization>,
): Promise<Result<Organization>> {
  const head = effect.head ?? (await ledger.head(organization._id));
  if (head.sequence <= (organization.headPublished ?? 0)) return (doc) => withoutEffect(doc, effect.id);
  // Each attempt publishes the same: a message of an earlier one that got through after all says what is recorded here.
  const chosen = await attempt.write((doc) => ({
    ...doc,
    owed: doc.owed.map((other) => (other.id === effect.id && other.kind === 'head' ? { ...other, head } : other)),
  }));
  if (chosen === undefined) return (doc) => doc;
  const message = views.ledgerHead({ head, signed: await headSigner.sign(organization._id, head) });
  const effectId = `${organization._id}:${effect.id}`;
  const posted = await postOnce(messenger, attempt, { channel: organization.channelId, message, effect, effectId });
  if (posted === undefined) return (doc) => doc;
  return (doc) => withoutEffect({ ...doc, headPublished: head.sequence }, effect.id);
}
