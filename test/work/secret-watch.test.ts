import { beforeEach, expect, it } from 'vitest';
import { newOrganization, type Organization } from '../../src/grants/organization.ts';
import type { SecretExpiry } from '../../src/grants/secret-expiry.ts';
import { createLogger } from '../../src/log.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import type { OrganizationStore } from '../../src/store/organizations.ts';
import { Reachability } from '../../src/work/reachability.ts';
import { watchSecrets } from '../../src/work/secret-watch.ts';
import { temporary } from './memory-provider.ts';

const hour = 60 * 60_000;
const day = 24 * hour;
const start = new Date('2026-03-02T09:00:00Z');

let lines: { level: string; account?: string; msg: string }[];
let organization: Organization;

beforeEach(() => {
  lines = [];
  organization = newOrganization('o', 'C1', start);
});

const update: OrganizationStore['update'] = async (_id, decide) => {
  const decided = decide(organization);
  if (!decided.ok) return { kind: 'refused', refusal: decided.refusal, doc: organization };
  organization = decided.doc;
  return { kind: 'done', doc: organization, replayed: false };
};

/** `processes` watch the same organization. */
async function watched(secretExpiries: () => Promise<SecretExpiry[]>, processes = 1) {
  const clock = new ManualClock(start);
  const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } });
  const lasting = new Reachability(clock, 'soon');
  const kicked: number[] = [];
  const work = { organization: async () => void kicked.push(organization.owed.length) };
  const [watch] = Array.from({ length: processes }, () =>
    watchSecrets({
      provider: { secretExpiries },
      organizations: { update },
      organizationId: 'o',
      work,
      clock,
      log,
      lasting,
    }),
  );
  const pass = async (ms: number) => {
    clock.tick(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { watch, lasting, pass, kicked };
}

it('tells once of each limit, however many processes look', async () => {
  const expiresAt = new Date(start.getTime() + hour + 31 * day);
  const { lasting, pass, kicked } = await watched(async () => [{ account: 'the account', expiresAt }], 2);
  const told: [number, string, string][] = [];
  await pass(hour);
  for (let left = 31; left >= 0; left--) {
    for (const { level } of lines.splice(0)) told.push([left, level, lasting.state.state]);
    await pass(day);
  }
  expect(told).toEqual([
    [30, 'warn', 'ok'],
    [7, 'warn', 'degraded'],
    [1, 'error', 'degraded'],
  ]);
  expect(organization.owed.flatMap((effect) => (effect.kind === 'note' ? [effect.note.type] : []))).toEqual(
    Array(3).fill('secret-expires'),
  );
  expect(kicked).toHaveLength(3);
});

it('is quiet again with a new secret, or once it is cancelled', async () => {
  let expiresAt = new Date(start.getTime() + 3 * day);
  const { watch, lasting, pass } = await watched(async () => [{ account: 'the account', expiresAt }]);
  await pass(hour);
  expect(lasting.state).toMatchObject({ state: 'degraded' });
  expiresAt = new Date(start.getTime() + 365 * day);
  await pass(day);
  expect(lasting.state).toEqual({ state: 'ok' });
  watch?.cancel();
  expiresAt = new Date(start.getTime() + 3 * day);
  await pass(day);
  expect(lasting.state).toEqual({ state: 'ok' });
  expect(lines).toHaveLength(1);
});

it('goes on where the provider cannot say', async () => {
  let fails = true;
  const { pass } = await watched(async () => {
    if (fails) throw temporary();
    return [{ account: 'the account', expiresAt: start }];
  });
  await pass(hour);
  fails = false;
  await pass(day);
  expect(lines.map(({ level }) => level)).toEqual(['info', 'error']);
});
