import { z } from 'zod';
import type { Project } from '../provider.ts';
import { type AtlasApi, apiPath } from './api.ts';
import { rolesAsked } from './roles.ts';

/** `connectionStrings` holds one for each way there is: plain, SRV, private, one for each private endpoint, and so on. */
const clusterWithAddresses = z.object({ name: z.string().min(1), connectionStrings: z.unknown().optional() });

export interface ClusterHosts {
  /** `project/cluster`. */
  readonly name: string;
  /** Host names in lower case, without ports. */
  readonly hosts: readonly string[];
}

/** By which names the clusters of a project are reached. Needs Project Read Only. */
export async function readClusterHosts(
  api: AtlasApi,
  project: Project,
  signal?: AbortSignal,
): Promise<readonly ClusterHosts[]> {
  const clusters = await api.listAll(
    {
      name: 'list-cluster-addresses',
      path: apiPath`/groups/${project.id}/clusters`,
      version: '2024-08-05',
      role: rolesAsked.projectReadOnly,
      subject: 'this project',
      item: clusterWithAddresses,
    },
    ({ name }) => name,
    signal,
  );
  return clusters.map(({ name, connectionStrings }) => ({
    name: `${project.name}/${name}`,
    hosts: textsIn(connectionStrings).flatMap(hostsOf),
  }));
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function hostsOf(connectionString: string): string[] {
  const hosts = /^mongodb(?:\+srv)?:\/\/(?:[^@/]*@)?([^/?]+)/.exec(connectionString)?.[1] ?? '';
  return hosts.split(',').flatMap((host) => host.replace(/:\d+$/, '').toLowerCase() || []);
}
