import { expect, test } from 'vitest';
import { demoProjects, demoSeed } from '../../../src/sandbox/atlas/demo-seed.ts';
import { openAtlas } from './atlas-client.ts';

const organization = `/orgs/${demoSeed.organizationId}`;

test('reads the block', async () => {
  const { everyday } = await openAtlas();
  const { status, headers, body } = await everyday.call('GET', `${organization}/settings`, '2023-01-01');
  expect({ status, body }).toMatchObject({ status: 200, body: { restrictEmployeeAccess: true } });
  expect(headers.get('content-type')).toBe('application/vnd.atlas.2023-01-01+json;charset=utf-8');
});

test('an organization owner switches the block, and the change stands in the events once', async () => {
  const { atlas, owner } = await openAtlas();
  const open = { restrictEmployeeAccess: false };
  expect(await owner.call('PATCH', `${organization}/settings`, '2023-01-01', open)).toMatchObject({
    status: 200,
    body: { restrictEmployeeAccess: false, multiFactorAuthRequired: true },
  });
  await owner.call('PATCH', `${organization}/settings`, '2023-01-01', open);
  expect(atlas.state.blocked).toBe(false);
  expect(atlas.state.events.map((event) => event.eventTypeName)).toEqual(['ORG_EMPLOYEE_ACCESS_UNRESTRICTED']);
});

test('a member may not switch the block', async () => {
  const { atlas, everyday } = await openAtlas();
  const body = { restrictEmployeeAccess: false };
  expect(await everyday.call('PATCH', `${organization}/settings`, '2023-01-01', body)).toMatchObject({
    status: 403,
    body: { error: 403, errorCode: 'USER_UNAUTHORIZED', reason: 'Forbidden' },
  });
  expect(atlas.state.blocked).toBe(true);
});

test.each([
  ['a value of the wrong type', { restrictEmployeeAccess: 'yes' }, 'INVALID_JSON_ATTRIBUTE'],
  ['an unknown setting', { restrictEmployeesAccess: false }, 'INVALID_ATTRIBUTE'],
  ['a body that is no object', [true], 'MALFORMED_JSON'],
])('refuses %s', async (_what, body, errorCode) => {
  const { atlas, owner } = await openAtlas();
  const answer = await owner.call('PATCH', `${organization}/settings`, '2023-01-01', body);
  expect(answer).toMatchObject({ status: 400, body: { error: 400, errorCode } });
  expect(atlas.state.blocked).toBe(true);
});

test('refuses a body under another media type, and one that is not JSON', async () => {
  const { atlas, owner } = await openAtlas();
  const patch = (contentType: string, body: string) =>
    fetch(`${atlas.url}/api/atlas/v2${organization}/settings`, {
      method: 'PATCH',
      headers: {
        Authorization: `Bearer ${owner.token}`,
        Accept: 'application/vnd.atlas.2023-01-01+json',
        'Content-Type': contentType,
      },
      body,
    });
  const plain = await patch('application/json', '{"restrictEmployeeAccess":false}');
  expect(plain.status).toBe(415);
  const broken = await patch('application/vnd.atlas.2023-01-01+json', '{"restrict');
  expect(broken.status).toBe(400);
  expect(await broken.json()).toMatchObject({ errorCode: 'MALFORMED_JSON' });
  expect(atlas.state.blocked).toBe(true);
});

test.each(['application/json', '*/*', 'application/vnd.atlas+json', 'application/vnd.atlas.2022-12-31+json'])(
  'answers 406 to Accept: %s',
  async (accept) => {
    const { atlas, everyday } = await openAtlas();
    const response = await fetch(`${atlas.url}/api/atlas/v2${organization}/settings`, {
      headers: { Authorization: `Bearer ${everyday.token}`, Accept: accept },
    });
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({ errorCode: 'INVALID_VERSION_DATE' });
  },
);

test('a later version date gets the newest version there is', async () => {
  const { everyday } = await openAtlas();
  const answer = await everyday.call('GET', `${organization}/settings`, '2025-03-12');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('2023-01-01');
});

test('lists the projects', async () => {
  const { everyday } = await openAtlas();
  const { status, body } = await everyday.call('GET', `${organization}/groups`, '2023-01-01');
  expect({ status, body }).toMatchObject({
    status: 200,
    body: {
      totalCount: 3,
      results: [
        { id: demoProjects.payments, name: 'payments', clusterCount: 3, orgId: demoSeed.organizationId },
        { id: demoProjects.analytics, name: 'analytics', clusterCount: 2 },
        { id: demoProjects.platform, name: 'platform', clusterCount: 1 },
      ],
    },
  });
});

test('finds one user by name, whatever the letter case, and nobody by another', async () => {
  const { everyday } = await openAtlas();
  const find = (username: string) =>
    everyday.call('GET', `${organization}/users?username=${encodeURIComponent(username)}`, '2025-02-19');
  expect((await find('Priya.Project@meridian.example')).body).toMatchObject({
    totalCount: 1,
    results: [
      {
        username: 'priya.project@meridian.example',
        orgMembershipStatus: 'ACTIVE',
        firstName: 'Priya',
        roles: {
          orgRoles: ['ORG_MEMBER'],
          groupRoleAssignments: [{ groupId: demoProjects.payments, groupRoles: ['GROUP_OWNER'] }],
        },
      },
    ],
  });
  expect((await find('nobody@meridian.example')).body).toMatchObject({ totalCount: 0, results: [] });
});

test('a right through a team shows as a team, and an invited person without a name', async () => {
  const { everyday } = await openAtlas();
  const { body } = await everyday.call('GET', `${organization}/users`, '2025-02-19');
  const { results, totalCount } = body as { totalCount: number; results: { username: string }[] };
  expect(totalCount).toBe(demoSeed.users.length);
  expect(results.find((user) => user.username.startsWith('sam.support'))).toMatchObject({
    roles: { groupRoleAssignments: [] },
    teamIds: [expect.stringMatching(/^[a-f0-9]{24}$/)],
  });
  const pending = await everyday.call('GET', `${organization}/users?orgMembershipStatus=PENDING`, '2025-02-19');
  expect(pending.body).toMatchObject({
    totalCount: 1,
    results: [{ username: 'pending.pat@meridian.example', orgMembershipStatus: 'PENDING' }],
  });
  expect(pending.body).not.toHaveProperty('results.0.firstName');
});

test('an account without a role in the organization reads nothing of it', async () => {
  const { atlas, everyday } = await openAtlas();
  const [account] = atlas.state.serviceAccounts;
  atlas.state.setServiceAccountRoles(account?.clientId ?? '', { orgRoles: [] });
  for (const [path, version] of [
    ['settings', '2023-01-01'],
    ['groups', '2023-01-01'],
    ['users', '2025-02-19'],
    ['events', '2023-01-01'],
  ] as const) {
    expect(await everyday.call('GET', `${organization}/${path}`, version), path).toMatchObject({ status: 403 });
  }
});

test('says 404 of another organization and of a path that Atlas does not have', async () => {
  const { everyday } = await openAtlas();
  expect(await everyday.call('GET', '/orgs/64f0a1b2c3d4e5f6000009ff/settings', '2023-01-01')).toMatchObject({
    status: 404,
    body: { error: 404 },
  });
  expect(await everyday.call('GET', `${organization}/setting`, '2023-01-01')).toMatchObject({
    status: 404,
    body: { error: 404, errorCode: 'RESOURCE_NOT_FOUND', reason: 'Not Found' },
  });
});
