import { formatDuration } from '../../grants/duration.ts';
import { approvalsInForce, type Grant } from '../../grants/grant.ts';
import type { GrantRefusal } from '../../grants/grant-refusals.ts';
import type { OrganizationRefusal } from '../../grants/organization.ts';
import type { PermissionAction, PermissionRefusal } from '../../grants/permissions.ts';
import { aTarget } from '../../grants/target-noun.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { applyingWords, changeAsked } from './change-parts.ts';
import { grantIdWords } from './grant-parts.ts';
import { inSentences, standingOf } from './grant-standing.ts';
import { accessLabel, actorName, approvers, slashCommand } from './vocabulary.ts';
import { at, code, inWords, join, listed, say, type Words } from './words.ts';

export interface RefusalContext {
  readonly action: PermissionAction;
  /** The others who have the right, without the person refused: names, or mentions where those notify nobody. */
  readonly others: readonly Words[];
  readonly vendor: string;
  /** Whether the right comes with roles at the vendor; without, whoever runs Portcullis names who has it. */
  readonly hasDirectory: boolean;
  /** A link to where it is done by hand. */
  readonly byHand?: Words;
}

/** Why somebody may not do something: what did not happen, why, and who can or what helps. */
export function permissionWords(reason: PermissionRefusal, context: RefusalContext): Words {
  const { action, ...rest } = context;
  return join(' ', [say`${notDone[action]}`, whyAndWho(reason, { doing: verb[action], ...rest })]);
}

/** Why somebody may not, and who can or what helps. */
export function whyAndWho(
  reason: PermissionRefusal,
  context: Omit<RefusalContext, 'action'> & { readonly doing: string },
): Words {
  return join(' ', [why(reason, context), remedy(reason, context)]);
}

const notDone: Readonly<Record<PermissionAction, string>> = {
  ask: 'Nothing was asked for.',
  see: 'Nothing is shown.',
  approve: 'Not approved.',
  unblock: 'Not unblocked.',
  settings: 'No setting was changed.',
  'confirm-link': 'Not confirmed.',
  deny: 'Not denied.',
  revoke: 'Not revoked.',
  silence: 'Nothing was changed: the reminders go on.',
  cancel: 'Not cancelled.',
  block: 'Not blocked.',
  lockdown: 'Nothing was closed.',
};

const verb: Readonly<Record<PermissionAction, string>> = {
  ask: 'ask for support access',
  see: 'see this',
  approve: 'approve this',
  unblock: 'unblock support access',
  settings: 'change the settings of Portcullis',
  'confirm-link': 'confirm this link',
  deny: 'deny this',
  revoke: 'revoke this',
  silence: 'switch off the reminders',
  cancel: 'cancel this',
  block: 'block support access',
  lockdown: 'close everything',
};

function why(
  reason: PermissionRefusal,
  { doing, vendor, byHand }: Pick<RefusalContext, 'vendor' | 'byHand'> & { readonly doing: string },
): Words {
  switch (reason) {
    case 'observe-mode':
      return say`Portcullis is in observe mode, in which it watches ${vendor} and changes nothing: do it by hand in ${byHand ?? say`${vendor}`}, or have whoever runs Portcullis set ${code('MODE=manage')} and restart it.`;
    case 'no-block':
      return say`${vendor} has no block for the whole organization: support can enter only what a grant opens. Ask for a grant with ${code(`${slashCommand} request`)}, end one with ${code(`${slashCommand} revoke`)}, and everything with ${code(`${slashCommand} lockdown`)}.`;
    case 'guest':
      return say`Guests of this workspace cannot use Portcullis. Ask a full member.`;
    case 'outsider':
      return say`People of another workspace cannot use Portcullis. Ask a member of this one.`;
    case 'bot':
      return say`Bots cannot use Portcullis.`;
    case 'deactivated':
      return say`This Slack account is deactivated.`;
    case 'clock-wrong':
      return say`The clock of the machine that Portcullis runs on does not agree with that of its database, so what is opened now would end at a wrong time. Closing works. Whoever runs Portcullis has to set the clock.`;
    case 'roles-unavailable':
      return say`Your roles in ${vendor} cannot be read right now, and this needs them. Try again in a few minutes.`;
    case 'no-email':
      return say`Your Slack account shows no e-mail address, so Portcullis cannot find you in ${vendor}. A Slack administrator can mend that.`;
    case 'no-account':
      return say`No account of your organization in ${vendor} has your Slack e-mail address.`;
    case 'inactive-account':
      return say`Your account in ${vendor} is not active: its invitation has not been accepted, or it is suspended.`;
    case 'link-pending':
      return say`Your Slack account is new for your account in ${vendor}, and nobody has confirmed it yet. Ask another organization owner to press Confirm link in the channel.`;
    case 'not-linked':
      return say`Your Slack account is not linked to your account in ${vendor} yet. Portcullis links it when it next reads the organization: try again in a few minutes.`;
    case 'not-named':
      return say`You have the role in ${vendor}, but the settings of Portcullis name who may ${doing}, and you are not among them.`;
    case 'not-chosen':
      return say`Whoever runs Portcullis names who may ${doing}, and you are not among them.`;
    case 'not-owner':
      return say`Only an organization owner may ${doing}.`;
    case 'not-decider':
      return say`Your roles in ${vendor} do not let you ${doing}.`;
    case 'own-request':
      return say`You asked for this yourself, and your own approval does not count here.`;
    case 'not-requester':
      return say`Only whoever asked may cancel a request. Whoever may decide about it can deny it instead.`;
  }
}

