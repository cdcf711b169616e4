import type { Actor } from '../../grants/grant.ts';
import { linkStanding } from '../../grants/links.ts';
import type { Organization, OrganizationNote } from '../../grants/organization.ts';
import { aTarget } from '../../grants/target-noun.ts';
import { isGuardNote } from '../../grants/timed-unblock.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import type { ViewContext } from '../../work/views.ts';
import { referenceLine } from '../reference.ts';
import { buttonRow, message, paragraph, quotation } from './blocks.ts';
import { blockNowButton, confirmLinkButton } from './buttons.ts';
import { channelWords, obstacleWords } from './channel-words.ts';
import { settingsNotePieces } from './setting-words.ts';
import { actorName, everythingEntered, slashCommand } from './vocabulary.ts';
import {
  at,
  atAndAgo,
  bold,
  code,
  linked,
  mentioned,
  mentionedDeciders,
  say,
  shortened,
  unspoken,
  type Words,
} from './words.ts';

/** What the channel is told about the organization as a whole. */
export function organizationNote(
  organization: Organization,
  note: OrganizationNote,
  context: ViewContext,
  capabilities: ProviderCapabilities,
): OutgoingMessage {
  const { vendor, supportStaff, targetNoun, canSetBlock, blockUrl } = capabilities;
  const who = (actor: Actor): string => actorName(actor, capabilities);
  const byHand = say`To block it: ${linked(blockUrl, `the setting in ${vendor}`)}`;
  // What offers to block shows what has become of it; older notes say that there is a newer one.
  const since = isGuardNote(note) ? sinceThen(organization, note, capabilities) : undefined;
  const offer = isGuardNote(note) && since === undefined;
  const toBlock = offer && !canSetBlock ? byHand : undefined;
  const button = offer && canSetBlock ? buttonRow(blockNowButton(capabilities)) : undefined;
  const onlyGrants = say`${supportStaff} can enter ${aTarget(targetNoun)} only while a grant is open.`;
  const enters = say`${supportStaff} can enter ${everythingEntered(context.targetCount, targetNoun)} now`;
  // Each line of the log about the organization's own work names it.
  const reference = referenceLine(organization._id);
  const meaning = (blocked: boolean): Words => (blocked ? onlyGrants : say`${enters}.`);
  switch (note.type) {
    case 'blocked':
      return message(
        paragraph(
          bold(say`Support access is blocked for the organization`),
          onlyGrants,
          note.timeOver === undefined
            ? say`Decided by ${who(note.by)}; seen in ${vendor} ${at(note.at)}.`
            : say`${who(note.timeOver.by)} had unblocked it until ${at(note.timeOver.until)}. That is over; seen blocked in ${vendor} ${at(note.at)}.`,
        ),
      );
    case 'unblocked':
      return message(
        paragraph(
          bold(
            since === undefined
              ? note.again === true
                ? say`Support access stays unblocked: ${enters}`
                : say`Support access is no longer blocked: ${enters}`
              : say`Support access was unblocked`,
          ),
          say`Decided by ${who(note.by)}; seen in ${vendor} ${at(note.at)}.`,
          since ?? untilWhen(note.until, capabilities),
          toBlock,
        ),
        quotation('Reason', note.reason),
        button,
      );
    case 'block-changed-outside':
      return message(
        paragraph(
          bold(
            note.blocked
              ? say`Somebody blocked support access in ${vendor} itself`
              : say`Somebody unblocked support access in ${vendor} itself`,
          ),
          since === undefined ? meaning(note.blocked) : undefined,
          note.who === undefined
            ? say`Seen ${at(note.at)}. It was not done through Portcullis.`
            : say`Seen ${at(note.at)}. It was not done through Portcullis: ${vendor} names ${shortened(note.who)}.`,
          note.blocked ? undefined : (since ?? untilWhen(undefined, capabilities)),
          toBlock,
        ),
        button,
      );
    case 'block-restored':
      return message(
        paragraph(
          bold(
            note.blocked
              ? say`Support access is blocked again, as decided`
              : say`Support access is unblocked again, as decided`,
          ),
          since === undefined ? meaning(note.blocked) : undefined,
          say`An earlier change by Portcullis took effect late and had changed it back. Put right and seen ${at(note.at)}.`,
          since,
          toBlock,
        ),
        button,
      );
    case 'block-not-done':
      return message(
        paragraph(
          bold(
            note.blocked
              ? say`Blocking support access was given up, because:`
              : say`Unblocking support access was given up, because:`,
          ),
          say`${shortened(note.reason)}`,
          say`${who(note.by)} had decided it; given up ${at(note.at)}.`,
          organization.confirmed === undefined
            ? undefined
            : say`Last seen ${at(organization.confirmed.at)}: ${organization.confirmed.blocked ? 'blocked' : 'not blocked'}.`,
          say`To do it by hand: ${linked(capabilities.blockUrl, `the setting in ${vendor}`)}`,
        ),
        reference,
      );
    case 'block-overdue':
      return message(
        paragraph(
          bold(
            since === undefined
              ? say`Support access should be blocked again, and is not: ${enters}`
              : say`Support access should have been blocked again`,
          ),
          say`${who(note.timeOver.by)} had unblocked it until ${at(note.timeOver.until)}. That is over, and Portcullis could not block it:`,
          say`${shortened(note.reason)}`,
          since ?? say`An organization owner has to block it by hand: ${linked(blockUrl, `the setting in ${vendor}`)}`,
          since === undefined ? unspoken(mentionedDeciders(context.deciders)) : undefined,
        ),
        button,
        reference,
      );
    case 'settings-changed':
      return message(...settingsNotePieces(note, capabilities));
    case 'secret-expires':
      return message(
        paragraph(
          bold(say`The secret of ${note.account}, with which Portcullis calls ${vendor}, expires soon`),
          say`It is good until ${atAndAgo(note.expiresAt)}. Until then support access is opened, closed and watched as it is now; after that ${vendor} refuses this account.`,
          say`Somebody has to make a new secret for it in ${vendor}, and put it where Portcullis reads the present one. From a file or a program it is taken up without a restart; in an environment variable it takes one. That it has arrived shows in ${code('npm run portcullis -- doctor')}.`,
          unspoken(mentionedDeciders(context.deciders)),
        ),
        reference,
      );
    case 'channel-lost':
      return message(
        paragraph(
          bold(say`Portcullis cannot write to its channel, ${channelWords(note.channelId)}`),
          obstacleWords(note),
          say`What is asked for, approved, opened and closed goes on all the same, and shows in Home and with ${code(`${slashCommand} status`)}. Nobody in the channel is told of it. What could not be posted for a day is not posted any more.`,
        ),
        reference,
      );
    case 'links-new':
      return message(
        paragraph(
          bold(say`Who is known here, as whom in ${vendor}`),
          ...note.links
            .slice(0, mostMentioned)
            .map(({ slackId, email }) => say`${mentioned(slackId, slackId)} is ${email}`),
          ...note.links.slice(mostMentioned).map(({ email }) => say`${email}: whoever has this address in Slack`),
          say`The accounts have the same e-mail address. If two are not the same person, tell an organization owner.`,
        ),
      );
    case 'link-change':
      return linkChange(organization, note, context, capabilities);
  }
}

