interface AtlasEventType {
  readonly eventType: string;
  readonly description: string;
  readonly alertable: boolean;
  readonly scope: 'organization' | 'project';
}

/**
 * A part of what Atlas knows, enough for support access. `EMPLOYEE_ACCESS_GRANTED` and `EMPLOYEE_ACCESS_REVOKED` are
 * this simulation's own names: the published reference names no event for a grant on a cluster.
 */
export const EVENT_TYPES: readonly AtlasEventType[] = [
  organization('ORG_CREATED', 'Organization was created'),
  organization('ORG_RENAMED', 'Organization name was changed'),
  organization('ORG_EMPLOYEE_ACCESS_RESTRICTED', 'Support staff may not reach the backend infrastructure', true),
  organization('ORG_EMPLOYEE_ACCESS_UNRESTRICTED', 'Support staff may reach the backend infrastructure', true),
  organization('ORG_TWO_FACTOR_AUTH_REQUIRED', 'Two-factor authentication is required', true),
  organization('ORG_TWO_FACTOR_AUTH_OPTIONAL', 'Two-factor authentication is optional', true),
  organization('ORG_PUBLIC_API_ACCESS_LIST_REQUIRED', 'API access list is required', true),
  organization('ORG_PUBLIC_API_ACCESS_LIST_NOT_REQUIRED', 'API access list is not required', true),
  organization('GROUP_CREATED', 'Project was created'),
  organization('GROUP_DELETED', 'Project was deleted'),
  organization('JOINED_ORG', 'User joined the organization'),
  organization('REMOVED_FROM_ORG', 'User left the organization'),
  organization('USER_ROLES_CHANGED_AUDIT', 'User had their roles changed', true),
  organization('TEAM_CREATED', 'Team was created'),
  organization('TEAM_DELETED', 'Team was deleted'),
  project('EMPLOYEE_ACCESS_GRANTED', 'Support access to a cluster was granted'),
  project('EMPLOYEE_ACCESS_REVOKED', 'Support access to a cluster was revoked'),
  project('SSH_KEY_NDS_HOST_ACCESS_REQUESTED', 'An SSH key for a host was requested'),
  project('SSH_KEY_NDS_HOST_ACCESS_ATTEMPT', 'Access to a host with an SSH key was attempted'),
  project('SSH_KEY_NDS_HOST_ACCESS_GRANTED', 'Access to a host with an SSH key was granted'),
  project('NDS_HOST_LOGS_DOWNLOADED', 'Logs of a host were downloaded'),
  project('CLUSTER_CREATED', 'Cluster was created'),
  project('CLUSTER_READY', 'Cluster is ready'),
  project('CLUSTER_UPDATE_SUBMITTED', 'Cluster update was submitted'),
  project('CLUSTER_UPDATE_COMPLETED', 'Cluster update has completed'),
  project('CLUSTER_DELETED', 'Cluster was deleted'),
  project('JOINED_GROUP', 'User joined the project'),
  project('REMOVED_FROM_GROUP', 'User left the project'),
  project('TEAM_ADDED_TO_GROUP', 'Team was added to the project'),
  project('TEAM_REMOVED_FROM_GROUP', 'Team was removed from the project'),
];

function organization(eventType: string, description: string, alertable = false): AtlasEventType {
  return { eventType, description, alertable, scope: 'organization' };
}

function project(eventType: string, description: string): AtlasEventType {
  return { eventType, description, alertable: false, scope: 'project' };
}
