import { checkDuration, formatDuration } from '../grants/duration.ts';
import type { ProviderCapabilities } from '../providers/provider.ts';
import type { ProviderOffer } from './offer.ts';

export const shortestReason = 10;
const longestReason = 500;
const longestCaseUrl = 500;

export type RequestField = 'target' | 'type' | 'duration' | 'reason' | 'caseUrl';

/** What is wrong with one field, in words for whoever filled it in. */
export interface FieldProblem {
  readonly field: RequestField;
  readonly message: string;
}

export interface RequestFields {
  readonly type: string;
  readonly durationMs: number;
  readonly reason: string;
  readonly caseUrl?: string;
}

/** Everything that is wrong with a request, at once. */
export function requestProblems(fields: RequestFields, offer: ProviderOffer): FieldProblem[] {
  return [
    typeProblem(fields.type, offer),
    durationProblem(fields.durationMs, offer),
    reasonProblem(fields.reason),
    caseUrlProblem(fields.caseUrl, offer),
  ].filter((problem) => problem !== undefined);
}

export function durationBounds(capabilities: ProviderCapabilities): string {
  return `from ${formatDuration(capabilities.minDurationMs)} to ${formatDuration(capabilities.maxDurationMs)}`;
}

export function durationProblem(durationMs: number, capabilities: ProviderCapabilities): FieldProblem | undefined {
  if (checkDuration(durationMs, capabilities).ok) return undefined;
  const message = `Choose a duration ${durationBounds(capabilities)}, for example 4h.`;
  return { field: 'duration', message };
}

export function typeProblem(type: string, { accessTypes }: ProviderCapabilities): FieldProblem | undefined {
  if (accessTypes.some((known) => known.id === type)) return undefined;
  if (type === '') return { field: 'type', message: 'Choose an access type.' };
  const onOffer = accessTypes.map(({ label }) => label).join('; ');
  return { field: 'type', message: `That type of access is not on offer. Choose one of these: ${onOffer}.` };
}

function reasonProblem(reason: string): FieldProblem | undefined {
  // Counted as a reader counts: an emoji is one character.
  const length = [...reason.trim()].length;
  if (length < shortestReason) {
    return { field: 'reason', message: `Say in at least ${shortestReason} characters why support needs access.` };
  }
  if (length <= longestReason && reason.length <= 2 * longestReason) return undefined;
  return { field: 'reason', message: `Keep the reason to ${longestReason} characters; it has ${length}.` };
}

function caseUrlProblem(caseUrl: string | undefined, { caseUrlRequired }: ProviderOffer): FieldProblem | undefined {
  const required = caseUrlRequired === true;
  const link = 'Give the address of the support case as a link that begins with https://';
  const message = required ? `${link}. Here it is required.` : `${link}, or leave it empty.`;
  if (caseUrl === undefined) return required ? { field: 'caseUrl', message } : undefined;
  if (caseUrl.length > longestCaseUrl || !URL.canParse(caseUrl)) return { field: 'caseUrl', message };
  const { protocol, username, password } = new URL(caseUrl);
  const plain = protocol === 'https:' && username === '' && password === '';
  return plain ? undefined : { field: 'caseUrl', message };
}
