import { isDeepStrictEqual } from 'node:util';
import { approvalsInForce, type Grant, isLive, termsInForce } from '../grants/grant.ts';
import type { GrantEffect, GrantNote } from '../grants/grant-effects.ts';
import { slotFor } from '../grants/ids.ts';
import { concernedBy } from '../grants/notes.ts';
import { type OwedEffect, owe, oweOnce, replaceEffect, withoutEffect } from '../grants/owed.ts';
import { type Policy, policyOf } from '../grants/policy.ts';
import type { PublishedHead } from '../ledger/checkpoint.ts';
import type { Provider } from '../providers/provider.ts';
import type { GrantStore } from '../store/grants.ts';
import type { LedgerStore } from '../store/ledger.ts';
import type { OrganizationStore } from '../store/organizations.ts';
import type { Deciders } from './deciders.ts';
import type { HeadSigner } from './head-signer.ts';
import type { OutgoingMessage } from './messenger.ts';
import { type People, PeopleError } from './people.ts';
import { postOnce, type SlackDependencies } from './slack-effects.ts';
import type { ViewContext, Views } from './views.ts';
import type { Attempt, Result } from './worker.ts';

export interface NoteDependencies extends SlackDependencies {
  readonly provider: Pick<Provider, 'capabilities'>;
  readonly grants: Pick<GrantStore, 'bySlot'>;
  readonly organizations: Pick<OrganizationStore, 'get'>;
  readonly deciders: Deciders;
  readonly people: Pick<People, 'read'>;
  readonly views: Views;
  readonly ledger: Pick<LedgerStore, 'head'>;
  readonly headSigner: Pick<HeadSigner, 'sign'>;
  readonly basePolicy: Policy;
  readonly now: () => Date;
}

type Note = Extract<GrantEffect, { kind: 'note' }>;
type Direct = Extract<GrantEffect, { kind: 'direct' }>;

const unansweredUpdateMs = 60_000;

export async function viewContext(
  { grants, organizations, deciders, basePolicy }: NoteDependencies,
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

/** Notes that tell of the end of a record: they publish the ledger's head. */
export const endings: readonly GrantNote['type'][] = ['ended', 'failed', 'denied', 'cancelled', 'lapsed'];

/** Notes that tell, of what was or may have been open, what the vendor's staff did meanwhile. */
const tellsOfActivity = ({ type }: GrantNote): boolean => type === 'ended' || type === 'failed';

export async function postNote(
  dependencies: NoteDependencies,
  effect: Note,
  grant: Grant,
  attempt: Attempt<Grant>,
): Promise<Result<Grant>> {
  const { messenger, now, provider } = dependencies;
  // Without the message, which was given up, there is no thread to post to. Where nobody can decide, nobody is asked to.
  const asksInVain = provider.capabilities.observes === true && asksForDecision.includes(effect.note.type);
  if (grant.message === undefined || asksInVain || !stillMakesSense(effect.note, grant, now())) {
    return (doc) => withoutEffect(doc, effect.id);
  }
  const { channel, ts: threadTs } = grant.message;
  const ledgerHead = endings.includes(effect.note.type) ? await headNow(dependencies, grant.organizationId) : undefined;
  const { message, toTellDirectly } = await inThread(dependencies, effect.note, grant, { channel, ledgerHead });
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
    const told = withoutEffect(doc, effect.id);
    // What was read meanwhile is not in it, and an earlier attempt that got through after all may show even less.
    const isOld = effect.attempts > 0 || !isDeepStrictEqual(doc.activity, grant.activity);
    const done = tellsOfActivity(effect.note)
      ? withReceipt(told, { ...posted, ledgerHead }, isOld ? at : undefined)
      : told;
    if (toTellDirectly === undefined) return done;
    return owe(done, { kind: 'direct', dueAt: at, note: effect.note, to: toTellDirectly });
  };
}

/** Keeps where the note about the end stands; with `staleAt` it is brought up to date where there is something to show. */
function withReceipt(grant: Grant, receipt: Grant['receipt'], staleAt: Date | undefined): Grant {
  const kept = { ...grant, receipt };
  return staleAt === undefined || grant.activity === undefined
    ? kept
    : oweOnce(kept, { kind: 'receipt', dueAt: staleAt });
}

/** The note as its thread shows it, and whom it has to be told directly, since they do not read the channel. */
async function inThread(
  dependencies: NoteDependencies,
  note: GrantNote,
  grant: Grant,
  { channel, ledgerHead }: { readonly channel: string; readonly ledgerHead?: PublishedHead },
): Promise<{ readonly message: OutgoingMessage; readonly toTellDirectly?: string }> {
  const { messenger, views, now } = dependencies;
  const slackId = concernedBy(grant, note)?.slackId;
  const gone = slackId !== undefined && (await isDeactivated(dependencies, slackId));
  const mentionRequester = slackId !== undefined && !gone && (await messenger.isInChannel(channel, slackId));
  const context = await viewContext(dependencies, grant);
  const message = views.grantNote(grant, note, { ...context, mentionRequester, gone, ledgerHead, now: now() });
  return { message, toTellDirectly: mentionRequester || gone ? undefined : slackId };
}

async function headNow({ ledger, headSigner }: NoteDependencies, organizationId: string): Promise<PublishedHead> {
  const head = await ledger.head(organizationId);
  return { head, signed: await headSigner.sign(organizationId, head) };
}

/** Brings the note that told of the end up to date. Where somebody deleted it, that stays so. */
export async function updateReceipt(
  dependencies: NoteDependencies,
  effect: OwedEffect,
  grant: Grant,
): Promise<Result<Grant>> {
  const { activity, receipt, state } = grant;
  if (receipt === undefined) return (doc) => withoutEffect(doc, effect.id);
  const note = { type: state === 'failed' ? 'failed' : 'ended' } as const;
  const { message } = await inThread(dependencies, note, grant, receipt);
  const updated = await dependencies.messenger.update(receipt.channel, receipt.ts, message);
  return (doc, at) => {
    if (updated === 'gone') return withoutEffect({ ...doc, receipt: undefined }, effect.id);
    const owed = doc.owed.find(({ id }) => id === effect.id);
    if (owed === undefined) return doc;
    // What was read meanwhile is not in it; an attempt that got no answer may still land and show less.
    if (!isDeepStrictEqual(doc.activity, activity)) return replaceEffect(doc, effect.id, { dueAt: at, attempts: 0 });
    if (owed.failingSince === undefined) return withoutEffect(doc, effect.id);
    const again = new Date(at.getTime() + unansweredUpdateMs);
    return replaceEffect(doc, effect.id, { dueAt: again, attempts: 0, failingSince: undefined });
  };
}

/** Where Slack cannot say, somebody is taken to be there. */
async function isDeactivated({ people, log }: NoteDependencies, slackId: string): Promise<boolean> {
  try {
    return (await people.read(slackId)).membership === 'deactivated';
  } catch (error) {
    if (!(error instanceof PeopleError)) throw error;
    log.info({ err: error, slackId }, 'Whether somebody is still in Slack could not be found out');
    return false;
  }
}

export async function postDirect(
  dependencies: NoteDependencies,
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