function remedy(
  reason: PermissionRefusal,
  { others, vendor, hasDirectory }: Pick<RefusalContext, 'others' | 'vendor' | 'hasDirectory'>,
): Words | undefined {
  switch (reason) {
    case 'guest':
    case 'outsider':
    case 'bot':
    case 'deactivated':
    case 'no-block':
    case 'observe-mode':
    case 'clock-wrong':
    case 'roles-unavailable':
    case 'link-pending':
    case 'not-requester':
      return undefined;
    case 'own-request': {
      const second = hasDirectory
        ? say`add a second organization owner in ${vendor}`
        : say`have whoever runs Portcullis name a second person`;
      return others.length === 0
        ? say`You are the only one who may decide: ${second}, or let own approvals count: ${code(`${slashCommand} settings`)}`
        : say`Ask ${listed(others)}.`;
    }
    case 'no-email':
    case 'no-account':
    case 'inactive-account':
    case 'not-linked':
    case 'not-named':
    case 'not-chosen':
    case 'not-owner':
    case 'not-decider':
      return others.length === 0
        ? say`Nobody in this workspace is known to have that right at the moment.`
        : say`Ask ${listed(others)}.`;
  }
}

/** Why a decision on a grant changed nothing: who did what and when, and what can be done now. */
export function grantRefusalWords(refusal: GrantRefusal, capabilities: ProviderCapabilities): Words {
  const { grant } = refusal;
  const standing = standingOf(grant, capabilities);
  switch (refusal.code) {
    case 'not-open-for-decision':
      return join(' ', [say`Nothing was changed: this is decided already.`, decidedAt(grant), inSentences(standing)]);
    case 'lapsed':
      return join(' ', [
        say`Nothing was changed: the request lapsed ${at(grant.lapsesAt)}, since it was not decided before.`,
        askAgain(grant),
      ]);
    case 'terms-changed':
      return say`Nothing was approved: the terms have changed since the message was posted. They are now ${accessLabel(capabilities, grant.terms.type)} for ${formatDuration(grant.terms.durationMs)}. Look at the message again and decide.`;
    case 'already-approved-by-you': {
      const given = grant.proposal === undefined ? approvers(grant).length : grant.proposal.approvals.length;
      const missing = grant.approvalsNeeded - given;
      return say`You have approved this already. It waits for ${missing === 1 ? 'one more approval, by somebody else' : `${missing} more approvals, by others`}.`;
    }
    case 'needs-block': {
      const state =
        refusal.blocked === false
          ? say`An organization owner can block it: ${code(`${slashCommand} block`)}`
          : say`Whether it is blocked has not been read yet: try again in a few minutes.`;
      return say`Not approved: this type of access can be opened only while support access is blocked for the organization. ${state}`;
    }
    case 'nothing-to-revoke':
      return grant.state === 'requested'
        ? say`Nothing was revoked: nobody has decided this request yet. It can be denied, or cancelled by who asked.`
        : join(' ', [say`Nothing was revoked: nothing is open here.`, inSentences(standing)]);
    case 'already-closing':
      return join(' ', [say`It is being closed already.`, ...standing.details]);
    case 'nothing-to-silence':
      return join(' ', [say`Nothing was changed: there are no more reminders here.`, inSentences(standing)]);
    case 'not-on-offer': {
      const asked = grant.proposal ?? grant.terms;
      const duration = asked.durationMs === undefined ? say`` : say` for ${formatDuration(asked.durationMs)}`;
      return say`Not approved: ${accessLabel(capabilities, asked.type)}${duration} is not on offer any more, since the settings were changed. Approve it with changes, or have it asked for again.`;
    }
    case 'too-many-opened':
      return join(' ', [say`Not approved.`, tooManyOpenedWords(refusal)]);
    case 'not-narrower':
      return say`Not approved: this can make a request shorter or narrower, and not longer or wider. It asks for ${accessLabel(capabilities, grant.terms.type)} for ${formatDuration(grant.terms.durationMs)}.`;
    case 'nothing-to-change':
      return join(' ', [say`Nothing was changed: only what is open can be changed.`, inSentences(standing)]);
    case 'change-waits': {
      const { by, at: since } = refusal.proposal;
      return say`Nothing was asked for: ${by.name} asked ${at(since)} ${changeAsked(grant, refusal.proposal, capabilities)}, and that has to be decided first.`;
    }
    case 'change-under-way':
      return join(' ', [say`Nothing was changed: a change is under way.`, applyingWords(grant, capabilities)]);
    case 'same-terms':
      return join(' ', [say`Nothing was changed: these are the terms that hold now.`, inSentences(standing)]);
    case 'ends-earlier':
      return say`Nothing was changed: counted from now it would end ${at(refusal.until)}, earlier than it does. ${inSentences(standing)} To end it now, revoke it.`;
    case 'no-such-change':
      return join(' ', [
        say`Nothing was changed: the change that this is about does not wait any more.`,
        changeDecided(grant, capabilities),
        inSentences(standing),
      ]);
  }
}

