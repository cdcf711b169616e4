import fc from 'fast-check';
import { expect, test } from 'vitest';
import { demoEverydayAccount, demoProjects, demoSeed } from '../../../src/sandbox/atlas/demo-seed.ts';
import { clusterPath, grant, openAtlas, readCluster, revoke, START } from './atlas-client.ts';

const { payments, analytics, platform } = demoProjects;
const tomorrow = '2026-03-03T09:00:00Z';
const infrastructure = { grantType: 'CLUSTER_INFRASTRUCTURE', expirationTime: tomorrow };

test('opens access, shows it, replaces it and closes it', async () => {
  const { atlas, everyday } = await openAtlas();
  expect((await readCluster(everyday, payments, 'payments-prod')).body).not.toHaveProperty(
    'mongoDBEmployeeAccessGrant',
  );

  expect(await grant(everyday, payments, 'payments-prod', infrastructure)).toMatchObject({
    status: 204,
    body: undefined,
  });
  expect((await readCluster(everyday, payments, 'payments-prod')).body).toMatchObject({
    name: 'payments-prod',
    groupId: payments,
    mongoDBEmployeeAccessGrant: infrastructure,
  });

  const logs = { grantType: 'CLUSTER_DATABASE_LOGS', expirationTime: '2026-03-02T12:30:00Z' };
  await grant(everyday, payments, 'payments-prod', logs);
  expect((await readCluster(everyday, payments, 'payments-prod')).body).toMatchObject({
    mongoDBEmployeeAccessGrant: logs,
  });

  expect(await revoke(everyday, payments, 'payments-prod')).toMatchObject({ status: 204, body: undefined });
  expect((await readCluster(everyday, payments, 'payments-prod')).body).not.toHaveProperty(
    'mongoDBEmployeeAccessGrant',
  );
  expect(await revoke(everyday, payments, 'payments-prod')).toMatchObject({
    status: 404,
    body: { errorCode: 'RESOURCE_NOT_FOUND' },
  });
  expect(atlas.state.events.map((event) => event.eventTypeName)).toEqual([
    'EMPLOYEE_ACCESS_GRANTED',
    'EMPLOYEE_ACCESS_GRANTED',
    'EMPLOYEE_ACCESS_REVOKED',
  ]);
});

test('a grant belongs to the cluster of one project, though another project has one of that name', async () => {
  const { everyday } = await openAtlas();
  await grant(everyday, platform, 'staging', infrastructure);
  expect((await readCluster(everyday, platform, 'staging')).body).toHaveProperty('mongoDBEmployeeAccessGrant');
  expect((await readCluster(everyday, payments, 'staging')).body).not.toHaveProperty('mongoDBEmployeeAccessGrant');
});

test('a grant ends by itself at its expiry', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 7 * 86_400 }), async (seconds) => {
      const { atlas, clock } = await openAtlas();
      const expirationTime = new Date(START.getTime() + seconds * 1000);
      const actor = { email: 'olivia.owner@meridian.example' };
      atlas.state.setGrant(payments, 'ledger-prod', { grantType: 'CLUSTER_DATABASE_LOGS', expirationTime }, actor);
      clock.tick(seconds * 1000 - 1);
      expect(atlas.state.grants.get(`${payments}/ledger-prod`)).toEqual({
        grantType: 'CLUSTER_DATABASE_LOGS',
        expirationTime,
      });
      clock.tick(1);
      expect(atlas.state.grants.size).toBe(0);
    }),
    { numRuns: 10 },
  );
});

test('an expired grant is gone from the API, and there is nothing to revoke', async () => {
  const { clock, everyday } = await openAtlas();
  await grant(everyday, payments, 'ledger-prod', { ...infrastructure, expirationTime: '2026-03-02T09:30:00Z' });
  clock.tick(30 * 60_000);
  expect((await readCluster(everyday, payments, 'ledger-prod')).body).not.toHaveProperty('mongoDBEmployeeAccessGrant');
  expect(await revoke(everyday, payments, 'ledger-prod')).toMatchObject({ status: 404 });
});

test.each(['CLUSTER_INFRASTRUCTURE', 'CLUSTER_DATABASE_LOGS', 'CLUSTER_INFRASTRUCTURE_AND_APP_SERVICES_SYNC_DATA'])(
  'accepts %s, even for longer than the 24 hours of the web interface',
  async (grantType) => {
    const { everyday } = await openAtlas();
    const body = { grantType, expirationTime: '2026-04-02T09:00:00Z' };
    expect(await grant(everyday, payments, 'payments-prod', body)).toMatchObject({ status: 204 });
  },
);

test.each([
  [
    'an unknown type',
    { ...infrastructure, grantType: 'EVERYTHING' },
    'INVALID_ENUM_VALUE',
    /invalid enumeration value EVERYTHING/,
  ],
  ['no type', { expirationTime: tomorrow }, 'MISSING_ATTRIBUTE', /grantType/],
  ['no expiry', { grantType: 'CLUSTER_INFRASTRUCTURE' }, 'MISSING_ATTRIBUTE', /expirationTime/],
  ['an expiry now', { ...infrastructure, expirationTime: START.toISOString() }, 'INVALID_ATTRIBUTE', /future/],
  [
    'an expiry in the past',
    { ...infrastructure, expirationTime: '2026-03-02T08:59:59Z' },
    'INVALID_ATTRIBUTE',
    /future/,
  ],
  [
    'an expiry without a zone',
    { ...infrastructure, expirationTime: '2026-03-03T09:00:00' },
    'INVALID_ATTRIBUTE',
    /UTC/,
  ],
  [
    'an expiry that is no date',
    { ...infrastructure, expirationTime: '2026-13-03T09:00:00Z' },
    'INVALID_ATTRIBUTE',
    /UTC/,
  ],
  ['an unknown attribute', { ...infrastructure, reason: 'help' }, 'INVALID_ATTRIBUTE', /reason/],
])('refuses a grant with %s', async (_what, body, errorCode, detail) => {
  const { atlas, everyday } = await openAtlas();
  expect(await grant(everyday, payments, 'payments-prod', body)).toMatchObject({
    status: 400,
    body: { error: 400, errorCode, reason: 'Bad Request', detail: expect.stringMatching(detail) },
  });
  expect(atlas.state.grants.size).toBe(0);
});

