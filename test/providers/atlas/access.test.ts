import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorOf } from '../provider-errors.ts';
import {
  type Answer,
  clusterRoute,
  clustersRoute,
  grantRoute,
  page,
  projectId,
  projectsRoute,
  revokeRoute,
  start,
  startScriptedAtlas,
  target,
} from './scripted-atlas.ts';

const notFound: Answer = { status: 404, body: { error: 404, errorCode: 'RESOURCE_NOT_FOUND', reason: 'Not Found' } };

function cluster(grant?: unknown): Answer {
  return { status: 200, body: { name: 'orders', groupId: projectId, mongoDBEmployeeAccessGrant: grant } };
}

describe('openAccess', () => {
  it('asks for the type and the end, in whole seconds, under the dated version', async () => {
    await using atlas = await startScriptedAtlas({ [grantRoute]: { status: 204 } });
    await atlas
      .provider({ userAgent: 'portcullis/1' })
      .openAccess(target, 'CLUSTER_DATABASE_LOGS', new Date('2026-03-02T12:00:00.999Z'));
    const [request] = atlas.requestsTo(grantRoute);
    expect(JSON.parse(request?.body ?? '')).toEqual({
      grantType: 'CLUSTER_DATABASE_LOGS',
      expirationTime: '2026-03-02T12:00:00Z',
    });
    expect(request?.headers).toMatchObject({
      accept: 'application/vnd.atlas.2024-08-05+json',
      'content-type': 'application/vnd.atlas.2024-08-05+json',
      'user-agent': 'portcullis/1',
    });
  });

  it.each([
    ['a path in place of a name', { ...target, name: '..' }],
    ['a name with a slash', { ...target, name: 'orders/../other' }],
    ['a name with a question mark', { ...target, name: 'orders?' }],
    ['an id that is none', { ...target, projectId: '..' }],
  ])('sends nothing for %s', async (_name, wrong) => {
    await using atlas = await startScriptedAtlas();
    const provider = atlas.provider();
    const calls = [
      provider.openAccess(wrong, 'CLUSTER_DATABASE_LOGS', start),
      provider.closeAccess(wrong),
      provider.readAccess(wrong),
      provider.activity(wrong, start, start),
    ];
    for (const call of calls) expect(await errorOf(call)).toMatchObject({ code: 'invalid', effect: 'none' });
    expect(atlas.requests).toEqual([]);
  });
});

describe('closeAccess', () => {
  it('sends no body', async () => {
    await using atlas = await startScriptedAtlas({ [revokeRoute]: { status: 204 } });
    await atlas.provider().closeAccess(target);
    const [request] = atlas.requestsTo(revokeRoute);
    expect(request?.body).toBe('');
    expect(request?.headers['content-type']).toBeUndefined();
    expect(request?.headers.accept).toBe('application/vnd.atlas.2024-08-05+json');
  });

  it('takes 404 as nothing to close', async () => {
    await using atlas = await startScriptedAtlas({ [revokeRoute]: notFound });
    await expect(atlas.provider().closeAccess(target)).resolves.toBeUndefined();
  });

  it('does not take any other refusal so', async () => {
    await using atlas = await startScriptedAtlas({ [revokeRoute]: { status: 409 } });
    expect(await errorOf(atlas.provider().closeAccess(target))).toMatchObject({ code: 'conflict' });
  });
});

describe('readAccess', () => {
  it.each([
    ['an open grant', { grantType: 'T', expirationTime: '2026-03-01T12:00:01Z' }, '2026-03-01T12:00:01Z'],
    ['an end with an offset', { grantType: 'T', expirationTime: '2026-03-01T14:00:01+02:00' }, '2026-03-01T12:00:01Z'],
    [
      'an end with milliseconds',
      { grantType: 'T', expirationTime: '2026-03-01T12:00:00.500Z' },
      '2026-03-01T12:00:00.500Z',
    ],
  ])('sees %s', async (_name, grant, until) => {
    await using atlas = await startScriptedAtlas({ [clusterRoute]: cluster(grant) });
    expect(await atlas.provider().readAccess(target)).toEqual({ state: 'open', type: 'T', until: new Date(until) });
  });

  it.each([
    ['no grant', undefined],
    ['null in place of a grant', null],
    ['a grant that ends now', { grantType: 'T', expirationTime: '2026-03-01T12:00:00Z' }],
    ['a grant that ended a moment ago', { grantType: 'T', expirationTime: '2026-03-01T11:59:01Z' }],
  ])('sees it closed with %s', async (_name, grant) => {
    await using atlas = await startScriptedAtlas({ [clusterRoute]: cluster(grant) });
    expect(await atlas.provider().readAccess(target)).toEqual({ state: 'closed', targetExists: true });
  });

  it.each([
    ['an empty object', {}],
    ['another cluster', { name: 'invoices', groupId: projectId }],
    ['a cluster of another project', { name: 'orders', groupId: '5f0000000000000000000099' }],
    ['a grant without an end', { name: 'orders', groupId: projectId, mongoDBEmployeeAccessGrant: { grantType: 'T' } }],
    [
      'a grant whose end is no instant',
      { name: 'orders', groupId: projectId, mongoDBEmployeeAccessGrant: { grantType: 'T', expirationTime: 'soon' } },
    ],
    [
      'a grant without a type',
      { name: 'orders', groupId: projectId, mongoDBEmployeeAccessGrant: { expirationTime: '2026-03-01T12:00:00Z' } },
    ],
    ['a grant that is no object', { name: 'orders', groupId: projectId, mongoDBEmployeeAccessGrant: 'T' }],
  ])('does not take %s for closed', async (_name, body) => {
    await using atlas = await startScriptedAtlas({ [clusterRoute]: { status: 200, body } });
    expect(await errorOf(atlas.provider().readAccess(target))).toMatchObject({ code: 'bad-answer', effect: 'none' });
  });

  it('reads any grant as Atlas wrote it', async () => {
    await using atlas = await startScriptedAtlas();
    const provider = atlas.provider();
    const instants = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true });
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[A-Z_]{1,60}$/), instants, async (grantType, until) => {
        atlas.routes[clusterRoute] = cluster({ grantType, expirationTime: until.toISOString(), links: [] });
        expect(await provider.readAccess(target)).toEqual(
          // For a moment after its end it may still be shown; what is shown for longer was not ended.
          until > start || start.getTime() - until.getTime() >= 60_000
            ? { state: 'open', type: grantType, until }
            : { state: 'closed', targetExists: true },
        );
      }),
      { numRuns: 50 },
    );
  });

  it('never takes an answer of any other shape for closed', async () => {
    await using atlas = await startScriptedAtlas();
    const provider = atlas.provider();
    const notAGrant = fc.jsonValue().filter((value) => value !== null);
    await fc.assert(
      fc.asyncProperty(notAGrant, async (grant) => {
        atlas.routes[clusterRoute] = cluster(grant);
        expect(await errorOf(provider.readAccess(target))).toMatchObject({ code: 'bad-answer' });
      }),
      { numRuns: 50 },
    );
  });
});

