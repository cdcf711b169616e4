import { describe, expect, it } from 'vitest';
import { errorOf } from '../provider-errors.ts';
import { organizationId, page, projectId, startScriptedAtlas } from './scripted-atlas.ts';

const route = 'GET /api/atlas/v2/clusters';
const shop = {
  orgId: organizationId,
  groupId: projectId,
  groupName: 'shop & co',
  clusters: [{ name: 'orders' }, { name: 'invoices' }],
};

describe('listTargets', () => {
  it('reads clusters and projects in one call', async () => {
    await using atlas = await startScriptedAtlas({
      [route]: page([shop, { ...shop, groupId: 'x', clusters: undefined }]),
    });
    const targets = await atlas.provider().listTargets();
    expect(targets).toEqual([
      {
        id: `${projectId}/orders`,
        name: 'orders',
        projectId,
        projectName: 'shop & co',
        url: `${atlas.url}/v2/${projectId}#/clusters/detail/orders`,
      },
      expect.objectContaining({ id: `${projectId}/invoices`, name: 'invoices' }),
    ]);
    expect(atlas.requestsTo(route)).toHaveLength(1);
  });

  it('leaves out the clusters of other organizations', async () => {
    const elsewhere = { ...shop, orgId: '5f0000000000000000000002', groupId: 'y' };
    await using atlas = await startScriptedAtlas({ [route]: page([elsewhere, shop]) });
    expect((await atlas.provider().listTargets()).map(({ id }) => id)).toEqual([
      `${projectId}/orders`,
      `${projectId}/invoices`,
    ]);
  });

  it('fails on a listing that is not complete', async () => {
    await using atlas = await startScriptedAtlas({ [route]: [page([shop], 2), page([], 2)] });
    expect(await errorOf(atlas.provider().listTargets())).toMatchObject({ code: 'bad-answer', temporary: true });
    expect(atlas.requestsTo(route)).toHaveLength(2);
  });
});
