import { atlasAccessTypes } from '../../providers/atlas/access-types.ts';

/** What people call a type of access; its id where it is none that can be asked for. */
export function accessLabel(type: string): string {
  return atlasAccessTypes.find(({ id }) => id === type)?.label ?? type;
}
