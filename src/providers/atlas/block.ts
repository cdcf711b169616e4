import { z } from 'zod';
import { type ApiCall, type AtlasApi, apiPath } from './api.ts';
import { rolesAsked } from './roles.ts';

/** Reads the organization-wide block. Needs Organization Member. */
export async function readBlock(api: AtlasApi, organizationId: string, signal?: AbortSignal): Promise<boolean> {
  const read: ApiCall<{ restrictEmployeeAccess: boolean }> = {
    name: 'read-settings',
    method: 'GET',
    path: apiPath`/orgs/${organizationId}/settings`,
    version: '2023-01-01',
    role: rolesAsked.organizationMember,
    subject: 'this organization',
    status: 200,
    answer: z.object({ restrictEmployeeAccess: z.boolean() }),
  };
  return (await api.call(read, signal)).restrictEmployeeAccess;
}

/** Switches the block and nothing else. Atlas answers with the settings, which have to say so. Needs Organization Owner. */
export async function setBlock(
  api: AtlasApi,
  organizationId: string,
  blocked: boolean,
  signal?: AbortSignal,
): Promise<void> {
  await api.call(
    {
      name: 'set-block',
      method: 'PATCH',
      path: apiPath`/orgs/${organizationId}/settings`,
      version: '2023-01-01',
      body: { restrictEmployeeAccess: blocked },
      closes: blocked,
      role: rolesAsked.organizationOwner,
      subject: 'this organization',
      status: 200,
      answer: z.object({ restrictEmployeeAccess: z.literal(blocked) }),
    },
    signal,
  );
}
