import { randomBytes } from 'node:crypto';
import { type Document, MongoClient } from 'mongodb';
import { test } from 'vitest';
import type { Grant } from '../../src/grants/grant.ts';
import { GrantStore } from '../../src/store/grants.ts';
import { reduced, scaled } from './scale.ts';
import { median, spread } from './statistics.ts';
import { database, ended, insert, openUntil } from './stored-grants.ts';
import { Subject, Surroundings } from './subject.ts';
import { figure } from './table.ts';

const due = 100;
const [baseline = 0, ...larger] = reduced ? [1_000, 4_000] : [1_000, 10_000, 100_000];
const count = (stored: number): string => stored.toLocaleString('en-US');

test('a sweep takes as long among many stored grants as among few', async () => {
  const surroundings = await Surroundings.start();
  const uri = process.env.TEST_MONGODB_URI || (surroundings.settings.MONGODB_URI ?? '');
  const until = new Date(Date.now() + 12 * 60 * 60_000);
  await surroundings.ask({
    do: 'open-clusters',
    count: due,
    type: 'CLUSTER_DATABASE_LOGS',
    until: until.toISOString(),
  });

  const stages = new Map<number, { sweep: () => Promise<number>; examined: () => Promise<string>; times: number[] }>();
  for (const stored of [baseline, ...larger]) {
    const name = `portcullis-bench-${randomBytes(4).toString('hex')}`;
    const db = await database(uri, name);
    await insert(db, endedGrants(stored - due));
    const live = (): Grant[] => {
      const now = new Date();
      const owed = [{ kind: 'sync', dueAt: now } as const];
      return numbers(due).map((number) => openUntil(number, { until, now, owed }));
    };
    const makeDue = async (): Promise<void> => {
      const grants = live();
      await db.collection<Grant>('grants').deleteMany({ _id: { $in: grants.map(({ _id }) => _id) } });
      await insert(db, grants);
    };
    // Access that no record explains would be found, and get a record.
    await makeDue();
    const settings = { ...surroundings.settings, MONGODB_URI: uri, MONGODB_DATABASE: name };
    const bot = await Subject.start<object, number>('sweeping-bot', settings);
    stages.set(stored, {
      times: [],
      async sweep() {
        await makeDue();
        return bot.ask({});
      },
      async examined() {
        await makeDue();
        return examinedBySweep(uri, name);
      },
    });
  }

  const rounds = scaled(20, 2);
  // The first rounds warm the processes up.
  for (let round = -2; round < rounds; round++) {
    for (const { sweep, times } of stages.values()) {
      const ms = await sweep();
      if (round >= 0) times.push(ms);
    }
  }
  const reference = stages.get(baseline)?.times ?? [];
  for (const [stored, { times, examined }] of stages) {
    const ratios = times.map((ms, round) => ms / (reference[round] ?? Number.NaN));
    figure({
      figure: `one sweep with ${due} due among ${count(stored)} stored grants, ${rounds} rounds`,
      measured: `${spread(times, 0)} ms; ${await examined()}`,
      compared:
        stored === baseline
          ? 'the baseline'
          : `${spread(ratios, 2)} of ${median(reference).toFixed(0)} ms among ${count(baseline)}; goal: the same`,
    });
  }
});

const numbers = (length: number): number[] => Array.from({ length }, (_, index) => index + 1);

/** With numbers of their own. */
function* endedGrants(length: number): Generator<Grant> {
  for (let index = 1; index <= length; index++) yield ended(due + index);
}

/** What the server says about the very query by which a sweep finds what is due. */
async function examinedBySweep(uri: string, name: string): Promise<string> {
  if (!process.env.TEST_MONGODB_URI) return 'documents examined: the in-memory server has no `explain`';
  const client = new MongoClient(uri, { monitorCommands: true, ignoreUndefined: true });
  try {
    let query: Document | undefined;
    client.on('commandStarted', ({ commandName, command }) => {
      if (commandName === 'find') query = command;
    });
    await new GrantStore(client.db(name)).due(new Date(), 500);
    const { find, filter, sort, limit, projection } = query ?? {};
    const explain = { find, filter, sort, limit, projection };
    const { executionStats } = await client.db(name).command({ explain, verbosity: 'executionStats' });
    return `documents examined: ${executionStats.totalDocsExamined}`;
  } finally {
    await client.close();
  }
}
