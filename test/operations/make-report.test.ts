import { MongoClient } from 'mongodb';
import { expect, it, onTestFinished } from 'vitest';
import { defaultPolicy } from '../../src/grants/policy.ts';
import { makeReport } from '../../src/operations/make-report.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { DirectoryStore } from '../../src/store/directories.ts';
import { GrantStore } from '../../src/store/grants.ts';
import { OrganizationStore } from '../../src/store/organizations.ts';
import { inOctober, opened } from '../reports/samples.ts';
import { testDatabase } from '../support/mongodb.ts';

it('tells in a month of what ended before it and was open once more in it', async () => {
  const database = await testDatabase();
  const client = new MongoClient(database.uri, { ignoreUndefined: true });
  onTestFinished(async () => {
    await client.close();
    await database.close();
  });
  const db = client.db(database.databaseName);
  const [grants, organizations, directories] = [new GrantStore(db), new OrganizationStore(db), new DirectoryStore(db)];
  const clock = new ManualClock(inOctober(100));
  await organizations.ensure('org1', 'C1', inOctober(-100));
  const closedAgain = {
    at: inOctober(2),
    action: 'late-landing-closed',
    actor: { kind: 'portcullis' },
    to: 'expired',
  } as const;
  const late = opened({ from: -9, to: -5, change: { history: [closedAgain], slot: undefined } });
  expect((await grants.insert(late)).kind).toBe('inserted');
  const provider = { capabilities: { hasBlock: true, maxDurationMs: 24 * 60 * 60_000 } };
  const context = {
    organizationId: 'org1',
    organizations,
    grants,
    directories,
    clock,
    provider,
    basePolicy: defaultPolicy,
  };
  const outcome = await makeReport(context, { target: '' });
  if (outcome.kind !== 'report') throw new Error(outcome.kind);
  const { from, targets, openMs, incomplete } = outcome.report;
  expect({ from, openMs, incomplete }).toEqual({ from: inOctober(0), openMs: 0, incomplete: false });
  expect(targets.flatMap(({ periods }) => periods)).toMatchObject([
    { seen: false, from: inOctober(0), to: inOctober(2), grant: { _id: late._id } },
  ]);
});
