import { z } from 'zod';
import type { Project } from '../provider.ts';
import { type AtlasApi, apiPath } from './api.ts';
import { rolesAsked } from './roles.ts';

const project = z.object({ id: z.string().min(1), name: z.string() });

/** All projects of the organization, proven complete. */
export function listProjects(api: AtlasApi, organizationId: string, signal?: AbortSignal): Promise<Project[]> {
  return api.listAll(
    {
      name: 'list-projects',
      path: apiPath`/orgs/${organizationId}/groups`,
      version: '2023-01-01',
      role: rolesAsked.organizationMember,
      subject: 'this organization',
      item: project,
    },
    ({ id }) => id,
    signal,
  );
}
