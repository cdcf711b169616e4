import { expect, test } from 'vitest';
import { demoEverydayAccount, demoProjects } from '../../../src/sandbox/atlas/demo-seed.ts';
import { clusterPath, grant, openAtlas, readCluster, revoke, signIn, takeToken } from './atlas-client.ts';

const { payments } = demoProjects;
const key = `${payments}/payments-prod`;
const infrastructure = { grantType: 'CLUSTER_INFRASTRUCTURE', expirationTime: '2026-03-03T09:00:00Z' };

test('status: refuses without effect, as often as it is told', async () => {
  const { atlas, everyday } = await openAtlas();
  const fault = atlas.addFault({ kind: 'status', call: 'grant', status: 503, retryAfterSeconds: 7, times: 2 });
  const first = await grant(everyday, payments, 'payments-prod', infrastructure);
  expect(first).toMatchObject({ status: 503, body: { error: 503, errorCode: 'SERVICE_UNAVAILABLE' } });
  expect(first.headers.get('retry-after')).toBe('7');
  expect((await grant(everyday, payments, 'payments-prod', infrastructure)).status).toBe(503);
  expect(atlas.state.grants.size).toBe(0);
  expect((await grant(everyday, payments, 'payments-prod', infrastructure)).status).toBe(204);
  expect(fault.hits()).toBe(2);
});

test.each([
  [401, 'UNAUTHORIZED'],
  [403, 'USER_UNAUTHORIZED'],
  [409, 'CONFLICT'],
  [429, 'RATE_LIMITED_TOKEN_BUCKET'],
  [500, 'UNEXPECTED_ERROR'],
])('status: %i says %s unless told otherwise', async (status, errorCode) => {
  const { atlas, everyday } = await openAtlas();
  atlas.addFault({ kind: 'status', status, times: 1 });
  expect(await readCluster(everyday, payments, 'staging')).toMatchObject({
    status,
    body: { error: status, errorCode },
  });
  atlas.addFault({ kind: 'status', status, errorCode: 'OTHER', times: 1 });
  expect(await readCluster(everyday, payments, 'staging')).toMatchObject({ status, body: { errorCode: 'OTHER' } });
});

test('a fault hits only the calls and the cluster it names, until cleared', async () => {
  const { atlas, everyday } = await openAtlas();
  const fault = atlas.addFault({ kind: 'status', call: ['readCluster', 'revoke'], cluster: 'staging', status: 500 });
  expect((await readCluster(everyday, payments, 'ledger-prod')).status).toBe(200);
  expect((await readCluster(everyday, payments, 'staging')).status).toBe(500);
  expect((await revoke(everyday, payments, 'staging')).status).toBe(500);
  expect((await grant(everyday, payments, 'staging', infrastructure)).status).toBe(204);
  fault.clear();
  expect((await readCluster(everyday, payments, 'staging')).status).toBe(200);
  expect(fault.hits()).toBe(2);

  atlas.addFault({ kind: 'status', status: 500 });
  atlas.clearFaults();
  expect((await readCluster(everyday, payments, 'staging')).status).toBe(200);
});

test('slow: carries out what somebody still waits for, later, and nothing else', async () => {
  const { atlas, everyday } = await openAtlas();
  const fault = atlas.addFault({ kind: 'slow', delayMs: 50 });
  const startedAt = performance.now();
  expect((await grant(everyday, payments, 'payments-prod', infrastructure)).status).toBe(204);
  expect(performance.now() - startedAt).toBeGreaterThan(45);
  const never = { ...infrastructure, grantType: 'CLUSTER_DATABASE_LOGS' };
  const givenUp = grant(everyday, payments, 'payments-prod', never, AbortSignal.timeout(10));
  await expect(givenUp).rejects.toThrow();
  expect((await readCluster(everyday, payments, 'staging')).status).toBe(200);
  expect(atlas.state.grants.get(key)?.grantType).toBe('CLUSTER_INFRASTRUCTURE');
  expect(fault.hits()).toBe(3);
});