/** Until when support can enter, and who ends it. */
function untilWhen(until: Date | undefined, { canSetBlock }: ProviderCapabilities): Words {
  if (until === undefined) return say`It stays so until somebody blocks it again.`;
  return canSetBlock
    ? say`Until ${atAndAgo(until)}: then Portcullis blocks it again.`
    : say`Until ${atAndAgo(until)}: then an organization owner has to block it again, and is reminded.`;
}

/** What has happened since a note told of an unblock; undefined while it tells how things stand. */
function sinceThen(
  { confirmed, decided, guards = [] }: Organization,
  note: OrganizationNote,
  { vendor }: ProviderCapabilities,
): Words | undefined {
  if (confirmed?.blocked === true) {
    if (decided?.blocked !== true)
      return say`Since then it was blocked in ${vendor} itself; seen ${at(confirmed.since)}.`;
    const { by, timeOver } = decided;
    const who = by.kind === 'person' ? by.name : 'Portcullis';
    return timeOver === undefined
      ? say`Since then ${who} blocked it again; seen ${at(confirmed.since)}.`
      : say`Since then its time was over, and ${who} blocked it again; seen ${at(confirmed.since)}.`;
  }
  const newest = guards.at(-1)?.note;
  return newest === undefined || momentOf(newest) <= momentOf(note)
    ? undefined
    : say`A newer message below says how it stands.`;
}

const momentOf = (note: OrganizationNote): number => ('at' in note ? note.at.getTime() : 0);

/** In one message, whoever they are. */
const mostMentioned = 3;

type LinkChange = Extract<OrganizationNote, { type: 'link-change' }>;

function linkChange(
  organization: Organization,
  note: LinkChange,
  context: ViewContext,
  { vendor }: ProviderCapabilities,
): OutgoingMessage {
  const claimant = mentioned(note.slackId, note.slackId);
  const link = organization.links.find((other) => other.accountId === note.accountId);
  switch (linkStanding(organization, note.accountId, note.slackId)) {
    case 'pending': {
      const known = link?.slackId;
      const others = context.deciders.filter((slackId) => slackId !== note.slackId && slackId !== known);
      return message(
        paragraph(
          bold(say`Is ${claimant} the person behind ${note.email} in ${vendor}? Somebody has to confirm it`),
          known === undefined
            ? say`So far they were known here as another account.`
            : say`So far that is ${mentioned(known, known)}.`,
          say`Their Slack account has this e-mail address now, which alone is not enough. Another organization owner can confirm it: ask the person first, and not in Slack. Until then they cannot approve anything.`,
          others.length === 0
            ? say`No other organization owner is known here, so it takes whoever runs Portcullis: ${code(`npm run portcullis -- link confirm ${note.email} ${note.slackId}`)}`
            : unspoken(mentionedDeciders(others.slice(0, mostMentioned - (known === undefined ? 1 : 2)))),
        ),
        buttonRow(confirmLinkButton(note)),
      );
    }
    case 'linked':
      return message(
        paragraph(
          bold(say`${claimant} is now known here as ${note.email} in ${vendor}`),
          link?.confirmedBy === undefined
            ? undefined
            : say`Confirmed by ${actorName(link.confirmedBy, { vendor })}, ${at(link.since)}.`,
        ),
      );
    case 'none':
      return message(
        paragraph(
          bold(say`${claimant} is not known here as ${note.email} in ${vendor}`),
          say`What waited here to be confirmed has been replaced.`,
        ),
      );
  }
}
