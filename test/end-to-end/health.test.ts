import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MongoClient } from 'mongodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBot } from '../../src/bot.ts';
import { loadConfig } from '../../src/load-config.ts';
import { createLogger } from '../../src/log.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { eventually } from '../support/eventually.ts';
import { type Harness, hour, minute, startHarness } from '../support/harness.ts';
import { startSocketMode } from '../support/socket-mode.ts';
import { startSurroundings } from '../support/surroundings.ts';
import { clicks, inAtlas, notes, rootOf, types } from './steps.ts';

const second = 1_000;
const request = 'request payments-prod 2h infrastructure Primary steps down every few minutes';

interface Readiness {
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, { readonly state: string; readonly since?: string; readonly why?: string }>>;
}

async function readyz(harness: Harness): Promise<Readiness & { readonly status: number }> {
  const response = await fetch(`http://127.0.0.1:${harness.sandbox.bot.port}/readyz`);
  return { status: response.status, ...((await response.json()) as Readiness) };
}

const degraded = ({ parts }: Readiness): string[] =>
  Object.entries(parts)
    .filter(([, part]) => part.state !== 'ok')
    .map(([name]) => name);

const mongodbOf = ({ database: { server } }: Harness) => {
  if (server === undefined) throw new Error('These tests need the in-memory server');
  return server;
};

/** Passes as many quiet sweeps as it takes; connections that broke may fail some. */
async function sweeps(harness: Harness): Promise<void> {
  await eventually(() => harness.sandbox.bot.sweep().then(() => 'done', String)).toBe('done');
  await harness.idle();
}

type Outage = 'mongodb' | 'slack' | 'atlas';

const outages: Record<Outage, { leaves(harness: Harness): unknown; returns(harness: Harness): unknown }> = {
  mongodb: { leaves: (harness) => mongodbOf(harness).stop(), returns: (harness) => mongodbOf(harness).start() },
  slack: { leaves: ({ sandbox }) => sandbox.slack.down(), returns: ({ sandbox }) => sandbox.slack.up() },
  atlas: { leaves: ({ sandbox }) => sandbox.atlas.down(), returns: ({ sandbox }) => sandbox.atlas.up() },
};

const orders: readonly (readonly [Outage, Outage, Outage])[] = [
  ['mongodb', 'slack', 'atlas'],
  ['mongodb', 'atlas', 'slack'],
  ['slack', 'mongodb', 'atlas'],
  ['slack', 'atlas', 'mongodb'],
  ['atlas', 'mongodb', 'slack'],
  ['atlas', 'slack', 'mongodb'],
];

