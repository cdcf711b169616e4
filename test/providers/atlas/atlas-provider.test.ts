import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { atlasAccessTypes } from '../../../src/providers/atlas/access-types.ts';
import { type AtlasProviderOptions, createAtlasProvider } from '../../../src/providers/atlas/atlas-provider.ts';
import type { AtlasCredentials } from '../../../src/providers/atlas/tokens.ts';
import { demoSeed } from '../../../src/sandbox/atlas/demo-seed.ts';
import type { AtlasServiceAccount } from '../../../src/sandbox/atlas/seed.ts';
import { type AtlasEmulator, startAtlas } from '../../../src/sandbox/atlas/server.ts';
import { ManualClock } from '../../../src/sandbox/manual-clock.ts';
import { errorOf } from '../provider-errors.ts';

const [everyday, blockAccount] = demoSeed.serviceAccounts;
const [payments, analytics] = demoSeed.projects;
if (!everyday || !blockAccount || !payments || !analytics) throw new Error('The demo seed lacks what these tests use');
const target = { id: `${payments.id}/payments-prod`, projectId: payments.id, name: 'payments-prod' };
const start = new Date('2026-03-01T12:00:00Z');
const hourMs = 60 * 60 * 1000;

let clock: ManualClock;
let atlas: AtlasEmulator;

beforeAll(async () => {
  clock = new ManualClock(start);
  atlas = await startAtlas({ clock, seed: demoSeed });
});
beforeEach(async () => {
  await atlas.reset();
  clock.set(start);
});
afterAll(() => atlas.close());

const credentialsOf = ({ clientId, clientSecret }: AtlasServiceAccount): AtlasCredentials => ({
  clientId,
  clientSecret: async () => clientSecret,
});

function provider(options: Partial<AtlasProviderOptions> = {}) {
  const { organizationId } = demoSeed;
  return createAtlasProvider({
    baseUrl: atlas.url,
    organizationId,
    credentials: credentialsOf(everyday ?? expect.fail()),
    blockCredentials: credentialsOf(blockAccount ?? expect.fail()),
    clock,
    ...options,
  });
}
const until = () => new Date(clock.now().getTime() + hourMs);

