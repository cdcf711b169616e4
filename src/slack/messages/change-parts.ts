import { formatDuration } from '../../grants/duration.ts';
import { approvalsInForce, type Grant, type Proposal, termsInForce } from '../../grants/grant.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { type Piece, paragraph, smallPrint } from './blocks.ts';
import { approvalCount, fact } from './grant-parts.ts';
import { accessLabel, accessTypeOf } from './vocabulary.ts';
import { at, bold, inWords, say, type Words } from './words.ts';

type Change = Pick<Proposal, 'type' | 'durationMs'>;

/** What a change does, as `to …`, for a headline. */
export function changeAsked(grant: Grant, { type, durationMs }: Change, capabilities: ProviderCapabilities): Words {
  const { name } = grant.target;
  const toType = type === termsInForce(grant)?.type ? undefined : accessLabel(capabilities, type);
  if (toType === undefined) return say`to extend support access to ${name}`;
  return durationMs === undefined
    ? say`to change support access to ${name} to ${toType}`
    : say`to extend support access to ${name} and change it to ${toType}`;
}

/** The terms that are proposed, beside those that hold now. */
export function changeFacts(grant: Grant, { type, durationMs }: Change, capabilities: ProviderCapabilities): Words[] {
  const now = termsInForce(grant);
  const end =
    now === undefined
      ? undefined
      : durationMs === undefined
        ? fact('End', say`stays ${at(now.until)}`)
        : fact('New end', say`${formatDuration(durationMs)} after the approval, instead of ${at(now.until)}`);
  const access =
    now === undefined || now.type === type
      ? fact('Access', say`${accessLabel(capabilities, type)}, as now`)
      : fact('New access', say`${accessLabel(capabilities, type)}, instead of ${accessLabel(capabilities, now.type)}`);
  return [access, end].filter((line) => line !== undefined);
}

/** A change that waits, in the message of its grant. */
export function proposalPiece(grant: Grant, capabilities: ProviderCapabilities): Piece | undefined {
  const { proposal } = grant;
  if (proposal === undefined) return undefined;
  return paragraph(
    bold(say`${proposal.by.name} asks ${changeAsked(grant, proposal, capabilities)}`),
    ...changeFacts(grant, proposal, capabilities),
    changeApprovals(grant, proposal),
    say`Asked ${at(proposal.at)}. Nothing changes before it is approved.`,
  );
}

/** What the decision about another type has to be taken with in mind. */
export function changeWarnings(
  grant: Grant,
  { type }: Pick<Proposal, 'type'>,
  capabilities: ProviderCapabilities,
): Words[] {
  if (type === termsInForce(grant)?.type) return [];
  return (accessTypeOf(capabilities, type)?.warnings ?? []).map((warning) => say`${warning}`);
}

/** The same of the change that waits. */
export function proposalWarnings(grant: Grant, capabilities: ProviderCapabilities): Piece | undefined {
  const warnings = grant.proposal === undefined ? [] : changeWarnings(grant, grant.proposal, capabilities);
  return warnings.length === 0 ? undefined : smallPrint(...warnings);
}

export function changeApprovals(grant: Grant, { approvals }: Pick<Proposal, 'approvals'>): Words | undefined {
  const names = approvals.map((approval) => approval.by.name);
  return approvalCount(names, grant.approvalsNeeded);
}

/** What an approved change leads to that has not been seen yet. */
export function changingToFact({ applying, wanted }: Grant, capabilities: ProviderCapabilities): Words | undefined {
  if (applying === undefined || wanted === undefined) return undefined;
  return fact('Changing to', say`${accessLabel(capabilities, wanted.type)}, until ${at(wanted.until)}`);
}

/** A change that was approved and not seen yet, for the standing of its grant. */
export function applyingWords(grant: Grant, vendor: Pick<ProviderCapabilities, 'vendor'>): Words | undefined {
  const { applying, wanted } = grant;
  if (applying === undefined || wanted === undefined) return undefined;
  const names = inWords(changeApprovers(grant));
  return grant.state === 'active'
    ? say`${names} approved a change ${at(applying.at)}, until ${at(wanted.until)}. It counts once it has been seen in ${vendor.vendor}; Portcullis gives up ${at(applying.deadline)}.`
    : say`A change that ${names} approved ${at(applying.at)}, until ${at(wanted.until)}, was not seen before the end.`;
}

/** Who approved the change that is under way. */
function changeApprovers(grant: Grant): string[] {
  const inForce = approvalsInForce(grant);
  return grant.approvals
    .filter((approval) => approval.termsVersion === grant.termsVersion && !inForce.includes(approval))
    .map((approval) => approval.by.name);
}