test('garbage and wrong-shape: 200 with nonsense, and no effect', async () => {
  const { atlas, everyday } = await openAtlas();
  atlas.addFault({ kind: 'garbage', call: 'grant', times: 1 });
  await expect(grant(everyday, payments, 'payments-prod', infrastructure)).rejects.toThrow(SyntaxError);
  atlas.addFault({ kind: 'wrong-shape', call: 'readCluster', times: 1 });
  expect(await readCluster(everyday, payments, 'payments-prod')).toMatchObject({
    status: 200,
    body: { unexpected: [1, 2, 3] },
  });
  expect(atlas.state.grants.size).toBe(0);
});

test('cut-before: the connection ends and nothing has happened', async () => {
  const { atlas, everyday } = await openAtlas();
  atlas.addFault({ kind: 'cut-before', call: 'grant', times: 1 });
  await expect(grant(everyday, payments, 'payments-prod', infrastructure)).rejects.toThrow('fetch failed');
  expect(atlas.state.grants.size).toBe(0);
  expect(atlas.calls.at(-1)).toMatchObject({ call: 'grant', status: undefined });
});

test('cut-after: the connection ends and it has happened', async () => {
  const { atlas, everyday } = await openAtlas();
  atlas.addFault({ kind: 'cut-after', call: 'grant', times: 1 });
  await expect(grant(everyday, payments, 'payments-prod', infrastructure)).rejects.toThrow('fetch failed');
  expect(atlas.state.grants.get(key)).toMatchObject({ grantType: 'CLUSTER_INFRASTRUCTURE' });
  expect(atlas.calls.at(-1)).toMatchObject({ call: 'grant', status: 204 });
});

test('late: the connection ends at once and the call lands when released', async () => {
  const { atlas, everyday } = await openAtlas();
  const fault = atlas.addFault({ kind: 'late', call: 'grant', times: 1 });
  await expect(grant(everyday, payments, 'payments-prod', infrastructure)).rejects.toThrow('fetch failed');
  expect(atlas.state.grants.size).toBe(0);
  expect((await revoke(everyday, payments, 'payments-prod')).status).toBe(404);
  await fault.release();
  expect(atlas.state.grants.get(key)).toMatchObject({ grantType: 'CLUSTER_INFRASTRUCTURE' });
  await fault.release();
  expect(atlas.state.events).toHaveLength(1);
});

test('late: calls land in the order in which they came, and never once cleared', async () => {
  const { atlas, everyday } = await openAtlas();
  const logs = { ...infrastructure, grantType: 'CLUSTER_DATABASE_LOGS' };
  const fault = atlas.addFault({ kind: 'late', call: 'grant' });
  await expect(grant(everyday, payments, 'payments-prod', infrastructure)).rejects.toThrow('fetch failed');
  await expect(grant(everyday, payments, 'payments-prod', logs)).rejects.toThrow('fetch failed');
  await fault.release();
  expect(atlas.state.grants.get(key)).toMatchObject({ grantType: 'CLUSTER_DATABASE_LOGS' });

  await expect(grant(everyday, payments, 'payments-prod', infrastructure)).rejects.toThrow('fetch failed');
  fault.clear();
  await fault.release();
  expect(atlas.state.grants.get(key)).toMatchObject({ grantType: 'CLUSTER_DATABASE_LOGS' });
});

test('hang: no answer until released, then the call is carried out', async () => {
  const { atlas, everyday } = await openAtlas();
  const fault = atlas.addFault({ kind: 'hang', call: 'grant', times: 1 });
  const pending = grant(everyday, payments, 'payments-prod', infrastructure);
  await fault.waitForHit();
  expect(atlas.state.grants.size).toBe(0);
  expect(atlas.calls.at(-1)).toMatchObject({ call: 'grant', status: undefined });
  await fault.release();
  expect(await pending).toMatchObject({ status: 204 });
  expect(atlas.state.grants.has(key)).toBe(true);
});

