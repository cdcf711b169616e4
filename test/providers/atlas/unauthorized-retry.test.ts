import { describe, expect, it } from 'vitest';
import { errorOf } from '../provider-errors.ts';
import { grantRoute, settingsRoute, start, startScriptedAtlas, target, tokenRoute } from './scripted-atlas.ts';

const expired = { status: 401, body: { error: 401, errorCode: 'UNAUTHORIZED', reason: 'Unauthorized' } };
const until = new Date(start.getTime() + 3600_000);

describe('a token that Atlas no longer accepts', () => {
  it('is replaced, and the call sent once more, even one that changes something', async () => {
    await using atlas = await startScriptedAtlas({ [grantRoute]: [expired, { status: 204 }] });
    await atlas.provider().openAccess(target, 'CLUSTER_DATABASE_LOGS', until);
    expect(atlas.requestsTo(grantRoute).map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  it('is not replaced twice for one call', async () => {
    await using atlas = await startScriptedAtlas({ [grantRoute]: expired });
    const error = await errorOf(atlas.provider().openAccess(target, 'CLUSTER_DATABASE_LOGS', until));
    expect(error).toMatchObject({ code: 'unauthorized', effect: 'none', status: 401 });
    expect(atlas.requestsTo(grantRoute)).toHaveLength(2);
    expect(atlas.requestsTo(tokenRoute)).toHaveLength(2);
  });

  it('leaves a call unsent the second time when no new token is to be had', async () => {
    const first = { status: 200, body: { access_token: 'one', token_type: 'Bearer', expires_in: 3600 } };
    await using atlas = await startScriptedAtlas({ [grantRoute]: expired, [tokenRoute]: [first, 'cut'] });
    const error = await errorOf(atlas.provider().openAccess(target, 'CLUSTER_DATABASE_LOGS', until));
    expect(error).toMatchObject({ code: 'connection', effect: 'none' });
    expect(atlas.requestsTo(grantRoute)).toHaveLength(1);
  });

  it('is replaced once for callers who learn of it together', async () => {
    await using atlas = await startScriptedAtlas({
      [settingsRoute]: ({ headers }) =>
        headers.authorization === 'Bearer token-1' ? expired : { status: 200, body: { restrictEmployeeAccess: true } },
    });
    const provider = atlas.provider();
    await Promise.all(Array.from({ length: 5 }, () => provider.readBlock()));
    expect(atlas.requestsTo(tokenRoute)).toHaveLength(2);
  });
});
