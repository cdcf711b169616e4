import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../../src/cli/commands.ts';
import { headWords, type LedgerEntry } from '../../src/ledger/entry.ts';
import { verifyExport } from '../../src/ledger/verify-export.ts';
import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { LedgerStore } from '../../src/store/ledger.ts';
import { type Harness, hour, minute, people, startHarness } from '../support/harness.ts';
import { operator } from '../support/operator.ts';
import { clicks, notes, submits, types } from './steps.ts';

async function ledgerOf(harness: Harness): Promise<LedgerStore> {
  const client = new MongoClient(harness.database.uri);
  onTestFinished(() => client.close());
  return new LedgerStore(client.db(harness.database.databaseName));
}

async function entries(harness: Harness): Promise<LedgerEntry[]> {
  const ledger = await ledgerOf(harness);
  const found: LedgerEntry[] = [];
  for await (const entry of ledger.stored(harness.sandbox.atlas.state.id)) found.push(entry as LedgerEntry);
  return found;
}

/** Somebody asks, somebody may not, an owner approves, the time runs out. */
async function wholeLife(): Promise<Harness> {
  const harness = await startHarness();
  await types(harness, 'erin', 'request payments-prod 1h logs Primary steps down every few minutes');
  await clicks(harness, 'erin', 'Approve for 1 h');
  await clicks(harness, 'olivia', 'Approve for 1 h');
  await harness.advance(hour + minute);
  return harness;
}

describe('the ledger of a grant', () => {
  it('tells who did what with which roles, what it was before and after, and what was read', async () => {
    const harness = await wholeLife();
    const grant = await harness.onlyGrant();
    const told = (await entries(harness)).filter(({ subject }) => subject.target === grant.target.id);
    expect(told.map(({ action, actor, answer }) => [action, actor.name ?? actor.kind, answer])).toEqual([
      ['request', 'Erin Engineer', undefined],
      ['approve-refused', 'Erin Engineer', undefined],
      ['approve', 'Olivia Owner', undefined],
      ['seen-open', 'portcullis', 'holds CLUSTER_DATABASE_LOGS until 2026-03-02T10:00:00.000Z'],
      ['end', 'portcullis', undefined],
      ['seen-closed', 'portcullis', 'holds no grant'],
      ['activity-recorded', 'portcullis', undefined],
    ]);
    const [, refused, approved] = told;
    expect(refused).toMatchObject({ subject: { kind: 'attempt', id: grant._id }, detail: 'not-decider' });
    expect(approved).toMatchObject({
      at: '2026-03-02T09:00:00.000Z',
      actor: { kind: 'person', slackId: people.olivia, roles: ['ORG_OWNER'], basis: 'fresh' },
      before: { state: 'requested', approvedBy: [] },
      after: { state: 'opening', approvedBy: [people.olivia], until: '2026-03-02T10:00:00.000Z' },
    });
    expect(grant.owed.map(({ kind }) => kind)).not.toContain('ledger');
  });

  it('is published where it ends: the head stands in the thread, and verifies', async () => {
    const harness = await wholeLife();
    const [published = ''] = /\d+:[0-9a-f]{32}/.exec(notes(harness, await harness.onlyGrant()).at(-1) ?? '') ?? [];
    const all = await entries(harness);
    expect(all.map(headWords)).toContain(published);
    expect(all[Number(published.split(':')[0]) - 1]?.action).toBe('activity-recorded');
    expect(await operator(harness)('ledger', 'verify', '--head', published)).toMatchObject({ code: 0 });
    const [sequence] = published.split(':');
    const other = `${sequence}:${'0'.repeat(32)}`;
    expect(await operator(harness)('ledger', 'verify', '--head', other, '--head', published)).toMatchObject({
      code: 1,
      complaints: expect.stringContaining(`Entry ${sequence} was published with two hashes`),
    });
  });
});

it('holds what became of the organization: block, settings, what somebody did in Atlas, who was refused', async () => {
  const harness = await startHarness({ atlasSeed: { ...demoSeed, blocked: false } });
  await types(harness, 'olivia', 'block');
  await submits(harness, 'olivia');
  await types(harness, 'gus', 'status');
  await types(harness, 'erin', 'lockdown');
  harness.sandbox.atlas.state.setBlocked(false, { email: 'oscar.second@meridian.example' });
  await harness.advance(6 * minute);
  const told = await entries(harness);
  expect(told.map(({ action, actor }) => [action, actor.name ?? actor.kind])).toEqual(
    expect.arrayContaining([
      ['block', 'Olivia Owner'],
      ['see-refused', 'Gus Guest'],
      ['lockdown-refused', 'Erin Engineer'],
    ]),
  );
  expect(told.find(({ action }) => action === 'seen-blocked')).toMatchObject({ after: { seenBlocked: true } });
  expect(told.find(({ action }) => action === 'block-changed-outside')).toMatchObject({
    before: { seenBlocked: true },
    after: { seenBlocked: false },
  });
});

