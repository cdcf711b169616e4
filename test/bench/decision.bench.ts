import { randomBytes } from 'node:crypto';
import type { Db } from 'mongodb';
import { test } from 'vitest';
import type { Grant } from '../../src/grants/grant.ts';
import { tokenHash, tokenPrefix } from '../../src/grants/tokens.ts';
import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { DirectoryStore } from '../../src/store/directories.ts';
import { GrantStore } from '../../src/store/grants.ts';
import { TokenStore } from '../../src/store/tokens.ts';
import { reduced, scaled } from './scale.ts';
import { median, quantile, spread } from './statistics.ts';
import { database, ended, insert, openUntil } from './stored-grants.ts';
import { Subject, Surroundings } from './subject.ts';
import type { AskersOrder } from './subjects/askers.ts';
import type { LoadAnswer } from './subjects/load.ts';
import { figure } from './table.ts';

const stored = reduced ? 5_000 : 100_000;
const open = scaled(1_000, 100);
const connections = 16;

const { organizationId } = demoSeed;

test('decisions are as fast as one read behind a bare server', async () => {
  const surroundings = await Surroundings.start();
  const uri = process.env.TEST_MONGODB_URI || (surroundings.settings.MONGODB_URI ?? '');
  const name = `portcullis-bench-${randomBytes(4).toString('hex')}`;
  const db = await database(uri, name);
  const { token, targets } = await store(db);
  const settings = { MONGODB_URI: uri, MONGODB_DATABASE: name };
  const bot = await Subject.start<object, number>('decisions', settings);
  const bare = await Subject.start<object, number>('bare-decisions', settings);
  const askers = await Subject.start<AskersOrder, LoadAnswer>('askers');
  const [botPort, barePort] = [await bot.ask({}), await bare.ask({})];
  const paths = targets.map((target) => `/v1/access?${new URLSearchParams({ organization: organizationId, target })}`);
  const questions = scaled(2_000, 500);
  const ask = (port: number) => askers.ask({ port, connections, questions, paths, token });

  const rounds = scaled(10, 2);
  const latenciesMs: number[] = [];
  const bareLatenciesMs: number[] = [];
  const rates: number[] = [];
  const bareRates: number[] = [];
  // The first rounds warm both up.
  for (let round = -2; round < rounds; round++) {
    const ofBare = await ask(barePort);
    const ofBot = await ask(botPort);
    if (round < 0) continue;
    latenciesMs.push(...ofBot.latenciesMs);
    bareLatenciesMs.push(...ofBare.latenciesMs);
    rates.push((questions / ofBot.elapsedMs) * 1_000);
    bareRates.push((questions / ofBare.elapsedMs) * 1_000);
  }
  const ratios = rates.map((rate, round) => (bareRates[round] ?? Number.NaN) / rate);
  const p99 = (values: readonly number[]): string => `p99 ${quantile(values, 0.99).toFixed(1)} ms`;
  figure({
    figure: `decisions a second among ${stored.toLocaleString('en-US')} stored grants, each read from the database, ${connections} connections, ${rounds} rounds`,
    measured: `${spread(rates, 0)}/s, ${p99(latenciesMs)}`,
    compared: `a bare server that parses the query and reads one document: ${median(bareRates).toFixed(0)}/s, ${p99(bareLatenciesMs)}, ${spread(ratios, 2)} times as many; goal: at most 1.5`,
  });
});

/** Grants of which some are open, what there is to know of their targets, and a token. */
async function store(db: Db): Promise<{ readonly token: string; readonly targets: readonly string[] }> {
  const [grants, directories, tokens] = [new GrantStore(db), new DirectoryStore(db), new TokenStore(db)];
  await Promise.all([grants, directories, tokens].map((one) => one.createIndexes()));
  const now = new Date();
  const until = new Date(now.getTime() + 12 * 60 * 60_000);
  const live = Array.from({ length: open }, (_, index) => openUntil(index + 1, { until, now, owed: [] }));
  await insert(db, live);
  await insert(db, endedGrants());
  await directories.ensure(organizationId, now);
  await directories.update<never>(organizationId, (doc) => ({
    ok: true,
    doc: { ...doc, targets: live.map(({ target }) => target) },
  }));
  const token = `${tokenPrefix}${randomBytes(32).toString('base64url')}`;
  await tokens.insert({
    _id: tokenHash(token),
    schemaVersion: 1,
    id: 't-bench',
    label: 'the bench',
    organizationId,
    createdAt: now,
    createdBy: 'the bench',
    lastUsedAt: now,
  });
  return { token, targets: live.map(({ target }) => target.id) };
}

function* endedGrants(): Generator<Grant> {
  for (let number = open + 1; number <= stored; number++) yield ended(number);
}
