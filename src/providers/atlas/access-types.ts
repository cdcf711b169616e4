import type { AccessType } from '../../grants/access-types.ts';

/**
 * What an Atlas grant can open, in the order in which it is offered. The ids are the values of `grantType` in the Atlas
 * Administration API. What each opens is from the Atlas documentation page "Configure MongoDB Support Access to Atlas
 * Backend Infrastructure": its logs-only and sync procedures belong to a blocked organization, but it offers sync data,
 * under another name, to one that is not blocked as well; the infrastructure procedure states no condition.
 */
export const atlasAccessTypes: readonly AccessType[] = [
  {
    id: 'CLUSTER_INFRASTRUCTURE',
    keyword: 'infrastructure',
    label: 'infrastructure and all cluster logs',
    rank: 2,
    canSee: ['the servers beneath MongoDB and Atlas Search for this cluster', 'all logs of this cluster'],
    cannotSee: ['the data in the database: this access never lets support read it'],
    needsBlock: false,
    warnings: ['The infrastructure should hold no sensitive information: check that yours does not.'],
    revokeWarnings: [],
  },
  {
    id: 'CLUSTER_DATABASE_LOGS',
    keyword: 'logs',
    label: 'database logs only',
    rank: 1,
    canSee: ['the database logs of this cluster'],
    cannotSee: [
      'database audit logs: they are not included',
      'the servers beneath the cluster',
      'the data in the database',
    ],
    needsBlock: true,
    warnings: ['A download of logs that has begun goes on to its end, even when access is revoked meanwhile.'],
    revokeWarnings: [
      'Downloads in progress are not interrupted: logs that support is downloading now still reach them.',
    ],
  },
  {
    id: 'CLUSTER_INFRASTRUCTURE_AND_APP_SERVICES_SYNC_DATA',
    keyword: 'sync',
    label: 'infrastructure and App Services sync data',
    rank: 3,
    canSee: [
      'the servers beneath MongoDB and Atlas Search for this cluster',
      'all logs of this cluster',
      'App Services sync data',
    ],
    cannotSee: ['the rest of the data in the database'],
    needsBlock: false,
    warnings: [
      'This opens App Services sync data, which may be sensitive.',
      'App Services Device Sync ended on 30 September 2025: it is unlikely that support still needs this.',
    ],
    revokeWarnings: [],
  },
];
