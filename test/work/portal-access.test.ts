import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { heldByRecord } from '../../src/grants/held-by-record.ts';
import { slotFor } from '../../src/grants/ids.ts';
import { createPortalProvider } from '../../src/providers/portal/portal-provider.ts';
import { portalSchema } from '../../src/providers/portal/portal-schema.ts';
import { type PortalEmulator, startPortal } from '../../src/sandbox/portal/server.ts';
import { bearerToken, MapMemory, settings } from '../providers/portal/portal-bench.ts';
import { type Bench, hour, minute, notesIn, openGrant, startBench, type } from './grant-bench.ts';

const day = 24 * hour;
let bench: Bench;
let portal: PortalEmulator;

beforeEach(async () => {
  bench = await startBench();
  portal = await startPortal({ clock: bench.clock, tenants: ['t1'], credentials: { bearer: bearerToken } });
});

afterEach(async () => {
  await bench.close();
  await portal.close();
});

/** From here on the bench's grants are enforced at the portal, as `about` describes it. */
function enforceAt(about: Record<string, unknown>): void {
  const provider = createPortalProvider({
    portal: portalSchema.parse({
      ...settings(portal.url, { auth: { bearer: { env: 'TEST_PORTAL_BEARER' } }, ...(about.push ?? {}) }),
      accessTypes: [{ id: type, keyword: 'portal', label: 'portal access', canSee: ['a'], cannotSee: ['b'] }],
      ...(about.pull === true ? { push: undefined, pull: true } : {}),
    }),
    memory: new MapMemory(),
    heldByRecord: async (id) => heldByRecord(await bench.grants.bySlot(slotFor('o1', id)), bench.clock.now()),
    clock: bench.clock,
  });
  const { readAccess, openAccess, closeAccess } = provider;
  Object.assign(bench.provider, { readAccess, openAccess, closeAccess });
}

const changes = () => portal.requests.flatMap(({ call }) => (call === 'open' || call === 'close' ? [call] : []));

describe.each([
  ['that shows its switch', {}],
  ['that shows nothing', { push: { status: undefined } }],
])('a portal %s', (_name, about) => {
  it('is open for seven days and then closed', async () => {
    enforceAt(about);
    const id = await openGrant(bench, 'one', 't1', 7 * day);
    expect(portal.switches.status('t1').enabled).toBe(true);
    bench.clock.tick(7 * day - minute);
    await bench.work();
    expect(await bench.read(id)).toMatchObject({ state: 'active' });
    await bench.advance(minute);
    expect(await bench.read(id)).toMatchObject({ state: 'expired' });
    expect(notesIn(bench).at(-1)).toBe('ended');
    expect(changes()).toEqual(['open']);
  });

  it('is opened and closed for certain, although the answers are lost', async () => {
    enforceAt(about);
    portal.addFault({ call: 'open', kind: 'lost-answer', times: 1 });
    portal.addFault({ call: 'close', kind: 'lost-answer', times: 1 });
    const id = await bench.request('one', 't1', day);
    await bench.approve(id);
    await bench.work();
    await bench.advance(minute);
    expect(await bench.read(id)).toMatchObject({ state: 'active' });
    await bench.revoke(id);
    await bench.advance(10 * minute);
    expect(await bench.read(id)).toMatchObject({ state: 'revoked' });
    expect(portal.switches.status('t1').enabled).toBe(false);
  });

  it('is closed when opening is given up, whatever became of the calls', async () => {
    enforceAt(about);
    portal.addFault({ call: 'open', kind: 'status', status: 503 });
    portal.addFault({ call: 'status', kind: 'garbage' });
    const id = await bench.request('one', 't1', day);
    await bench.approve(id);
    await bench.work();
    await bench.advance(20 * minute);
    portal.clearFaults();
    await bench.advance(20 * minute);
    expect(await bench.read(id)).toMatchObject({ state: 'failed' });
    expect(portal.switches.status('t1').enabled).toBe(false);
  });
});

