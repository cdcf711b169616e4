import { describe, expect, it } from 'vitest';
import { errorOf } from '../provider-errors.ts';
import {
  blockCredentials,
  credentials,
  secret,
  settingsRoute,
  startScriptedAtlas,
  tokenRoute,
} from './scripted-atlas.ts';

const settings = { status: 200, body: { restrictEmployeeAccess: true } };
const token = (body: Record<string, unknown>) => ({ status: 200, body });

describe('access tokens', () => {
  it('sends id and secret as they are, not percent-encoded', async () => {
    await using atlas = await startScriptedAtlas({ [settingsRoute]: settings });
    await atlas.provider().readBlock();
    const [request] = atlas.requestsTo(tokenRoute);
    const sent = Buffer.from(request?.headers.authorization?.replace(/^Basic /, '') ?? '', 'base64').toString();
    expect(sent).toBe(`${credentials.clientId}:${secret}`);
    expect(request?.headers['content-type']).toContain('application/x-www-form-urlencoded');
    expect(request?.body).toBe('grant_type=client_credentials');
  });

  it('uses one token until a minute before its end, by the injected clock', async () => {
    await using atlas = await startScriptedAtlas({ [settingsRoute]: settings });
    const provider = atlas.provider();
    await provider.readBlock();
    atlas.clock.tick(3539_000);
    await provider.readBlock();
    expect(atlas.requestsTo(tokenRoute)).toHaveLength(1);
    atlas.clock.tick(1_000);
    await provider.readBlock();
    expect(atlas.requestsTo(tokenRoute)).toHaveLength(2);
    expect(atlas.requestsTo(settingsRoute).map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  it('uses half the life of a token that lives shorter than two minutes', async () => {
    await using atlas = await startScriptedAtlas({
      [settingsRoute]: settings,
      [tokenRoute]: token({ access_token: 'short', token_type: 'bearer', expires_in: 40 }),
    });
    const provider = atlas.provider();
    await provider.readBlock();
    atlas.clock.tick(19_000);
    await provider.readBlock();
    expect(atlas.requestsTo(tokenRoute)).toHaveLength(1);
    atlas.clock.tick(1_000);
    await provider.readBlock();
    expect(atlas.requestsTo(tokenRoute)).toHaveLength(2);
  });

  it('fetches one token for any number of callers at once', async () => {
    await using atlas = await startScriptedAtlas({ [settingsRoute]: settings });
    const provider = atlas.provider();
    await Promise.all(Array.from({ length: 10 }, () => provider.readBlock()));
    expect(atlas.requestsTo(tokenRoute)).toHaveLength(1);
  });

  it('lets one caller give up without taking the token from the others', async () => {
    await using atlas = await startScriptedAtlas({ [settingsRoute]: settings });
    const provider = atlas.provider();
    const controller = new AbortController();
    const impatient = errorOf(provider.readBlock(controller.signal));
    const patient = provider.readBlock();
    controller.abort();
    expect(await impatient).toMatchObject({ code: 'timeout', effect: 'none' });
    expect(await patient).toEqual({ blocked: true });
    expect(atlas.requestsTo(tokenRoute)).toHaveLength(1);
  });

  it('tries again after a failed refresh', async () => {
    await using atlas = await startScriptedAtlas({
      [settingsRoute]: settings,
      [tokenRoute]: [{ status: 503 }, token({ access_token: 'later', token_type: 'bearer', expires_in: 3600 })],
    });
    const provider = atlas.provider();
    expect(await errorOf(provider.readBlock())).toMatchObject({ code: 'unavailable' });
    expect(await provider.readBlock()).toEqual({ blocked: true });
  });

  it('registers each secret before it is used', async () => {
    const secrets: string[] = [];
    await using atlas = await startScriptedAtlas({
      [settingsRoute]: ({ headers }) => {
        expect(secrets).toContain(headers.authorization?.replace('Bearer ', ''));
        return settings;
      },
    });
    await atlas.provider({ onSecret: (given) => secrets.push(given) }).readBlock();
    expect(secrets).toContain('token-1');
    expect(secrets).toContain(secret);
    expect(secrets).toContain(Buffer.from(`${credentials.clientId}:${secret}`).toString('base64'));
  });

  it('asks for the secret with each token, and for a token only once it has it', async () => {
    await using atlas = await startScriptedAtlas({ [settingsRoute]: settings });
    let current: string | undefined = 'mdb_sa_sk_first';
    const clientSecret = async (): Promise<string> => {
      if (current === undefined) throw new Error('The setting names a file that does not exist');
      return current;
    };
    const provider = atlas.provider({ credentials: { ...credentials, clientSecret } });
    await provider.readBlock();
    current = undefined;
    await provider.readBlock();
    atlas.clock.tick(3540_000);
    const error = await errorOf(provider.readBlock());
    expect(error).toMatchObject({ code: 'secret-unreadable', effect: 'none', temporary: true });
    expect(error.message).toBe(
      'The secret of the service account cannot be read right now, so nothing was sent to Atlas. It can be tried again; if it lasts, whoever runs Portcullis finds why in the log.',
    );
    current = 'mdb_sa_sk_second';
    await provider.readBlock();
    const sent = atlas.requestsTo(tokenRoute).map(({ headers }) => headers.authorization?.replace(/^Basic /, '') ?? '');
    expect(sent.map((basic) => Buffer.from(basic, 'base64').toString())).toEqual(
      ['mdb_sa_sk_first', 'mdb_sa_sk_second'].map((given) => `${credentials.clientId}:${given}`),
    );
  });

  it.each([
    ['no token', { token_type: 'bearer', expires_in: 3600 }],
    ['an empty token', { access_token: '', token_type: 'bearer', expires_in: 3600 }],
    ['another kind of token', { access_token: 'secret-token', token_type: 'mac', expires_in: 3600 }],
    ['no end', { access_token: 'secret-token', token_type: 'bearer' }],
    ['an end in the past', { access_token: 'secret-token', token_type: 'bearer', expires_in: 0 }],
  ])('refuses an answer with %s, without repeating what it holds', async (_name, body) => {
    await using atlas = await startScriptedAtlas({ [tokenRoute]: token(body) });
    const error = await errorOf(atlas.provider().readBlock());
    expect(error).toMatchObject({ code: 'bad-answer', effect: 'none' });
    expect(`${error.message} ${error.detail} ${String(error.cause)}`).not.toContain('secret-token');
  });

  it.each([
    [401, { error: 'invalid_client' }],
    [400, { error: 'invalid_client', error_description: 'No such client' }],
  ])('tells a refused account by %i %j', async (status, body) => {
    await using atlas = await startScriptedAtlas({ [tokenRoute]: { status, body } });
    const error = await errorOf(
      atlas.provider().openAccess({ id: 'x', projectId: '5'.repeat(24), name: 'x' }, 'T', new Date()),
    );
    expect(error).toMatchObject({ code: 'unauthorized', effect: 'none', temporary: false, status });
    expect(error.detail).toContain('invalid_client');
    expect(atlas.requestsTo(tokenRoute)).toHaveLength(1);
  });

  it('keeps the tokens of the two accounts apart', async () => {
    const patched = { status: 200, body: { restrictEmployeeAccess: false } };
    await using atlas = await startScriptedAtlas({
      [settingsRoute]: settings,
      [settingsRoute.replace('GET', 'PATCH')]: patched,
    });
    const provider = atlas.provider({ blockCredentials });
    await provider.readBlock();
    await provider.setBlock(false);
    await provider.readBlock();
    const used = atlas.requests.filter(({ route }) => route !== tokenRoute).map(({ headers }) => headers.authorization);
    expect(used).toEqual(['Bearer token-1', 'Bearer token-2', 'Bearer token-1']);
  });
});