describe('the command line', () => {
  it('verifies, exports, and verifies what it exported, without a connection', async () => {
    const harness = await wholeLife();
    const directory = await mkdtemp(join(tmpdir(), 'ledger-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const file = join(directory, 'ledger.jsonl');
    const line = operator(harness);
    const verified = await line('ledger', 'verify');
    expect(verified).toMatchObject({ code: 0, complaints: '' });
    expect(verified.out).toMatch(
      /^The ledger is intact: \d+ entries, each as it was written, none missing between them\. Head \d+:[0-9a-f]{32}\n$/,
    );
    expect(await line('ledger', 'export', '--out', file)).toEqual({ code: 0, out: '', complaints: '' });
    expect(await verifyExport(createReadStream(file))).toMatchObject({ ok: true, complete: true });
    const offline = await runCommand(['ledger', 'verify', file], {
      environment: {},
      connect: () => expect.fail('It connects'),
      setUp: expect.fail,
      write: async (text) => expect(text).toBe(verified.out),
      complain: expect.fail,
    });
    expect(offline).toBe(0);
    expect((await line('ledger', 'export')).out).toBe(await readFile(file, 'utf8'));
    expect(await line('ledger', 'export', '--out', file)).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('EEXIST'),
    });
  });

  it('exports a part, which says so, and a table', async () => {
    const line = operator(await wholeLife());
    const part = await line('ledger', 'export', '--cluster', 'payments-prod', '--from', '2026-03-02T09:30Z');
    expect(part.out.split('\n')).toHaveLength(2 + 3 + 1);
    const table = await line('ledger', 'export', '--format', 'csv', '--cluster', 'payments/payments-prod');
    expect(table.out.split('\r\n')[0]).toMatch(/^sequence,at,actor,name,slack_id,/);
    expect(table.out.split('\r\n')).toHaveLength(7 + 2);
  });

  it.each([
    [['--format', 'xml'], 2, '--format takes jsonl or csv, not xml'],
    [['--from', 'yesterday'], 2, '--from takes a day or an instant in UTC'],
    [['--from', '2026-02-30'], 2, '--from takes a day or an instant in UTC'],
    [['--from', '2026-03-02', '--to', '2026-03-01'], 2, '--from has to lie before --to.'],
    [['--cluster', 'nothing'], 1, 'No record tells of a cluster nothing.'],
    [['--unknown'], 2, "Unknown option '--unknown'"],
    [['more'], 2, 'more'],
  ])('says what is wrong with %j', async (words, code, complaint) => {
    const line = operator(await startHarness());
    const printed = await line('ledger', 'export', ...words);
    expect(printed).toMatchObject({ code, out: '' });
    expect(printed.complaints).toContain(complaint);
  });

  it('names the entry that somebody changed in the database', async () => {
    const harness = await wholeLife();
    const client = new MongoClient(harness.database.uri);
    onTestFinished(() => client.close());
    const stored = client.db(harness.database.databaseName).collection('ledger');
    await stored.updateOne({ sequence: 3 }, { $set: { 'actor.name': 'Nobody' } });
    expect(await operator(harness)('ledger', 'verify')).toMatchObject({
      code: 1,
      complaints: 'The ledger is not intact: entry 3: it is not what was written.\n',
    });
  });

  it('helps with each command', async () => {
    const line = operator(await startHarness());
    const all = await line('help');
    expect(all.code).toBe(0);
    for (const name of [
      'ledger verify',
      'ledger export',
      'ledger sign',
      'ledger deliveries',
      'ledger deliveries retry',
      'grant list',
      'grant end',
      'link list',
      'link confirm',
    ]) {
      expect(all.out).toContain(`  ${name}`);
      expect(await line(...name.split(' '), '--help')).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^Usage: npm run portcullis -- /),
      });
    }
    expect(await line('ledgre', 'verify')).toMatchObject({
      code: 2,
      complaints: expect.stringMatching(/^Not understood: ledgre verify/),
    });
  });
});
