import { expect, it, onTestFinished } from 'vitest';
import { compose } from '../../src/compose.ts';
import { createDecisionServer } from '../../src/http/decision/server.ts';
import { createLogger } from '../../src/log.ts';
import { type Harness, hour, minute, startHarness } from '../support/harness.ts';
import { operator } from '../support/operator.ts';
import { clicks, leaps, types } from './steps.ts';

const request = 'request payments-prod 2h logs Primary steps down every few minutes';

/** A gate beside the bot, on the same records, with a token that an operator has made for it. */
async function gate(harness: Harness) {
  const { config, clock: manual } = harness.sandbox;
  const log = createLogger({ level: 'fatal', destination: { write: () => {} } });
  const timeReference = { read: async () => manual.now() };
  const { organizations, tokens, clock, client } = compose({ config, clock: manual, log, timeReference });
  const server = await createDecisionServer({
    organizations: new Map(organizations.map(({ config: { key }, context }) => [key, context])),
    tokens,
    clock,
    log,
    port: 0,
    host: '127.0.0.1',
  });
  onTestFinished(async () => {
    await server.close();
    await client.close();
  });
  const { out } = await operator(harness)('token', 'create', 'a gate', '--target', 'payments-prod');
  const headers = { authorization: `Bearer ${out.trim()}` };
  const address = `http://127.0.0.1:${server.port}/v1`;
  return async (): Promise<unknown> => {
    await clock.check();
    const ask = (path: string) => fetch(`${address}/${path}?target=payments-prod`, { headers });
    const { open, because, expiresAt } = (await (await ask('access')).json()) as Record<string, unknown>;
    return [(await ask('gate')).status, open ? expiresAt : because];
  };
}

it('a gate opens once what was approved in Slack is seen open, and closes with a revoke', async () => {
  const harness = await startHarness();
  const asked = await gate(harness);
  expect(await asked()).toEqual([403, 'not-granted']);
  await types(harness, 'erin', request);
  expect(await asked()).toEqual([403, 'not-granted']);
  await clicks(harness, 'olivia', 'Approve for 2 h');
  expect(await asked()).toEqual([204, '2026-03-02T11:00:00.000Z']);
  await clicks(harness, 'olivia', 'Revoke now');
  expect(await asked()).toEqual([403, 'not-granted']);
});

it('a gate is closed once the time has come, although nobody could close anything', async () => {
  const harness = await startHarness();
  const asked = await gate(harness);
  await types(harness, 'erin', request);
  await clicks(harness, 'olivia', 'Approve for 2 h');
  harness.sandbox.atlas.down();
  await leaps(harness, 2 * hour - minute);
  expect(await asked()).toEqual([204, '2026-03-02T11:00:00.000Z']);
  // No process sweeps meanwhile.
  harness.sandbox.clock.tick(minute);
  expect(await asked()).toEqual([403, 'past-end']);
  await harness.advance(0);
  expect(await asked()).toEqual([403, 'closing']);
});