test('hang: clearing drops the connection without effect', async () => {
  const { atlas, everyday } = await openAtlas();
  const fault = atlas.addFault({ kind: 'hang', call: 'grant' });
  const both = [
    expect(grant(everyday, payments, 'payments-prod', infrastructure)).rejects.toThrow('fetch failed'),
    expect(grant(everyday, payments, 'ledger-prod', infrastructure)).rejects.toThrow('fetch failed'),
  ];
  await fault.waitForHit(2);
  fault.clear();
  await Promise.all(both);
  expect(atlas.state.grants.size).toBe(0);
});

test('hang: a caller that gave up leaves nothing behind', async () => {
  const { atlas, everyday } = await openAtlas();
  const fault = atlas.addFault({ kind: 'hang', call: 'grant', times: 1 });
  const abort = new AbortController();
  const pending = grant(everyday, payments, 'payments-prod', infrastructure, abort.signal);
  const gaveUp = expect(pending).rejects.toThrow('aborted');
  await fault.waitForHit();
  abort.abort();
  await gaveUp;
  await fault.waitForHangUp();
  await fault.release();
  expect(atlas.state.grants.size).toBe(0);
});

test('down: refuses connections, keeps its state, and comes up again on the same port', async () => {
  const { atlas, everyday } = await openAtlas();
  await grant(everyday, payments, 'payments-prod', infrastructure);
  const { url } = atlas;
  await atlas.down();
  await expect(readCluster(everyday, payments, 'payments-prod')).rejects.toMatchObject({
    cause: { code: 'ECONNREFUSED' },
  });
  await atlas.up();
  expect(atlas.url).toBe(url);
  expect((await readCluster(everyday, payments, 'payments-prod')).body).toHaveProperty('mongoDBEmployeeAccessGrant');
});

test('records every request with its caller, and forgets them on reset together with all that happened', async () => {
  const { atlas, clock, everyday } = await openAtlas();
  clock.tick(1000);
  await grant(everyday, payments, 'payments-prod', infrastructure);
  expect(atlas.calls.map(({ call, status }) => [call, status])).toEqual([
    ['token', 200],
    ['token', 200],
    ['grant', 204],
  ]);
  expect(atlas.calls[0]).toMatchObject({
    clientId: demoEverydayAccount.clientId,
    body: 'grant_type=client_credentials',
  });
  expect(atlas.calls[2]).toEqual({
    call: 'grant',
    method: 'POST',
    path: `/api/atlas/v2${clusterPath(payments, 'payments-prod')}:grantMongoDBEmployeeAccess`,
    status: 204,
    clientId: demoEverydayAccount.clientId,
    at: clock.now(),
    body: infrastructure,
  });

  atlas.state.removeUser('erin.engineer@meridian.example');
  atlas.state.setUserRoles('oscar.second@meridian.example', { orgRoles: ['ORG_MEMBER'] });
  atlas.state.addCluster(payments, 'reports');
  atlas.addFault({ kind: 'status', status: 500 });
  await atlas.reset();
  expect(atlas.calls).toEqual([]);
  expect(atlas.state.grants.size).toBe(0);
  expect(atlas.state.events).toEqual([]);
  expect(atlas.state.users.map((user) => user.orgRoles[0])).toEqual([
    'ORG_OWNER',
    'ORG_OWNER',
    'ORG_MEMBER',
    'ORG_MEMBER',
    'ORG_MEMBER',
    'ORG_OWNER',
  ]);
  expect(atlas.state.findCluster(payments, 'reports')).toBeUndefined();
  const again = await signIn(atlas, demoEverydayAccount);
  expect((await readCluster(again, payments, 'payments-prod')).status).toBe(200);
});

test('a fault may hit the token call', async () => {
  const { atlas } = await openAtlas();
  atlas.addFault({ kind: 'cut-before', call: 'token', times: 1 });
  await expect(takeToken(atlas, demoEverydayAccount)).rejects.toThrow('fetch failed');
  expect(await takeToken(atlas, demoEverydayAccount)).toEqual(expect.any(String));
});
