import type { AtlasServiceAccount } from './seed.ts';

/** What a call asks of the service account, after the "Required Roles" of the Atlas Administration API. */
export type AtlasPermission =
  | 'signed-in'
  | 'organization-member'
  | 'organization-owner'
  | 'project-read'
  | 'support-access';

/**
 * Project Support Access Manager is left out on purpose: whether it implies reading is not documented, so the
 * simulation takes the stricter answer.
 */
const READING_PROJECT_ROLES = ['GROUP_OWNER', 'GROUP_READ_ONLY', 'GROUP_CLUSTER_MANAGER'];
const READING_ORGANIZATION_ROLES = ['ORG_OWNER', 'ORG_READ_ONLY'];

/** Organization Owner is root: it holds every right in every project. */
export function isAllowed(account: AtlasServiceAccount, permission: AtlasPermission, projectId: string): boolean {
  switch (permission) {
    case 'signed-in':
      return true;
    case 'organization-member':
      return account.orgRoles.length > 0;
    case 'organization-owner':
      return account.orgRoles.includes('ORG_OWNER');
    case 'project-read':
      return (
        holdsAny(account.orgRoles, READING_ORGANIZATION_ROLES) ||
        holdsAny(rolesIn(account, projectId), READING_PROJECT_ROLES)
      );
    case 'support-access':
      return (
        account.orgRoles.includes('ORG_OWNER') ||
        holdsAny(rolesIn(account, projectId), ['GROUP_OWNER', 'GROUP_SUPPORT_ACCESS_MANAGER'])
      );
  }
}

function rolesIn(account: AtlasServiceAccount, projectId: string): string[] {
  return account.projectRoles.filter((entry) => entry.projectId === projectId).flatMap((entry) => entry.roles);
}

function holdsAny(held: readonly string[], wanted: readonly string[]): boolean {
  return wanted.some((role) => held.includes(role));
}
