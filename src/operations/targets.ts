import type { Target } from '../providers/provider.ts';

/** The targets that go by this name, in any letter case: `cluster` or `project/cluster`. */
export function targetsNamed(targets: readonly Target[], name: string): Target[] {
  const wanted = name.trim().toLowerCase();
  return targets.filter(
    (target) =>
      target.name.toLowerCase() === wanted ||
      `${target.projectName}/${target.name}`.toLowerCase() === wanted ||
      target.id.toLowerCase() === wanted,
  );
}
