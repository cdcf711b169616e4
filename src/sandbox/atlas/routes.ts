import { clusterEndpoints } from './cluster-endpoints.ts';
import type { AtlasCall, Endpoint } from './endpoint.ts';
import { eventEndpoints } from './event-endpoints.ts';
import { organizationEndpoints } from './organization-endpoints.ts';
import { serviceAccountEndpoints } from './service-account-endpoints.ts';

const API_ROOT = '/api/atlas/v2';
export const TOKEN_PATH = '/api/oauth/token';
export const REVOKE_TOKEN_PATH = '/api/oauth/revoke';

export const endpoints: readonly Endpoint[] = [
  ...organizationEndpoints,
  ...clusterEndpoints,
  ...eventEndpoints,
  ...serviceAccountEndpoints,
];

/** The path as the emulator's router writes it: `{name}` is a parameter, and so has to be the `:verb` behind it. */
export function routerPath(endpoint: Endpoint): string {
  const path = endpoint.path.replace(/:(\w+)$/, ':verb{:$1}').replaceAll(/\{(\w+)\}/g, ':$1{[^/:]+}');
  return `${API_ROOT}${path}`;
}

const namedPaths = endpoints.map(({ call, method, path }) => ({
  call,
  method,
  pattern: new RegExp(`^${API_ROOT}${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/:]+)')}$`),
}));

/** Which call a request makes and of which cluster; undefined for a path that Atlas does not have. */
export function nameCall(method: string, pathname: string): { call: AtlasCall; cluster?: string } | undefined {
  if (method === 'POST' && pathname === TOKEN_PATH) return { call: 'token' };
  if (method === 'POST' && pathname === REVOKE_TOKEN_PATH) return { call: 'revokeToken' };
  for (const named of namedPaths) {
    const match = named.method === method ? named.pattern.exec(pathname) : null;
    if (match !== null) return { call: named.call, cluster: match.groups?.clusterName };
  }
  return undefined;
}
