import { describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import type { MongoDbServer } from '../../src/sandbox/mongodb/server.ts';
import { Sandbox } from '../../src/sandbox/sandbox.ts';
import { eventually } from '../support/eventually.ts';
import { type Harness, hour, minute, naming, startHarness } from '../support/harness.ts';
import { testDatabase } from '../support/mongodb.ts';
import { clicks, inAtlas, notes, readable, rootOf, submits, types } from './steps.ts';

const second = 1_000;
const request = 'request payments-prod 1h infrastructure Primary steps down every few minutes';
const writing = new Set(['findAndModify', 'insert', 'update']);
/** A lease and a sweep: by then another process has taken over what was left lying. */
const takenOver = 45 * second;

function serverOf({ database }: Harness): MongoDbServer {
  if (database.server === undefined) throw new Error('These tests need the in-memory server');
  return database.server;
}

/** Does something at the nth write from now on, and cuts the connection there. */
function atWrite(harness: Harness, nth: number, kind: 'cut-before' | 'cut-after', then = () => {}): { hit: boolean } {
  const server = serverOf(harness);
  const fault = { hit: false };
  let writes = 0;
  server.fault = ({ name }) => {
    if (!writing.has(name) || ++writes !== nth) return undefined;
    fault.hit = true;
    then();
    return kind;
  };
  return fault;
}

async function expectOpenOnce(harness: Harness): Promise<void> {
  const grant = await harness.onlyGrant();
  expect(grant).toMatchObject({ state: 'active' });
  expect(inAtlas(harness, 'payments-prod')).toMatchObject({ expirationTime: grant.wanted?.until });
  const { messages } = harness.sandbox.slack;
  const roots = messages
    .call(harness.sandbox.slack, harness.channel)
    .filter((message) => message.threadTs === undefined && readable(harness, message).includes('payments-prod'));
  expect(roots).toHaveLength(1);
  expect(rootOf(harness, grant)).toContain('payments-prod is open to MongoDB support');
  expect(notes(harness, grant)).toHaveLength(1);
  expect(grant.history.map(({ action }) => action)).toEqual(['request', 'approve', 'seen-open']);
}

describe('MongoDB away at the start', { timeout: 90_000 }, () => {
  it('is waited for, and the log says so', async () => {
    const clock = new ManualClock(new Date('2026-03-02T09:00:00Z'));
    const database = await testDatabase(clock);
    const { server } = database;
    if (server === undefined) throw new Error('This test needs the in-memory server');
    await server.stop();
    const lines: { level: string; msg: string }[] = [];
    const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } });
    const mongodb = { uri: database.uri, database: database.databaseName };
    const starting = Sandbox.start({ log, mongodb, clock });
    const waits = { level: 'warn', msg: 'MongoDB cannot be used yet; waiting for it' };
    await eventually(() => lines).toEqual([expect.anything(), expect.objectContaining(waits)]);

    await server.start();
    clock.tick(5 * second);
    const sandbox = await starting;
    onTestFinished(async () => {
      await sandbox.close();
      await database.close();
    });
    const reply = await sandbox.workspace
      .person('U0ERIN001')
      .types('/support-access status', { channel: 'support-access' });
    await sandbox.idle();
    expect(reply.ephemerals).toHaveLength(1);
  });
});

describe('MongoDB lost for a moment', { timeout: 90_000 }, () => {
  it.each(['cut-before', 'cut-after'] as const)(
    'at any write of an approval (%s): it is done once, and at once',
    async (kind) => {
      let nth = 1;
      for (; ; nth++) {
        const harness = await startHarness();
        await types(harness, 'erin', request);
        const fault = atWrite(harness, nth, kind);
        const answer = await clicks(harness, 'olivia', 'Approve for 1 h');
        if (!fault.hit) break;
        expect(answer).toBe('');
        await expectOpenOnce(harness);
        expect(harness.audits().filter(({ action }) => action === 'approve')).toHaveLength(1);
      }
      expect(nth).toBeGreaterThan(6);
    },
  );
});

