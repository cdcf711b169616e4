import type { AtlasOrganization } from '../atlas/organization.ts';
import type { AtlasEmulator } from '../atlas/server.ts';
import { accessLabel } from '../page-server/access-label.ts';

/** Who changes things in the web interface of the simulated Atlas. */
const byHand = { email: 'somebody@atlas.example' };

/** The simulated Atlas from a terminal: one line, one change. */
export class Switchboard {
  static readonly usage = `  show             what Atlas holds now
  block, unblock   switch the block in Atlas itself
  close CLUSTER    end access in Atlas itself
  down, up         Atlas cannot be reached, and can be again
`;
  readonly #atlas: AtlasEmulator;

  constructor(atlas: AtlasEmulator) {
    this.#atlas = atlas;
  }

  /** What is said to whoever typed this; empty where the change itself is told. */
  async answer(line: string): Promise<string> {
    const [word = '', name = ''] = line.trim().split(/\s+/);
    const { state } = this.#atlas;
    switch (word) {
      case '':
        return '';
      case 'show':
        return shown(state);
      case 'block':
      case 'unblock':
        if (state.blocked === (word === 'block')) return `Nothing changes: ${standing(state)}\n`;
        state.setBlocked(word === 'block', byHand);
        return '';
      case 'close':
        return close(state, name);
      case 'down':
        await this.#atlas.down();
        return 'Atlas cannot be reached.\n';
      case 'up':
        await this.#atlas.up();
        return 'Atlas can be reached.\n';
      default:
        return `Not understood: ${word}\n${Switchboard.usage}`;
    }
  }
}

/** What has just been changed in Atlas, by whomever. */
export function newestChange(state: AtlasOrganization): string {
  const event = state.events.at(-1);
  if (event?.clusterName === undefined || event.groupId === undefined) return `Atlas: ${standing(state)}`;
  return `Atlas: ${clusterIn(state, event.groupId, event.clusterName)}`;
}

function shown(state: AtlasOrganization): string {
  const clusters = state.projects.flatMap(({ id, clusters: held }) =>
    held.map(({ name }) => clusterIn(state, id, name)),
  );
  return `${[standing(state), ...clusters].join('\n')}\n`;
}

function standing({ blocked }: AtlasOrganization): string {
  return blocked ? 'support is blocked.' : 'support is not blocked: it can enter every cluster.';
}

function clusterIn(state: AtlasOrganization, projectId: string, name: string): string {
  const cluster = `${name} (${state.findProject(projectId)?.name})`;
  const grant = state.findGrant(projectId, name);
  if (grant === undefined) return `${cluster} holds no grant.`;
  return `${cluster} is open until ${grant.expirationTime.toISOString()}: ${accessLabel(grant.grantType)}.`;
}

function close(state: AtlasOrganization, name: string): string {
  const open = state.projects.filter(({ id }) => state.findGrant(id, name) !== undefined);
  for (const { id } of open) state.removeGrant(id, name, byHand);
  return open.length === 0 ? `Nothing changes: no cluster "${name}" holds a grant.\n` : '';
}
