import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Document, MongoClient } from 'mongodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { demoProjects } from '../src/sandbox/atlas/demo-seed.ts';
import { channelName, people } from '../src/sandbox/demo-workspace.ts';
import type { Person } from '../src/sandbox/slack/person.ts';
import { Workspace } from '../src/sandbox/slack/workspace.ts';
import { eventually } from './support/eventually.ts';
import { entry, MainProcess } from './support/main-process.ts';
import { type Surroundings, startSurroundings } from './support/surroundings.ts';

const inChannel = { channel: channelName };
const grantNow = '/support-access grant payments-prod 1h infrastructure Primary steps down every few minutes';

async function running({ settings }: Surroundings): Promise<{ bot: MainProcess; port: number }> {
  const bot = new MainProcess(settings);
  const { port } = await bot.logs('Portcullis is running');
  return { bot, port: Number(port) };
}

/** The same, once it has read which clusters there are. */
async function ready(surroundings: Surroundings): Promise<{ bot: MainProcess; port: number }> {
  const started = await running(surroundings);
  await eventually(() => documents(surroundings, 'directories')).toMatchObject([{ refreshedAt: expect.any(Date) }]);
  return started;
}

function person({ slack, settings }: Surroundings, port: number, name: keyof typeof people): Person {
  const signingSecret = settings.SLACK_SIGNING_SECRET ?? '';
  return new Workspace({ slack, botUrl: `http://127.0.0.1:${port}`, signingSecret }).person(people[name]);
}

async function documents({ database }: Surroundings, collection: string): Promise<Document[]> {
  const client = new MongoClient(database.uri);
  try {
    return await client.db(database.databaseName).collection(collection).find().toArray();
  } finally {
    await client.close();
  }
}

const grantStates = async (surroundings: Surroundings): Promise<unknown[]> =>
  (await documents(surroundings, 'grants')).map(({ state }) => state);

const held = ({ atlas }: Surroundings) => atlas.state.findGrant(demoProjects.payments, 'payments-prod');

describe('wrong settings', () => {
  it('are listed in words, all at once, and end it with code 1', async () => {
    const bot = new MainProcess({
      SLACK_BOT_TOKEN: 'xapp-1-not-a-bot-token',
      ATLAS_ORG_ID: 'meridian',
      SWEEP_SCHEDULE: 'often',
      ATLAS_BASE_URL: 'http://atlas.example',
    });
    expect(await bot.exited).toBe(1);
    expect(bot.stdout).toBe('');
    const [title, ...list] = bot.stderr.trimEnd().split('\n');
    expect(title).toBe('Portcullis cannot start: these settings are wrong.');
    for (const line of list) expect(line).toMatch(/^ {2}- [A-Z_]+ is .*\. It must be .*, for example: /);
    const named = list.map((line) => /[A-Z_]+/.exec(line)?.[0]);
    expect(named).toEqual(
      expect.arrayContaining(['SLACK_BOT_TOKEN', 'ATLAS_ORG_ID', 'SWEEP_SCHEDULE', 'ATLAS_BASE_URL', 'MONGODB_URI']),
    );
    expect(bot.stderr).not.toContain('not-a-bot-token');
  });
});

describe('a wrong set-up', { timeout: 90_000 }, () => {
  it('is listed with what to do, and ends it with code 1', async () => {
    const surroundings = await startSurroundings();
    const { slack, channel, settings } = surroundings;
    slack.setScopes(slack.seed.bot.scopes.filter((scope) => scope !== 'users:read.email'));
    slack.removeBotFromChannel(channel);
    const bot = new MainProcess({ ...settings, ATLAS_CLIENT_SECRET: 'mdb_sa_sk_wrong_secret_0123456789' });
    expect(await bot.exited).toBe(1);
    const [title, ...list] = bot.stderr.trimEnd().split('\n');
    expect(title).toBe('Portcullis cannot start: the set-up has to be mended first.');
    expect(list).toEqual([
      expect.stringContaining('Slack scope users:read.email is missing'),
      `  - The bot is not in the channel ${channel}. Type /invite @Portcullis there.`,
      expect.stringContaining('Atlas does not accept the service account'),
    ]);
    expect(`${bot.stdout}${bot.stderr}`).not.toContain('wrong_secret');
  });

  it('does not keep it from running while access is open: it has to be ended', async () => {
    const surroundings = await startSurroundings();
    const { slack, channel } = surroundings;
    const { bot, port } = await ready(surroundings);
    await person(surroundings, port, 'olivia').types(grantNow, inChannel);
    await eventually(() => grantStates(surroundings)).toEqual(['active']);
    bot.signal('SIGTERM');
    expect(await bot.exited).toBe(0);

    slack.removeBotFromChannel(channel);
    const again = (await running(surroundings)).bot;
    expect(again.lines.filter(({ level }) => level === 'error')).toMatchObject([
      {
        msg: 'The set-up is wrong; running all the same, because access is open',
        problem: `The bot is not in the channel ${channel}. Type /invite @Portcullis there.`,
        liveGrants: 1,
      },
    ]);
    expect(again.stderr).toBe('');
  });
});

