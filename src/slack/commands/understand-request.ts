import type { AccessType } from '../../grants/access-types.ts';
import { nearestNames } from '../../grants/nearest.ts';
import type { ProviderOffer } from '../../operations/offer.ts';
import {
  durationBounds,
  durationProblem,
  type FieldProblem,
  type RequestFields,
  requestProblems,
} from '../../operations/validate-request.ts';
import type { ProviderCapabilities, Target } from '../../providers/provider.ts';
import { unknownTarget } from '../answers/nearest-words.ts';
import { listed, say, type Words } from '../messages/words.ts';
import type { DraftWarning, RequestDraft } from '../views/request-modal.ts';
import { unquoted } from './parse-command.ts';
import { type ParsedRequest, parseRequestText } from './parse-request.ts';

export type UnderstoodRequest =
  /** Everything is given and unmistakable. */
  | { readonly kind: 'complete'; readonly fields: RequestFields & { readonly targetId: string } }
  /** The rest is for a form. */
  | { readonly kind: 'draft'; readonly draft: RequestDraft };

/** What the words after `request` or `grant` say. An access type has to be given, a duration need not. */
export function understandRequest(
  text: string,
  targets: readonly Target[],
  offer: ProviderOffer,
  /** Words for what is not on offer are understood too: taken for the reason, they would silently be left out. */
  everyType: readonly AccessType[] = offer.accessTypes,
): UnderstoodRequest {
  const [onlyType, ...otherTypes] = everyType;
  const read = parseRequestText(text, { targets, accessTypes: everyType });
  // Where there is nothing to choose, nothing has to be said.
  const parsed = otherTypes.length === 0 ? { ...read, type: onlyType } : read;
  const { target, reason, caseUrl } = parsed;
  const type = offer.accessTypes.find(({ id }) => id === parsed.type?.id);
  const duration = durationOf(parsed, offer);
  const { durationMs } = duration;
  const fields = { type: parsed.type?.id ?? '', durationMs: durationMs ?? 0, reason, caseUrl };
  const problems = requestProblems(fields, offer);
  if (target !== undefined && problems.length === 0) {
    return { kind: 'complete', fields: { ...fields, targetId: target.id } };
  }
  const unsure = targetWarning(parsed, targets, offer);
  return {
    kind: 'draft',
    draft: {
      target,
      type,
      durationMs,
      reason,
      // An address that cannot be used stays where it was found, in the reason.
      caseUrl: problems.some((problem) => problem.field === 'caseUrl') ? undefined : caseUrl,
      warnings: [
        warningOf('target', unsure?.warning),
        warningOf('type', parsed.type === type ? undefined : problemWords(problems, 'type')),
        warningOf('duration', duration.warning),
        // Nothing typed is no mistake: the form asks for it.
        warningOf('reason', reason === '' ? undefined : problemWords(problems, 'reason')),
        warningOf('caseUrl', text.trim() === '' ? undefined : caseWarning(caseUrl, problems)),
      ].flat(),
      near: unsure?.near,
    },
  };
}

const warningOf = (field: DraftWarning['field'], words: Words | undefined): DraftWarning[] =>
  words === undefined ? [] : [{ field, words }];

function durationOf(
  parsed: ParsedRequest<Target>,
  capabilities: ProviderCapabilities,
): { readonly durationMs?: number; readonly warning?: Words } {
  switch (parsed.durationProblem) {
    case 'unreadable':
      return { warning: say`The duration cannot be read. Choose one ${durationBounds(capabilities)}.` };
    case 'not-positive':
      return { warning: say`The duration has to be longer than nothing. Choose one ${durationBounds(capabilities)}.` };
    case undefined: {
      const durationMs = parsed.durationMs ?? capabilities.defaultDurationMs;
      const problem = durationProblem(durationMs, capabilities);
      return problem === undefined ? { durationMs } : { warning: say`${problem.message}` };
    }
  }
}

/** A name that decides between no two targets, or a first word that looks like the name of one and is none. */
function targetWarning(
  { target, candidates, reason }: ParsedRequest<Target>,
  targets: readonly Target[],
  { targetNoun }: Pick<ProviderCapabilities, 'targetNoun'>,
): { readonly warning: Words; readonly near: string } | undefined {
  if (target !== undefined) return undefined;
  const [first] = candidates ?? [];
  if (candidates !== undefined && first !== undefined) {
    const projects = listed(candidates.map(({ projectName }) => say`${projectName}`));
    const warning = say`${first.name} stands in several projects: ${projects}. Choose one.`;
    return { warning, near: first.name };
  }
  const word = unquoted(/^\S*/.exec(reason)?.[0] ?? '');
  const names = targets.map((known) => known.name);
  const nearest = nearestNames(word, names);
  if (!looksLikeName(word) && (word.length < 4 || nearest.length === 0)) return undefined;
  return { warning: unknownTarget(word, nearest, targetNoun), near: word };
}

/** No word of a sentence: it has a digit or a hyphen within. */
const looksLikeName = (word: string): boolean =>
  /^[a-z0-9][a-z0-9-]*[a-z0-9]$/i.test(word) && /[a-z]/i.test(word) && /[-\d]/.test(word);

function problemWords(problems: readonly FieldProblem[], about: FieldProblem['field']): Words | undefined {
  const problem = problems.find(({ field }) => field === about);
  return problem === undefined ? undefined : say`${problem.message}`;
}

/** Of one that is missing where it is required; what cannot be used stays in the reason. */
const caseWarning = (caseUrl: string | undefined, problems: readonly FieldProblem[]): Words | undefined =>
  caseUrl === undefined ? problemWords(problems, 'caseUrl') : undefined;
