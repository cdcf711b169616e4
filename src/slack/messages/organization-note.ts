import { linkStanding } from '../../grants/links.ts';
import type { Organization, OrganizationNote } from '../../grants/organization.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import type { ViewContext } from '../../work/views.ts';
import { buttonRow, message, paragraph, quotation } from './blocks.ts';
import { confirmLinkButton } from './buttons.ts';
import { actorName, allTargets, slashCommand } from './vocabulary.ts';
import { at, bold, code, linked, mentioned, mentionedDeciders, say, shortened, unspoken, type Words } from './words.ts';

/** What the channel is told about the organization as a whole. */
export function organizationNote(
  organization: Organization,
  note: OrganizationNote,
  context: ViewContext,
  capabilities: ProviderCapabilities,
): OutgoingMessage {
  const { vendor, supportStaff } = capabilities;
  const onlyGrants = say`${supportStaff} can enter a cluster only while a grant is open.`;
  const enters = say`${supportStaff} can enter the infrastructure of ${allTargets(context.targetCount)} now`;
  const meaning = (blocked: boolean): Words => (blocked ? onlyGrants : say`${enters}.`);
  switch (note.type) {
    case 'blocked':
      return message(
        paragraph(
          bold(say`Support access is blocked for the organization`),
          onlyGrants,
          say`Decided by ${note.by.name}; seen in ${vendor} ${at(note.at)}.`,
        ),
      );
    case 'unblocked':
      return message(
        paragraph(
          bold(say`Support access is no longer blocked: ${enters}`),
          say`Decided by ${note.by.name}; seen in ${vendor} ${at(note.at)}.`,
          say`To block it: ${code(`${slashCommand} block`)}`,
        ),
        quotation('Reason', note.reason),
      );
    case 'block-changed-outside':
      return message(
        paragraph(
          bold(
            note.blocked
              ? say`Somebody blocked support access in ${vendor} itself`
              : say`Somebody unblocked support access in ${vendor} itself`,
          ),
          meaning(note.blocked),
          say`Seen ${at(note.at)}. It was not done through Portcullis.`,
          note.blocked ? undefined : say`To block it: ${code(`${slashCommand} block`)}`,
        ),
      );
    case 'block-restored':
      return message(
        paragraph(
          bold(
            note.blocked
              ? say`Support access is blocked again, as decided`
              : say`Support access is unblocked again, as decided`,
          ),
          meaning(note.blocked),
          say`A call of Portcullis that had never been answered came late and had changed it back. Put right and seen ${at(note.at)}.`,
        ),
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
          say`${note.by.name} had decided it; given up ${at(note.at)}.`,
          organization.confirmed === undefined
            ? undefined
            : say`Last seen ${at(organization.confirmed.at)}: ${organization.confirmed.blocked ? 'blocked' : 'not blocked'}.`,
          say`To do it by hand: ${linked(capabilities.blockUrl, `the setting in ${vendor}`)}`,
        ),
      );
    case 'links-new':
      return message(
        paragraph(
          bold(say`Who is known here, as whom in ${vendor}`),
          ...note.links.map(({ slackId, email }) => say`${mentioned(slackId, slackId)} is ${email}`),
          say`The accounts have the same e-mail address. If two are not the same person, tell an organization owner.`,
        ),
      );
    case 'link-change':
      return linkChange(organization, note, context, capabilities);
  }
}

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
            : unspoken(mentionedDeciders(others)),
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
