import { MongoClient } from 'mongodb';
import { expect, it, onTestFinished } from 'vitest';
import { startBot } from '../../src/bot.ts';
import { runCommand } from '../../src/cli/commands.ts';
import { compose } from '../../src/compose.ts';
import { setUpChecks } from '../../src/doctor/set-up-checks.ts';
import { loadUsable } from '../../src/load-config.ts';
import { createLogger } from '../../src/log.ts';
import { demoBlockAccount, demoEverydayAccount, demoProjects } from '../../src/sandbox/atlas/demo-seed.ts';
import { people } from '../../src/sandbox/demo-workspace.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { startSocketMode } from '../support/socket-mode.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

const start = new Date('2026-03-02T09:00:00Z');
const day = 24 * 60 * 60_000;
const appToken = 'xapp-1-A0PORTCULL-0123456789-abcdef';

interface Changes {
  readonly settings?: Readonly<Record<string, string>>;
  /** The time of the machine on which doctor runs. */
  readonly machineTime?: Date;
}

interface Printed {
  readonly code: number;
  readonly out: string;
}

/** The command as an operator runs it, on these surroundings. */
async function doctor({ settings }: Surroundings, words: string[] = [], changes: Changes = {}): Promise<Printed> {
  const { config, problems, unusable } = loadUsable({ ...settings, ...changes.settings });
  const log = createLogger({ level: 'error', destination: { write: (line) => expect.fail(line) } });
  const composition = compose({ config, clock: new ManualClock(changes.machineTime ?? start), log });
  let out = '';
  try {
    const code = await runCommand(['doctor', ...words], {
      environment: {},
      connect: expect.fail,
      setUp: async () => ({ problems, unusable, checks: setUpChecks({ config, composition, log }), log }),
      write: async (text) => {
        out += text;
      },
      complain: (text) => expect.fail(text),
    });
    return { code, out };
  } finally {
    await composition.client.close();
  }
}

/** What is not good, below its area. */
const troublesIn = (out: string): string[] =>
  out
    .split('\n\n')
    .flatMap((part) => part.split(/\n(?= {2}\S)/))
    .filter((line) => /^ {2}[✗!?]/.test(line))
    .map((line) => line.trim().replace(/\n\s+/, ' → '));

/** Surroundings in which the bot has run once. */
async function usedSurroundings(): Promise<Surroundings> {
  const clock = new ManualClock(start);
  const surroundings = await startSurroundings(clock);
  const { config } = loadUsable(surroundings.settings);
  const log = createLogger({ level: 'fatal', destination: { write: () => {} } });
  const bot = await startBot({ config, clock, log, host: '127.0.0.1' });
  await bot.sweep();
  await bot.idle();
  await bot.stop();
  return surroundings;
}

/** Only a request from Slack can show it. */
const signingSecret =
  '? Whether SLACK_SIGNING_SECRET is the right one shows when Slack sends something: try a command.';

it('finds nothing wrong where all is as the README says, and changes nothing', { timeout: 60_000 }, async () => {
  const surroundings = await usedSurroundings();
  const { slack, atlas, database } = surroundings;
  const [calls, asked] = [slack.calls.length, atlas.calls.length];
  const written = () =>
    ['insert', 'update', 'findAndModify', 'delete', 'createIndexes'].map((name) => database.server?.commands.get(name));
  const before = written();
  const { code, out } = await doctor(surroundings);
  expect(out).toMatchSnapshot();
  expect(code).toBe(0);
  expect(written()).toEqual(before);
  expect(new Set(slack.calls.slice(calls).map(({ method }) => method))).toEqual(
    new Set(['auth.test', 'conversations.info', 'users.lookupByEmail', 'users.info']),
  );
  const changing = atlas.calls.slice(asked).filter(({ method, path }) => method !== 'GET' && !path.endsWith('/token'));
  expect(changing).toEqual([]);

  const json = await doctor(surroundings, ['--json']);
  const { ok, findings } = JSON.parse(json.out);
  expect({ ok, code: json.code }).toEqual({ ok: true, code: 0 });
  expect(findings[0]).toEqual({
    area: 'Settings',
    check: 'settings',
    state: 'good',
    what: 'Every setting is understood.',
  });
  expect(`${out}${json.out}`).not.toMatch(/xoxb-|mdb_sa_sk_/);
});

