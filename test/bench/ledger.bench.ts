import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Db } from 'mongodb';
import { onTestFinished, test } from 'vitest';
import { emptyHead, headOf, type LedgerEntry, sealed } from '../../src/ledger/entry.ts';
import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { LedgerStore } from '../../src/store/ledger.ts';
import { reduced } from './scale.ts';
import { database } from './stored-grants.ts';
import { Surroundings } from './subject.ts';
import { figure } from './table.ts';

const entry = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const probe = new URL('../../dist/bench/test/bench/subjects/peak-probe.js', import.meta.url).href;
const sizes = reduced ? [1_000, 10_000] : [1_000, 10_000, 100_000];
const batchSize = 1_000;
/** What grew with the ledger would not fit; and garbage that nobody has collected yet is not taken for what is held. */
const smallHeap = '--max-old-space-size=80';

/** A command of the command line in a process of its own, as an operator runs it. */
async function run(words: readonly string[], settings: Readonly<Record<string, string>>) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [smallHeap, '--enable-source-maps', '--import', probe, entry, ...words], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  const [code] = await once(child, 'close');
  const peak = /peak (\d+) KiB/.exec(complaints)?.[1];
  if (code !== 0 || peak === undefined) throw new Error(`${words.join(' ')} ended with ${code}: ${complaints}`);
  return { peakBytes: Number(peak) * 1024, ms: performance.now() - startedAt };
}

test('export and verify hold as much for a long ledger as for a short one', async () => {
  const surroundings = await Surroundings.start();
  const uri = process.env.TEST_MONGODB_URI || (surroundings.settings.MONGODB_URI ?? '');
  const directory = await mkdtemp(join(tmpdir(), 'ledger-bench-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const size of sizes) {
    const name = `portcullis-bench-${randomBytes(4).toString('hex')}`;
    const db = await database(uri, name);
    await new LedgerStore(db).createIndexes();
    await store(db, size);
    const file = join(directory, `${size}.jsonl`);
    const settings = { ...surroundings.settings, MONGODB_URI: uri, MONGODB_DATABASE: name };
    const exported = await run(['ledger', 'export', '--out', file], settings);
    const verified = await run(['ledger', 'verify', file], {});
    const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;
    const { size: bytes } = await stat(file);
    figure({
      figure: `most held resident for a ledger of ${size.toLocaleString('en-US')} entries (${megabytes(bytes)} as a file), each in a process of its own with a heap of at most 80 MB`,
      measured: `export ${megabytes(exported.peakBytes)} in ${(exported.ms / 1_000).toFixed(1)} s`,
      compared: `verify ${megabytes(verified.peakBytes)} in ${(verified.ms / 1_000).toFixed(1)} s; goal: the same for every size`,
    });
  }
});

/** Entries as long as those of grants are, in one chain. */
async function store(db: Db, size: number): Promise<void> {
  const stored = db.collection<LedgerEntry & { _id: string }>('ledger');
  let head = emptyHead;
  for (let first = 1; first <= size; first += batchSize) {
    const batch = Array.from({ length: Math.min(batchSize, size - first + 1) }, (_, index) => {
      const made = sealed(contentOf(first + index), head);
      head = headOf(made);
      return { _id: `${made.organization}:${made.sequence}`, ...made };
    });
    await stored.insertMany(batch);
  }
}

const contentOf = (number: number): Parameters<typeof sealed>[0] => ({
  version: 1,
  organization: demoSeed.organizationId,
  at: new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString(),
  actor: { kind: 'person', slackId: 'U0BENCH', name: 'Olivia Owner', roles: ['ORG_OWNER'], basis: 'fresh' },
  action: 'approve',
  subject: { kind: 'grant', id: `g-bench-${number}`, target: `64f0a1b2c3d4e5f600000101/bench-${number % 50}` },
  before: { state: 'requested', approvedBy: [] },
  after: { state: 'opening', approvedBy: ['U0BENCH'], until: new Date(Date.UTC(2026, 0, 2)).toISOString() },
  source: `g-bench-${number}#1`,
});
