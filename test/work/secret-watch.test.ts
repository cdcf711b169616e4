import { beforeEach, expect, it } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { Reachability } from '../../src/work/reachability.ts';
import { watchSecrets } from '../../src/work/secret-watch.ts';
import { temporary } from './memory-provider.ts';

const hour = 60 * 60_000;
const day = 24 * hour;
const start = new Date('2026-03-02T09:00:00Z');

let lines: { level: string; account?: string; msg: string }[];

beforeEach(() => {
  lines = [];
});

async function watched(secretExpiries: () => Promise<{ account: string; expiresAt: Date }[]>) {
  const clock = new ManualClock(start);
  const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } });
  const lasting = new Reachability(clock, 'soon');
  const watch = watchSecrets({ provider: { secretExpiries }, clock, log, lasting });
  const pass = async (ms: number) => {
    clock.tick(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { watch, lasting, pass };
}

it('tells once of each limit: 30 days, 7 days and a day before a secret expires', async () => {
  const expiresAt = new Date(start.getTime() + hour + 31 * day);
  const { lasting, pass } = await watched(async () => [{ account: 'the account', expiresAt }]);
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
});

it('is quiet again with a new secret, or once it is cancelled', async () => {
  let expiresAt = new Date(start.getTime() + 3 * day);
  const { watch, lasting, pass } = await watched(async () => [{ account: 'the account', expiresAt }]);
  await pass(hour);
  expect(lasting.state).toMatchObject({ state: 'degraded' });
  expiresAt = new Date(start.getTime() + 365 * day);
  await pass(day);
  expect(lasting.state).toEqual({ state: 'ok' });
  watch.cancel();
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
