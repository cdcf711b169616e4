import { z } from 'zod';
import { type DirectoryPerson, ProviderError } from '../provider.ts';
import { type AtlasApi, apiPath } from './api.ts';
import { listProjects } from './projects.ts';
import { rolesAsked } from './roles.ts';

const names = z.array(z.string()).nullish();

/** A person invited but not yet here has no name, and may have no teams and no roles. */
const user = z.object({
  id: z.string().min(1),
  username: z.string().min(1),
  orgMembershipStatus: z.string(),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  teamIds: names,
  roles: z.object({
    orgRoles: names,
    groupRoleAssignments: z.array(z.object({ groupId: z.string(), groupRoles: names })).nullish(),
  }),
});
type User = z.infer<typeof user>;

const teamInProject = z.object({ teamId: z.string().min(1), roleNames: z.array(z.string()) });

/** What one team may do in one project. */
interface TeamRoles {
  readonly teamId: string;
  readonly projectId: string;
  readonly roleNames: readonly string[];
}

const projectsAtOnce = 4;

/** Everybody in the organization, invited people included, with what they may do through their teams. */
export async function directory(
  api: AtlasApi,
  organizationId: string,
  signal?: AbortSignal,
): Promise<DirectoryPerson[]> {
  return withTeamRoles(api, organizationId, await listUsers(api, organizationId, {}, signal), signal);
}

/** The person with exactly that address, in any letter case. An active membership goes before an invitation. */
export async function readPerson(
  api: AtlasApi,
  organizationId: string,
  email: string,
  projectId?: string,
  signal?: AbortSignal,
): Promise<DirectoryPerson | undefined> {
  const found = await listUsers(api, organizationId, { username: email }, signal);
  const matches = found.filter(({ username }) => username.toLowerCase() === email.toLowerCase());
  const person = matches.find(isActive) ?? matches[0];
  if (person === undefined) return undefined;
  return (await withTeamRoles(api, organizationId, [person], signal, projectId))[0];
}

function listUsers(
  api: AtlasApi,
  organizationId: string,
  query: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<User[]> {
  return api.listAll(
    {
      name: 'list-users',
      path: apiPath`/orgs/${organizationId}/users`,
      version: '2025-02-19',
      query,
      role: rolesAsked.organizationMember,
      subject: 'this organization',
      item: user,
    },
    ({ id }) => id,
    signal,
  );
}

/** `groupRoleAssignments` is not relied on to hold what comes through a team, so teams are read where anybody has one. */
async function withTeamRoles(
  api: AtlasApi,
  organizationId: string,
  users: readonly User[],
  signal?: AbortSignal,
  projectId?: string,
): Promise<DirectoryPerson[]> {
  const needed = users.some(({ teamIds }) => teamIds && teamIds.length > 0);
  const projectIds = async () =>
    projectId === undefined ? (await listProjects(api, organizationId, signal)).map(({ id }) => id) : [projectId];
  const teams = needed ? await readTeams(api, await projectIds(), signal) : [];
  return users.map((one) => toPerson(one, teams));
}

async function readTeams(api: AtlasApi, projectIds: readonly string[], signal?: AbortSignal): Promise<TeamRoles[]> {
  const teams: TeamRoles[] = [];
  for (let first = 0; first < projectIds.length; first += projectsAtOnce) {
    const some = projectIds.slice(first, first + projectsAtOnce);
    const read = await Promise.all(some.map((projectId) => readTeamsOfProject(api, projectId, signal)));
    teams.push(...read.flat());
  }
  return teams;
}

/**
 * A project the account may not read, or that is gone, adds no team roles instead of hiding the whole directory:
 * nothing can be opened there anyway, and fewer roles is the safe side.
 */
async function readTeamsOfProject(api: AtlasApi, projectId: string, signal?: AbortSignal): Promise<TeamRoles[]> {
  try {
    const teams = await api.listAll(
      {
        name: 'list-project-teams',
        path: apiPath`/groups/${projectId}/teams`,
        version: '2023-01-01',
        role: rolesAsked.projectReadOnly,
        subject: 'this project',
        item: teamInProject,
      },
      ({ teamId }) => teamId,
      signal,
    );
    return teams.map(({ teamId, roleNames }) => ({ teamId, projectId, roleNames }));
  } catch (error) {
    if (error instanceof ProviderError && (error.code === 'forbidden' || error.code === 'not-found')) return [];
    throw error;
  }
}

function toPerson(one: User, teams: readonly TeamRoles[]): DirectoryPerson {
  const projectRoles = new Map<string, Set<string>>();
  const add = (projectId: string, roles: readonly string[]) =>
    projectRoles.set(projectId, new Set([...(projectRoles.get(projectId) ?? []), ...roles]));
  for (const { groupId, groupRoles } of one.roles.groupRoleAssignments ?? []) add(groupId, groupRoles ?? []);
  for (const { teamId, projectId, roleNames } of teams) {
    if (one.teamIds?.includes(teamId)) add(projectId, roleNames);
  }
  const name = [one.firstName, one.lastName].filter((part) => part).join(' ');
  return {
    id: one.id,
    email: one.username.toLowerCase(),
    name: name === '' ? one.username : name,
    active: isActive(one),
    organizationRoles: one.roles.orgRoles ?? [],
    projectRoles: Object.fromEntries([...projectRoles].map(([projectId, roles]) => [projectId, [...roles]])),
  };
}

function isActive({ orgMembershipStatus }: User): boolean {
  return orgMembershipStatus === 'ACTIVE';
}
