import type { Clock } from '../../clock.ts';
import {
  type AtlasCluster,
  type AtlasData,
  type AtlasEvent,
  type AtlasProject,
  type AtlasProjectRoles,
  type AtlasServiceAccount,
  type AtlasUser,
  nextId,
} from './seed.ts';

export interface AtlasGrant {
  readonly grantType: string;
  readonly expirationTime: Date;
}

/** Who did something: a person, by e-mail, a service account, by client id, or one of MongoDB's own people. */
export type AtlasActor = { readonly email: string } | { readonly clientId: string } | { readonly employee: string };

/** Roles to give; what is left out stays as it is. */
interface RoleChange {
  orgRoles?: string[];
  projectRoles?: AtlasProjectRoles[];
}

/**
 * The simulated organization. The API calls change it, and so may a test or the sandbox, in the place of somebody who
 * works in the Atlas web interface. Every change of the block or of a grant records an event.
 *
 * Methods that name something which is not there throw: a test that changes nothing by mistake should fail at once.
 */
export class AtlasOrganization {
  readonly #clock: Clock;
  readonly #listeners: (() => void)[] = [];
  #data: AtlasData;
  /** Whether grants end by themselves, as they do in Atlas; a test may have them go on. */
  endsGrants = true;

  constructor(clock: Clock, data: AtlasData) {
    this.#clock = clock;
    this.#data = data;
  }

  /** Calls `listener` after every event that is recorded: a change of the block or of a grant. */
  onEvent(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Puts other data in place: the emulator hands out a fresh copy on every reset. */
  adopt(data: AtlasData): void {
    this.#data = data;
  }

  get id(): string {
    return this.#data.organizationId;
  }

  get name(): string {
    return this.#data.organizationName;
  }

  get createdAt(): string {
    return this.#data.createdAt;
  }

  get blocked(): boolean {
    return this.#data.blocked;
  }

  get projects(): readonly AtlasProject[] {
    return this.#data.projects;
  }

  get users(): readonly AtlasUser[] {
    return this.#data.users;
  }

  get serviceAccounts(): readonly AtlasServiceAccount[] {
    return this.#data.serviceAccounts;
  }

  /** In the order in which they arrived. */
  get events(): readonly AtlasEvent[] {
    return this.#data.events;
  }

  /** The grants in force now, by `<projectId>/<clusterName>`. */
  get grants(): ReadonlyMap<string, AtlasGrant> {
    const now = this.#clock.now();
    const live = new Map<string, AtlasGrant>();
    for (const [key, grant] of Object.entries(this.#data.grants)) {
      const expirationTime = new Date(grant.expirationTime);
      if (expirationTime > now || !this.endsGrants) live.set(key, { grantType: grant.grantType, expirationTime });
    }
    return live;
  }

  findProject(projectId: string): AtlasProject | undefined {
    return this.#data.projects.find((project) => project.id === projectId);
  }

  findCluster(projectId: string, clusterName: string): AtlasCluster | undefined {
    return this.findProject(projectId)?.clusters.find((cluster) => cluster.name === clusterName);
  }

  findGrant(projectId: string, clusterName: string): AtlasGrant | undefined {
    return this.grants.get(targetKey(projectId, clusterName));
  }

  /** Switches the block; no event where nothing changes. */
  setBlocked(blocked: boolean, actor: AtlasActor): void {
    if (this.#data.blocked === blocked) return;
    this.#data.blocked = blocked;
    this.#record(actor, {
      eventTypeName: blocked ? 'ORG_EMPLOYEE_ACCESS_RESTRICTED' : 'ORG_EMPLOYEE_ACCESS_UNRESTRICTED',
    });
  }

  /** Opens access or replaces what is open. */
  setGrant(projectId: string, clusterName: string, grant: AtlasGrant, actor: AtlasActor): void {
    this.#cluster(projectId, clusterName);
    this.#data.grants[targetKey(projectId, clusterName)] = {
      grantType: grant.grantType,
      expirationTime: grant.expirationTime.toISOString(),
    };
    this.#record(actor, { eventTypeName: 'EMPLOYEE_ACCESS_GRANTED', groupId: projectId, clusterName });
  }

