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
  const enters = say`${supportStaff} can enter the infrastructure of ${allTargets(context.targetCount)} now.`;
  const meaning = (blocked: boolean): Words => (blocked ? onlyGrants : enters);
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
          bold(note.blocked ? say`Support access is blocked again, as decided` : say`Support access is unblocked again, as decided`),
          meaning(note.blocked),
          say`A call of Portcullis that had never been answered came late and had changed it back. Put right and seen ${at(note.at)}.`,
        ),
      );
    case 'block-not-done':
      return message(
        paragraph(
          bold(
            note.blocked
              ? say`Support access was not blocked, because:`
              : say`Support access was not unblocked, because:`,
          ),
          say`${shortened(note.reason)}`,
          say`${note.by.name} had decided it; given up ${at(note.at)}.`,
          say`To do it by hand: ${linked(capabilities.blockUrl, `the setting in ${vendor}`)}`,
        ),
      );
    case 'link-new':
      return message(
        paragraph(
          bold(say`${mentioned(note.slackId, note.slackId)} now acts for ${note.email} of ${vendor}`),
          say`The two have the same e-mail address. If they are not the same person, tell an organization owner.`,
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
      const others = context.deciders.filter((slackId) => slackId !== note.slackId);
      const now =
        link?.slackId === undefined
          ? say`Until now they acted for another account.`
          : say`Until now another Slack account acts for it: ${mentioned(link.slackId, link.slackId)}`;
      return message(
        paragraph(
          bold(say`${claimant} would act for ${note.email} of ${vendor} from now on: somebody has to confirm it`),
          now,
          say`An organization owner other than they can confirm it. Ask them first, and not in Slack. Until then their approvals open nothing.`,
          others.length === 0 ? undefined : unspoken(mentionedDeciders(others)),
        ),
        buttonRow(confirmLinkButton(note)),
      );
    }
    case 'linked': {
      const by = link?.confirmedBy;
      return message(
        paragraph(
          bold(say`${claimant} acts for ${note.email} of ${vendor}`),
          by === undefined || link === undefined
            ? undefined
            : say`Confirmed by ${actorName(by, { vendor })}, ${at(link.since)}.`,
        ),
      );
    }
    case 'none':
      return message(
        paragraph(
          bold(say`${claimant} does not act for ${note.email} of ${vendor}`),
          say`The link that waited here has been replaced. Nothing is left to confirm.`,
        ),
      );
  }
}
