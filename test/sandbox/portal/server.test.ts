import { expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '../../../src/sandbox/manual-clock.ts';
import { startPortal } from '../../../src/sandbox/portal/server.ts';

const start = new Date('2026-03-01T12:00:00Z');

async function portalWith(credentials = { bearer: 'token' }) {
  const clock = new ManualClock(start);
  const portal = await startPortal({ clock, tenants: ['acme'], credentials });
  onTestFinished(() => portal.close());
  const call = async (method: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${portal.url}/v1/tenants/acme/support-access`, {
      method,
      headers: { authorization: 'Bearer token', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return { status: answer.status, body: answer.status === 204 ? undefined : await answer.json() };
  };
  return { clock, portal, call };
}

it('opens for seven days, ends by itself, and is closed at once', async () => {
  const { clock, call } = await portalWith();
  const opened = { supportAccess: { enabled: true, level: 'portal', expiresAt: '2026-03-08T12:00:00.000Z' } };
  expect(await call('PUT', {})).toEqual({ status: 200, body: opened });
  clock.tick(7 * 24 * 60 * 60_000);
  expect(await call('GET')).toEqual({ status: 200, body: { supportAccess: { enabled: false } } });
  expect((await call('PUT', { durationSeconds: 60 })).status).toBe(200);
  expect((await call('DELETE')).status).toBe(204);
  expect(await call('GET')).toEqual({ status: 200, body: { supportAccess: { enabled: false } } });
});

it.each([{ expiresAt: '2026-03-08T12:02:00Z' }, { expiresAt: '2026-03-01T11:59:00Z' }])(
  'refuses %j: too long, or gone by',
  async (body) => {
    const { call } = await portalWith();
    expect((await call('PUT', body)).status).toBe(422);
  },
);

it('does what one key names once, and nothing else under it', async () => {
  const { portal, call } = await portalWith();
  const key = { 'idempotency-key': '"one"' };
  await call('PUT', {}, key);
  portal.switches.disable('acme');
  expect((await call('PUT', {}, key)).body).toMatchObject({ supportAccess: { enabled: true } });
  expect(portal.switches.status('acme').enabled).toBe(false);
  expect((await call('PUT', { durationSeconds: 60 }, key)).status).toBe(422);
});

it('lets nobody in without proof', async () => {
  const { call, portal } = await portalWith();
  expect((await call('GET', undefined, { authorization: 'Bearer other' })).status).toBe(401);
  expect((await call('GET', undefined, { authorization: '' })).status).toBe(401);
  expect(portal.requests).toHaveLength(2);
});
