import { formatDuration } from '../../grants/duration.ts';
import { approvalsInForce, type Grant, termsInForce } from '../../grants/grant.ts';
import { capital, inGroup } from '../../grants/target-noun.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { address, type Piece, quotation, smallPrint } from './blocks.ts';
import { accessLabel, accessTypeOf, approvers } from './vocabulary.ts';
import { at, bold, inWords, linked, say, type Words } from './words.ts';

export const fact = (label: string, value: Words): Words => say`${bold(say`${label}:`)} ${value}`;

export const targetFact = (
  { target }: Pick<Grant, 'target'>,
  { targetNoun }: Pick<ProviderCapabilities, 'targetNoun'>,
): Words => fact(capital(targetNoun.one), say`${target.name}${inGroup(target.projectName, targetNoun)}`);

/** The access type, of the terms that hold now. */
export const accessFact = (grant: Grant, capabilities: ProviderCapabilities): Words =>
  fact('Access', say`${accessLabel(capabilities, termsInForce(grant)?.type ?? grant.terms.type)}`);

/** Nobody asked here for what was found open. */
export const askedByFact = ({ requestedBy, requestedAt }: Grant): Words | undefined =>
  requestedBy === undefined ? undefined : fact('Asked by', say`${requestedBy.name}, ${at(requestedAt)}`);

export function approvedByFact(grant: Grant): Words | undefined {
  const last = approvalsInForce(grant).at(-1);
  // Of several that are needed, the ones there are stand beside what is missing.
  if (last === undefined || grant.approvedAt === undefined) return undefined;
  return fact(grant.found === undefined ? 'Approved by' : 'Kept by', say`${inWords(approvers(grant))}, ${at(last.at)}`);
}

/** What was asked for, where it is history; what was found, where nobody asked. */
export function askedForFact(grant: Grant, capabilities: ProviderCapabilities): Words {
  const { requestedBy, requestedAt, found } = grant;
  if (found !== undefined) {
    return fact('Found', say`${accessLabel(capabilities, found.terms.type)}, until ${at(found.terms.until)}`);
  }
  const terms = grant.firstTerms ?? grant.terms;
  const what = say`${accessLabel(capabilities, terms.type)} for ${formatDuration(terms.durationMs)}`;
  return fact('Asked for', say`${what}, by ${requestedBy?.name ?? 'nobody here'}, ${at(requestedAt)}`);
}

/** The same where an approver made it shorter or narrower; nothing where what was asked for is what stands. */
export const firstAskedFact = (grant: Grant, capabilities: ProviderCapabilities): Words | undefined =>
  grant.firstTerms === undefined ? undefined : askedForFact(grant, capabilities);

/** The reason exactly as typed and the support case. */
export const asTyped = (grant: Grant): (Piece | undefined)[] => [
  quotation('Reason', grant.reason),
  grant.caseUrl === undefined ? undefined : address('Support case', grant.caseUrl),
];

export const targetLink = (grant: Grant, capabilities: ProviderCapabilities): Words =>
  linked(grant.target.url, `${grant.target.name} in ${capabilities.vendor}`);

/** How many of several approvals there are: `1 of 2, by Olivia; waits for another`. */
export function approvalCount(names: readonly string[], needed: number): Words | undefined {
  if (needed < 2) return undefined;
  if (names.length === 0) return fact('Approvals', say`${needed} are needed, by different people`);
  const missing = needed - names.length;
  const rest = missing === 1 ? 'waits for another' : `waits for ${missing} others`;
  return fact('Approvals', say`${names.length} of ${needed}, by ${inWords(names)}; ${rest}`);
}

/** The id, as a link to the grant's message where that is known. */
export const grantIdWords = (grant: Grant): Words =>
  grant.message?.permalink === undefined ? say`${grant._id}` : linked(grant.message.permalink, grant._id);

export const idLine = (grant: Grant): Piece => smallPrint(grantIdWords(grant));

/** What the decision has to be taken with in mind. */
export function warningLines(grant: Grant, capabilities: ProviderCapabilities): Piece | undefined {
  const warnings = accessTypeOf(capabilities, grant.terms.type)?.warnings ?? [];
  return warnings.length === 0 ? undefined : smallPrint(...warnings.map((warning) => say`${warning}`));
}

/** How much is left, rounded up: a reminder half an hour before the end says half an hour. */
export const timeLeft = (until: Date, now: Date): string =>
  formatDuration(Math.ceil((until.getTime() - now.getTime()) / 60_000) * 60_000);
