import { nearestNames } from '../../grants/nearest.ts';
import {
  durationBounds,
  durationProblem,
  type FieldProblem,
  type RequestFields,
  requestProblems,
} from '../../operations/validate-request.ts';
import type { ProviderCapabilities, Target } from '../../providers/provider.ts';
import { unknownCluster } from '../answers/nearest-words.ts';
import { inWords, say, type Words } from '../messages/words.ts';
import type { RequestDraft } from '../views/request-modal.ts';
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
  capabilities: ProviderCapabilities,
): UnderstoodRequest {
  const parsed = parseRequestText(text, { targets, accessTypes: capabilities.accessTypes });
  const { target, type, reason, caseUrl } = parsed;
  const duration = durationOf(parsed, capabilities);
  const { durationMs } = duration;
  const fields = { type: type?.id ?? '', durationMs: durationMs ?? 0, reason, caseUrl };
  const problems = requestProblems(fields, capabilities);
  if (target !== undefined && problems.length === 0) {
    return { kind: 'complete', fields: { ...fields, targetId: target.id } };
  }
  const cluster = clusterWarning(parsed, targets);
  return {
    kind: 'draft',
    draft: {
      target,
      type,
      durationMs,
      reason,
      // An address that cannot be used stays where it was found, in the reason.
      caseUrl: problems.some((problem) => problem.field === 'caseUrl') ? undefined : caseUrl,
      warnings: [cluster?.warning, duration.warning, reasonWarning(reason, problems)].filter(
        (warning) => warning !== undefined,
      ),
      near: cluster?.near,
    },
  };
}

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

/** A name that decides between no two clusters, or a first word that looks like the name of one and is none. */
function clusterWarning(
  { target, candidates, reason }: ParsedRequest<Target>,
  targets: readonly Target[],
): { readonly warning: Words; readonly near: string } | undefined {
  if (target !== undefined) return undefined;
  const [first] = candidates ?? [];
  if (candidates !== undefined && first !== undefined) {
    const projects = candidates.map((candidate) => candidate.projectName);
    const warning = say`${first.name} stands in several projects: ${inWords(projects)}. Choose one.`;
    return { warning, near: first.name };
  }
  const word = unquoted(/^\S*/.exec(reason)?.[0] ?? '');
  const names = targets.map((known) => known.name);
  const nearest = nearestNames(word, names);
  if (!looksLikeName(word) && (word.length < 4 || nearest.length === 0)) return undefined;
  return { warning: unknownCluster(word, nearest), near: word };
}

/** No word of a sentence: it has a digit or a hyphen within. */
const looksLikeName = (word: string): boolean =>
  /^[a-z0-9][a-z0-9-]*[a-z0-9]$/i.test(word) && /[a-z]/i.test(word) && /[-\d]/.test(word);

/** Nothing typed is no mistake: the form asks for it. */
function reasonWarning(reason: string, problems: readonly FieldProblem[]): Words | undefined {
  const problem = problems.find(({ field }) => field === 'reason');
  return reason === '' || problem === undefined ? undefined : say`${problem.message}`;
}
