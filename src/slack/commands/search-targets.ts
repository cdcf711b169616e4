import { nearestNames } from '../../grants/nearest.ts';
import type { Target } from '../../providers/provider.ts';

/** A picker offers no more (Slack's limit for options). */
const mostNames = 100;

/**
 * Targets for a picker: those that the typed text may mean, likeliest first, then those whose project it may mean. Without
 * a text all of them, by project and name.
 */
export function searchTargets(targets: readonly Target[], typed: string): Target[] {
  const all = targets.toSorted(
    (a, b) => compare(a.projectName, b.projectName) || compare(a.projectId, b.projectId) || compare(a.name, b.name),
  );
  const wanted = typed.trim();
  if (wanted === '') return all;
  const byLabel = all.filter((target) => `${target.projectName}/${target.name}`.toLowerCase() === wanted.toLowerCase());
  const byName = named(wanted, all, (target) => target.name);
  const byProject = named(wanted, all, (target) => target.projectName);
  return [...new Set([...byLabel, ...byName, ...byProject])];
}

function named(wanted: string, targets: readonly Target[], nameOf: (target: Target) => string): Target[] {
  const names = nearestNames(wanted, targets.map(nameOf), mostNames);
  return names.flatMap((name) => targets.filter((target) => nameOf(target) === name));
}

const compare = (a: string, b: string): number => a.localeCompare(b, 'en');
