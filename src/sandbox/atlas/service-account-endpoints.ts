import { type ApiRequest, type Endpoint, isoSeconds, param } from './endpoint.ts';
import { refusal } from './errors.ts';
import type { AtlasServiceAccount } from './seed.ts';

/**
 * What Atlas tells of service accounts. The Administration API names no role for it; the sibling Cloud Manager API lets any
 * role of the organization see them, and so it is here, with reading in the project for what belongs to a project.
 */
export const serviceAccountEndpoints: readonly Endpoint[] = [
  {
    call: 'readServiceAccount',
    method: 'GET',
    path: '/orgs/{orgId}/serviceAccounts/{clientId}',
    version: '2024-08-05',
    permission: 'organization-member',
    answer(request) {
      const account = named(request);
      return describe(request, account, account.orgRoles);
    },
  },
  {
    call: 'readProjectServiceAccount',
    method: 'GET',
    path: '/groups/{groupId}/serviceAccounts/{clientId}',
    version: '2024-08-05',
    permission: 'project-read',
    answer(request) {
      const account = named(request);
      const groupId = param(request, 'groupId');
      const held = account.projectRoles.find(({ projectId }) => projectId === groupId);
      if (held === undefined) throw unknownAccount(account.clientId);
      return describe(request, account, held.roles);
    },
  },
];

function named(request: ApiRequest): AtlasServiceAccount {
  const clientId = param(request, 'clientId');
  const account = request.organization.serviceAccounts.find((other) => other.clientId === clientId);
  if (account === undefined) throw unknownAccount(clientId);
  return account;
}

const unknownAccount = (clientId: string) =>
  refusal(404, { detail: `No service account ${clientId} exists here.`, parameters: [clientId] });

/** One secret each, good for a year unless the seed says otherwise. */
function describe({ organization }: ApiRequest, account: AtlasServiceAccount, roles: readonly string[]) {
  const { clientId, clientSecret } = account;
  const created = new Date(organization.createdAt);
  const expiresAt = account.secretExpiresAt ?? isoSeconds(new Date(created.getTime() + yearMs));
  return {
    clientId,
    createdAt: organization.createdAt,
    description: '',
    name: clientId,
    roles,
    secrets: [
      {
        createdAt: organization.createdAt,
        expiresAt,
        id: clientId.replace('mdb_sa_id_', ''),
        maskedSecretValue: `mdb_sa_sk_${'*'.repeat(6)}${clientSecret.slice(-4)}`,
      },
    ],
  };
}

const yearMs = 365 * 24 * 60 * 60_000;
