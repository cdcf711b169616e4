import { describe, expect, it } from 'vitest';
import { errorOf } from '../provider-errors.ts';
import { type Answer, page, projectId, projectsRoute, startScriptedAtlas, usersRoute } from './scripted-atlas.ts';

const secondProjectId = '5f0000000000000000000011';
const teamsRoute = (id: string) => `GET /api/atlas/v2/groups/${id}/teams`;
const projects = page([
  { id: projectId, name: 'shop' },
  { id: secondProjectId, name: 'reports' },
]);

const ada = {
  id: 'a1',
  username: 'Ada@Example.com',
  firstName: 'Ada',
  lastName: 'Byron',
  orgMembershipStatus: 'ACTIVE',
  teamIds: ['t1', 't2'],
  roles: { orgRoles: ['ORG_MEMBER'], groupRoleAssignments: [{ groupId: projectId, groupRoles: ['GROUP_READ_ONLY'] }] },
};
const invited = {
  id: 'b1',
  username: 'bob@example.com',
  orgMembershipStatus: 'PENDING',
  invitationCreatedAt: '2026-02-01T00:00:00Z',
  invitationExpiresAt: '2026-03-31T00:00:00Z',
  inviterUsername: 'ada@example.com',
  roles: { orgRoles: ['ORG_OWNER'] },
};
const bob = { ...invited, id: 'b2', firstName: 'Bob', orgMembershipStatus: 'ACTIVE', roles: {} };

const teams: Record<string, Answer> = {
  [teamsRoute(projectId)]: page([
    { teamId: 't1', roleNames: ['GROUP_OWNER', 'GROUP_READ_ONLY'] },
    { teamId: 't9', roleNames: ['GROUP_DATA_ACCESS_ADMIN'] },
  ]),
  [teamsRoute(secondProjectId)]: page([{ teamId: 't2', roleNames: ['GROUP_SUPPORT_ACCESS_MANAGER'] }]),
};

const adaRead = {
  id: 'a1',
  email: 'ada@example.com',
  name: 'Ada Byron',
  active: true,
  organizationRoles: ['ORG_MEMBER'],
  projectRoles: {
    [projectId]: ['GROUP_READ_ONLY', 'GROUP_OWNER'],
    [secondProjectId]: ['GROUP_SUPPORT_ACCESS_MANAGER'],
  },
};

describe('directory', () => {
  it('folds the roles of teams into those a person has directly', async () => {
    await using atlas = await startScriptedAtlas({
      [usersRoute]: page([ada, invited]),
      [projectsRoute]: projects,
      ...teams,
    });
    expect(await atlas.provider().directory()).toEqual([
      adaRead,
      {
        id: 'b1',
        email: 'bob@example.com',
        name: 'bob@example.com',
        active: false,
        organizationRoles: ['ORG_OWNER'],
        projectRoles: {},
      },
    ]);
    expect(atlas.requestsTo(usersRoute)[0]?.headers.accept).toBe('application/vnd.atlas.2025-02-19+json');
  });

  it('reads no teams where nobody is in one', async () => {
    await using atlas = await startScriptedAtlas({ [usersRoute]: page([bob, { ...invited, teamIds: [] }]) });
    expect(await atlas.provider().directory()).toHaveLength(2);
  });

  it.each(['ACTIVE ', 'active', 'SUSPENDED', 'PENDING', ''])(
    'does not count a membership that is "%s" as active',
    async (status) => {
      await using atlas = await startScriptedAtlas({ [usersRoute]: page([{ ...bob, orgMembershipStatus: status }]) });
      expect((await atlas.provider().directory())[0]?.active).toBe(false);
    },
  );

  it.each([403, 404])('leaves out the teams of a project that answers %i', async (status) => {
    await using atlas = await startScriptedAtlas({
      [usersRoute]: page([ada]),
      [projectsRoute]: projects,
      ...teams,
      [teamsRoute(projectId)]: { status },
    });
    expect((await atlas.provider().directory())[0]?.projectRoles).toEqual({
      [projectId]: ['GROUP_READ_ONLY'],
      [secondProjectId]: ['GROUP_SUPPORT_ACCESS_MANAGER'],
    });
  });

  it('fails when teams cannot be read for another reason', async () => {
    await using atlas = await startScriptedAtlas({
      [usersRoute]: page([ada]),
      [projectsRoute]: projects,
      ...teams,
      [teamsRoute(secondProjectId)]: { status: 500 },
    });
    expect(await errorOf(atlas.provider().directory())).toMatchObject({ code: 'unavailable' });
  });

  it('fails on a list of people that is not complete', async () => {
    await using atlas = await startScriptedAtlas({ [usersRoute]: [page([bob], 2), page([], 2)] });
    expect(await errorOf(atlas.provider().directory())).toMatchObject({ code: 'bad-answer', temporary: true });
  });

  it('reads the teams of any number of projects', async () => {
    const ids = Array.from({ length: 11 }, (_, index) => `5f00000000000000000001${String(index).padStart(2, '0')}`);
    const scripts = ids.map((id) => [teamsRoute(id), page([{ teamId: 't1', roleNames: ['GROUP_OWNER'] }])]);
    await using atlas = await startScriptedAtlas({
      [usersRoute]: page([{ ...ada, roles: {} }]),
      [projectsRoute]: page(ids.map((id) => ({ id, name: id }))),
      ...Object.fromEntries(scripts),
    });
    const [person] = await atlas.provider().directory();
    expect(person?.projectRoles).toEqual(Object.fromEntries(ids.map((id) => [id, ['GROUP_OWNER']])));
  });
});

describe('readPerson', () => {
  it('asks for that address alone, and takes any letter case', async () => {
    await using atlas = await startScriptedAtlas({ [usersRoute]: page([ada]), [projectsRoute]: projects, ...teams });
    expect(await atlas.provider().readPerson('ADA@example.com')).toEqual(adaRead);
    expect(atlas.requestsTo(usersRoute)[0]?.query.username).toBe('ADA@example.com');
  });

  it('encodes the address', async () => {
    await using atlas = await startScriptedAtlas({ [usersRoute]: page([]) });
    await atlas.provider().readPerson('a+b&pageNum=9@example.com');
    expect(atlas.requestsTo(usersRoute)[0]?.query).toMatchObject({
      username: 'a+b&pageNum=9@example.com',
      pageNum: '1',
    });
  });

  it('does not take somebody else for the person asked for', async () => {
    await using atlas = await startScriptedAtlas({ [usersRoute]: page([ada]) });
    expect(await atlas.provider().readPerson('ada@example.co')).toBeUndefined();
  });

  it('knows nobody where the list is empty', async () => {
    await using atlas = await startScriptedAtlas({ [usersRoute]: page([]) });
    expect(await atlas.provider().readPerson('nobody@example.com')).toBeUndefined();
  });

  it('puts a membership before an invitation to the same address', async () => {
    await using atlas = await startScriptedAtlas({ [usersRoute]: page([invited, bob]) });
    expect(await atlas.provider().readPerson('bob@example.com')).toMatchObject({ id: 'b2', active: true, name: 'Bob' });
  });

  it('reads an invitation where there is nothing else', async () => {
    await using atlas = await startScriptedAtlas({ [usersRoute]: page([invited]) });
    expect(await atlas.provider().readPerson('bob@example.com')).toMatchObject({ id: 'b1', active: false });
  });
});
