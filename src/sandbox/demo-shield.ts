import type { OrganizationConfig } from '../config.ts';
import { portalSchema } from '../providers/portal/portal-schema.ts';
import { shield } from './demo-organizations.ts';
import { people } from './demo-workspace.ts';

interface ShieldAccount {
  /** The portal's. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** `records`: the database of the first organization. */
export function shieldOrganization(
  { url, clientId, clientSecret }: ShieldAccount,
  records: string,
): OrganizationConfig {
  const address = `${url}/v1/tenants/{target.id}/support-access`;
  const { accessTypes, tenants } = shield;
  const tokenUrl = `${url}/oauth/token`;
  const { push, ...about } = portalSchema.parse({
    vendor: 'Shield',
    supportStaff: 'Shield support',
    noun: 'tenant',
    url: `${url}/settings/support`,
    targets: tenants,
    accessTypes,
    push: {
      open: { method: 'PUT', url: address, json: { expiresAt: '{until}', level: '{type}' } },
      close: { method: 'DELETE', url: address },
      status: {
        url: address,
        open: '/supportAccess/enabled',
        until: '/supportAccess/expiresAt',
        type: '/supportAccess/level',
      },
      auth: { oauth: { tokenUrl, clientId, clientSecret: { env: 'SHIELD_SECRET' } } },
      allowPrivate: ['127.0.0.1'],
    },
    pull: true,
  });
  // A file only says where a secret is; this one is at hand.
  const value = { kind: 'value', value: clientSecret } as const;
  const auth = { kind: 'oauth', tokenUrl, clientId, clientSecret: value } as const;
  return {
    key: shield.key,
    name: shield.name,
    database: `${records}_${shield.key}`,
    channelId: shield.channel,
    mode: 'manage',
    policy: { deciders: 'org-owners', owners: [people.olivia, people.oscar], ownApprovalCounts: true },
    provider: { kind: 'portal', settings: { ...about, push: push && { ...push, auth } } },
    ledger: { inLog: false },
  };
}
