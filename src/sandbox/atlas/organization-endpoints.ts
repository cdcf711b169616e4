import { bodyAttributes, type Endpoint } from './endpoint.ts';
import { refusal } from './errors.ts';
import type { AtlasOrganization } from './organization.ts';
import { pageOf } from './paging.ts';
import type { AtlasUser } from './seed.ts';

/** The settings that a patch may name, as the schema `OrganizationSettings` lists them. */
const SETTINGS = [
  'apiAccessListRequired',
  'customSessionTimeouts',
  'genAIFeaturesEnabled',
  'maxServiceAccountSecretValidityInHours',
  'multiFactorAuthRequired',
  'operationsContact',
  'restrictEmployeeAccess',
  'securityContact',
  'streamsCrossGroupEnabled',
];

export const organizationEndpoints: readonly Endpoint[] = [
  {
    call: 'readSettings',
    method: 'GET',
    path: '/orgs/{orgId}/settings',
    version: '2023-01-01',
    permission: 'organization-member',
    answer: ({ organization }) => settings(organization),
  },
  {
    call: 'patchSettings',
    method: 'PATCH',
    path: '/orgs/{orgId}/settings',
    version: '2023-01-01',
    permission: 'organization-owner',
    hasBody: true,
    answer({ organization, account, body }) {
      const { restrictEmployeeAccess } = bodyAttributes(body, SETTINGS);
      if (restrictEmployeeAccess !== undefined) {
        if (typeof restrictEmployeeAccess !== 'boolean') {
          throw refusal(400, {
            errorCode: 'INVALID_JSON_ATTRIBUTE',
            detail: 'Received JSON for the restrictEmployeeAccess attribute does not match expected format.',
            parameters: ['restrictEmployeeAccess'],
          });
        }
        organization.setBlocked(restrictEmployeeAccess, { clientId: account.clientId });
      }
      return settings(organization);
    },
  },
  {
    call: 'listProjects',
    method: 'GET',
    path: '/orgs/{orgId}/groups',
    version: '2023-01-01',
    permission: 'organization-member',
    answer: ({ organization, url }) =>
      pageOf(
        url,
        organization.projects.map((project) => ({
          clusterCount: project.clusters.length,
          created: organization.createdAt,
          id: project.id,
          links: [],
          name: project.name,
          orgId: organization.id,
          tags: [],
        })),
      ),
  },
  {
    call: 'listUsers',
    method: 'GET',
    path: '/orgs/{orgId}/users',
    version: '2025-02-19',
    permission: 'organization-member',
    query: ['username', 'orgMembershipStatus'],
    answer({ organization, url }) {
      const username = url.searchParams.get('username')?.toLowerCase();
      const status = url.searchParams.get('orgMembershipStatus');
      const users = organization.users.filter(
        (user) =>
          (username === undefined || user.email.toLowerCase() === username) &&
          (status === null || user.status === status),
      );
      return pageOf(
        url,
        users.map((user) => describeUser(organization, user)),
      );
    },
  },
];

function settings(organization: AtlasOrganization) {
  return {
    apiAccessListRequired: false,
    genAIFeaturesEnabled: true,
    maxServiceAccountSecretValidityInHours: 8760,
    multiFactorAuthRequired: true,
    restrictEmployeeAccess: organization.blocked,
    streamsCrossGroupEnabled: false,
  };
}

/** Roles that come through a team are not among `groupRoleAssignments`; an invited person has no name yet. */
function describeUser(organization: AtlasOrganization, user: AtlasUser) {
  return {
    id: user.id,
    orgMembershipStatus: user.status,
    roles: {
      groupRoleAssignments: user.projectRoles.map(({ projectId, roles }) => ({
        groupId: projectId,
        groupRoles: roles,
      })),
      orgRoles: user.orgRoles,
    },
    teamIds: user.teamIds,
    username: user.email,
    ...(user.status === 'ACTIVE'
      ? { createdAt: organization.createdAt, firstName: user.firstName, lastName: user.lastName }
      : { invitationCreatedAt: organization.createdAt }),
  };
}