  /** Closes access. Throws when no grant is in force. */
  removeGrant(projectId: string, clusterName: string, actor: AtlasActor): void {
    if (this.findGrant(projectId, clusterName) === undefined) {
      throw new Error(`No grant on ${clusterName} in project ${projectId}`);
    }
    delete this.#data.grants[targetKey(projectId, clusterName)];
    this.#record(actor, { eventTypeName: 'EMPLOYEE_ACCESS_REVOKED', groupId: projectId, clusterName });
  }

  addCluster(projectId: string, clusterName: string): void {
    this.#project(projectId).clusters.push({ id: nextId(this.#data), name: clusterName });
  }

  /** Deletes a cluster together with the grant it may hold. */
  removeCluster(projectId: string, clusterName: string): void {
    const project = this.#project(projectId);
    const cluster = this.#cluster(projectId, clusterName);
    project.clusters = project.clusters.filter((other) => other !== cluster);
    delete this.#data.grants[targetKey(projectId, clusterName)];
  }

  addUser(user: AtlasUser): void {
    this.#data.users.push(user);
  }

  removeUser(email: string): void {
    const user = this.#user(email);
    this.#data.users = this.#data.users.filter((other) => other !== user);
  }

  setUserRoles(email: string, roles: RoleChange): void {
    Object.assign(this.#user(email), roles);
  }

  setServiceAccountRoles(clientId: string, roles: RoleChange): void {
    Object.assign(this.#serviceAccount(clientId), roles);
  }

  /** Gives an account another secret; the one before is withdrawn at once, tokens that it gave out live on. */
  setServiceAccountSecret(clientId: string, clientSecret: string): void {
    this.#serviceAccount(clientId).clientSecret = clientSecret;
  }

  setSecretExpiry(clientId: string, expiresAt: Date): void {
    this.#serviceAccount(clientId).secretExpiresAt = expiresAt.toISOString();
  }

  /** Where a cluster says that it is reached. */
  setClusterHost(projectId: string, clusterName: string, host: string): void {
    this.#cluster(projectId, clusterName).host = host;
  }

  /**
   * Something that MongoDB's own staff did on a cluster, for example `SSH_KEY_NDS_HOST_ACCESS_GRANTED`. With a time that has
   * passed it is an event that arrives late.
   */
  recordSupportActivity(
    projectId: string,
    clusterName: string,
    eventTypeName: string,
    { employee, at }: { readonly employee?: string; readonly at?: Date } = {},
  ): void {
    this.#cluster(projectId, clusterName);
    const event = { eventTypeName, isGlobalAdmin: true, groupId: projectId, clusterName };
    this.#append(employee === undefined ? event : { ...event, employeeIdentifier: employee }, at);
  }

  #record(actor: AtlasActor, event: Pick<AtlasEvent, 'eventTypeName' | 'groupId' | 'clusterName'>): void {
    this.#append({ ...event, ...authorOf(actor) });
  }

  #append(event: Omit<AtlasEvent, 'id' | 'created' | 'remoteAddress'>, at: Date = this.#clock.now()): void {
    this.#data.events.push({
      ...event,
      id: nextId(this.#data),
      created: at.toISOString(),
      remoteAddress: '198.51.100.24',
    });
    for (const listener of this.#listeners) listener();
  }

  #project(projectId: string): AtlasProject {
    const project = this.findProject(projectId);
    if (project === undefined) throw new Error(`No project ${projectId}`);
    return project;
  }

  #cluster(projectId: string, clusterName: string): AtlasCluster {
    const cluster = this.findCluster(projectId, clusterName);
    if (cluster === undefined) throw new Error(`No cluster ${clusterName} in project ${projectId}`);
    return cluster;
  }

  #serviceAccount(clientId: string): AtlasServiceAccount {
    const account = this.#data.serviceAccounts.find((other) => other.clientId === clientId);
    if (account === undefined) throw new Error(`No service account ${clientId}`);
    return account;
  }

  #user(email: string): AtlasUser {
    const user = this.#data.users.find((other) => other.email === email);
    if (user === undefined) throw new Error(`No user ${email}`);
    return user;
  }
}

function authorOf(
  actor: AtlasActor,
): Pick<AtlasEvent, 'username' | 'publicKey' | 'employeeIdentifier' | 'isGlobalAdmin'> {
  if ('employee' in actor) return { employeeIdentifier: actor.employee, isGlobalAdmin: true };
  return { ...('email' in actor ? { username: actor.email } : { publicKey: actor.clientId }), isGlobalAdmin: false };
}

function targetKey(projectId: string, clusterName: string): string {
  return `${projectId}/${clusterName}`;
}