test('the version before support access is refused', async () => {
  const { everyday } = await openAtlas();
  const path = `${clusterPath(payments, 'payments-prod')}:revokeMongoDBEmployeeAccess`;
  expect(await everyday.call('POST', path, '2023-02-01')).toMatchObject({ status: 406 });
});

test('says 404 of a cluster and of a project that are not there', async () => {
  const { atlas, everyday } = await openAtlas();
  atlas.state.removeCluster(payments, 'ledger-prod');
  for (const call of [
    readCluster(everyday, payments, 'ledger-prod'),
    grant(everyday, payments, 'ledger-prod', infrastructure),
    revoke(everyday, payments, 'ledger-prod'),
  ]) {
    expect(await call).toMatchObject({ status: 404, body: { errorCode: 'CLUSTER_NOT_FOUND' } });
  }
  expect(await readCluster(everyday, '64f0a1b2c3d4e5f6000009ff', 'ledger-prod')).toMatchObject({
    status: 404,
    body: { errorCode: 'GROUP_NOT_FOUND' },
  });
});

test.each([
  { roles: ['GROUP_SUPPORT_ACCESS_MANAGER'], read: 403, change: 204 },
  { roles: ['GROUP_READ_ONLY'], read: 200, change: 403 },
  { roles: ['GROUP_OWNER'], read: 200, change: 204 },
  { roles: [], read: 403, change: 403 },
])('with $roles in the project: read $read, change $change', async ({ roles, read, change }) => {
  const { atlas, everyday } = await openAtlas();
  atlas.state.setServiceAccountRoles(demoEverydayAccount.clientId, {
    projectRoles: [
      { projectId: payments, roles },
      { projectId: analytics, roles: ['GROUP_OWNER'] },
    ],
  });
  const reads = [
    await readCluster(everyday, payments, 'staging'),
    await everyday.call('GET', `/groups/${payments}/clusters`, '2024-08-05'),
    await everyday.call('GET', `/groups/${payments}/teams`, '2023-01-01'),
    await everyday.call('GET', `/groups/${payments}/events`, '2023-01-01'),
  ];
  const changes = [
    await grant(everyday, payments, 'staging', infrastructure),
    await revoke(everyday, payments, 'staging'),
  ];
  expect(reads.map((answer) => answer.status)).toEqual([read, read, read, read]);
  expect(changes.map((answer) => answer.status)).toEqual([change, change]);
});

test('an organization owner may do everything in every project', async () => {
  const { owner } = await openAtlas();
  expect(await readCluster(owner, payments, 'staging')).toMatchObject({ status: 200 });
  expect(await grant(owner, payments, 'staging', infrastructure)).toMatchObject({ status: 204 });
});

test('lists the clusters of a project with their grants, and its teams', async () => {
  const { everyday } = await openAtlas();
  await grant(everyday, analytics, 'warehouse', infrastructure);
  const clusters = await everyday.call('GET', `/groups/${analytics}/clusters`, '2024-08-05');
  expect(clusters.body).toMatchObject({
    totalCount: 2,
    results: [{ name: 'warehouse', mongoDBEmployeeAccessGrant: infrastructure }, { name: 'events-prod' }],
  });
  expect(clusters.body).not.toHaveProperty('results.1.mongoDBEmployeeAccessGrant');
  const teams = await everyday.call('GET', `/groups/${analytics}/teams`, '2023-01-01');
  expect(teams.body).toMatchObject({
    totalCount: 1,
    results: [{ roleNames: ['GROUP_SUPPORT_ACCESS_MANAGER'], teamId: demoSeed.projects[1]?.teams?.[0]?.teamId }],
  });
});

test('lists the clusters of all projects that the account may read, without their grants', async () => {
  const { atlas, everyday } = await openAtlas();
  await grant(everyday, platform, 'staging', infrastructure);
  const named = async () => {
    const { body } = await everyday.call('GET', '/clusters', '2023-01-01');
    const { results } = body as { results: { groupId: string; clusters: { name: string }[] }[] };
    return results.map((project) => [project.groupId, project.clusters.map((cluster) => cluster.name)]);
  };
  expect(await named()).toEqual([
    [payments, ['payments-prod', 'ledger-prod', 'staging']],
    [analytics, ['warehouse', 'events-prod']],
    [platform, ['staging']],
  ]);
  expect(JSON.stringify(await everyday.call('GET', '/clusters', '2023-01-01'))).not.toContain('expirationTime');

  atlas.state.setServiceAccountRoles(demoEverydayAccount.clientId, {
    projectRoles: [{ projectId: platform, roles: ['GROUP_READ_ONLY'] }],
  });
  expect(await named()).toEqual([[platform, ['staging']]]);
});
