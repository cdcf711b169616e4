import { atlasAccessTypes } from '../../providers/atlas/access-types.ts';
import { shield } from '../demo-organizations.ts';

const accessTypes = [...atlasAccessTypes, ...shield.accessTypes];

/** What people call a type of access; its id where it is none that can be asked for. */
export function accessLabel(type: string): string {
  return accessTypes.find(({ id }) => id === type)?.label ?? type;
}
