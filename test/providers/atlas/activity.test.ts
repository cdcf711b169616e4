import { describe, expect, it } from 'vitest';
import { page, projectId, startScriptedAtlas, target } from './scripted-atlas.ts';

const route = `GET /api/atlas/v2/groups/${projectId}/events`;
const from = new Date('2026-03-01T10:00:00.400Z');
const to = new Date('2026-03-01T12:00:00Z');

describe('activity', () => {
  it('asks for one cluster and one span of time', async () => {
    await using atlas = await startScriptedAtlas({ [route]: page([]) });
    expect(await atlas.provider().activity(target, from, to)).toEqual([]);
    expect(atlas.requestsTo(route)[0]?.query).toEqual({
      clusterNames: 'orders',
      minDate: '2026-03-01T10:00:00Z',
      maxDate: '2026-03-01T12:00:00Z',
      itemsPerPage: '500',
      pageNum: '1',
    });
  });

  it('gives what happened oldest first, and who did it as far as Atlas says', async () => {
    await using atlas = await startScriptedAtlas({
      [route]: page([
        { eventTypeName: 'C', created: '2026-03-01T11:30:00Z', isGlobalAdmin: true, employeeIdentifier: 'e-7' },
        { eventTypeName: 'B', created: '2026-03-01T11:00:00Z', isGlobalAdmin: false, publicKey: 'mdb_sa_id_1' },
        { eventTypeName: 'D', created: '2026-03-01T11:45:00Z' },
        { eventTypeName: 'A', created: '2026-03-01T10:30:00Z', username: 'ada@example.com' },
      ]),
    });
    expect(await atlas.provider().activity(target, from, to)).toEqual([
      { at: new Date('2026-03-01T10:30:00Z'), type: 'A', byVendorStaff: false, actor: 'ada@example.com' },
      { at: new Date('2026-03-01T11:00:00Z'), type: 'B', byVendorStaff: false, actor: 'mdb_sa_id_1' },
      { at: new Date('2026-03-01T11:30:00Z'), type: 'C', byVendorStaff: true, actor: 'e-7' },
      { at: new Date('2026-03-01T11:45:00Z'), type: 'D', byVendorStaff: false, actor: undefined },
    ]);
  });

  it('reads on past the first page, and is content with fewer than were announced', async () => {
    const event = (eventTypeName: string) => ({ eventTypeName, created: '2026-03-01T11:00:00Z' });
    await using atlas = await startScriptedAtlas({
      [route]: [page([event('A')], 3), page([event('B')], 3), page([], 3)],
    });
    expect((await atlas.provider().activity(target, from, to)).map(({ type }) => type)).toEqual(['A', 'B']);
  });
});
