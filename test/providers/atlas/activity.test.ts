import { describe, expect, it } from 'vitest';
import { organizationId, page, projectId, startScriptedAtlas, target } from './scripted-atlas.ts';

const onTarget = `GET /api/atlas/v2/groups/${projectId}/events`;
const inOrganization = `GET /api/atlas/v2/orgs/${organizationId}/events`;
const from = new Date('2026-03-01T10:00:00.400Z');
const to = new Date('2026-03-01T12:00:00.100Z');
const at = (minute: string): string => `2026-03-01T11:${minute}:00Z`;

describe('activity', () => {
  it('asks for one cluster, for the organization, and for one span of time, cut at no second', async () => {
    await using atlas = await startScriptedAtlas({ [onTarget]: page([]), [inOrganization]: page([]) });
    expect(await atlas.provider().activity(target, from, to)).toEqual([]);
    const span = {
      minDate: '2026-03-01T10:00:00Z',
      maxDate: '2026-03-01T12:00:01Z',
      itemsPerPage: '500',
      pageNum: '1',
    };
    expect(atlas.requestsTo(onTarget)[0]?.query).toEqual({ clusterNames: 'orders', ...span });
    expect(atlas.requestsTo(inOrganization)[0]?.query).toEqual(span);
  });

  it("gives what MongoDB's own people did and nothing else, oldest first", async () => {
    const host = 'SSH_KEY_NDS_HOST_ACCESS_GRANTED';
    await using atlas = await startScriptedAtlas({
      [onTarget]: page([
        { id: '3', eventTypeName: 'C', created: at('30'), isGlobalAdmin: true, employeeIdentifier: 'e-7' },
        { id: '2', eventTypeName: 'B', created: at('10'), isGlobalAdmin: false, publicKey: 'mdb_sa_id_1' },
        { id: '4', eventTypeName: host, created: at('45') },
        { id: '5', eventTypeName: 'D', created: at('05'), isGlobalAdmin: false, employeeIdentifier: 'e-8' },
        { id: '1', eventTypeName: 'A', created: at('01'), username: 'ada@example.com' },
      ]),
      [inOrganization]: page([
        { id: '6', eventTypeName: 'E', created: at('20'), isGlobalAdmin: true, username: 'staff@mongodb.example' },
        { id: '7', eventTypeName: 'F', created: at('21'), isGlobalAdmin: false, username: 'ada@example.com' },
        // In both listings: it counts once, and for the cluster.
        { id: '3', eventTypeName: 'C', created: at('30'), isGlobalAdmin: true, employeeIdentifier: 'e-7' },
      ]),
    });
    expect(await atlas.provider().activity(target, from, to)).toEqual([
      { id: '5', at: new Date(at('05')), type: 'D', on: 'target', by: 'e-8' },
      { id: '6', at: new Date(at('20')), type: 'E', on: 'organization', by: 'staff@mongodb.example' },
      { id: '3', at: new Date(at('30')), type: 'C', on: 'target', by: 'e-7' },
      { id: '4', at: new Date(at('45')), type: host, words: 'was given access to a host', on: 'target' },
    ]);
  });

  it('reads on past the first page, and is content with fewer than were announced', async () => {
    const event = (id: string) => ({ id, eventTypeName: 'A', created: at('00'), isGlobalAdmin: true });
    await using atlas = await startScriptedAtlas({
      [onTarget]: [page([event('1')], 3), page([event('2')], 3), page([], 3)],
      [inOrganization]: page([]),
    });
    expect((await atlas.provider().activity(target, from, to)).map(({ id }) => id)).toEqual(['1', '2']);
  });
});
