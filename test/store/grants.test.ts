import fc from 'fast-check';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor, Grant, HistoryEntry, PersonActor } from '../../src/grants/grant.ts';
import { type HistoryFilter, type HistoryPage, historyOutcomes } from '../../src/grants/history.ts';
import { defaultPolicy } from '../../src/grants/policy.ts';
import { newRequest } from '../../src/grants/request.ts';
import { GrantStore } from '../../src/store/grants.ts';
import { historyIndexes } from '../../src/store/history-query.ts';
import { type TestDatabase, testDatabase } from '../support/mongodb.ts';

const organizationId = '64f0a1b2c3d4e5f600000001';
const people = ['UADA', 'UBEN', 'UCLEO'];
const targets = ['p1/orders', 'p1/users', 'p2/orders'];
const everything: HistoryFilter = { targetIds: [], people: [], outcomes: [] };
/** Many are asked for in the same millisecond: there the id alone decides the order. */
const askedAt = (index: number): Date => new Date(Date.UTC(2026, 2, 2, 9) + Math.floor(index / 4) * 60_000);
const person = (index: number): PersonActor => ({ kind: 'person', slackId: pick(people, index), name: 'Somebody' });
const pick = <T>(values: readonly T[], index: number): T => values[index % values.length] as T;

function record(index: number, organization = organizationId): Grant {
  const id = pick(targets, index);
  const grant = newRequest(
    {
      organizationId: organization,
      channelId: 'CACCESS',
      operationId: `operation-${index}`,
      target: {
        id,
        name: id.slice(3),
        projectId: id.slice(0, 2),
        projectName: id.slice(0, 2),
        url: 'https://a.example',
      },
      type: 'CLUSTER_DATABASE_LOGS',
      durationMs: 3_600_000,
      reason: 'Disk latency since noon',
      by: person(index),
    },
    defaultPolicy,
    askedAt(index),
  );
  const outcome = pick(historyOutcomes, index);
  const at = askedAt(index);
  const by = person(index + 1);
  const decided = ['live', 'requested', 'lapsed', 'failed'].includes(outcome) ? [] : [entry(by, at)];
  return {
    ...grant,
    owed: [],
    requestSlot: undefined,
    state: outcome === 'live' ? 'active' : outcome,
    slot: outcome === 'live' ? `slot-${index}` : undefined,
    endedAt: outcome === 'live' || outcome === 'requested' ? undefined : at,
    history: [...grant.history, entry({ kind: 'portcullis' }, at), ...decided],
  };
}

const entry = (actor: Actor, at: Date): HistoryEntry => ({ at, action: 'something', actor, to: 'active' });

const records = Array.from({ length: 60 }, (_, index) => record(index));
let database: TestDatabase;
let client: MongoClient;
let store: GrantStore;

beforeAll(async () => {
  database = await testDatabase();
  client = new MongoClient(database.uri, { ignoreUndefined: true });
  store = new GrantStore(client.db(database.databaseName));
  await store.createIndexes();
  for (const grant of [...records, record(60, 'another-organization')]) await store.insert(grant);
});

afterAll(async () => {
  await client.close();
  await database.close();
});

const newestFirst = (a: Grant, b: Grant): number =>
  b.requestedAt.getTime() - a.requestedAt.getTime() || (b._id < a._id ? -1 : 1);

/** What the filter means, without a database. */
function fits(grant: Grant, { targetIds, people: wanted, outcomes, since, before }: HistoryFilter): boolean {
  const concerned = grant.history.map(({ actor }) => actor);
  const outcome = grant.slot === undefined ? grant.state : 'live';
  return (
    (targetIds.length === 0 || targetIds.includes(grant.target.id)) &&
    (wanted.length === 0 || concerned.some((by) => by.kind === 'person' && wanted.includes(by.slackId))) &&
    (outcomes.length === 0 || outcomes.some((each) => each === outcome)) &&
    (since === undefined || grant.requestedAt >= since) &&
    (before === undefined || grant.requestedAt < before)
  );
}

const filters: fc.Arbitrary<HistoryFilter> = fc.record({
  targetIds: fc.subarray(targets),
  people: fc.subarray(people),
  outcomes: fc.subarray([...historyOutcomes]),
  since: fc.option(fc.integer({ min: 0, max: 59 }).map(askedAt), { nil: undefined }),
  before: fc.option(fc.integer({ min: 0, max: 60 }).map(askedAt), { nil: undefined }),
});

const cursorAt = ({ requestedAt, _id }: Grant): NonNullable<HistoryPage['from']> => ({ requestedAt, id: _id });

describe('history', () => {
  it('turned page by page shows every record that fits once, newest first, and back the same', async () => {
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 1, max: 7 }), async (filter, size) => {
        const expected = records.filter((grant) => fits(grant, filter)).sort(newestFirst);
        const seen: Grant[] = [];
        for (;;) {
          const last = seen.at(-1);
          const page = { direction: 'older', from: last && cursorAt(last) } as const;
          const found = await store.history(organizationId, filter, page, size);
          expect(found.length).toBeLessThanOrEqual(size);
          if (found.length === 0) break;
          seen.push(...found);
        }
        expect(seen.map(({ _id }) => _id)).toEqual(expected.map(({ _id }) => _id));
        const oldest = seen.at(-1);
        if (oldest === undefined) return;
        const back = await store.history(organizationId, filter, { direction: 'newer', from: cursorAt(oldest) }, 100);
        expect(back.map(({ _id }) => _id).reverse()).toEqual(expected.slice(0, -1).map(({ _id }) => _id));
      }),
      { numRuns: 40 },
    );
  });

  it('shows a late landing on an ended record as live, and still as what it had become', async () => {
    const [reopened] = await store.history(
      organizationId,
      { ...everything, outcomes: ['expired'] },
      { direction: 'older' },
      1,
    );
    await store.update<never>(reopened?._id ?? '', (doc) => ({ ok: true, doc: { ...doc, slot: 'again' } }));
    const live = await store.history(
      organizationId,
      { ...everything, outcomes: ['live'] },
      { direction: 'older' },
      100,
    );
    expect(live.map(({ _id }) => _id)).toContain(reopened?._id);
    await store.update<never>(reopened?._id ?? '', (doc) => ({ ok: true, doc: { ...doc, slot: undefined } }));
  });

  it('has an index in its order for each filter', async () => {
    const made = await client.db(database.databaseName).collection('grants').indexes();
    for (const { name, key } of historyIndexes) expect(made).toContainEqual(expect.objectContaining({ name, key }));
  });
});

describe('what has ended since', () => {
  it('is everything that ended then or later, the newest first, and no more than asked for', async () => {
    const ended = records.filter((grant) => grant.endedAt !== undefined);
    const times = ended.map((grant) => grant.endedAt?.getTime() ?? 0).sort((a, b) => b - a);
    const since = times[Math.floor(times.length / 2)] ?? 0;
    const found = await store.endedSince(organizationId, new Date(since), 100);
    expect(found.length).toBeGreaterThan(10);
    expect(found.map(({ endedAt }) => endedAt?.getTime())).toEqual(times.filter((at) => at >= since));
    expect(await store.endedSince(organizationId, new Date(since), 2)).toEqual(found.slice(0, 2));
    expect(await store.endedSince('another', new Date(0), 100)).toEqual([]);
  });
});

describe('past targets', () => {
  it('finds a name in every project, the newest first', async () => {
    const found = await store.pastTargets(organizationId, 'orders');
    expect(found.map(({ id }) => id).sort()).toEqual(['p1/orders', 'p2/orders']);
    expect(await store.pastTargets(organizationId, 'order')).toEqual([]);
  });
});
