export interface AtlasProjectRoles {
  projectId: string;
  roles: string[];
}

interface AtlasSeedUser {
  /** 24 lower-case hex digits. */
  id: string;
  email: string;
  firstName: string;
  lastName: string;
  status: 'ACTIVE' | 'PENDING';
  orgRoles: string[];
  /** Roles given to the person directly; roles that come through a team stand on the team. */
  projectRoles: AtlasProjectRoles[];
  teamIds?: string[];
}

export interface AtlasServiceAccount {
  clientId: string;
  clientSecret: string;
  orgRoles: string[];
  projectRoles: AtlasProjectRoles[];
  /** ISO 8601, UTC; a year after the start unless given. */
  secretExpiresAt?: string;
}

/** The organization that the simulated Atlas starts with, and goes back to on `reset`. */
export interface AtlasSeed {
  organizationId: string;
  organizationName?: string;
  projects: {
    id: string;
    name: string;
    clusters: { name: string }[];
    teams?: { teamId: string; roleNames: string[] }[];
  }[];
  users: AtlasSeedUser[];
  blocked: boolean;
  serviceAccounts: AtlasServiceAccount[];
}

export interface AtlasCluster {
  id: string;
  name: string;
  /** Where it is reached; a name of its own below `mongodb.net` unless given. */
  host?: string;
}

export interface AtlasProject {
  id: string;
  name: string;
  clusters: AtlasCluster[];
  teams: { teamId: string; roleNames: string[] }[];
}

export type AtlasUser = Required<AtlasSeedUser>;

export interface AtlasEvent {
  id: string;
  eventTypeName: string;
  /** ISO 8601, UTC. */
  created: string;
  isGlobalAdmin: boolean;
  remoteAddress: string;
  /** Absent on events of the organization itself. */
  groupId?: string;
  /** What the `clusterNames` filter goes by; Atlas does not give it back. */
  clusterName?: string;
  username?: string;
  /** In place of `username` where a service account did it. */
  publicKey?: string;
  /** In place of `username` where one of MongoDB's own people did it. */
  employeeIdentifier?: string;
}

/** Everything the simulation remembers of the organization, as plain JSON: the emulator copies it on `reset`. */
export interface AtlasData {
  organizationId: string;
  organizationName: string;
  createdAt: string;
  blocked: boolean;
  projects: AtlasProject[];
  users: AtlasUser[];
  serviceAccounts: AtlasServiceAccount[];
  /** By `<projectId>/<clusterName>`; expired grants may still stand here and count as gone. */
  grants: Record<string, { grantType: string; expirationTime: string }>;
  /** In the order in which they arrived. */
  events: AtlasEvent[];
  idsGiven: number;
}

/** The next 24-hex id of this organization; the same run always gives the same ids. */
export function nextId(data: AtlasData): string {
  data.idsGiven += 1;
  return `65a1f0${data.idsGiven.toString(16).padStart(18, '0')}`;
}

export function dataFromSeed(seed: AtlasSeed, now: Date): AtlasData {
  const data: AtlasData = {
    organizationId: seed.organizationId,
    organizationName: seed.organizationName ?? 'Organization',
    createdAt: now.toISOString(),
    blocked: seed.blocked,
    projects: [],
    users: seed.users.map((user) => ({ ...user, teamIds: user.teamIds ?? [] })),
    serviceAccounts: seed.serviceAccounts,
    grants: {},
    events: [],
    idsGiven: 0,
  };
  for (const project of seed.projects) {
    data.projects.push({
      id: project.id,
      name: project.name,
      clusters: project.clusters.map(({ name }) => ({ id: nextId(data), name })),
      teams: project.teams ?? [],
    });
  }
  return data;
}