describe('MongoDB lost for longer', { timeout: 90_000 }, () => {
  it('at a write of an approval: who clicked is told to try again, and nothing is half done', async () => {
    const cases = [
      { nth: 1, kind: 'cut-before', told: 'lost its database while it was doing this' },
      { nth: 1, kind: 'cut-after', told: 'lost its database while it was doing this' },
      { nth: 2, kind: 'cut-before', told: undefined },
      { nth: 3, kind: 'cut-after', told: undefined },
      { nth: 5, kind: 'cut-after', told: undefined },
    ] as const;
    await Promise.all(
      cases.map(async ({ nth, kind, told }) => {
        const harness = await startHarness();
        await types(harness, 'erin', request);
        const server = serverOf(harness);
        let stopped: Promise<void> | undefined;
        atWrite(harness, nth, kind, () => {
          // Once this write is answered for, that is cut or carried out, the server is gone.
          stopped = new Promise((resolve) => setImmediate(() => resolve(server.stop())));
        });
        const answer = await clicks(harness, 'olivia', 'Approve for 1 h');
        await stopped;
        delete server.fault;
        await server.start();
        if (told === undefined) {
          expect(answer).toBe('');
        } else {
          expect(answer).toContain(told);
          expect(answer).toContain('Try again in a minute: what has been done is not done twice.');
          const [, reference] = /Reference for the operators of Portcullis: (\w+)/.exec(answer) ?? [];
          expect(harness.logs.find((line) => line.reference === reference)).toMatchObject({
            level: 'error',
            slackId: harness.olivia.id,
          });
        }
        await harness.advance(takenOver);
        if ((await harness.onlyGrant()).state === 'requested') {
          expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
          await clicks(harness, 'olivia', 'Approve for 1 h');
        }
        await expectOpenOnce(harness);
      }),
    );
  });

  it('before anything was written: who typed or clicked is told to try again, and can', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', request);
    const server = serverOf(harness);
    await server.stop();
    // Which channel is whose is in the database too.
    const answers = await Promise.all([
      types(harness, 'erin', naming(harness, request.replace('payments-prod', 'ledger-prod'))),
      clicks(harness, 'olivia', 'Approve for 1 h'),
      types(harness, 'oscar', naming(harness, 'status')),
    ]);
    for (const answer of answers) {
      expect(answer).toMatch(/^Portcullis (cannot reach|lost) its database .*\. Try again in a minute/);
      const [, reference] = /Reference for the operators of Portcullis: (\w+)/.exec(answer) ?? [];
      expect(harness.logs.filter((line) => line.reference === reference)).toHaveLength(1);
    }
    await server.start();
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested' });
    expect(await clicks(harness, 'olivia', 'Approve for 1 h')).toBe('');
    await harness.advance(minute);
    await expectOpenOnce(harness);
  });

  it('over the end of a grant: it is ended, without a reminder, when MongoDB is back', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', request.replace('request', 'grant'));
    const server = serverOf(harness);
    await server.stop();
    await expect(harness.sandbox.bot.sweep()).rejects.toThrow();
    harness.sandbox.clock.tick(2 * hour);
    await server.start();
    // Connections that broke may fail one more sweep.
    await eventually(() => harness.sandbox.bot.sweep().then(() => 'done', String)).toBe('done');
    await harness.idle();
    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({ state: 'expired' });
    expect(notes(harness, grant)).toHaveLength(2);
    expect(rootOf(harness, grant)).toContain('ended by itself');
  });

  it('once a revoke was decided: it is not called undone because its outcome cannot be read', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', request.replace('request', 'grant'));
    const server = serverOf(harness);
    await types(harness, 'olivia', 'revoke payments-prod');
    let stopped: Promise<void> | undefined;
    atWrite(harness, 2, 'cut-before', () => {
      stopped = new Promise((resolve) => setImmediate(() => resolve(server.stop())));
    });
    const shown = await submits(harness, 'olivia');
    await stopped;
    expect(shown).not.toContain('nothing was changed');
    expect(shown).toContain('payments-prod');
    delete server.fault;
    await server.start();
    await harness.advance(takenOver);
    expect(await harness.onlyGrant()).toMatchObject({ state: 'revoked' });
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
  });
});
