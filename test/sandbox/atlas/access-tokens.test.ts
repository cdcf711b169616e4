import { expect, test } from 'vitest';
import { demoBlockAccount, demoEverydayAccount, demoSeed } from '../../../src/sandbox/atlas/demo-seed.ts';
import { basic, oauth, openAtlas, signIn, takeToken } from './atlas-client.ts';

const clientCredentials = new URLSearchParams({ grant_type: 'client_credentials' });
const settingsPath = `/orgs/${demoSeed.organizationId}/settings`;

test('gives a token that is valid for one hour of the injected clock', async () => {
  const { atlas, clock } = await openAtlas();
  const { status, body } = await oauth(atlas, 'token', basic(demoEverydayAccount), clientCredentials);
  expect({ status, body }).toEqual({
    status: 200,
    body: { access_token: expect.any(String), expires_in: 3600, token_type: 'Bearer' },
  });
  const client = await signIn(atlas, demoEverydayAccount);
  clock.tick(3_599_999);
  expect(await client.call('GET', settingsPath, '2023-01-01')).toMatchObject({ status: 200 });
  clock.tick(1);
  expect(await client.call('GET', settingsPath, '2023-01-01')).toMatchObject({
    status: 401,
    body: { error: 401, errorCode: 'UNAUTHORIZED', reason: 'Unauthorized', parameters: [] },
  });
});

test.each([
  ['a wrong secret', basic({ ...demoEverydayAccount, clientSecret: 'mdb_sa_sk_other' })],
  ['an unknown id', basic({ ...demoEverydayAccount, clientId: 'mdb_sa_id_other' })],
  [
    'an id percent-encoded as RFC 6749 asks',
    basic({ ...demoEverydayAccount, clientId: demoEverydayAccount.clientId.replaceAll('_', '%5F') }),
  ],
  ['another scheme', 'Bearer nothing'],
  ['credentials without a colon', `Basic ${Buffer.from('nothing').toString('base64')}`],
])('refuses a token for %s', async (_what, authorization) => {
  const { atlas } = await openAtlas();
  const { status, body, headers } = await oauth(atlas, 'token', authorization, clientCredentials);
  expect({ status, body }).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  expect(headers.get('www-authenticate')).toMatch(/^Basic /);
});

test('refuses another grant type, and a body that is not a form', async () => {
  const { atlas } = await openAtlas();
  const password = new URLSearchParams({ grant_type: 'password' });
  expect(await oauth(atlas, 'token', basic(demoEverydayAccount), password)).toMatchObject({
    status: 400,
    body: { error: 'unsupported_grant_type' },
  });
  const json = await fetch(`${atlas.url}/api/oauth/token`, {
    method: 'POST',
    headers: { Authorization: basic(demoEverydayAccount), 'Content-Type': 'application/json' },
    body: '{"grant_type":"client_credentials"}',
  });
  expect(json.status).toBe(400);
  expect(await json.json()).toMatchObject({ error: 'invalid_request' });
});

test('revokes a token of the same account only', async () => {
  const { atlas, everyday } = await openAtlas();
  const form = new URLSearchParams({ token: everyday.token });
  expect(await oauth(atlas, 'revoke', basic(demoBlockAccount), form)).toMatchObject({ status: 200, body: undefined });
  expect(await everyday.call('GET', settingsPath, '2023-01-01')).toMatchObject({ status: 200 });

  expect(await oauth(atlas, 'revoke', basic(demoEverydayAccount), form)).toMatchObject({ status: 200 });
  expect(await everyday.call('GET', settingsPath, '2023-01-01')).toMatchObject({ status: 401 });

  expect(await oauth(atlas, 'revoke', basic(demoEverydayAccount), form)).toMatchObject({ status: 200 });
  expect(await oauth(atlas, 'revoke', 'Basic bm9ib2R5', form)).toMatchObject({ status: 401 });
  expect(await oauth(atlas, 'revoke', basic(demoEverydayAccount), new URLSearchParams())).toMatchObject({
    status: 400,
  });
});

test('refuses a call without a token and with one it never gave', async () => {
  const { atlas } = await openAtlas();
  const url = `${atlas.url}/api/atlas/v2${settingsPath}`;
  const accept = { Accept: 'application/vnd.atlas.2023-01-01+json' };
  expect((await fetch(url, { headers: accept })).status).toBe(401);
  expect((await fetch(url, { headers: { ...accept, Authorization: 'Bearer made-up' } })).status).toBe(401);
});

test('no token outlives a reset', async () => {
  const { atlas, everyday } = await openAtlas();
  await atlas.reset();
  expect(await everyday.call('GET', settingsPath, '2023-01-01')).toMatchObject({ status: 401 });
  expect(await takeToken(atlas, demoEverydayAccount)).not.toBe(everyday.token);
});
