import type { Grant } from '../grants/grant.ts';
import { nearestNames } from '../grants/nearest.ts';
import type { Target } from '../providers/provider.ts';

/** What a target is called, in lower case: `cluster`, `project/cluster`, or its id. */
export const namesOf = ({ id, name, projectName }: Target): string[] =>
  [name, `${projectName}/${name}`, id].map((one) => one.toLowerCase());

/** The targets that go by this name, in any letter case. */
export function targetsNamed(targets: readonly Target[], name: string): Target[] {
  const wanted = name.trim().toLowerCase();
  return targets.filter((target) => namesOf(target).includes(wanted));
}

/**
 * Those of the grants that a word of a command means, by the name of their target; all of them without a word. A grant may
 * outlive its target. A word that names no target at all comes back with the nearest names.
 */
export function grantsNamed(
  grants: readonly Grant[],
  targets: readonly Target[],
  word: string,
):
  | { readonly kind: 'named'; readonly grants: readonly Grant[] }
  | { readonly kind: 'unknown'; readonly word: string; readonly nearest: readonly string[] } {
  if (word === '') return { kind: 'named', grants };
  const named = targetsNamed(targets, word).map((target) => target.id);
  const meant = grants.filter(
    ({ target }) => named.includes(target.id) || target.name.toLowerCase() === word.toLowerCase(),
  );
  if (meant.length > 0 || named.length > 0) return { kind: 'named', grants: meant };
  const names = targets.map((target) => target.name);
  return { kind: 'unknown', word, nearest: nearestNames(word, names) };
}
