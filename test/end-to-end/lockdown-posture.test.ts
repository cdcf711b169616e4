import { expect, it } from 'vitest';
import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { type Harness, minute, type people, startHarness } from '../support/harness.ts';
import { clicks, submits, types } from './steps.ts';

async function home(harness: Harness, who: keyof typeof people): Promise<string> {
  await harness[who].opensHome();
  await harness.idle();
  return harness[who].home().text;
}

it('a lockdown shows in status and Home while it is under way: what is closed, and what not yet', async () => {
  const harness = await startHarness({ atlasSeed: { ...demoSeed, blocked: false } });
  await types(harness, 'olivia', 'grant ledger-prod 8h infrastructure Disk latency on the primary');
  await types(harness, 'erin', 'request payments-prod 8h infrastructure Primary steps down');
  await clicks(harness, 'oscar', 'Approve for 8 h');
  await types(harness, 'dana', 'request warehouse 8h infrastructure Slow queries since noon', 'engineering');
  for (const who of ['oscar', 'erin'] as const) expect(await home(harness, who)).not.toContain('lockdown');
  const fault = harness.sandbox.atlas.addFault({ kind: 'status', status: 429 });
  await types(harness, 'olivia', 'lockdown');
  await submits(harness, 'olivia');

  const status = await types(harness, 'erin', 'status');
  const [underWay = ''] = /^[\s\S]*?(?=\nSupport access is)/.exec(status) ?? [];
  expect(underWay).toMatchInlineSnapshot(`
    "A lockdown is under way: Olivia Owner decided today at 09:00 UTC (now) to close everything
    Not seen closed yet: ledger-prod and payments-prod
    Not seen blocked yet: the whole organization
    Closed or cancelled: warehouse"
  `);
  // Home tabs follow by themselves.
  for (const who of ['oscar', 'erin'] as const) expect(harness[who].home().text).toContain(`${underWay}\n`);
  for (const who of ['gus', 'sven'] as const) {
    expect(await types(harness, who, 'status')).not.toContain('lockdown');
    expect(await home(harness, who)).not.toContain('lockdown');
  }

  fault.clear();
  await harness.advance(15 * minute);
  expect(await types(harness, 'erin', 'status')).not.toContain('A lockdown is under way');
  for (const who of ['oscar', 'erin'] as const) {
    expect(harness[who].home().text).toMatch(/^Support access is blocked for the organization/);
  }
});
