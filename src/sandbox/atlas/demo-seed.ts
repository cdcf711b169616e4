import type { AtlasSeed, AtlasServiceAccount } from './seed.ts';

/** Project ids by name. */
export const demoProjects = {
  payments: '64f0a1b2c3d4e5f600000101',
  analytics: '64f0a1b2c3d4e5f600000102',
  platform: '64f0a1b2c3d4e5f600000103',
} as const;

const { payments, analytics, platform } = demoProjects;
const analyticsSupportTeam = '64f0a1b2c3d4e5f600000201';

/** The everyday account: it reads everything and opens and closes access, but may not switch the block. */
export const demoEverydayAccount: AtlasServiceAccount = {
  clientId: 'mdb_sa_id_64f0a1b2c3d4e5f600000401',
  clientSecret: 'mdb_sa_sk_everyday-demo_secret',
  orgRoles: ['ORG_MEMBER'],
  projectRoles: [payments, analytics, platform].map((projectId) => ({
    projectId,
    roles: ['GROUP_SUPPORT_ACCESS_MANAGER', 'GROUP_READ_ONLY'],
  })),
};

/** The account that may switch the block. */
export const demoBlockAccount: AtlasServiceAccount = {
  clientId: 'mdb_sa_id_64f0a1b2c3d4e5f600000402',
  clientSecret: 'mdb_sa_sk_block-demo_secret',
  orgRoles: ['ORG_OWNER'],
  projectRoles: [],
};

/**
 * A believable organization for the sandbox and the tests: two owners, one right through a project, one through a team,
 * one owner who has not accepted the invitation, and a cluster name that stands in two projects.
 */
export const demoSeed: AtlasSeed = {
  organizationId: '64f0a1b2c3d4e5f600000001',
  organizationName: 'Meridian Health',
  blocked: true,
  projects: [
    {
      id: payments,
      name: 'payments',
      clusters: [{ name: 'payments-prod' }, { name: 'ledger-prod' }, { name: 'staging' }],
    },
    {
      id: analytics,
      name: 'analytics',
      clusters: [{ name: 'warehouse' }, { name: 'events-prod' }],
      teams: [{ teamId: analyticsSupportTeam, roleNames: ['GROUP_SUPPORT_ACCESS_MANAGER'] }],
    },
    { id: platform, name: 'platform', clusters: [{ name: 'staging' }] },
  ],
  users: [
    {
      id: '64f0a1b2c3d4e5f600000301',
      email: 'olivia.owner@meridian.example',
      firstName: 'Olivia',
      lastName: 'Owner',
      status: 'ACTIVE',
      orgRoles: ['ORG_OWNER'],
      projectRoles: [],
    },
    {
      id: '64f0a1b2c3d4e5f600000302',
      email: 'oscar.second@meridian.example',
      firstName: 'Oscar',
      lastName: 'Second',
      status: 'ACTIVE',
      orgRoles: ['ORG_OWNER'],
      projectRoles: [],
    },
    {
      id: '64f0a1b2c3d4e5f600000303',
      email: 'priya.project@meridian.example',
      firstName: 'Priya',
      lastName: 'Project',
      status: 'ACTIVE',
      orgRoles: ['ORG_MEMBER'],
      projectRoles: [{ projectId: payments, roles: ['GROUP_OWNER'] }],
    },
    {
      id: '64f0a1b2c3d4e5f600000304',
      email: 'sam.support@meridian.example',
      firstName: 'Sam',
      lastName: 'Support',
      status: 'ACTIVE',
      orgRoles: ['ORG_MEMBER'],
      projectRoles: [],
      teamIds: [analyticsSupportTeam],
    },
    {
      id: '64f0a1b2c3d4e5f600000305',
      email: 'erin.engineer@meridian.example',
      firstName: 'Erin',
      lastName: 'Engineer',
      status: 'ACTIVE',
      orgRoles: ['ORG_MEMBER'],
      projectRoles: [],
    },
    {
      id: '64f0a1b2c3d4e5f600000306',
      email: 'pending.pat@meridian.example',
      firstName: 'Pat',
      lastName: 'Pending',
      status: 'PENDING',
      orgRoles: ['ORG_OWNER'],
      projectRoles: [],
    },
  ],
  serviceAccounts: [demoEverydayAccount, demoBlockAccount],
};
