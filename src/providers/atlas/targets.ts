import { z } from 'zod';
import { refusedBeforeCall } from '../calls/errors.ts';
import type { Project, Target, TargetRef } from '../provider.ts';
import type { AtlasApi } from './api.ts';
import { rolesAsked } from './roles.ts';

const projectWithClusters = z.object({
  orgId: z.string(),
  groupId: z.string().min(1),
  groupName: z.string(),
  clusters: z.array(z.object({ name: z.string().min(1) })).nullish(),
});

/**
 * Every cluster of the organization that the account can see. One call (`GET /clusters`) gives names of clusters and
 * projects together; an account that sees several organizations gets them all, so others are left out.
 */
export async function listTargets(
  api: AtlasApi,
  consoleUrl: string,
  organizationId: string,
  signal?: AbortSignal,
): Promise<Target[]> {
  const projects = await api.listAll(
    {
      name: 'list-all-clusters',
      path: '/clusters',
      version: '2023-01-01',
      role: rolesAsked.organizationMember,
      subject: 'its listing of clusters',
      item: projectWithClusters,
    },
    ({ groupId }) => groupId,
    signal,
  );
  return projects
    .filter(({ orgId }) => orgId === organizationId)
    .flatMap(({ groupId, groupName, clusters }) =>
      (clusters ?? []).map(({ name }) => targetOf({ id: groupId, name: groupName }, name, consoleUrl)),
    );
}

export const targetOf = (project: Project, name: string, consoleUrl: string): Target => ({
  id: `${project.id}/${name}`,
  name,
  projectId: project.id,
  projectName: project.name,
  url: `${consoleUrl}/v2/${project.id}#/clusters/detail/${encodeURIComponent(name)}`,
});

/** Refuses ids and names that Atlas could not have given (its API description has the patterns): in a path they could name something else. */
export function checkTarget(target: TargetRef): void {
  if (/^[a-f0-9]{24}$/.test(target.projectId) && /^[a-zA-Z0-9][a-zA-Z0-9-]*$/.test(target.name)) return;
  throw refusedBeforeCall('invalid', 'That is not the name of an Atlas cluster. Nothing was sent to Atlas.');
}
