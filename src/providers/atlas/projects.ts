import { z } from 'zod';
import { type AtlasApi, apiPath } from './api.ts';
import { rolesAsked } from './roles.ts';

const project = z.object({ id: z.string().min(1) });

/** The ids of all projects of the organization, proven complete. */
export async function listProjectIds(api: AtlasApi, organizationId: string, signal?: AbortSignal): Promise<string[]> {
  const projects = await api.listAll(
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
  return projects.map(({ id }) => id);
}
