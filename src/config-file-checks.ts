import { type OrganizationConfig, organizationIdOf } from './config.ts';
import type { ConfigFile, Path } from './config-file.ts';
import { furtherPlaces, places } from './config-file-places.ts';
import { nearestNames } from './grants/nearest.ts';

/** What the file says of something that does not exist. */
export function unknownNames(file: ConfigFile, count: number): string[] {
  const known = [...Object.values(places), ...furtherPlaces];
  const ofAll = known.flatMap(({ of, path }) => (of === 'all' ? [path] : []));
  const own = known.flatMap(({ of, path }) => (of === 'organization' ? [path] : []));
  return [
    ...unknownBelow(file, [], ofAll),
    ...Array.from({ length: count }, (_, index) => unknownBelow(file, ['organizations', index], own)).flat(),
  ];
}

function unknownBelow(file: ConfigFile, at: Path, known: readonly (readonly string[])[]): string[] {
  const names = [...new Set(known.flatMap(([name]) => name ?? []))];
  const present = file.keys(at);
  if (present === undefined)
    return file.isSet(at) ? [file.at(at, `is not a map of settings: ${names.join(', ')}`)] : [];
  return present.flatMap((name) => {
    const below = known.flatMap(([first, ...rest]) => (first === name ? [rest] : []));
    if (below.length === 0) {
      const [nearest] = nearestNames(name, names, 1);
      return [file.at([...at, name], `is not a setting${nearest === undefined ? '' : `: is it ${nearest}?`}`)];
    }
    return below.some((rest) => rest.length === 0) ? [] : unknownBelow(file, [...at, name], below);
  });
}

/** What no two organizations may share: nothing crosses from one to another. */
export function clashes(file: ConfigFile, loaded: readonly { readonly organization?: OrganizationConfig }[]): string[] {
  const told = (name: string, of: (one: OrganizationConfig) => string): string[] =>
    loaded.flatMap(({ organization: one }, index) =>
      one === undefined ||
      loaded.findIndex(({ organization: other }) => other !== undefined && of(other) === of(one)) === index
        ? []
        : [file.at(['organizations', index], `has the ${name} of another one: each needs its own`)],
    );
  return [
    ...told('key', ({ key }) => key),
    ...told('name', ({ name }) => name.toLowerCase()),
    // MongoDB takes no two names that differ in letter case alone.
    ...told('database', ({ database }) => database.toLowerCase()),
    ...told('organization at the vendor', organizationIdOf),
  ];
}
