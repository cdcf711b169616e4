import { formatDuration } from '../../grants/duration.ts';
import { type Grant, latestEnd } from '../../grants/grant.ts';
import type { Organization } from '../../grants/organization.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { type Piece, paragraph } from './blocks.ts';
import { approvalCount, fact, grantIdWords } from './grant-parts.ts';
import { accessTypeOf, approvers, everythingEntered, slashCommand } from './vocabulary.ts';
import { at, atAndAgo, bold, code, join, linked, say, type Words } from './words.ts';

/** The clock starts at approval. */
export function durationFact(grant: Grant): Words {
  const latest = latestEnd(grant);
  const end = latest === undefined ? say`` : say`: until ${at(latest)} at the latest`;
  return fact('Duration', say`${formatDuration(grant.terms.durationMs)}, counted from the approval${end}`);
}

export const lapseFact = (grant: Grant): Words =>
  fact('Lapses', say`${atAndAgo(grant.lapsesAt)}, unless it is decided before`);

/** What the organization's block means for a request; nothing where it makes no difference. */
export function blockStatement(
  grant: Grant,
  { confirmed }: Pick<Organization, 'confirmed'>,
  capabilities: ProviderCapabilities,
): Piece | undefined {
  const needsBlock = accessTypeOf(capabilities, grant.terms.type)?.needsBlock === true;
  if (needsBlock && confirmed?.blocked !== true) {
    const why =
      confirmed === undefined
        ? say`This type of access can be opened only while support access is blocked for the organization, and whether it is has not been read yet.`
        : say`Support access is not blocked for the organization, and this type of access can be opened only while it is. An organization owner can block it: ${code(`${slashCommand} block`)}. An owner who presses Approve is offered both as one step.`;
    return paragraph(join(' ', [bold(say`This cannot be approved yet.`), why]));
  }
  if (confirmed?.blocked !== false) return undefined;
  return paragraph(
    say`Support access is not blocked for the organization: ${capabilities.supportStaff} can enter ${everythingEntered(undefined, capabilities.targetNoun)} anyway, with or without this grant.`,
  );
}

/** Where Portcullis may not switch the block that has to be seen before anything opens. */
export const blockByHand = ({ awaitsBlock, state }: Grant, capabilities: ProviderCapabilities): Piece | undefined =>
  awaitsBlock === undefined || state !== 'opening' || capabilities.canSetBlock
    ? undefined
    : paragraph(blockByHandWords(capabilities));

export const blockByHandWords = ({ blockUrl, vendor }: ProviderCapabilities): Words =>
  say`Portcullis has no account that may block. An organization owner does it by hand: ${linked(blockUrl, `the setting in ${vendor}`)}`;

/** What holds the target. It says nothing that would be wrong once that has ended. */
export const heldStatement = ({ target }: Grant, holder: Grant | undefined): Piece | undefined =>
  holder === undefined
    ? undefined
    : paragraph(
        say`${target.name} has one grant at a time: this can be approved once ${grantIdWords(holder)} has ended.`,
      );

/** Who has approved where one approval is not enough. */
export const approvalsSoFar = (grant: Grant): Piece | undefined => {
  const words = approvalCount(approvers(grant), grant.approvalsNeeded);
  return words === undefined ? undefined : paragraph(words);
};