describe('what a process says of itself', { timeout: 60_000 }, () => {
  it('stands beside the requests of Slack, for GET alone, and is not kept by anybody', async () => {
    const harness = await startHarness();
    const address = `http://127.0.0.1:${harness.sandbox.bot.port}`;
    for (const path of ['/healthz', '/readyz', '/readyz?verbose=1']) {
      const response = await fetch(address + path);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('content-type')).toBe('application/json');
      await response.body?.cancel();
    }
    expect((await fetch(`${address}/healthz`, { method: 'DELETE' })).status).toBe(404);
    // What is posted has to be signed by Slack.
    expect((await fetch(`${address}/healthz`, { method: 'POST' })).status).toBe(401);
    expect((await fetch(`${address}/metrics`)).status).toBe(404);
    const ok = { state: 'ok' };
    expect(await readyz(harness)).toEqual({
      status: 200,
      ready: true,
      parts: {
        ...{ start: ok, mongodb: ok, slack: ok, provider: ok, secrets: ok, clock: ok, sweep: ok, records: ok },
        ...{ ledgerSigner: ok, ledgerWebhook: ok },
      },
    });
  });

  it('has a port of its own in Socket Mode, if it is given one', async () => {
    const clock = new ManualClock(new Date('2026-03-02T09:00:00Z'));
    const { slack, settings } = await startSurroundings(clock);
    const socket = await startSocketMode(slack);
    const start = async (healthPort: string) => {
      const loaded = loadConfig({
        ...settings,
        SLACK_APP_TOKEN: 'xapp-1-A0PORTCULL-0123456789-abcdef',
        SLACK_SIGNING_SECRET: '',
        SLACK_API_URL: socket.apiUrl,
        HEALTH_PORT: healthPort,
      });
      if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
      const log = createLogger({ level: 'fatal', destination: { write: () => {} } });
      const bot = await startBot({ config: loaded.config, clock, log, host: '127.0.0.1', timeoutMs: 500 });
      onTestFinished(() => bot.stop());
      return bot;
    };
    expect((await start('')).healthPort).toBeUndefined();
    const bot = await start('0');
    const address = `http://127.0.0.1:${bot.healthPort}`;
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    expect((await fetch(`${address}/readyz`, { method: 'DELETE' })).status).toBe(405);
    expect((await fetch(`${address}/slack/events`)).status).toBe(404);
    await bot.stop();
    await expect(fetch(`${address}/healthz`)).rejects.toThrow();
  });

  it.each([
    ['HTTP', {}],
    ['Socket Mode', { SLACK_APP_TOKEN: 'xapp-1-A0PORTCULL-0123456789-abcdef', HEALTH_PORT: '0' }],
  ])('is told from the beginning, while it waits for MongoDB: %s', async (_mode, changes) => {
    const clock = new ManualClock(new Date('2026-03-02T09:00:00Z'));
    const surroundings = await startSurroundings(clock);
    const { server } = surroundings.database;
    if (server === undefined) throw new Error('This test needs the in-memory server');
    const socket = await startSocketMode(surroundings.slack);
    const loaded = loadConfig({ ...surroundings.settings, SLACK_API_URL: socket.apiUrl, ...changes });
    if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
    const lines: { readonly msg: string; readonly healthPort?: number }[] = [];
    const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } });
    const said = (words: string) => lines.filter(({ msg }) => msg === words);
    await server.stop();
    const starting = startBot({ config: loaded.config, clock, log, host: '127.0.0.1', timeoutMs: 500 });
    await eventually(() => said('Starting').length).toBe(1);
    const address = `http://127.0.0.1:${said('Starting')[0]?.healthPort}`;
    const waits = async (times: number) =>
      eventually(() => said('MongoDB cannot be used yet; waiting for it').length).toBe(times);
    // Together longer than it may be without a sweep.
    await waits(1);
    clock.tick(4 * minute);
    await waits(2);
    clock.tick(4 * minute);
    await waits(3);
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
    const response = await fetch(`${address}/readyz`);
    expect(response.status).toBe(503);
    expect(degraded((await response.json()) as Readiness)).toEqual(['start', 'mongodb', 'clock']);
    const posted = await fetch(`${address}/slack/events`, { method: 'POST', body: 'command=%2Fsupport-access' });
    expect(posted.status).toBe('SLACK_APP_TOKEN' in changes ? 404 : 503);
    expect(socket.asked).toBe(0);

    await server.start();
    clock.tick(5 * second);
    const bot = await starting;
    onTestFinished(() => bot.stop());
    await eventually(async () => (await fetch(`${address}/readyz`)).status).toBe(200);
    expect(bot.healthPort ?? bot.port).toBe(said('Starting')[0]?.healthPort);
  });

  it('is dead once no sweep has ended for minutes, not because something else is away', async () => {
    const harness = await startHarness();
    const { bot, clock } = harness.sandbox;
    const healthz = async () => (await fetch(`http://127.0.0.1:${bot.port}/healthz`)).status;
    await mongodbOf(harness).stop();
    for (let minutes = 0; minutes < 10; minutes++) {
      clock.tick(minute);
      await bot.sweep().catch(() => {});
    }
    expect(await healthz()).toBe(200);
    await mongodbOf(harness).start();
    clock.tick(2 * minute);
    expect(degraded(await readyz(harness))).toContain('sweep');
    expect(await healthz()).toBe(200);
    clock.tick(4 * minute);
    expect(await healthz()).toBe(503);
    await sweeps(harness);
    expect(await healthz()).toBe(200);
  });

  it('is not ready by a wrong clock, and says by how much', async () => {
    const harness = await startHarness();
    const machine = new ManualClock(new Date(harness.sandbox.clock.now().getTime() - hour));
    const bot = await harness.sandbox.startReplica(machine);
    onTestFinished(() => bot.stop());
    const response = await fetch(`http://127.0.0.1:${bot.port}/readyz`);
    expect(response.status).toBe(503);
    expect(((await response.json()) as Readiness).parts.clock).toEqual({
      state: 'degraded',
      since: harness.sandbox.clock.now().toISOString(),
      why: 'The clock of this machine is 3600 s behind that of the database: nothing is done by time.',
    });
  });

  it('is degraded beside records of a newer version, which it neither works off nor changes', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', request);
    const { _id } = await harness.onlyGrant();
    const client = new MongoClient(harness.database.uri);
    onTestFinished(() => client.close());
    const grants = client.db(harness.database.databaseName).collection<{ _id: string }>('grants');
    await grants.updateOne({ _id }, { $set: { schemaVersion: 2, nextDueAt: harness.sandbox.clock.now() } });
    const before = await grants.findOne({ _id });
    const answer = await clicks(harness, 'olivia', 'Approve for 2 h');
    expect(answer).toContain('Portcullis is being updated, and this needs the newer version, so nothing was changed.');
    for (let times = 0; times < 3; times++) await sweeps(harness);
    expect(await grants.findOne({ _id })).toEqual(before);
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
    const told = await readyz(harness);
    expect({ status: told.status, degraded: degraded(told) }).toEqual({ status: 200, degraded: ['records'] });
    expect(harness.logs.filter(({ msg }) => String(msg).startsWith('A newer version of Portcullis'))).toEqual([
      expect.objectContaining({ level: 'warn', records: 1, work: 'grants' }),
    ]);
  });

  it('sends its heartbeat only while it is on time', async () => {
    let beats = 0;
    const service = createServer((_request, response) => {
      beats += 1;
      response.end('OK');
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void service.close());
    const { port } = service.address() as AddressInfo;
    const harness = await startHarness({ settings: { HEARTBEAT_URL: `http://127.0.0.1:${port}/?token=12345678` } });
    const { clock, bot } = harness.sandbox;
    const missed = () => harness.logs.filter(({ msg }) => String(msg).startsWith('No heartbeat')).length;
    // While a beat is under way there is no other: minutes pass until the next one is due.
    const minutesUntil = (isSo: () => boolean, before: () => Promise<void> = async () => {}) =>
      eventually(async () => {
        await before();
        clock.tick(minute);
        return isSo();
      }).toBe(true);
    await minutesUntil(
      () => beats > 0,
      () => bot.sweep(),
    );
    // No sweep for more than a minute, and later no database.
    await minutesUntil(() => missed() > 0);
    const beatenBefore = beats;
    await minutesUntil(
      () => beats > beatenBefore,
      () => bot.sweep(),
    );
    await mongodbOf(harness).stop();
    const missedBefore = missed();
    await minutesUntil(() => missed() > missedBefore);
    const beaten = beats;
    await minutesUntil(() => missed() > missedBefore + 1);
    expect(beats).toBe(beaten);
    await mongodbOf(harness).start();
  });
});

