import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { OrganizationConfig } from '../../src/config.ts';
import { loadConfigFile } from '../../src/load-config-file.ts';
import { demoWorkspace, people } from '../../src/sandbox/demo-workspace.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { type PortalEmulator, startPortal } from '../../src/sandbox/portal/server.ts';
import { type Harness, hour, startHarness } from '../support/harness.ts';
import { readmePortal } from '../support/readme-portal.ts';
import { leaps, readable, submits, types } from './steps.ts';

const channel = 'shield-access';
const day = 24 * hour;
const token = 'shield-token-0123456789';
const reason = 'Alerts of the agent do not reach us';

/** The README's example, as it stands there but for where the portal is. */
async function organizationOf(portal: PortalEmulator): Promise<OrganizationConfig> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-portal-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'organizations.yaml');
  const example = readmePortal()
    .replaceAll('https://api.shield.example', portal.url)
    .replace('      push:\n', '      push:\n        allowPrivate: [127.0.0.1]\n');
  writeFileSync(
    path,
    `slack: { botToken: { env: BOT }, appToken: { env: APP } }\nmongodb: { uri: { env: DB } }\norganizations:\n${example}`,
  );
  const environment = { BOT: 'xoxb-1', APP: 'xapp-1', DB: 'mongodb://127.0.0.1', SHIELD_TOKEN: token };
  const loaded = await loadConfigFile(path, environment);
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
  return loaded.config.organizations[0];
}

async function withPortal(): Promise<{ harness: Harness; portal: PortalEmulator }> {
  const clock = new ManualClock(new Date('2026-03-02T09:00:00Z'));
  process.env.SHIELD_TOKEN = token;
  const portal = await startPortal({ clock, tenants: ['acme-production'], credentials: { bearer: token } });
  const shield = await organizationOf(portal);
  const harness = await startHarness({
    clock,
    slackSeed: {
      ...demoWorkspace,
      channels: [
        ...demoWorkspace.channels,
        {
          id: shield.channelId,
          name: channel,
          members: [people.olivia, people.oscar, people.erin],
          botIsMember: true,
        },
      ],
    },
    further: (records) => [{ ...shield, database: `${records}_shield` }],
  });
  onTestFinished(async () => {
    delete process.env.SHIELD_TOKEN;
    await portal.close();
  });
  return { harness, portal };
}

/** Without what differs from run to run. */
const steady = (text: string): string =>
  text
    .replaceAll(/\bg-[a-z0-9]{10}\b/g, 'g-…')
    .replaceAll(/ \(https:\/\/acme\.slack\.com\S+\)/g, '')
    .replaceAll(/head (\d+):[0-9a-f]+/g, 'head $1:…');

const inChannel = (harness: Harness): string =>
  steady(
    harness.sandbox.slack
      .messages('C1122334455')
      .map((message) => readable(harness, message))
      .join('\n\n'),
  );

it('is granted for seven days after a prompt, seen by everybody with a way to disable it, and disabled after another', async () => {
  const { harness, portal } = await withPortal();
  await types(harness, 'olivia', `grant Production ${reason}`, channel);
  if (harness.olivia.hasModal()) await submits(harness, 'olivia');
  expect(portal.switches.status('acme-production')).toMatchObject({ enabled: true });
  expect(inChannel(harness)).toMatchSnapshot();
  await harness.oscar.clicks('Disable now', { channel });
  await harness.idle();
  if (harness.oscar.hasModal()) await submits(harness, 'oscar');
  expect(portal.switches.status('acme-production')).toMatchObject({ enabled: false });
  expect(inChannel(harness)).toMatchSnapshot();
});

it('reminds a day and two hours before, and ends by itself', async () => {
  const { harness, portal } = await withPortal();
  await types(harness, 'erin', `request Production 7d ${reason}`, channel);
  await harness.olivia.clicks('Approve for 7 days', { channel });
  await harness.idle();
  await leaps(harness, 6 * day);
  await leaps(harness, 22 * hour);
  expect(portal.switches.status('acme-production')).toMatchObject({ enabled: true });
  await leaps(harness, 2 * hour);
  await harness.advance(5 * 60_000);
  expect(portal.switches.status('acme-production')).toMatchObject({ enabled: false });
  expect(inChannel(harness)).toMatchSnapshot();
});

it('is decided by nobody but the people who are named, and has no block', async () => {
  const { harness, portal } = await withPortal();
  await types(harness, 'erin', `request Production 2d ${reason}`, channel);
  const refused = await harness.erin.clicks('Approve for 2 days', { channel });
  await harness.idle();
  const told = refused.ephemerals.map((message) => readable(harness, message)).join('\n');
  expect(told).toMatchSnapshot();
  expect(portal.switches.status('acme-production')).toMatchObject({ enabled: false });
  expect(await types(harness, 'olivia', 'block', channel)).toMatchSnapshot();
  expect(steady(await types(harness, 'olivia', 'status', channel))).toMatchSnapshot();
  expect(await types(harness, 'erin', 'whoami', channel)).toMatchSnapshot();
  expect(await types(harness, 'erin', 'help', channel)).toMatchSnapshot();
});

it('notices what somebody switches in the portal itself', async () => {
  const { harness, portal } = await withPortal();
  await types(harness, 'olivia', `grant Production 3d ${reason}`, channel);
  portal.switches.disable('acme-production');
  await harness.advance(10 * 60_000);
  expect(inChannel(harness)).toMatchSnapshot();
});