/** Why somebody's approval opens nothing for a while. */
export const tooManyOpenedWords = ({ limit, nextAt }: { readonly limit: number; readonly nextAt: Date }): Words =>
  say`The settings let one person open ${limit === 1 ? 'one grant' : `${limit} grants`} in an hour, and that many are opened by your approval already. You can approve the next ${at(nextAt)}; somebody else who may decide can do it now.`;

/** What became of the change that was decided last. */
function changeDecided(grant: Grant, capabilities: ProviderCapabilities): Words | undefined {
  const did = { 'approve-change': 'approved', 'deny-change': 'denied', 'cancel-change': 'cancelled' } as const;
  const entry = grant.history.findLast(({ action }) => action in did);
  const [, word] = Object.entries(did).find(([action]) => action === entry?.action) ?? [];
  return entry === undefined || word === undefined
    ? undefined
    : say`${actorName(entry.actor, capabilities)} ${word} it ${at(entry.at)}.`;
}

/** Another request has the terms that this one would get. */
export const requestExistsWords = (grant: Grant): Words =>
  say`Not approved: another request for ${grant.target.name} asks for that type of access already. Decide that one, or choose another type.`;

/** When the approval was, where the standing does not say it. */
function decidedAt(grant: Grant): Words | undefined {
  const last = approvalsInForce(grant).at(-1);
  return last === undefined || grant.approvedAt === undefined
    ? undefined
    : say`${inWords(approvers(grant))} ${grant.found === undefined ? 'approved' : 'kept'} it ${at(last.at)}.`;
}

/** Why an approval has to wait: something else is open, or may be, on the same target. */
export function targetOpenWords(grant: Grant, holder: Grant | undefined, capabilities: ProviderCapabilities): Words {
  return join(' ', [
    say`Not approved: ${aTarget(capabilities.targetNoun)} has one grant at a time, and ${grant.target.name} still has another.`,
    holder === undefined ? undefined : inSentences(standingOf(holder, capabilities)),
    holder === undefined ? undefined : say`See ${grantIdWords(holder)}.`,
    say`This request can be approved once that has ended.`,
  ]);
}

const askAgain = (grant: Grant): Words => say`To ask again: ${code(`${slashCommand} request ${grant.target.name}`)}`;

/** Why a decision on the organization changed nothing. */
export function organizationRefusalWords(refusal: OrganizationRefusal): Words {
  switch (refusal.code) {
    case 'already-so':
      return refusal.organization.confirmed?.blocked === true
        ? say`Nothing was changed: support access is blocked already.`
        : say`Nothing was changed: support access is not blocked.`;
    case 'already-wanted': {
      const { by, blocked, at: decided } = refusal.wish;
      return say`Nothing was changed: ${by.kind === 'person' ? by.name : 'Portcullis'} decided ${at(decided)} to ${blocked ? 'block' : 'unblock'} it, and Portcullis is carrying that out.`;
    }
    case 'no-such-link':
      return say`Nothing was confirmed: this link has been confirmed or replaced since.`;
    case 'own-link':
      return say`Not confirmed: nobody confirms a link of their own. Ask another organization owner.`;
  }
}
