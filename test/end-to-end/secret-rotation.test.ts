import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { demoEverydayAccount } from '../../src/sandbox/atlas/demo-seed.ts';
import { hour, minute, startHarness } from '../support/harness.ts';
import { inAtlas, types } from './steps.ts';

const { clientId, clientSecret: first } = demoEverydayAccount;
/** Nothing in its form says that it is a secret. */
const second = 'another-secret-of-the-account';

it('a secret of Atlas is replaced under a running bot, and is in no log line', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rotation-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'atlas-client-secret');
  await writeFile(path, `${first}\n`);
  const harness = await startHarness({ settings: { ATLAS_CLIENT_SECRET: '', ATLAS_CLIENT_SECRET_FILE: path } });
  const { atlas, clock } = harness.sandbox;
  const tokensAsked = () => atlas.calls.filter((each) => each.call === 'token' && each.clientId === clientId).length;
  await types(harness, 'olivia', 'grant payments-prod 4h logs Primary steps down every few minutes');
  expect(inAtlas(harness, 'payments-prod')).toBeDefined();
  expect(tokensAsked()).toBe(1);

  // Withdrawn in Atlas, and the file not there yet: what the bot holds is good for the rest of its hour.
  atlas.state.setServiceAccountSecret(clientId, second);
  await rename(path, `${path}.old`);
  await types(harness, 'olivia', 'grant ledger-prod 30m logs Disk latency on the primary');
  expect(inAtlas(harness, 'ledger-prod')).toBeDefined();
  await harness.advance(hour + minute);
  expect(tokensAsked()).toBe(1);
  const away = await types(harness, 'olivia', 'status');
  expect(away).toContain('The secret of the service account cannot be read right now, so nothing was sent to Atlas.');
  const logged = harness.logs.filter((line) => JSON.stringify(line).includes('secret-unreadable'));
  expect(logged[0]).toMatchObject({ err: { cause: { message: 'The setting names a file that does not exist' } } });

  await writeFile(`${path}.new`, `${second}\n`);
  await rename(`${path}.new`, path);
  await harness.advance(6 * minute);
  expect(await types(harness, 'olivia', 'status')).not.toContain('cannot be read');
  await types(harness, 'olivia', 'grant ledger-prod 30m logs Disk latency once more');
  expect(inAtlas(harness, 'ledger-prod')).toMatchObject({ expirationTime: new Date(clock.now().getTime() + hour / 2) });
  expect(tokensAsked()).toBe(2);

  const everything = JSON.stringify(harness.logs);
  for (const secret of [first, second]) {
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(Buffer.from(`${clientId}:${secret}`).toString('base64'));
  }
});