describe('everything away at once', { timeout: 90_000 }, () => {
  it.each(orders)('coming back in the order %s, %s, %s: nothing is lost', async (...order) => {
    const harness = await startHarness();
    await types(harness, 'erin', request);
    await types(harness, 'olivia', request.replace('request', 'grant').replace('payments-prod', 'ledger-prod'));
    const { clock } = harness.sandbox;
    // Decided, and not carried out yet, when everything goes.
    const hanging = harness.sandbox.atlas.addFault({ kind: 'cut-before', call: 'grant' });
    await clicks(harness, 'olivia', 'Approve for 2 h');
    hanging.clear();
    await Promise.all([outages.slack.leaves(harness), outages.atlas.leaves(harness)]);
    clock.tick(minute);
    await harness.sandbox.bot.sweep();
    await harness.idle();
    const away = await readyz(harness);
    expect({ status: away.status, degraded: degraded(away) }).toEqual({ status: 200, degraded: ['slack', 'provider'] });
    await outages.mongodb.leaves(harness);
    clock.tick(10 * second);
    const gone = await readyz(harness);
    expect({ status: gone.status, degraded: degraded(gone) }).toEqual({
      status: 503,
      degraded: ['mongodb', 'slack', 'provider'],
    });

    for (const back of order) {
      await outages[back].returns(harness);
      clock.tick(minute);
      await (order.indexOf('mongodb') <= order.indexOf(back)
        ? sweeps(harness)
        : harness.sandbox.bot.sweep().catch(() => {}));
    }
    await harness.advance(6 * minute);
    expect(degraded(await readyz(harness))).toEqual([]);
    const [asked, granted] = await harness.allGrants();
    for (const grant of [asked, granted]) {
      if (grant === undefined) throw new Error('There are two grants');
      expect(grant.state).toBe('active');
      expect(inAtlas(harness, grant.target.name)).toMatchObject({ expirationTime: grant.wanted?.until });
      expect(rootOf(harness, grant)).toContain(`${grant.target.name} is open to MongoDB support`);
      expect(notes(harness, grant)).toHaveLength(1);
    }
  });
});

it('Atlas away: status says since when, and as of when what it shows was read', { timeout: 60_000 }, async () => {
  const harness = await startHarness();
  await harness.sandbox.atlas.down();
  await harness.advance(6 * minute);
  const status = await types(harness, 'erin', 'status');
  expect(status).toMatch(
    /^As read today at 09:00 UTC .*\nStill trying: Atlas cannot be reached from this server\..* This has gone on since today at 09:05 UTC\.$/m,
  );
});
