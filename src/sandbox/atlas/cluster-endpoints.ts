import {
  type ApiRequest,
  bodyAttributes,
  type Endpoint,
  invalidEnumeration,
  isoSeconds,
  param,
  parseInstant,
  requiredAttribute,
} from './endpoint.ts';
import { refusal } from './errors.ts';
import type { AtlasOrganization } from './organization.ts';
import { pageOf } from './paging.ts';
import { isAllowed } from './permissions.ts';
import type { AtlasCluster } from './seed.ts';

const GRANT_TYPES = [
  'CLUSTER_DATABASE_LOGS',
  'CLUSTER_INFRASTRUCTURE',
  'CLUSTER_INFRASTRUCTURE_AND_APP_SERVICES_SYNC_DATA',
];

const MONGODB_VERSION = '8.0.4';

export const clusterEndpoints: readonly Endpoint[] = [
  {
    call: 'listClusters',
    method: 'GET',
    path: '/groups/{groupId}/clusters',
    version: '2024-08-05',
    permission: 'project-read',
    answer(request) {
      const groupId = param(request, 'groupId');
      const clusters = request.organization.findProject(groupId)?.clusters ?? [];
      return pageOf(
        request.url,
        clusters.map((cluster) => describeCluster(request.organization, groupId, cluster)),
      );
    },
  },
  {
    call: 'readCluster',
    method: 'GET',
    path: '/groups/{groupId}/clusters/{clusterName}',
    version: '2024-08-05',
    permission: 'project-read',
    answer(request) {
      const { groupId, cluster } = namedCluster(request);
      return describeCluster(request.organization, groupId, cluster);
    },
  },
  {
    call: 'grant',
    method: 'POST',
    path: '/groups/{groupId}/clusters/{clusterName}:grantMongoDBEmployeeAccess',
    version: '2024-08-05',
    permission: 'support-access',
    hasBody: true,
    answer(request) {
      const { groupId, cluster } = namedCluster(request);
      const attributes = bodyAttributes(request.body, ['grantType', 'expirationTime']);
      const grantType = requiredAttribute(attributes, 'grantType');
      if (typeof grantType !== 'string' || !GRANT_TYPES.includes(grantType)) throw invalidEnumeration(grantType);
      const expirationTime = parseInstant(requiredAttribute(attributes, 'expirationTime'));
      if (expirationTime === undefined) throw invalidExpiration('must be an instant in ISO 8601, UTC');
      if (expirationTime <= request.now) throw invalidExpiration('must be in the future');
      const actor = { clientId: request.account.clientId };
      request.organization.setGrant(groupId, cluster.name, { grantType, expirationTime }, actor);
      return undefined;
    },
  },
  {
    call: 'revoke',
    method: 'POST',
    path: '/groups/{groupId}/clusters/{clusterName}:revokeMongoDBEmployeeAccess',
    version: '2024-08-05',
    permission: 'support-access',
    answer(request) {
      const { groupId, cluster } = namedCluster(request);
      if (request.organization.findGrant(groupId, cluster.name) === undefined) {
        throw refusal(404, { detail: `Cluster ${cluster.name} holds no grant.`, parameters: [cluster.name] });
      }
      request.organization.removeGrant(groupId, cluster.name, { clientId: request.account.clientId });
      return undefined;
    },
  },
  {
    call: 'listTeams',
    method: 'GET',
    path: '/groups/{groupId}/teams',
    version: '2023-01-01',
    permission: 'project-read',
    answer(request) {
      const teams = request.organization.findProject(param(request, 'groupId'))?.teams ?? [];
      return pageOf(
        request.url,
        teams.map(({ teamId, roleNames }) => ({ links: [], roleNames, teamId })),
      );
    },
  },
  {
    call: 'listAllClusters',
    method: 'GET',
    path: '/clusters',
    version: '2023-01-01',
    permission: 'signed-in',
    answer({ organization, account, url }) {
      const readable = organization.projects.filter((project) => isAllowed(account, 'project-read', project.id));
      return pageOf(
        url,
        readable.map((project) => ({
          clusters: project.clusters.map(describeCloudCluster),
          groupId: project.id,
          groupName: project.name,
          orgId: organization.id,
          orgName: organization.name,
          planType: 'Atlas',
          tags: [],
        })),
      );
    },
  },
];

function namedCluster(request: ApiRequest): { groupId: string; cluster: AtlasCluster } {
  const groupId = param(request, 'groupId');
  const name = param(request, 'clusterName');
  const cluster = request.organization.findCluster(groupId, name);
  if (cluster === undefined) {
    throw refusal(404, {
      errorCode: 'CLUSTER_NOT_FOUND',
      detail: `No cluster named ${name} exists in group ${groupId}.`,
      parameters: [name, groupId],
    });
  }
  return { groupId, cluster };
}

function describeCluster(organization: AtlasOrganization, groupId: string, cluster: AtlasCluster) {
  const grant = organization.findGrant(groupId, cluster.name);
  const host = cluster.host ?? `${cluster.name}.${cluster.id.slice(-5)}.mongodb.net`.toLowerCase();
  return {
    clusterType: 'REPLICASET',
    connectionStrings: {
      standard: `mongodb://${host}:27017/?ssl=true&authSource=admin`,
      standardSrv: `mongodb+srv://${host}`,
    },
    createDate: organization.createdAt,
    groupId,
    id: cluster.id,
    mongoDBVersion: MONGODB_VERSION,
    name: cluster.name,
    paused: false,
    stateName: 'IDLE',
    tags: [],
    ...(grant !== undefined && {
      mongoDBEmployeeAccessGrant: {
        expirationTime: isoSeconds(grant.expirationTime),
        grantType: grant.grantType,
        links: [],
      },
    }),
  };
}

function describeCloudCluster(cluster: AtlasCluster) {
  return {
    alertCount: 0,
    authEnabled: true,
    availability: 'available',
    backupEnabled: true,
    clusterId: cluster.id,
    dataSizeBytes: 0,
    name: cluster.name,
    nodeCount: 3,
    sslEnabled: true,
    type: 'REPLICA_SET',
    versions: [MONGODB_VERSION],
  };
}

function invalidExpiration(what: string) {
  return refusal(400, {
    errorCode: 'INVALID_ATTRIBUTE',
    detail: `Invalid attribute expirationTime specified: it ${what}.`,
    parameters: ['expirationTime'],
  });
}