describe('readAccess of a cluster that Atlas does not know', () => {
  const other = (name: string) => ({ name, groupId: projectId });

  it('says it is gone when it is absent from the complete listing', async () => {
    await using atlas = await startScriptedAtlas({
      [clusterRoute]: notFound,
      [clustersRoute]: page([other('invoices')]),
    });
    expect(await atlas.provider().readAccess(target)).toEqual({ state: 'closed', targetExists: false });
  });

  it('reads every page of that listing', async () => {
    const names = Array.from({ length: 700 }, (_, index) => other(`cluster-${index}`));
    const all = [...names, other('orders')];
    await using atlas = await startScriptedAtlas({
      [clusterRoute]: notFound,
      [clustersRoute]: ({ query }) => {
        const first = (Number(query.pageNum) - 1) * Number(query.itemsPerPage);
        return page(all.slice(first, first + Number(query.itemsPerPage)), all.length);
      },
    });
    expect(await errorOf(atlas.provider().readAccess(target))).toMatchObject({ code: 'bad-answer', temporary: true });
    expect(atlas.requestsTo(clustersRoute).map(({ query }) => query)).toEqual([
      { itemsPerPage: '500', pageNum: '1' },
      { itemsPerPage: '500', pageNum: '2' },
    ]);
  });

  it.each([
    ['fewer than it says', page([other('invoices')], 2)],
    ['more than it says', page([other('invoices'), other('users')], 1)],
    ['one cluster twice', page([other('invoices'), other('invoices')])],
    ['no count', { status: 200, body: { results: [other('invoices')] } } as const],
    ['no list', { status: 200, body: { totalCount: 0 } } as const],
    ['403', { status: 403 } as const],
    ['500', { status: 500 } as const],
  ])('proves nothing by a listing that gives %s', async (_name, listing) => {
    await using atlas = await startScriptedAtlas({ [clusterRoute]: notFound, [clustersRoute]: [listing, page([], 2)] });
    await errorOf(atlas.provider().readAccess(target));
  });

  it('asks the organization when the project is not known either', async () => {
    await using atlas = await startScriptedAtlas({
      [clusterRoute]: notFound,
      [clustersRoute]: notFound,
      [projectsRoute]: page([{ id: '5f0000000000000000000099', name: 'other' }]),
    });
    expect(await atlas.provider().readAccess(target)).toEqual({ state: 'closed', targetExists: false });
  });

  it('does not believe it while the organization still lists the project', async () => {
    await using atlas = await startScriptedAtlas({
      [clusterRoute]: notFound,
      [clustersRoute]: notFound,
      [projectsRoute]: page([{ id: projectId, name: 'shop' }]),
    });
    expect(await errorOf(atlas.provider().readAccess(target))).toMatchObject({ code: 'bad-answer', temporary: true });
  });

  it('proves nothing by an organization that is not known', async () => {
    await using atlas = await startScriptedAtlas({
      [clusterRoute]: notFound,
      [clustersRoute]: notFound,
      [projectsRoute]: notFound,
    });
    expect(await errorOf(atlas.provider().readAccess(target))).toMatchObject({ code: 'not-found' });
  });

  it('does not read a listing without end', async () => {
    let given = 0;
    await using atlas = await startScriptedAtlas({
      [clusterRoute]: notFound,
      [clustersRoute]: () => {
        given += 1;
        return page([other(`cluster-${given}`)], 1_000_000);
      },
    });
    expect(await errorOf(atlas.provider().readAccess(target))).toMatchObject({ code: 'bad-answer' });
    expect(given).toBe(200);
  });
});
