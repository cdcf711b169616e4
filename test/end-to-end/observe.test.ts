import { describe, expect, it } from 'vitest';
import type { Grant } from '../../src/grants/grant.ts';
import { demoBlockAccount, demoEverydayAccount, demoProjects, demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import type { AtlasServiceAccount } from '../../src/sandbox/atlas/seed.ts';
import { type Harness, hour, minute, startHarness } from '../support/harness.ts';
import { clicks, everyPost, inAtlas, leaps, notes, readable, rootOf, submits, types } from './steps.ts';

const reader: AtlasServiceAccount = {
  clientId: 'mdb_sa_id_64f0a1b2c3d4e5f600000409',
  clientSecret: 'mdb_sa_sk_reader-demo_secret',
  orgRoles: ['ORG_READ_ONLY'],
  projectRoles: [],
};
const atlasSeed = { ...demoSeed, serviceAccounts: [demoEverydayAccount, demoBlockAccount, reader] };
const observe = { MODE: 'observe', ATLAS_CLIENT_ID: reader.clientId, ATLAS_CLIENT_SECRET: reader.clientSecret };

const inObserveMode = (settings: Record<string, string> = {}): Promise<Harness> =>
  startHarness({ atlasSeed, settings: { ...observe, ...settings } });

/** Calls that would change something in Atlas, refused ones included. */
const changingCalls = ({ sandbox }: Harness): string[] =>
  sandbox.atlas.calls
    .filter(({ method, path }) => method !== 'GET' && !path.includes('/oauth/'))
    .map(({ method, path }) => `${method} ${path}`);

const oscar = { email: 'oscar.second@meridian.example' };
const setInAtlas = ({ sandbox }: Harness, cluster: string, hours: number): void =>
  sandbox.atlas.state.setGrant(
    demoProjects.payments,
    cluster,
    {
      grantType: 'CLUSTER_DATABASE_LOGS',
      expirationTime: new Date(sandbox.clock.now().getTime() + hours * hour),
    },
    oscar,
  );

async function restart(harness: Harness, settings: Record<string, string>): Promise<void> {
  await harness.sandbox.stopBot();
  harness.sandbox.configure(settings);
  await harness.sandbox.startBot();
  await harness.idle();
}

const buttons = (harness: Harness): string[] =>
  everyPost(harness).flatMap((message) => readable(harness, message).match(/^\[.*\]$/gm) ?? []);

describe('in observe mode', () => {
  it('needs an account that may only read, and says in status, help and Home what it is', async () => {
    const harness = await inObserveMode();
    const words = 'Observe mode: Portcullis watches MongoDB Atlas, tells what it sees, and changes nothing there.';
    for (const command of ['status', 'help']) expect(await types(harness, 'olivia', command)).toContain(words);
    await harness.olivia.opensHome();
    await harness.idle();
    expect(harness.olivia.home().text).toContain(words);
    expect(await types(harness, 'olivia', 'whoami')).toContain('Portcullis is in observe mode');
    expect(await types(harness, 'olivia', 'history')).not.toContain('observe mode');
    expect(harness.logs.filter(({ level }) => level === 'error' || level === 50)).toEqual([]);
  });

  it.each([
    'request ledger-prod 4h logs Disk latency on the primary',
    'request',
    'grant ledger-prod 4h logs Disk latency on the primary',
    'grant',
    'revoke',
    'revoke ledger-prod',
    'extend ledger-prod 8h',
    'change ledger-prod logs',
    'block',
    'unblock 8h planned maintenance with support',
    'lockdown',
  ])('“%s” is answered with where to do it and how the mode ends', async (command) => {
    const harness = await inObserveMode();
    const answer = await types(harness, 'olivia', command);
    expect(answer).toContain(
      'Portcullis is in observe mode, in which it watches MongoDB Atlas and changes nothing: do it by hand in ',
    );
    expect(answer).toContain('or have whoever runs Portcullis set `MODE=manage` and restart it.');
    expect(answer).toMatch(/\(https?:.*#\/org\//);
    expect(await harness.allGrants()).toEqual([]);
    expect(harness.olivia.hasModal()).toBe(false);
  });
});

/** One record in every state that lives on, made by a Portcullis that manages. */
async function everyKind(): Promise<Harness> {
  const harness = await startHarness({ atlasSeed });
  const { atlas } = harness.sandbox;
  await types(harness, 'olivia', 'grant payments-prod 8h logs Disk latency on the primary');
  await types(harness, 'olivia', 'grant warehouse 4h logs Slow queries since this morning');
  atlas.addFault({ kind: 'status', status: 503, call: 'revoke' });
  await types(harness, 'olivia', 'revoke warehouse');
  await submits(harness, 'olivia');
  await types(harness, 'olivia', 'grant events-prod 1h logs Slow queries since this morning');
  atlas.addFault({ kind: 'status', status: 503, call: 'grant' });
  await types(harness, 'olivia', 'grant ledger-prod 4h logs Disk latency on the primary');
  await types(harness, 'erin', 'request staging 4h logs Disk latency on the primary');
  if (harness.erin.hasModal()) harness.erin.modal().close();
  await types(harness, 'erin', 'request events-prod 4h infrastructure Disk latency on the primary');
  return harness;
}

const of = async (harness: Harness, cluster: string): Promise<Grant> => {
  const found = (await harness.allGrants()).find(({ target }) => target.name === cluster);
  if (found === undefined) throw new Error(`No grant of ${cluster}`);
  return found;
};

describe('records from before', () => {
  it('are watched for a whole day and more, and no call changes anything', async () => {
    const harness = await everyKind();
    const states = (await harness.allGrants()).map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(['active', 'closing', 'opening', 'requested']));
    harness.sandbox.atlas.clearFaults();
    const before = changingCalls(harness).length;
    await restart(harness, observe);
    await harness.advance(2 * minute);
    const warehouse = await of(harness, 'warehouse');
    expect(rootOf(harness, warehouse)).toContain('Portcullis only observes at present, and changes nothing itself.');
    expect(rootOf(harness, warehouse)).not.toContain('keeps trying');
    expect(notes(harness, warehouse).join('\n')).toContain('Portcullis does not close it, since it only observes.');
    await harness.advance(28 * minute);
    for (let halves = 0; halves < 50; halves++) await leaps(harness, 30 * minute);
    expect(changingCalls(harness).slice(before)).toEqual([]);
    const ended = await harness.allGrants();
    expect(ended.map(({ target, state }) => `${target.name} ${state}`).sort()).toEqual([
      'events-prod expired',
      'events-prod lapsed',
      'ledger-prod failed',
      'payments-prod expired',
      'warehouse revoked',
    ]);
    const paymentsProd = notes(harness, await of(harness, 'payments-prod'));
    expect(paymentsProd.at(-1)).toContain('Support access to payments-prod ended by itself');
    expect(paymentsProd.at(-1)).toContain('MongoDB Atlas, read yesterday at 17:00 UTC, holds: no grant.');
    expect(paymentsProd.some((text) => text.includes('30 min more') && text.includes('To revoke it by hand'))).toBe(
      true,
    );
  }, 120_000);

  it('offer nothing, and their old buttons answer where to do it', async () => {
    const harness = await everyKind();
    harness.sandbox.atlas.clearFaults();
    // The message as a reader has it from before: it is not touched until something changes.
    await harness.sandbox.stopBot();
    harness.sandbox.configure(observe);
    await harness.sandbox.startBot();
    const { message } = await of(harness, 'payments-prod');
    const answer = await clicks(harness, 'olivia', 'Revoke now', { message: message?.ts });
    expect(answer).toContain('Not revoked. Portcullis is in observe mode');
    expect(answer).toContain('payments-prod in MongoDB Atlas');
    expect((await of(harness, 'payments-prod')).state).toBe('active');
  });

  it('go on where they were once Portcullis manages again', async () => {
    const harness = await everyKind();
    harness.sandbox.atlas.clearFaults();
    await restart(harness, observe);
    await harness.advance(10 * minute);
    expect(inAtlas(harness, 'warehouse', 'analytics')).toBeDefined();
    await restart(harness, {});
    await harness.advance(6 * minute);
    expect(inAtlas(harness, 'warehouse', 'analytics')).toBeUndefined();
    expect((await of(harness, 'warehouse')).state).toBe('revoked');
  });
});

describe('the block in observe mode', () => {
  it('is guarded: who unblocked is told, with the way back, and once when its time is over', async () => {
    const harness = await startHarness({ atlasSeed });
    await types(harness, 'olivia', 'unblock 1h planned maintenance with support');
    await submits(harness, 'olivia');
    expect(harness.sandbox.atlas.state.blocked).toBe(false);
    const before = changingCalls(harness).length;
    await restart(harness, observe);
    expect(await types(harness, 'erin', 'status')).toContain('an organization owner has to block it again then');
    await harness.advance(90 * minute);
    const told = harness.sandbox.slack.messages(harness.channel).map((message) => readable(harness, message));
    const overdue = told.filter((text) => text.includes('Support access should be blocked again, and is not'));
    expect(overdue).toHaveLength(1);
    expect(overdue[0]).toContain('the setting in MongoDB Atlas');
    expect(overdue[0]).not.toContain('[Block]');
    expect(changingCalls(harness).slice(before)).toEqual([]);
  });

  it('changed elsewhere is told without a button', async () => {
    const harness = await inObserveMode();
    harness.sandbox.atlas.state.setBlocked(false, oscar);
    setInAtlas(harness, 'ledger-prod', 4);
    await harness.advance(2 * hour);
    const told = harness.sandbox.slack.messages(harness.channel).map((message) => readable(harness, message));
    expect(told.some((text) => text.includes('Somebody unblocked support access in MongoDB Atlas itself'))).toBe(true);
    expect(buttons(harness)).toEqual([]);
    expect(changingCalls(harness)).toEqual([]);
  });
});
