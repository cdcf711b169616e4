import type { Organization } from '../grants/organization.ts';
import type { DeciderRoles } from '../grants/permissions.ts';
import type { Policy } from '../grants/policy.ts';
import type { DirectoryPerson } from '../providers/provider.ts';
import type { Directory, DirectoryStore } from '../store/directories.ts';

/** Whether the provider's directory gives somebody the right to decide about this project's targets. */
export function mayDecide(
  person: DirectoryPerson,
  projectId: string | undefined,
  policy: Pick<Policy, 'deciders'>,
  roles: DeciderRoles,
): boolean {
  if (!person.active) return false;
  if (person.organizationRoles.some((role) => roles.owner.includes(role))) return true;
  if (policy.deciders !== 'project-roles') return false;
  const projects =
    projectId === undefined ? Object.values(person.projectRoles) : [person.projectRoles[projectId] ?? []];
  return projects.flat().some((role) => roles.projectDecider.includes(role));
}

/** Projects, by name, and the Slack ids of those who may decide about their targets. */
export interface ProjectDeciders {
  readonly projects: readonly string[];
  readonly deciders: readonly string[];
}

/** Who may decide, from the stored snapshot: for mentions and for saying whom to ask. */
export class Deciders {
  readonly #directories: Pick<DirectoryStore, 'get'>;
  readonly #policy: Pick<Policy, 'deciders' | 'owners'>;
  readonly #roles: DeciderRoles;

  constructor(
    directories: Pick<DirectoryStore, 'get'>,
    policy: Pick<Policy, 'deciders' | 'owners'>,
    roles: DeciderRoles,
  ) {
    this.#directories = directories;
    this.#policy = policy;
    this.#roles = roles;
  }

  /** Slack ids of those who may decide about this project's targets, with the number of the organization's targets. */
  async forTarget(
    organization: Organization,
    projectId: string,
  ): Promise<{ deciders: string[]; targetCount: number | undefined }> {
    const directory = await this.#directories.get(organization._id);
    const deciding = directory.people.filter((person) => mayDecide(person, projectId, this.#policy, this.#roles));
    return {
      deciders: this.#linked(organization, directory, deciding),
      targetCount: directory.refreshedAt === undefined ? undefined : directory.targets.length,
    };
  }

  /** Who may decide in each project, those with the same people together; empty until the directory has been read. */
  async byProject(organization: Organization): Promise<ProjectDeciders[]> {
    const directory = await this.#directories.get(organization._id);
    const { targets, people, refreshedAt } = directory;
    if (refreshedAt === undefined) return [];
    const names = new Map(targets.map(({ projectId, projectName }) => [projectId, projectName]));
    if (names.size === 0) return [{ projects: [], deciders: await this.anywhere(organization) }];
    const groups = new Map<string, { projects: string[]; deciders: string[] }>();
    for (const [projectId, name] of names) {
      const deciding = people.filter((person) => mayDecide(person, projectId, this.#policy, this.#roles));
      const deciders = this.#linked(organization, directory, deciding);
      const group = groups.get(deciders.join()) ?? { projects: [], deciders };
      groups.set(deciders.join(), { ...group, projects: [...group.projects, name] });
    }
    return [...groups.values()];
  }

  /** Slack ids of the organization's owners who may decide here. */
  async owners(organization: Organization): Promise<string[]> {
    const directory = await this.#directories.get(organization._id);
    const owners = directory.people.filter((person) =>
      mayDecide(person, undefined, { deciders: 'org-owners' }, this.#roles),
    );
    return this.#linked(organization, directory, owners);
  }

  /** Slack ids of those who may decide about some target at least. */
  async anywhere(organization: Organization): Promise<string[]> {
    const directory = await this.#directories.get(organization._id);
    const deciding = directory.people.filter((person) => mayDecide(person, undefined, this.#policy, this.#roles));
    return this.#linked(organization, directory, deciding);
  }

  #linked(organization: Organization, { deactivated = [] }: Directory, people: readonly DirectoryPerson[]): string[] {
    const { owners } = this.#policy;
    return people
      .map((person) => organization.links.find((link) => link.accountId === person.id)?.slackId)
      .filter((slackId) => slackId !== undefined)
      .filter((slackId) => !deactivated.includes(slackId))
      .filter((slackId) => owners.length === 0 || owners.includes(slackId));
  }
}
