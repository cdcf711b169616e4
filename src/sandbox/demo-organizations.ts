/** The sandbox's first organization, at Atlas, where it has several. */
export const meridian = { key: 'meridian', name: 'Meridian Health' } as const;

/** The demo's second organization: at a vendor whose portal has a support switch of its own for each tenant. */
export const shield = {
  key: 'shield',
  name: 'Shield',
  channel: 'C0SHIELD01',
  channelName: 'shield-access',
  tenants: [
    { id: 'production', name: 'Production' },
    { id: 'staging', name: 'Staging' },
  ],
  /** By their ids, which are the portal's levels; the one that shows least first. */
  accessTypes: [
    {
      id: 'read-only',
      keyword: 'look',
      label: 'read-only portal access',
      canSee: ['alerts, policies and the audit log of the tenant'],
      cannotSee: ['the secrets that policies hold'],
    },
    {
      id: 'administrator',
      keyword: 'admin',
      label: 'administrator portal access',
      canSee: ['alerts, policies and the audit log of the tenant, and it may change policies'],
      cannotSee: ['the secrets that policies hold'],
    },
  ],
} as const;
