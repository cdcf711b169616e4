import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../../src/cli/commands.ts';
import { statementOf } from '../../src/ledger/checkpoint.ts';
import { canonical, entrySchema, headOf } from '../../src/ledger/entry.ts';
import { demoProjects } from '../../src/sandbox/atlas/demo-seed.ts';
import { type Harness, hour, minute, startHarness } from '../support/harness.ts';
import { operator } from '../support/operator.ts';
import { clicks, types } from './steps.ts';

const period = ['--from', '2026-03-01', '--to', '2026-04-01'];

async function wholeLife(): Promise<Harness> {
  const harness = await startHarness();
  await types(harness, 'erin', 'request payments-prod 1h logs Primary <steps> down');
  await clicks(harness, 'erin', 'Approve for 1 h');
  await clicks(harness, 'olivia', 'Approve for 1 h');
  const type = 'SSH_KEY_NDS_HOST_ACCESS_GRANTED';
  harness.sandbox.atlas.state.recordSupportActivity(demoProjects.payments, 'payments-prod', type, {
    employee: 'e-4711',
  });
  await harness.advance(hour + minute);
  return harness;
}

describe('the command line attests', () => {
  it('a page of what the ledger holds, with the command that checks it, and that command agrees', async () => {
    const harness = await wholeLife();
    const line = operator(harness);
    const directory = await mkdtemp(join(tmpdir(), 'attest-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const file = join(directory, 'attestation.html');
    expect(await line('attest', ...period, '--out', file)).toEqual({ code: 0, out: '', complaints: '' });
    const page = await readFile(file, 'utf8');
    expect(page).toBe((await line('attest', ...period)).out);
    for (const words of [
      'Asked by Erin Engineer, 2026-03-02 09:00, for 1 h',
      'Approved by Olivia Owner, 2026-03-02 09:00',
      'Seen closed 2026-03-02 10:00<br>Open for 1 h<br>Ended by itself',
      'Done by staff of MongoDB Atlas: 1 action',
      'e-4711',
      'Refused: approve (not decider)',
      'When this was made: blocked, as it was last seen',
      'The ledger begins 2026-03-02 09:00: of what was before that, this page tells nothing.',
      'Primary &lt;steps&gt; down',
    ]) {
      expect(page).toContain(words);
    }
    const [check = ''] = /ledger verify --head \S+?(?=<)/.exec(page) ?? [];
    expect(await line(...check.split(' '))).toMatchObject({ code: 0, complaints: '' });
    expect(await line('attest', ...period, '--out', file)).toMatchObject({ code: 1, out: '' });
    const before = await line('attest', '--from', '2026-01-01', '--to', '2026-02-01');
    expect(before.out).toContain('No grant, 0 exceptions.');
  });

  it('by whose key it is signed, where a key is given, and otherwise that nobody has checked it', async () => {
    const harness = await wholeLife();
    const line = operator(harness);
    const directory = await mkdtemp(join(tmpdir(), 'attest-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const [signer, other] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
    const file = async (name: string, key: KeyObject): Promise<string> => {
      const path = join(directory, name);
      await writeFile(path, key.export({ type: 'spki', format: 'pem' }));
      return path;
    };
    const key = await file('public.pem', signer.publicKey);
    const otherKey = await file('other.pem', other.publicKey);
    expect(await line('attest', ...period, '--public-key', key)).toEqual({
      code: 1,
      out: '',
      complaints: 'Nothing in it is signed, so that the public key says nothing about it. No page was made.\n',
    });

    const client = new MongoClient(harness.database.uri);
    onTestFinished(() => client.close());
    const database = client.db(harness.database.databaseName);
    const first = entrySchema.parse(
      await database.collection('ledger').findOne({ sequence: 1 }, { projection: { _id: 0 } }),
    );
    const statement = statementOf(first.organization, headOf(first), new Date(first.at));
    const signature = sign(null, Buffer.from(canonical(statement)), signer.privateKey).toString('base64');
    await database.collection('ledger_checkpoints').insertOne({ ...statement, signature });
    const signed = 'entry 1, 2026-03-02 09:00, by Ed25519; ';
    expect((await line('attest', ...period)).out).toContain(`${signed}not checked while this page was made`);
    for (const keys of [[key], [otherKey, key]]) {
      const { out } = await line('attest', ...period, ...keys.flatMap((path) => ['--public-key', path]));
      expect(out).toContain(`${signed}checked, as every signature in the ledger, by the public key`);
    }
    expect(await line('attest', ...period, '--public-key', otherKey)).toMatchObject({
      code: 1,
      out: '',
      complaints: expect.stringContaining(
        'entry 1: what was signed of it does not bear a signature by the public key.',
      ),
    });
  });

  it('nothing of a ledger that somebody has changed', async () => {
    const harness = await wholeLife();
    const client = new MongoClient(harness.database.uri);
    onTestFinished(() => client.close());
    const stored = client.db(harness.database.databaseName).collection('ledger');
    await stored.updateOne({ sequence: 3 }, { $set: { 'actor.name': 'Nobody' } });
    expect(await operator(harness)('attest', ...period)).toEqual({
      code: 1,
      out: '',
      complaints: 'The ledger is not intact: entry 3: it is not what was written. No page was made.\n',
    });
  });

  it.each([
    [[], 'Which period? --from and --to say.'],
    [['--from', '2026-03-02', '--to', '2026-03-01'], '--from has to lie before --to.'],
    [['--from', 'yesterday', '--to', '2026-03-01'], '--from takes a day or an instant in UTC'],
    [[...period, '--unknown'], "Unknown option '--unknown'"],
  ])('and says what is wrong with %j, without a connection', async (words, complaint) => {
    let complaints = '';
    const code = await runCommand(['attest', ...words], {
      environment: {},
      connect: () => expect.fail('It connects'),
      setUp: expect.fail,
      write: () => expect.fail('It writes'),
      complain: (text) => {
        complaints += text;
      },
    });
    expect([code, complaints]).toEqual([2, expect.stringContaining(complaint)]);
  });

  it('and helps', async () => {
    let out = '';
    const io = {
      environment: {},
      connect: expect.fail,
      setUp: expect.fail,
      complain: expect.fail,
      write: async (text: string) => {
        out += text;
      },
    };
    expect(await runCommand(['attest', '--help'], io)).toBe(0);
    expect(out).toContain('Usage: npm run portcullis -- attest --from DAY --to DAY [--public-key FILE]… [--out FILE]');
    expect(out).toContain('Example: npm run portcullis -- attest --from 2026-01-01');
  });
});
