import { type Bot, startBot } from '../../bot.ts';
import { systemClock } from '../../clock.ts';
import type { Config } from '../../config.ts';
import { loadConfig } from '../../load-config.ts';
import { createLogger } from '../../log.ts';
import { SetUpError } from '../../prepare.ts';
import { type Schedule, startSchedule } from '../../schedule.ts';
import { slashCommand } from '../../slack/messages/vocabulary.ts';
import { demoBlockAccount, demoEverydayAccount, demoSeed } from '../atlas/demo-seed.ts';
import type { AtlasSeed } from '../atlas/seed.ts';
import { type AtlasEmulator, startAtlas } from '../atlas/server.ts';
import { type MongoDbServer, startMongoDbServer } from '../mongodb/server.ts';
import { howToBegin, notGiven } from './how-to-begin.ts';
import { newestChange, Switchboard } from './switchboard.ts';

export interface PlaySlackOptions {
  /** Where the settings for Slack are looked for; no other settings are read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** E-mail addresses of those who are owners in the simulated Atlas. */
  readonly owners: readonly string[];
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
}

export interface OwnSlack {
  /** Carries out a line that somebody typed in the terminal, and answers it. */
  readonly switchboard: Switchboard;
  close(): Promise<void>;
}

const slackSettings = [
  'SLACK_BOT_TOKEN',
  'SLACK_BOT_TOKEN_FILE',
  'SLACK_APP_TOKEN',
  'SLACK_APP_TOKEN_FILE',
  'SLACK_CHANNEL_ID',
  'SLACK_API_URL',
] as const;

/**
 * The bot itself in a real workspace, by Socket Mode and by the machine's clock, with a simulated Atlas and an in-memory
 * database behind it; undefined where it cannot be started, which has been told then.
 */
export async function playSlack(options: PlaySlackOptions): Promise<OwnSlack | undefined> {
  const { environment, owners, write, writeError } = options;
  const missing = notGiven(environment, owners);
  if (missing.length > 0) {
    writeError(howToBegin(missing));
    return undefined;
  }
  const [atlas, mongodb] = await Promise.all([
    startAtlas({ clock: systemClock, seed: seedWith(owners) }),
    startMongoDbServer(),
  ]);
  const running = await startIn(options, atlas, mongodb).catch(async (error: unknown) => {
    await Promise.all([atlas.close(), mongodb.close()]);
    if (!(error instanceof SetUpError)) throw error;
    writeError(listed('The bot cannot start in this workspace: the set-up has to be mended first.', error.problems));
  });
  if (running === undefined) return undefined;
  atlas.state.onEvent(() => write(`${newestChange(atlas.state)}\n`));
  write(`
Portcullis runs in your workspace. Type ${slashCommand} in its channel.

  Slack      yours, and real: what the bot posts there stays.
  Atlas      simulated, on this machine: the organization "${atlas.state.name}" with made-up clusters. Links to it lead nowhere.
  Records    in memory: they are gone when this ends, and buttons of older messages do nothing then.
  Owners     ${owners.join(', ')}; everybody else in the workspace may ask, and decides nothing.
  Time       real: reminders and ends come when they come.

Here you are Atlas: what changes there is printed, and you can type
${Switchboard.usage}Press Ctrl-C to end it.

`);
  return {
    switchboard: new Switchboard(atlas),
    async close() {
      await running.schedule.stop();
      await running.bot.stop();
      await Promise.all([atlas.close(), mongodb.close()]);
    },
  };
}

/** Throws `SetUpError` for what somebody has to mend. */
async function startIn(
  { environment, writeError }: PlaySlackOptions,
  atlas: AtlasEmulator,
  mongodb: MongoDbServer,
): Promise<{ readonly bot: Bot; readonly schedule: Schedule }> {
  const loaded = loadConfig({
    ...Object.fromEntries(slackSettings.map((name) => [name, environment[name]])),
    MONGODB_URI: mongodb.uri,
    ATLAS_BASE_URL: atlas.url,
    ATLAS_ORG_ID: atlas.state.id,
    ATLAS_CLIENT_ID: demoEverydayAccount.clientId,
    ATLAS_CLIENT_SECRET: demoEverydayAccount.clientSecret,
    ATLAS_BLOCK_CLIENT_ID: demoBlockAccount.clientId,
    ATLAS_BLOCK_CLIENT_SECRET: demoBlockAccount.clientSecret,
  });
  if (!loaded.ok) throw new SetUpError(loaded.problems);
  const { config, secrets } = loaded;
  const log = createLogger({
    level: 'warn',
    secrets,
    destination: { write: (line) => void (line.includes('"audit":true') || writeError(line)) },
  });
  const bot = await startBot({ config, clock: systemClock, log });
  // Which clusters there are is known by then.
  await bot.sweep();
  await bot.idle();
  return { bot, schedule: scheduled(config, bot, log) };
}

function scheduled({ sweepSchedule }: Config, bot: Bot, log: ReturnType<typeof createLogger>): Schedule {
  return startSchedule({ expression: sweepSchedule, clock: systemClock, log, run: () => bot.sweep() });
}

function seedWith(owners: readonly string[]): AtlasSeed {
  const users = owners.map((email, index) => ({
    id: `64f0a1b2c3d4e5f6${index.toString(16).padStart(8, '0')}`,
    email,
    firstName: email.split('@')[0] ?? email,
    lastName: 'Owner',
    status: 'ACTIVE' as const,
    orgRoles: ['ORG_OWNER'],
    projectRoles: [],
  }));
  return { ...demoSeed, blocked: false, users };
}

function listed(title: string, problems: readonly string[]): string {
  return `${title}\n${problems.map((problem) => `  - ${problem}\n`).join('')}`;
}