describe('what cannot be reached', { timeout: 90_000 }, () => {
  it('does not keep it from starting: Slack and Atlas', async () => {
    const surroundings = await startSurroundings();
    surroundings.slack.down();
    await surroundings.atlas.down();
    const { bot } = await running(surroundings);
    const notChecked = bot.lines.filter(
      ({ msg }) => msg === 'A part of the set-up could not be checked; going on without',
    );
    expect(notChecked.map(({ what }) => what)).toEqual([
      'Slack could not be asked (auth.test).',
      expect.stringMatching(/^The service account could not be checked: Atlas cannot be reached/),
    ]);
    bot.signal('SIGTERM');
    expect(await bot.exited).toBe(0);
  });

  it('is waited for: MongoDB, and a SIGTERM ends the wait with code 0', async () => {
    const surroundings = await startSurroundings();
    await surroundings.database.server?.stop();
    const bot = new MainProcess(surroundings.settings);
    await bot.logs('MongoDB cannot be used yet; waiting for it');
    bot.signal('SIGTERM');
    expect(await bot.exited).toBe(0);
    expect(bot.stderr).toBe('');
  });

  it('ends it with code 1 and says why: its own port, when another process has it', async () => {
    const surroundings = await startSurroundings();
    const other = createServer().listen(0);
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const bot = new MainProcess({ ...surroundings.settings, PORT: String(port) });
    expect(await bot.exited).toBe(1);
    expect(bot.lines.at(-1)).toMatchObject({
      level: 'fatal',
      msg: 'Portcullis could not start',
      err: { code: 'EADDRINUSE' },
    });
  });
});

describe('an error that nobody caught', { timeout: 90_000 }, () => {
  it.each([
    ['thrown', 'throw error', 'uncaughtException'],
    ['a rejection', 'Promise.reject(error)', 'unhandledRejection'],
  ])('ends it with code 1, in the redacted log: %s', async (_how, raise, origin) => {
    const { settings } = await startSurroundings();
    const error = 'new Error("It broke at " + process.env.ATLAS_CLIENT_SECRET)';
    const broken = `process.on('SIGUSR2', () => { const error = ${error}; ${raise}; })`;
    const bot = new MainProcess(settings, {
      command: ['--import', `data:text/javascript,${encodeURIComponent(broken)}`, entry],
    });
    await bot.logs('Portcullis is running');
    bot.signal('SIGUSR2');
    expect(await bot.exited).toBe(1);
    expect(bot.lines.at(-1)).toMatchObject({
      level: 'fatal',
      msg: 'Portcullis ends because of an error that nobody caught',
      origin,
      err: { message: 'It broke at [redacted]', stack: expect.stringContaining('process.<anonymous>') },
    });
    expect(bot.stderr).toBe('');
    expect(bot.stdout).not.toContain(settings.ATLAS_CLIENT_SECRET);
  });
});

describe('SIGTERM', { timeout: 90_000 }, () => {
  it('lets what runs be finished, takes nothing new, and ends with code 0', async () => {
    const surroundings = await startSurroundings();
    const { atlas, slack, channel } = surroundings;
    const { bot, port } = await ready(surroundings);
    const opening = atlas.addFault({ call: 'grant', kind: 'hang', times: 1 });
    await person(surroundings, port, 'olivia').types(grantNow, inChannel);
    await opening.waitForHit();

    bot.signal('SIGTERM');
    await bot.logs('Stopping: finishing what runs');
    await eventually(
      async () => (await person(surroundings, port, 'erin').types('/support-access status', inChannel)).status,
    ).toBe(0);
    await opening.release();
    expect(await bot.exited).toBe(0);
    expect(bot.lines.at(-1)).toMatchObject({ msg: 'Stopped' });
    expect(bot.stderr).toBe('');
    expect(await grantStates(surroundings)).toEqual(['active']);
    expect(held(surroundings)).toBeDefined();
    // What was not begun is left to the next process, which finds it.
    const roots = () =>
      slack.messages(channel).filter(({ text, threadTs }) => threadTs === undefined && text.includes('payments-prod'));
    const next = (await running(surroundings)).bot;
    await eventually(() => roots().map(({ text }) => text.split('\n')[0])).toEqual([
      expect.stringContaining('payments-prod is open to MongoDB support'),
    ]);
    next.signal('SIGINT');
    expect(await next.exited).toBe(0);
  });

  it('does not wait for ever for what hangs', async () => {
    const surroundings = await startSurroundings();
    const { bot, port } = await ready(surroundings);
    const opening = surroundings.atlas.addFault({ call: 'grant', kind: 'hang' });
    await person(surroundings, port, 'olivia').types(grantNow, inChannel);
    await opening.waitForHit();
    bot.signal('SIGTERM');
    expect(await bot.exited).toBe(0);
    expect(bot.stderr).toBe('');
    expect(await grantStates(surroundings)).toEqual(['opening']);
  });
});