describe('what cannot be read is closed all the same', () => {
  it.each([
    ['garbage', { call: 'status', kind: 'garbage' }],
    ['HTTP 403', { call: 'status', kind: 'status', status: 403 }],
    ['HTTP 404', { call: 'status', kind: 'status', status: 404 }],
    ['HTTP 500', { call: 'status', kind: 'status', status: 500 }],
  ] as const)('after it was revoked: %s', async (_name, fault) => {
    enforceAt({});
    const id = await openGrant(bench, 'one', 't1', 7 * day);
    portal.addFault(fault);
    await bench.revoke(id);
    await bench.work();
    expect(portal.switches.status('t1').enabled).toBe(false);
    // That it is closed is said once it can be seen.
    await bench.advance(10 * minute);
    expect(await bench.read(id)).toMatchObject({ state: 'closing' });
    expect(changes()).toEqual(['open', 'close']);
    portal.clearFaults();
    await bench.advance(10 * minute);
    expect(await bench.read(id)).toMatchObject({ state: 'revoked' });
  });

  it('where an end is shown, only while it is open, in a way that nobody understands', async () => {
    enforceAt({});
    const { switches } = portal;
    const shown = switches.status.bind(switches);
    switches.status = (tenant) => {
      const status = shown(tenant);
      return status.enabled ? { ...status, expiresAt: 'next Monday' } : status;
    };
    const id = await bench.request('one', 't1', 7 * day);
    await bench.approve(id);
    await bench.work();
    expect(await bench.read(id)).toMatchObject({ state: 'opening', trouble: { code: 'bad-answer' } });
    expect(shown('t1').enabled).toBe(true);
    await bench.advance(16 * minute);
    expect(shown('t1').enabled).toBe(false);
    expect(await bench.read(id)).toMatchObject({ state: 'failed' });
  });
});

it('a portal that asks to be left alone for a day is asked again within five minutes while access is to be closed', async () => {
  enforceAt({});
  const id = await openGrant(bench, 'one', 't1', 7 * day);
  portal.addFault({ call: 'close', kind: 'status', status: 503, retryAfter: '86400', times: 1 });
  await bench.revoke(id);
  await bench.work();
  expect(portal.switches.status('t1').enabled).toBe(true);
  await bench.advance(5 * minute);
  expect(portal.switches.status('t1').enabled).toBe(false);
});

it('one answer that says it is closed leaves the terms of a grant as they were decided', async () => {
  enforceAt({
    push: { status: { url: `${portal.url}/v1/tenants/{target.id}/support-access`, open: '/supportAccess/enabled' } },
  });
  const id = await openGrant(bench, 'one', 't1', hour);
  const { wanted } = await bench.read(id);
  await bench.advance(7 * minute);
  const { switches } = portal;
  const shown = switches.status.bind(switches);
  switches.status = () => {
    switches.status = shown;
    return { enabled: false };
  };
  await bench.advance(10 * minute);
  expect(await bench.read(id)).toMatchObject({ state: 'active', wanted });
});

it('what a person switches off in the portal is noticed, and not switched on again', async () => {
  enforceAt({});
  const id = await openGrant(bench, 'one', 't1', 7 * day);
  await bench.advance(hour);
  portal.switches.disable('t1');
  await bench.advance(10 * minute);
  const grant = await bench.read(id);
  expect(grant).toMatchObject({ state: 'revoked' });
  expect(grant.history.map(({ action }) => action)).toContain('ended-outside');
  expect(changes()).toEqual(['open']);
});

it('a portal that asks is open by the record alone, and never called', async () => {
  enforceAt({ pull: true });
  const id = await openGrant(bench, 'one', 't1', 7 * day);
  await bench.advance(hour);
  await bench.revoke(id);
  await bench.work();
  expect(await bench.read(id)).toMatchObject({ state: 'revoked' });
  const again = await openGrant(bench, 'two', 't1', hour);
  await bench.advance(hour);
  expect(await bench.read(again)).toMatchObject({ state: 'expired' });
  expect(portal.requests).toEqual([]);
});
