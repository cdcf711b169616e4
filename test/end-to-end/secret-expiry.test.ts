import { expect, it } from 'vitest';
import { demoBlockAccount, demoEverydayAccount } from '../../src/sandbox/atlas/demo-seed.ts';
import { eventually } from '../support/eventually.ts';
import { hour, startHarness } from '../support/harness.ts';
import { everyPost, readable } from './steps.ts';

const day = 24 * hour;

it('owners are told in the channel before a secret expires, once, whoever looks', { timeout: 60_000 }, async () => {
  const harness = await startHarness();
  const { atlas, clock } = harness.sandbox;
  const start = clock.now().getTime();
  atlas.state.setSecretExpiry(demoEverydayAccount.clientId, new Date(start + 8 * day));
  atlas.state.setSecretExpiry(demoBlockAccount.clientId, new Date(start + 100 * day));
  const replica = await harness.sandbox.startReplica();
  const reads = () => atlas.calls.filter(({ call }) => call === 'readServiceAccount').length;
  /** Lets time pass, and both processes look at both accounts. */
  const looks = async (ms: number, processes = 2) => {
    const before = reads();
    clock.tick(ms);
    await eventually(() => reads() - before).toBe(2 * processes);
    await harness.idle();
    await replica.idle();
  };
  const told = () =>
    everyPost(harness)
      .map((message) => readable(harness, message))
      .filter((text) => text.includes('expires soon'));

  await looks(hour);
  await eventually(() => told().length).toBe(1);
  expect(told()[0]).toMatchInlineSnapshot(`
    "The secret of the service account, with which Portcullis calls MongoDB Atlas, expires soon
    It is good until Mar 10, 2026 at 09:00 UTC (in 8 days). Until then support access is opened, closed and watched as it is now; after that MongoDB Atlas refuses this account.
    Somebody has to make a new secret for it in MongoDB Atlas, and put it where Portcullis reads the present one. From a file or a program it is taken up without a restart; in an environment variable it takes one. That it has arrived shows in \`npm run portcullis -- doctor\`.
    @Olivia Owner and @Oscar Second
    Reference for the operators of Portcullis: 64f0a1b2c3d4e5f600000001"
  `);

  // Two days later a week is left, then nothing new for five days, whether or not the process is another one by then.
  await looks(day);
  await looks(day);
  await eventually(() => told().length).toBe(2);
  await replica.stop();
  await harness.sandbox.stopBot();
  await harness.sandbox.startBot();
  await looks(hour, 1);
  for (let passed = 1; passed <= 4; passed++) await looks(day, 1);
  expect(told()).toHaveLength(2);
  await looks(day, 1);
  await eventually(() => told().length).toBe(3);

  // A new secret: nothing more to say.
  atlas.state.setSecretExpiry(demoEverydayAccount.clientId, new Date(start + 400 * day));
  await looks(day, 1);
  expect(told()).toHaveLength(3);
});
