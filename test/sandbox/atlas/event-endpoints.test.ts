import { expect, test } from 'vitest';
import { demoEverydayAccount, demoProjects, demoSeed } from '../../../src/sandbox/atlas/demo-seed.ts';
import { grant, openAtlas, revoke, signIn } from './atlas-client.ts';

const { payments } = demoProjects;
const olivia = { email: 'olivia.owner@meridian.example' };

/** A quarter of an hour between each: a grant, an SSH access, a block, a revoke, and logs of another cluster. */
async function openAtlasWithHistory() {
  const opened = await openAtlas({ seed: { blocked: false } });
  const { atlas, clock, everyday } = opened;
  await grant(everyday, payments, 'payments-prod', {
    grantType: 'CLUSTER_INFRASTRUCTURE',
    expirationTime: '2026-03-03T09:00:00Z',
  });
  clock.tick(900_000);
  atlas.state.recordSupportActivity(payments, 'payments-prod', 'SSH_KEY_NDS_HOST_ACCESS_GRANTED');
  clock.tick(900_000);
  atlas.state.setBlocked(true, olivia);
  clock.tick(900_000);
  await revoke(everyday, payments, 'payments-prod');
  clock.tick(900_000);
  atlas.state.recordSupportActivity(payments, 'ledger-prod', 'NDS_HOST_LOGS_DOWNLOADED');
  const client = await signIn(atlas, demoEverydayAccount);
  const events = async (path: string) => {
    const { status, body } = await client.call('GET', path, '2023-01-01');
    const { results } = body as { results: { eventTypeName: string }[] };
    return { status, results, types: results?.map((event) => event.eventTypeName) };
  };
  return { ...opened, events };
}

test('tells what happened in the organization', async () => {
  const { events } = await openAtlasWithHistory();
  const { results } = await events(`/orgs/${demoSeed.organizationId}/events`);
  expect(results).toEqual([
    {
      id: expect.stringMatching(/^[a-f0-9]{24}$/),
      eventTypeName: 'ORG_EMPLOYEE_ACCESS_RESTRICTED',
      created: '2026-03-02T09:30:00.000Z',
      isGlobalAdmin: false,
      username: olivia.email,
      remoteAddress: expect.any(String),
      orgId: demoSeed.organizationId,
      links: [],
    },
  ]);
});

test('tells what happened in a project, newest first, and who did it', async () => {
  const { events } = await openAtlasWithHistory();
  const { results } = await events(`/groups/${payments}/events`);
  expect(results).toMatchObject([
    { eventTypeName: 'NDS_HOST_LOGS_DOWNLOADED', isGlobalAdmin: true },
    { eventTypeName: 'EMPLOYEE_ACCESS_REVOKED', publicKey: demoEverydayAccount.clientId },
    { eventTypeName: 'SSH_KEY_NDS_HOST_ACCESS_GRANTED', isGlobalAdmin: true, groupId: payments },
    { eventTypeName: 'EMPLOYEE_ACCESS_GRANTED', isGlobalAdmin: false, created: '2026-03-02T09:00:00.000Z' },
  ]);
  expect(results[2]).not.toHaveProperty('username');
});

test.each([
  ['clusterNames=ledger-prod', ['NDS_HOST_LOGS_DOWNLOADED']],
  [
    'eventType=NDS_HOST_LOGS_DOWNLOADED&eventType=SSH_KEY_NDS_HOST_ACCESS_GRANTED',
    ['NDS_HOST_LOGS_DOWNLOADED', 'SSH_KEY_NDS_HOST_ACCESS_GRANTED'],
  ],
  [
    'excludedEventType=NDS_HOST_LOGS_DOWNLOADED&clusterNames=payments-prod&clusterNames=ledger-prod',
    ['EMPLOYEE_ACCESS_REVOKED', 'SSH_KEY_NDS_HOST_ACCESS_GRANTED', 'EMPLOYEE_ACCESS_GRANTED'],
  ],
  [
    'minDate=2026-03-02T09:15:00Z&maxDate=2026-03-02T09:45:00Z',
    ['EMPLOYEE_ACCESS_REVOKED', 'SSH_KEY_NDS_HOST_ACCESS_GRANTED'],
  ],
  ['minDate=2026-03-02T09:15:01Z&maxDate=2026-03-02T09:44:59Z', []],
])('filters by %s', async (query, expected) => {
  const { events } = await openAtlasWithHistory();
  expect((await events(`/groups/${payments}/events?${query}`)).types).toEqual(expected);
});

test.each([
  ['eventType=MADE_UP', 'INVALID_ENUM_VALUE'],
  ['eventType=ORG_EMPLOYEE_ACCESS_RESTRICTED', 'INVALID_ENUM_VALUE'],
  ['minDate=yesterday', 'INVALID_QUERY_PARAMETER'],
  ['clusterName=ledger-prod', 'INVALID_QUERY_PARAMETER'],
])('refuses ?%s', async (query, errorCode) => {
  const { everyday } = await openAtlas();
  const answer = await everyday.call('GET', `/groups/${payments}/events?${query}`, '2023-01-01');
  expect(answer).toMatchObject({ status: 400, body: { errorCode } });
});

test('lists the event types', async () => {
  const { everyday } = await openAtlas();
  const { body } = await everyday.call('GET', '/eventTypes', '2023-01-01');
  const { results } = body as { results: { eventType: string }[] };
  expect(results.map((type) => type.eventType)).toEqual(
    expect.arrayContaining([
      'ORG_EMPLOYEE_ACCESS_RESTRICTED',
      'ORG_EMPLOYEE_ACCESS_UNRESTRICTED',
      'SSH_KEY_NDS_HOST_ACCESS_REQUESTED',
      'SSH_KEY_NDS_HOST_ACCESS_ATTEMPT',
      'SSH_KEY_NDS_HOST_ACCESS_GRANTED',
      'NDS_HOST_LOGS_DOWNLOADED',
    ]),
  );
});
