import type { AtlasOrganization } from '../atlas/organization.ts';
import type { SeedUser } from '../slack/seed.ts';

/** What somebody is in this workspace and in Atlas, in a few words. */
export function roleOf(user: SeedUser, organization: AtlasOrganization): string {
  if (user.isStranger === true) return 'From another company';
  if (user.isRestricted === true || user.isUltraRestricted === true) return 'Guest';
  const email = user.email?.toLowerCase();
  const account = organization.users.find((each) => each.email.toLowerCase() === email);
  if (account === undefined) return 'Engineer, not in Atlas';
  if (account.status === 'PENDING') return 'Has not joined Atlas yet';
  if (account.orgRoles.includes('ORG_OWNER')) return 'Organization owner';
  for (const project of organization.projects) {
    const direct = account.projectRoles
      .filter(({ projectId }) => projectId === project.id)
      .flatMap(({ roles }) => roles);
    const byTeam = project.teams
      .filter(({ teamId }) => account.teamIds.includes(teamId))
      .flatMap(({ roleNames }) => roleNames);
    const roles = [...direct, ...byTeam];
    if (roles.includes('GROUP_OWNER')) return `Owner of project ${project.name}`;
    if (roles.includes('GROUP_SUPPORT_ACCESS_MANAGER')) return `Support access manager of ${project.name}`;
  }
  return 'Engineer';
}