it('looks at a set-up that was never started, by Socket Mode', { timeout: 60_000 }, async () => {
  const surroundings = await startSurroundings(new ManualClock(start));
  const socket = await startSocketMode(surroundings.slack);
  const settings = { SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: '', SLACK_API_URL: socket.apiUrl };
  const { code, out } = await doctor(surroundings, [], { settings });
  expect(troublesIn(out)).toEqual(['? Nothing is stored yet: the bot makes its indexes when it first starts.']);
  expect(out).toContain('✓ The app-level token is accepted: Slack offers a Socket Mode connection.');
  expect(out).toContain('✓ Olivia Owner and Oscar Second could decide about payments, analytics and platform.');
  expect({ code, connections: socket.connections }).toEqual({ code: 0, connections: 0 });
});

interface Broken {
  readonly what: string;
  readonly settings?: Changes['settings'];
  readonly machineTime?: Date;
  /** Returns what undoes it. */
  readonly breaks?: (surroundings: Surroundings) => unknown;
  readonly undo?: (surroundings: Surroundings) => unknown;
  readonly code: 0 | 1;
}

const { payments, analytics } = demoProjects;
const everyday = demoEverydayAccount.clientId;
const second = demoBlockAccount.clientId;
const rolesWithout = (role: string) =>
  demoEverydayAccount.projectRoles.map(({ projectId, roles }) => ({
    projectId,
    roles: projectId === payments ? roles.filter((other) => other !== role) : roles,
  }));

