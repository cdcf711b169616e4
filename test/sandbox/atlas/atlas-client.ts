import { onTestFinished } from 'vitest';
import { demoBlockAccount, demoEverydayAccount, demoSeed } from '../../../src/sandbox/atlas/demo-seed.ts';
import type { AtlasSeed } from '../../../src/sandbox/atlas/seed.ts';
import { type AtlasEmulator, startAtlas } from '../../../src/sandbox/atlas/server.ts';
import { ManualClock } from '../../../src/sandbox/manual-clock.ts';

export const START = new Date('2026-03-02T09:00:00Z');

interface Credentials {
  clientId: string;
  clientSecret: string;
}

/** An answer, its JSON body already read; an empty body is undefined. */
export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

type RateLimits = Parameters<typeof startAtlas>[0]['rateLimits'];

/** A simulated Atlas for one test, with accounts signed in, closed when the test ends. */
export async function openAtlas(options: { seed?: Partial<AtlasSeed>; rateLimits?: RateLimits } = {}) {
  const clock = new ManualClock(START);
  const seed = { ...demoSeed, ...options.seed };
  const atlas = await startAtlas({ clock, seed, rateLimits: options.rateLimits });
  onTestFinished(() => atlas.close());
  return {
    clock,
    atlas,
    everyday: await signIn(atlas, demoEverydayAccount),
    owner: await signIn(atlas, demoBlockAccount),
  };
}

export function basic({ clientId, clientSecret }: Credentials): string {
  return `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
}

export function oauth(atlas: AtlasEmulator, path: 'token' | 'revoke', authorization: string, form: URLSearchParams) {
  return answerOf(
    fetch(`${atlas.url}/api/oauth/${path}`, { method: 'POST', headers: { Authorization: authorization }, body: form }),
  );
}

export async function takeToken(atlas: AtlasEmulator, credentials: Credentials): Promise<string> {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  const { body } = await oauth(atlas, 'token', basic(credentials), form);
  return (body as { access_token: string }).access_token;
}

/** Calls the API with a token; `version` stands in `Accept` and, with a body, in `Content-Type`. */
export async function signIn(atlas: AtlasEmulator, credentials: Credentials) {
  const token = await takeToken(atlas, credentials);
  return {
    token,
    call(method: string, path: string, version: string, body?: unknown, signal?: AbortSignal): Promise<Answer> {
      const mediaType = `application/vnd.atlas.${version}+json`;
      return answerOf(
        fetch(`${atlas.url}/api/atlas/v2${path}`, {
          method,
          signal,
          headers: {
            Authorization: `Bearer ${token}`,
            Accept: mediaType,
            ...(body !== undefined && { 'Content-Type': mediaType }),
          },
          body: body === undefined ? undefined : JSON.stringify(body),
        }),
      );
    },
  };
}

export type Client = Awaited<ReturnType<typeof signIn>>;

async function answerOf(pending: Promise<Response>): Promise<Answer> {
  const response = await pending;
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

export function clusterPath(projectId: string, clusterName: string): string {
  return `/groups/${projectId}/clusters/${clusterName}`;
}

export function grant(
  client: Client,
  projectId: string,
  clusterName: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<Answer> {
  const path = `${clusterPath(projectId, clusterName)}:grantMongoDBEmployeeAccess`;
  return client.call('POST', path, '2024-08-05', body, signal);
}

export function revoke(client: Client, projectId: string, clusterName: string): Promise<Answer> {
  return client.call('POST', `${clusterPath(projectId, clusterName)}:revokeMongoDBEmployeeAccess`, '2024-08-05');
}

export function readCluster(client: Client, projectId: string, clusterName: string): Promise<Answer> {
  return client.call('GET', clusterPath(projectId, clusterName), '2024-08-05');
}
