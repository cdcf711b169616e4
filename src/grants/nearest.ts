import { distance } from 'fastest-levenshtein';

/**
 * The names that somebody who typed `typed` may have meant, likeliest first, letter case ignored: names that begin with
 * it, names that contain it or stand in it, then those that few changed letters lead to. Nothing that is far from it.
 */
export function nearestNames(typed: string, names: readonly string[], limit = 3): string[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return [];
  return [...new Set(names)]
    .map((name) => ({ name, ...likeness(wanted, name.toLowerCase()) }))
    .filter(({ rank }) => rank < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.rank - b.rank || a.changes - b.changes || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name }) => name);
}

function likeness(wanted: string, name: string): { rank: number; changes: number } {
  const changes = distance(wanted, name);
  return { rank: rankOf(wanted, name, changes), changes };
}

function rankOf(wanted: string, name: string, changes: number): number {
  if (name.startsWith(wanted)) return 0;
  if (name.includes(wanted) || wanted.includes(name)) return 1;
  // More than every other letter changed is another name.
  return changes <= Math.max(wanted.length, name.length) / 2 ? 2 : Number.POSITIVE_INFINITY;
}