const broken: readonly Broken[] = [
  { what: 'settings', settings: { SLACK_BOT_TOKEN: 'nonsense', ATLAS_BLOCK_CLIENT_SECRET: '' }, code: 1 },
  { what: 'bot token', settings: { SLACK_BOT_TOKEN: 'xoxb-000000000000-somebody-elses' }, code: 1 },
  {
    what: 'scopes',
    breaks: ({ slack }) => slack.setScopes([...slack.seed.bot.scopes.filter((scope) => scope !== 'im:write'), 'admin']),
    undo: ({ slack }) => slack.setScopes(slack.seed.bot.scopes),
    code: 1,
  },
  {
    what: 'not in the channel',
    breaks: ({ slack, channel }) => slack.removeBotFromChannel(channel),
    undo: ({ slack, channel }) => slack.addBotToChannel(channel),
    code: 1,
  },
  {
    what: 'archived channel',
    breaks: ({ slack, channel }) => slack.archiveChannel(channel),
    undo: ({ slack, channel }) => slack.state.directory.setChannel(channel, { isArchived: false }),
    code: 1,
  },
  { what: 'no such channel', settings: { SLACK_CHANNEL_ID: 'C0NOSUCH01' }, code: 1 },
  { what: 'app-level token', settings: { SLACK_APP_TOKEN: appToken }, code: 1 },
  { what: 'Slack away', breaks: ({ slack }) => slack.down(), undo: ({ slack }) => slack.up(), code: 1 },
  {
    what: 'MongoDB away',
    breaks: ({ database }) => database.server?.stop(),
    undo: ({ database }) => database.server?.start(),
    code: 1,
  },
  {
    what: 'index dropped',
    breaks: (surroundings) => withDatabase(surroundings, (db) => db.collection('grants').dropIndex('slot')),
    undo: (surroundings) =>
      withDatabase(surroundings, (db) =>
        db.collection('grants').createIndex({ slot: 1 }, { name: 'slot', unique: true, sparse: true }),
      ),
    code: 1,
  },
  {
    what: 'records on a guarded cluster',
    breaks: ({ atlas }) => atlas.state.setClusterHost(payments, 'ledger-prod', '127.0.0.1'),
    undo: ({ atlas }) => atlas.state.setClusterHost(payments, 'ledger-prod', 'ledger-prod.example.net'),
    code: 1,
  },
  { what: 'Atlas secret', settings: { ATLAS_CLIENT_SECRET: 'mdb_sa_sk_wrong_0123456789' }, code: 1 },
  { what: 'another organization', settings: { ATLAS_ORG_ID: '0123456789abcdef01234567' }, code: 1 },
  {
    what: 'access list of Atlas',
    breaks: ({ atlas }) =>
      atlas.addFault({ kind: 'status', status: 403, errorCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST', call: 'readSettings' }),
    undo: ({ atlas }) => atlas.clearFaults(),
    code: 1,
  },
  { what: 'Atlas away', breaks: ({ atlas }) => atlas.down(), undo: ({ atlas }) => atlas.up(), code: 1 },
  {
    what: 'too few roles: reading',
    breaks: ({ atlas }) =>
      atlas.state.setServiceAccountRoles(everyday, {
        projectRoles: demoEverydayAccount.projectRoles.filter(({ projectId }) => projectId !== analytics),
      }),
    undo: resetRoles,
    code: 1,
  },
  {
    what: 'too few roles: opening',
    breaks: ({ atlas }) =>
      atlas.state.setServiceAccountRoles(everyday, { projectRoles: rolesWithout('GROUP_SUPPORT_ACCESS_MANAGER') }),
    undo: resetRoles,
    code: 1,
  },
  {
    what: 'too many roles',
    breaks: ({ atlas }) => {
      const projectRoles = [
        ...demoEverydayAccount.projectRoles.slice(1),
        { projectId: payments, roles: ['GROUP_OWNER'] },
      ];
      atlas.state.setServiceAccountRoles(everyday, { orgRoles: ['ORG_OWNER'], projectRoles });
    },
    undo: resetRoles,
    code: 0,
  },
  {
    what: 'roles that cannot be seen',
    breaks: ({ atlas }) =>
      atlas.addFault({ kind: 'status', status: 403, call: ['readServiceAccount', 'readProjectServiceAccount'] }),
    undo: ({ atlas }) => atlas.clearFaults(),
    code: 0,
  },
  {
    what: 'second account without its role',
    breaks: ({ atlas }) => atlas.state.setServiceAccountRoles(second, { orgRoles: ['ORG_MEMBER'] }),
    undo: ({ atlas }) => atlas.state.setServiceAccountRoles(second, { orgRoles: ['ORG_OWNER'] }),
    code: 1,
  },
  {
    what: 'secrets about to expire',
    breaks: ({ atlas }) => {
      atlas.state.setSecretExpiry(everyday, new Date(start.getTime() + 5 * day));
      atlas.state.setSecretExpiry(second, new Date(start.getTime() + 20 * day));
    },
    undo: ({ atlas }) => {
      for (const account of [everyday, second]) atlas.state.setSecretExpiry(account, new Date('2027-03-02'));
    },
    code: 1,
  },
  {
    what: 'an owner without a Slack account, and one who is a guest',
    breaks: ({ slack }) => {
      slack.setUser(people.olivia, { email: 'somebody.else@meridian.example' });
      slack.setUser(people.oscar, { isRestricted: true });
    },
    undo: ({ slack }) => {
      slack.setUser(people.olivia, { email: 'olivia.owner@meridian.example' });
      slack.setUser(people.oscar, { isRestricted: false });
    },
    code: 1,
  },
  {
    what: "an owner's address in other hands",
    breaks: ({ slack }) => {
      slack.setUser(people.olivia, { email: 'somebody.else@meridian.example' });
      slack.setUser(people.dana, { email: 'olivia.owner@meridian.example' });
    },
    undo: ({ slack }) => {
      slack.setUser(people.olivia, { email: 'olivia.owner@meridian.example' });
      slack.setUser(people.dana, { email: 'dana@meridian.example' });
    },
    code: 0,
  },
  { what: 'key of the ledger', settings: { LEDGER_SIGNER_KEY_FILE: '/nowhere/ledger.pem' }, code: 1 },
  { what: 'clock', machineTime: new Date(start.getTime() + 60_000), code: 1 },
];

function resetRoles({ atlas }: Surroundings): void {
  const { orgRoles, projectRoles } = demoEverydayAccount;
  atlas.state.setServiceAccountRoles(everyday, { orgRoles, projectRoles });
}

async function withDatabase(
  { database }: Surroundings,
  change: (db: ReturnType<MongoClient['db']>) => Promise<unknown>,
): Promise<void> {
  const client = new MongoClient(database.uri);
  await change(client.db(database.databaseName)).finally(() => client.close());
}

it('names what is wrong, how to mend it and who can', { timeout: 120_000 }, async () => {
  const surroundings = await usedSurroundings();
  onTestFinished(() => surroundings.slack.up());
  const told: Record<string, string[]> = {};
  for (const { what, settings, machineTime, breaks, undo, code } of broken) {
    await breaks?.(surroundings);
    const printed = await doctor(surroundings, [], { settings, machineTime });
    await undo?.(surroundings);
    told[what] = troublesIn(printed.out.replaceAll(surroundings.channel, 'C…')).filter(
      (trouble) => trouble !== signingSecret,
    );
    expect({ what, code: printed.code }).toEqual({ what, code });
  }
  expect(told).toMatchSnapshot();
  expect(troublesIn((await doctor(surroundings)).out)).toEqual([signingSecret]);
});