describe('the provider against a simulated Atlas', () => {
  it.each(atlasAccessTypes)('opens, reads, replaces and closes $keyword', async ({ id }) => {
    const atlasProvider = provider();
    expect(await atlasProvider.readAccess(target)).toEqual({ state: 'closed', targetExists: true });
    await atlasProvider.openAccess(target, 'CLUSTER_DATABASE_LOGS', until());
    const later = new Date(until().getTime() + hourMs);
    await atlasProvider.openAccess(target, id, later);
    expect(await atlasProvider.readAccess(target)).toEqual({ state: 'open', type: id, until: later });
    await atlasProvider.closeAccess(target);
    expect(await atlasProvider.readAccess(target)).toEqual({ state: 'closed', targetExists: true });
    await atlasProvider.closeAccess(target);
  });

  it('sees a grant end by itself', async () => {
    const atlasProvider = provider();
    await atlasProvider.openAccess(target, 'CLUSTER_INFRASTRUCTURE', until());
    clock.tick(hourMs);
    expect(await atlasProvider.readAccess(target)).toEqual({ state: 'closed', targetExists: true });
  });

  it('goes on when the token has run out on the side of Atlas only', async () => {
    const atlasProvider = provider();
    await atlasProvider.readBlock();
    clock.set(new Date(start.getTime() + 2 * hourMs));
    await atlasProvider.openAccess(target, 'CLUSTER_INFRASTRUCTURE', until());
    expect(await atlasProvider.readAccess(target)).toMatchObject({ state: 'open' });
  });

  it('tells a cluster and a project that do not exist', async () => {
    const gone = { ...target, name: 'no-such-cluster' };
    expect(await provider().readAccess(gone)).toEqual({ state: 'closed', targetExists: false });
    expect(await errorOf(provider().openAccess(gone, 'CLUSTER_INFRASTRUCTURE', until()))).toMatchObject({
      code: 'not-found',
      effect: 'none',
    });
  });

  it('reports a type that Atlas does not have as refused', async () => {
    const error = await errorOf(provider().openAccess(target, 'EVERYTHING', until()));
    expect(error).toMatchObject({ code: 'invalid', effect: 'none', status: 400 });
    expect(error.detail).toContain('EVERYTHING');
  });

  it('switches the block with the account for it, and uses that for nothing else', async () => {
    const atlasProvider = provider();
    expect(await atlasProvider.readBlock()).toEqual({ blocked: true });
    await atlasProvider.setBlock(false);
    expect(await atlasProvider.readBlock()).toEqual({ blocked: false });
    await atlasProvider.setBlock(true);
    await atlasProvider.listTargets();
    await atlasProvider.directory();
    await atlasProvider.openAccess(target, 'CLUSTER_INFRASTRUCTURE', until());
    await atlasProvider.readAccess(target);
    await atlasProvider.closeAccess(target);
    await atlasProvider.activity(target, start, until());
    const byBlockAccount = atlas.calls.filter(({ clientId }) => clientId === blockAccount.clientId);
    expect(byBlockAccount.map(({ call, body }) => (call === 'token' ? call : body))).toEqual([
      'token',
      { restrictEmployeeAccess: false },
      { restrictEmployeeAccess: true },
    ]);
  });

  it('says that the account for the block is missing, and sends nothing', async () => {
    const atlasProvider = provider({ blockCredentials: undefined });
    expect(atlasProvider.capabilities.canSetBlock).toBe(false);
    const error = await errorOf(atlasProvider.setBlock(true));
    expect(error).toMatchObject({ code: 'block-account-missing', effect: 'none', temporary: false });
    expect(atlas.calls).toEqual([]);
  });

  it('is refused the block with an account that lacks the role', async () => {
    const error = await errorOf(provider({ blockCredentials: credentialsOf(everyday) }).setBlock(false));
    expect(error).toMatchObject({ code: 'forbidden', effect: 'none', status: 403 });
    expect(error.message).toContain('the service account that switches the block lacks Organization Owner');
  });

  it('is refused with a wrong secret', async () => {
    const wrong = credentialsOf({ ...everyday, clientSecret: 'mdb_sa_sk_wrong' });
    expect(await errorOf(provider({ credentials: wrong }).readBlock())).toMatchObject({
      code: 'unauthorized',
      temporary: false,
    });
  });

  it('lists the targets', async () => {
    const targets = await provider().listTargets();
    const seeded = demoSeed.projects.flatMap(({ id, clusters }) => clusters.map(({ name }) => `${id}/${name}`));
    expect(targets.map(({ id }) => id).sort()).toEqual(seeded.sort());
  });

  it('reads the directory, with rights that come through a team and somebody who is only invited', async () => {
    const people = await provider().directory();
    expect(people).toHaveLength(demoSeed.users.length);
    expect(people.find(({ email }) => email === 'sam.support@meridian.example')).toMatchObject({
      name: 'Sam Support',
      active: true,
      projectRoles: { [analytics.id]: ['GROUP_SUPPORT_ACCESS_MANAGER'] },
    });
    expect(people.find(({ email }) => email === 'pending.pat@meridian.example')).toMatchObject({ active: false });
  });

  it('reads one person as the directory has them', async () => {
    const people = await provider().directory();
    for (const person of people) expect(await provider().readPerson(person.email.toUpperCase())).toEqual(person);
    expect(await provider().readPerson('nobody@meridian.example')).toBeUndefined();
  });

  it('reads what the staff did on a cluster and in the organization, and by whom', async () => {
    const atlasProvider = provider();
    await atlasProvider.openAccess(target, 'CLUSTER_INFRASTRUCTURE', until());
    clock.tick(60_000);
    const { projectId, name } = target;
    atlas.state.recordSupportActivity(projectId, name, 'SSH_KEY_NDS_HOST_ACCESS_GRANTED', { employee: 'e-7' });
    atlas.state.recordSupportActivity(projectId, 'ledger-prod', 'SSH_KEY_NDS_HOST_ACCESS_GRANTED');
    clock.tick(60_000);
    atlas.state.setBlocked(false, { employee: 'e-7' });
    const events = await atlasProvider.activity(target, start, until());
    const id = expect.stringMatching(/^[0-9a-f]{24}$/);
    const at = (ms: number) => new Date(start.getTime() + ms);
    expect(events).toEqual([
      {
        id,
        at: at(60_000),
        type: 'SSH_KEY_NDS_HOST_ACCESS_GRANTED',
        words: 'was given access to a host',
        on: 'target',
        by: 'e-7',
      },
      {
        id,
        at: at(120_000),
        type: 'ORG_EMPLOYEE_ACCESS_UNRESTRICTED',
        words: 'unblocked support access',
        on: 'organization',
        by: 'e-7',
      },
    ]);
    expect(await atlasProvider.activity(target, until(), until())).toEqual([]);
  });

  it.each([
    ['cut-before', { state: 'closed', targetExists: true }],
    ['cut-after', { state: 'open' }],
  ] as const)('does not know after %s whether it took effect', async (kind, reading) => {
    const atlasProvider = provider();
    atlas.addFault({ kind, call: 'grant', times: 1 });
    const error = await errorOf(atlasProvider.openAccess(target, 'CLUSTER_INFRASTRUCTURE', until()));
    expect(error).toMatchObject({ code: 'connection', effect: 'unknown', temporary: true });
    expect(await atlasProvider.readAccess(target)).toMatchObject(reading);
  });

  it('does not know after a time-out either', async () => {
    const atlasProvider = provider({ requestTimeoutMs: 200 });
    await atlasProvider.readBlock();
    const fault = atlas.addFault({ kind: 'hang', call: 'revoke' });
    const error = await errorOf(atlasProvider.closeAccess(target));
    expect(error).toMatchObject({ code: 'timeout', effect: 'unknown', temporary: true });
    fault.clear();
  });

  it.each(['garbage', 'wrong-shape'] as const)('takes %s for no answer', async (kind) => {
    atlas.addFault({ kind, call: ['grant', 'readCluster', 'listUsers'] });
    const atlasProvider = provider();
    const opening = await errorOf(atlasProvider.openAccess(target, 'CLUSTER_INFRASTRUCTURE', until()));
    expect(opening).toMatchObject({ code: 'bad-answer', effect: 'unknown' });
    expect(await errorOf(atlasProvider.readAccess(target))).toMatchObject({ code: 'bad-answer', effect: 'none' });
    expect(await errorOf(atlasProvider.directory())).toMatchObject({ code: 'bad-answer', effect: 'none' });
  });

  it('says that Atlas cannot be reached, and works again when it can', async () => {
    const atlasProvider = provider();
    await atlasProvider.readBlock();
    await atlas.down();
    const error = await errorOf(atlasProvider.openAccess(target, 'CLUSTER_INFRASTRUCTURE', until()));
    expect(error).toMatchObject({ code: 'connection', temporary: true });
    await atlas.up();
    expect(await atlasProvider.readBlock()).toEqual({ blocked: true });
  });
});

