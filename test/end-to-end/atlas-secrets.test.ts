import { expect, it, onTestFinished } from 'vitest';
import { startBot } from '../../src/bot.ts';
import { loadConfig } from '../../src/load-config.ts';
import { createLogger } from '../../src/log.ts';
import { demoBlockAccount, demoEverydayAccount } from '../../src/sandbox/atlas/demo-seed.ts';
import { channelName, demoWorkspace, people } from '../../src/sandbox/demo-workspace.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { Sandbox } from '../../src/sandbox/sandbox.ts';
import { testDatabase } from '../support/mongodb.ts';

const minute = 60_000;

it('no secret is in any log line or any message of a whole run, however much is logged', async () => {
  const clock = new ManualClock(new Date('2026-03-02T09:00:00Z'));
  const database = await testDatabase(clock);
  onTestFinished(() => database.close());
  const lines: string[] = [];
  const secrets = [
    demoWorkspace.bot.token,
    demoWorkspace.signingSecret,
    demoEverydayAccount.clientSecret,
    demoBlockAccount.clientSecret,
  ];
  const log = createLogger({ level: 'trace', secrets, destination: { write: (line) => void lines.push(line) } });
  const sandbox = await Sandbox.start({
    log,
    clock,
    timeReference: database.server === undefined ? { read: async () => clock.now() } : undefined,
    timeoutMs: 1_000,
    mongodb: { uri: database.uri, database: database.databaseName },
  });
  onTestFinished(() => sandbox.close());
  const { atlas, slack, workspace } = sandbox;
  const person = (name: keyof typeof people) => workspace.person(people[name]);
  const channel = { channel: channelName };

  await person('erin').types('/support-access request ledger-prod 30m logs Disk latency on the primary', channel);
  await sandbox.idle();
  // Failures are where secrets leak: refused tokens, cut connections, Slack and Atlas away.
  atlas.addFault({ kind: 'status', status: 401, call: ['grant', 'token'], times: 2 });
  slack.addFault({ kind: 'cut-before', method: 'chat.update', times: 1 });
  slack.addFault({ kind: 'error', method: 'chat.postMessage', error: 'invalid_auth', times: 1 });
  await person('olivia').clicks('Approve for 30 min', channel);
  await sandbox.advance(2 * minute);
  await person('olivia').types('/support-access grant payments-prod 30m logs Disk latency on the primary', channel);
  await person('olivia').types('/support-access unblock because the case needs it', channel);
  await sandbox.idle();
  atlas.addFault({ kind: 'cut-after', call: 'patchSettings', times: 1 });
  await person('olivia').modal().submit();
  await sandbox.advance(5 * minute);
  await atlas.down();
  await sandbox.advance(10 * minute);
  await atlas.up();
  slack.down();
  await sandbox.advance(minute);
  slack.up();
  await sandbox.advance(20 * minute);

  const issued = atlas.calls.filter(({ call }) => call === 'token');
  expect(issued.length).toBeGreaterThan(1);
  const everything = [
    ...lines,
    ...slack.calls.map(({ method, body }) => {
      const { token, ...rest } = body;
      return `${method} ${JSON.stringify(rest)}`;
    }),
    ...slack.ephemerals().map((message) => JSON.stringify(message)),
  ].join('\n');
  expect(lines.length).toBeGreaterThan(50);
  // The access tokens of the simulated Atlas.
  expect(everything).not.toMatch(/atlas\.[\w-]{32}/);
  for (const secret of secrets) {
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(encodeURIComponent(secret));
    expect(everything).not.toContain(Buffer.from(secret).toString('base64').replace(/=+$/, ''));
  }
});

it('the password of a database that cannot be reached is in no log line', async () => {
  const password = 'correct-horse-battery';
  const loaded = loadConfig({
    SLACK_BOT_TOKEN: demoWorkspace.bot.token,
    SLACK_SIGNING_SECRET: demoWorkspace.signingSecret,
    SLACK_CHANNEL_ID: 'C0123456789',
    PORT: '0',
    MONGODB_URI: `mongodb://portcullis:${password}@127.0.0.1:1/?serverSelectionTimeoutMS=200`,
    ATLAS_CLIENT_ID: demoEverydayAccount.clientId,
    ATLAS_CLIENT_SECRET: demoEverydayAccount.clientSecret,
    ATLAS_ORG_ID: '64f0a1b2c3d4e5f600000001',
  });
  if (!loaded.ok) throw new Error(loaded.problems.join());
  expect(loaded.secrets.join()).toContain(password);
  const lines: string[] = [];
  const waiting = new AbortController();
  const write = (line: string): void => {
    lines.push(line);
    if (line.includes('waiting for it')) waiting.abort();
  };
  const log = createLogger({ level: 'trace', secrets: loaded.secrets, destination: { write } });
  await expect(
    startBot({ config: loaded.config, clock: new ManualClock(new Date()), log, signal: waiting.signal }),
  ).rejects.toThrow();
  expect(lines.join('\n')).toContain('MongoDB cannot be used yet');
  expect(lines.join('\n')).not.toContain(password);
});
