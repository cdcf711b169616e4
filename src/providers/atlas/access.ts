import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { wholeSeconds } from '../instants.ts';
import { type AccessReading, type Project, ProviderError, type Target, type TargetRef } from '../provider.ts';
import { type AtlasApi, apiPath } from './api.ts';
import { listProjects } from './projects.ts';
import { rolesAsked } from './roles.ts';
import { checkTarget, targetOf } from './targets.ts';

const cluster = z.object({
  name: z.string(),
  groupId: z.string(),
  mongoDBEmployeeAccessGrant: z
    .object({ grantType: z.string().min(1), expirationTime: z.iso.datetime({ offset: true }) })
    .nullish(),
});
/** For how long after its end a grant may still be shown. */
const shownAfterEndMs = 60_000;
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
        closes: true,
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
  { toClose: closes = false, signal }: { toClose?: boolean; signal?: AbortSignal } = {},
): Promise<AccessReading> {
  const read = {
    name: 'read-cluster',
    method: 'GET',
    path: clusterPath(target),
    closes,
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
    return readingOf(answer, clock.now());
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  if (await stillListed(api, organizationId, target, closes, signal)) {
    throw api.contradiction(read, 'Atlas lists the cluster or its project, but does not find it when asked for it');
  }
  return { state: 'closed', targetExists: false };
}

/** What every cluster of a project holds, from one listing that is proven complete. */
export async function listAccess(
  api: AtlasApi,
  consoleUrl: string,
  project: Project,
  clock: Clock,
  signal?: AbortSignal,
): Promise<{ target: Target; reading: AccessReading }[]> {
  const listing = {
    name: 'list-access',
    path: apiPath`/groups/${project.id}/clusters`,
    version: '2024-08-05',
    role: rolesAsked.projectReadOnly,
    subject: 'this project',
    item: cluster,
  } as const;
  const clusters = await api.listAll(listing, ({ name }) => name, signal);
  if (clusters.some(({ groupId }) => groupId !== project.id)) {
    throw api.contradiction(listing, 'The listing holds a cluster of another project');
  }
  const now = clock.now();
  return clusters.map((one) => ({ target: targetOf(project, one.name, consoleUrl), reading: readingOf(one, now) }));
}

/**
 * Atlas ends a grant by itself and may take a moment to stop showing it. One that it shows for longer has not been ended,
 * as far as anybody can tell: it counts as open, with an end that has passed.
 */
function readingOf({ mongoDBEmployeeAccessGrant: grant }: z.infer<typeof cluster>, now: Date): AccessReading {
  const until = grant && new Date(grant.expirationTime);
  if (!grant || !until) return { state: 'closed', targetExists: true };
  const ending = until <= now && now.getTime() - until.getTime() < shownAfterEndMs;
  return ending ? { state: 'closed', targetExists: true } : { state: 'open', type: grant.grantType, until };
}

/**
 * Whether the project's listing holds the cluster or, where Atlas does not know the project either, whether the
 * organization's listing holds the project.
 */
async function stillListed(
  api: AtlasApi,
  organizationId: string,
  target: TargetRef,
  closes: boolean,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    const clusters = await api.listAll(
      {
        name: 'list-clusters',
        path: apiPath`/groups/${target.projectId}/clusters`,
        closes,
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
  const projects = await listProjects(api, organizationId, signal);
  return projects.some(({ id }) => id === target.projectId);
}

function clusterPath(target: TargetRef): string {
  checkTarget(target);
  return apiPath`/groups/${target.projectId}/clusters/${target.name}`;
}

function isNotFound(error: unknown): boolean {
  return error instanceof ProviderError && error.code === 'not-found' && error.status === 404;
}
