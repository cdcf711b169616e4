import { formatDuration } from '../../grants/duration.ts';
import type { Grant } from '../../grants/grant.ts';
import type { Organization } from '../../grants/organization.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { type Piece, paragraph } from './blocks.ts';
import { fact, grantIdWords } from './grant-parts.ts';
import { accessTypeOf, approvers, slashCommand } from './vocabulary.ts';
import { atAndAgo, bold, code, inWords, join, say, type Words } from './words.ts';

/** The clock starts at approval. */
export const durationFact = (grant: Grant): Words =>
  fact('Duration', say`${formatDuration(grant.terms.durationMs)}, counted from the approval`);

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
        : say`Support access is not blocked for the organization, and this type of access can be opened only while it is. An organization owner can block it: ${code(`${slashCommand} block`)}`;
    return paragraph(join(' ', [bold(say`This cannot be approved yet.`), why]));
  }
  if (confirmed?.blocked !== false) return undefined;
  return paragraph(
    say`Support access is not blocked for the organization: ${capabilities.supportStaff} can enter the infrastructure of every cluster anyway, with or without this grant.`,
  );
}

/** What holds the cluster. It says nothing that would be wrong once that has ended. */
export const heldStatement = ({ target }: Grant, holder: Grant | undefined): Piece | undefined =>
  holder === undefined
    ? undefined
    : paragraph(
        say`${target.name} has one grant at a time: this can be approved once ${grantIdWords(holder)} has ended.`,
      );

/** Who has approved where one approval is not enough. */
export function approvalsSoFar(grant: Grant): Piece | undefined {
  const names = approvers(grant);
  if (names.length === 0) return undefined;
  const missing = grant.approvalsNeeded - names.length;
  const rest = missing === 1 ? 'One more approval is needed.' : `${missing} more approvals are needed.`;
  return paragraph(say`Approved by ${inWords(names)}. ${rest}`);
}
