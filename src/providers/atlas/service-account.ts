import { z } from 'zod';
import type { SecretExpiry } from '../../grants/secret-expiry.ts';
import { ProviderError } from '../provider.ts';
import { type AtlasApi, apiPath } from './api.ts';
import type { AtlasCredentials } from './tokens.ts';

/** A service account of ours, and how to call Atlas as it. */
export interface Account {
  /** For messages: "the service account". */
  readonly words: string;
  readonly api: AtlasApi;
  readonly credentials: AtlasCredentials;
}

const secret = z.object({
  expiresAt: z.iso.datetime({ offset: true }),
  /** Shows the beginning and the last four characters. */
  maskedSecretValue: z.string().nullish(),
});

const serviceAccount = z.object({ roles: z.array(z.string()).nullish(), secrets: z.array(secret).nullish() });
type ServiceAccount = z.infer<typeof serviceAccount>;

/**
 * What Atlas tells an account of itself, with its roles over the organization; undefined where the account may not see it.
 * The Atlas Administration API ("Return One Organization Service Account") names no role for it; its sibling, the Cloud
 * Manager API, lets any role of the organization.
 */
export function readItself(
  { api, credentials: { clientId } }: Account,
  organizationId: string,
  signal?: AbortSignal,
): Promise<ServiceAccount | undefined> {
  return whereSeen(
    api.call(
      {
        name: 'read-service-account',
        method: 'GET',
        path: apiPath`/orgs/${organizationId}/serviceAccounts/${clientId}`,
        version: '2024-08-05',
        role: 'the right to see itself',
        subject: 'this service account',
        status: 200,
        answer: serviceAccount,
      },
      signal,
    ),
  );
}

/** The account's roles in one project ("Return One Project Service Account"); undefined where they cannot be seen. */
export async function readRolesInProject(
  { api, credentials: { clientId } }: Account,
  projectId: string,
  signal?: AbortSignal,
): Promise<readonly string[] | undefined> {
  const found = await whereSeen(
    api.call(
      {
        name: 'read-project-service-account',
        method: 'GET',
        path: apiPath`/groups/${projectId}/serviceAccounts/${clientId}`,
        version: '2024-08-05',
        role: 'the right to see itself',
        subject: 'this service account',
        status: 200,
        answer: serviceAccount,
      },
      signal,
    ),
  );
  return found?.roles ?? undefined;
}

/**
 * When the secret in use expires: the one whose last characters Atlas shows, or else the first of those that there are.
 * Undefined where Atlas names none.
 */
export async function secretExpiry({ credentials }: Account, { secrets }: ServiceAccount): Promise<Date | undefined> {
  const known = secrets ?? [];
  const tail = (await credentials.clientSecret()).slice(-4);
  const inUse = known.filter(({ maskedSecretValue }) => maskedSecretValue?.endsWith(tail));
  const ends = (inUse.length > 0 ? inUse : known).map(({ expiresAt }) => Date.parse(expiresAt));
  return ends.length === 0 ? undefined : new Date(Math.min(...ends));
}

/** Of the accounts that can see it. */
export async function secretExpiries(
  accounts: readonly Account[],
  organizationId: string,
  signal?: AbortSignal,
): Promise<SecretExpiry[]> {
  const found = await Promise.all(
    accounts.map(async (account) => {
      const itself = await readItself(account, organizationId, signal);
      const expiresAt = itself && (await secretExpiry(account, itself));
      return expiresAt === undefined ? [] : [{ account: account.words, expiresAt }];
    }),
  );
  return found.flat();
}

async function whereSeen<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ProviderError && (error.code === 'forbidden' || error.code === 'not-found')) return undefined;
    throw error;
  }
}
