import type { Organization } from '../grants/organization.ts';
import type { DeciderRoles } from '../grants/permissions.ts';
import type { Policy } from '../grants/policy.ts';
import type { DirectoryPerson, ProviderCapabilities } from '../providers/provider.ts';
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

/**
 * Who may decide, from the stored snapshot: for mentions and for saying whom to ask. Without a directory, everywhere those
 * whom the operator names.
 */
export class Deciders {
  readonly #directories: Pick<DirectoryStore, 'get'>;
  readonly #policy: Pick<Policy, 'deciders' | 'owners'>;
  readonly #capabilities: Pick<ProviderCapabilities, 'hasDirectory' | 'deciderRoles'>;

  constructor(
    directories: Pick<DirectoryStore, 'get'>,
    policy: Pick<Policy, 'deciders' | 'owners'>,
    capabilities: Pick<ProviderCapabilities, 'hasDirectory' | 'deciderRoles'>,
  ) {
    this.#directories = directories;
    this.#policy = policy;
    this.#capabilities = capabilities;
  }

  /** Slack ids of those who may decide about this project's targets, with the number of the organization's targets. */
  async forTarget(
    organization: Organization,
    projectId: string,
  ): Promise<{ deciders: string[]; targetCount: number | undefined }> {
    const directory = await this.#directories.get(organization._id);
    return {
      deciders: this.#deciding(organization, directory, projectId),
      targetCount: directory.refreshedAt === undefined ? undefined : directory.targets.length,
    };
  }

  /** Who may decide in each project, those with the same people together; empty until the directory has been read. */
  async byProject(organization: Organization): Promise<ProjectDeciders[]> {
    const directory = await this.#directories.get(organization._id);
    const { targets, refreshedAt } = directory;
    if (refreshedAt === undefined) return [];
    const names = new Map(targets.map(({ projectId, projectName }) => [projectId, projectName]));
    if (names.size === 0) return [{ projects: [], deciders: await this.anywhere(organization) }];
    const groups = new Map<string, { projects: string[]; deciders: string[] }>();
    for (const [projectId, name] of names) {
      const deciders = this.#deciding(organization, directory, projectId);
      const group = groups.get(deciders.join()) ?? { projects: [], deciders };
      groups.set(deciders.join(), { ...group, projects: [...group.projects, name] });
    }
    return [...groups.values()];
  }

  /** Slack ids of the organization's owners who may decide here. */
  async owners(organization: Organization): Promise<string[]> {
    const directory = await this.#directories.get(organization._id);
    return this.#deciding(organization, directory, undefined, { deciders: 'org-owners' });
  }

  /** Slack ids of those who may decide about some target at least. */
  async anywhere(organization: Organization): Promise<string[]> {
    return this.#deciding(organization, await this.#directories.get(organization._id), undefined);
  }

  #deciding(
    { links }: Organization,
    { people, deactivated = [] }: Directory,
    projectId: string | undefined,
    policy: Pick<Policy, 'deciders'> = this.#policy,
  ): string[] {
    const { owners } = this.#policy;
    const { hasDirectory, deciderRoles } = this.#capabilities;
    if (!hasDirectory) return owners.filter((slackId) => !deactivated.includes(slackId));
    return people
      .filter((person) => mayDecide(person, projectId, policy, deciderRoles))
      .map((person) => links.find((link) => link.accountId === person.id)?.slackId)
      .filter((slackId) => slackId !== undefined)
      .filter((slackId) => !deactivated.includes(slackId))
      .filter((slackId) => owners.length === 0 || owners.includes(slackId));
  }
}