describe('what it can do', () => {
  it('tells durations, addresses and names', () => {
    expect(provider().capabilities).toMatchObject({
      accessTypes: atlasAccessTypes,
      minDurationMs: 30 * 60 * 1000,
      maxDurationMs: 24 * hourMs,
      defaultDurationMs: 24 * hourMs,
      canSetBlock: true,
      blockUrl: `${atlas.url}/v2#/org/${demoSeed.organizationId}/settings/general`,
      targetsUrl: `${atlas.url}/v2#/org/${demoSeed.organizationId}/projects`,
      vendor: 'MongoDB Atlas',
      supportStaff: 'MongoDB support',
      targetNoun: { one: 'cluster', many: 'clusters', entered: 'infrastructure', group: 'project' },
    });
  });

  it.each(['http://cloud.mongodb.com', 'http://127.0.0.1.example.com', 'http://localhost.example', 'ftp://localhost'])(
    'does not send secrets in the clear to %s',
    (baseUrl) => {
      expect(() => provider({ baseUrl })).toThrow('https');
    },
  );

  it.each(['https://cloud.mongodb.com/', 'http://localhost:1', 'http://[::1]:1', 'http://127.0.0.1:1'])(
    'takes %s',
    (baseUrl) => {
      expect(provider({ baseUrl }).capabilities.blockUrl).toMatch(/[^/]\/v2#/);
    },
  );
});
