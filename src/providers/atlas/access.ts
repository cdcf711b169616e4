import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { type AccessReading, ProviderError, type TargetRef } from '../provider.ts';
import { type AtlasApi, apiPath } from './api.ts';
import { wholeSeconds } from './instants.ts';
import { listProjectIds } from './projects.ts';
import { rolesAsked } from './roles.ts';
import { checkTarget } from './targets.ts';

const cluster = z.object({
  name: z.string(),
  groupId: z.string(),
  mongoDBEmployeeAccessGrant: z
    .object({ grantType: z.string().min(1), expirationTime: z.iso.datetime({ offset: true }) })
    .nullish(),
});
const clusterInListing = z.object({ name: z.string().min(1) });

/** Opens access, or replaces the grant the cluster holds: Atlas keeps one for each cluster. */
export async function openAccess(
  api: AtlasApi,
  target: TargetRef,
  grantType: string,
  until: Date,
  signal?: AbortSignal,
): Promise<void> {
  await api.call(
    {
      name: 'grant-access',
      method: 'POST',
      path: `${clusterPath(target)}:grantMongoDBEmployeeAccess`,
      version: '2024-08-05',
      body: { grantType, expirationTime: wholeSeconds(until) },
      role: rolesAsked.supportAccessManager,
      subject: `cluster ${target.name}`,
      status: 204,
      answer: z.undefined(),
    },
    signal,
  );
}

/**
 * Revokes what the cluster holds. Atlas answers 404 when there is nothing to revoke, and equally when it does not know
 * the cluster: both leave nothing to do here, and neither proves anything. What is open is only known by reading.
 */
export async function closeAccess(api: AtlasApi, target: TargetRef, signal?: AbortSignal): Promise<void> {
  try {
    await api.call(
      {
        name: 'revoke-access',
        method: 'POST',
        path: `${clusterPath(target)}:revokeMongoDBEmployeeAccess`,
        version: '2024-08-05',
        role: rolesAsked.supportAccessManager,
        subject: `cluster ${target.name}`,
        status: 204,
        answer: z.undefined(),
      },
      signal,
    );
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** Reads the grant of one cluster. A cluster Atlas does not know is only believed gone on a complete listing. */
export async function readAccess(
  api: AtlasApi,
  organizationId: string,
  target: TargetRef,
  clock: Clock,
  signal?: AbortSignal,
): Promise<AccessReading> {
  const read = {
    name: 'read-cluster',
    method: 'GET',
    path: clusterPath(target),
    version: '2024-08-05',
    role: rolesAsked.projectReadOnly,
    subject: `cluster ${target.name}`,
    status: 200,
    answer: cluster,
  } as const;
  try {
    const answer = await api.call(read, signal);
    // An answer about something else, read as "no grant", would pass for closed.
    if (answer.name !== target.name || answer.groupId !== target.projectId) {
      throw api.contradiction(read, 'The answer is about another cluster');
    }
    const grant = answer.mongoDBEmployeeAccessGrant;
    const until = grant && new Date(grant.expirationTime);
    if (!grant || !until || until <= clock.now()) return { state: 'closed', targetExists: true };
    return { state: 'open', type: grant.grantType, until };
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  if (await stillListed(api, organizationId, target, signal)) {
    throw api.contradiction(read, 'Atlas lists the cluster or its project, but does not find it when asked for it');
  }
  return { state: 'closed', targetExists: false };
}

/**
 * Whether the project's listing holds the cluster or, where Atlas does not know the project either, whether the
 * organization's listing holds the project.
 */
async function stillListed(
  api: AtlasApi,
  organizationId: string,
  target: TargetRef,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    const clusters = await api.listAll(
      {
        name: 'list-clusters',
        path: apiPath`/groups/${target.projectId}/clusters`,
        version: '2024-08-05',
        role: rolesAsked.projectReadOnly,
        subject: 'this project',
        item: clusterInListing,
      },
      ({ name }) => name,
      signal,
    );
    return clusters.some(({ name }) => name === target.name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  const projectIds = await listProjectIds(api, organizationId, signal);
  return projectIds.includes(target.projectId);
}

function clusterPath(target: TargetRef): string {
  checkTarget(target);
  return apiPath`/groups/${target.projectId}/clusters/${target.name}`;
}

function isNotFound(error: unknown): boolean {
  return error instanceof ProviderError && error.code === 'not-found' && error.status === 404;
}
