import { onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { demoBlockAccount, demoEverydayAccount, demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import type { AtlasSeed } from '../../src/sandbox/atlas/seed.ts';
import { type AtlasEmulator, startAtlas } from '../../src/sandbox/atlas/server.ts';
import { channelName, demoWorkspace } from '../../src/sandbox/demo-workspace.ts';
import { type SlackServer, startSlack } from '../../src/sandbox/slack/server.ts';
import { type TestDatabase, testDatabase } from './mongodb.ts';

/** What the bot talks to, without the bot, and the settings that lead there. */
export interface Surroundings {
  readonly database: TestDatabase;
  readonly atlas: AtlasEmulator;
  readonly slack: SlackServer;
  readonly channel: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Closed when the test ends. */
export async function startSurroundings(
  clock: Clock = systemClock,
  atlasSeed: AtlasSeed = demoSeed,
): Promise<Surroundings> {
  const [database, atlas, slack] = await Promise.all([
    testDatabase(clock),
    startAtlas({ clock, seed: atlasSeed }),
    startSlack({ seed: demoWorkspace }),
  ]);
  onTestFinished(async () => {
    await Promise.all([database.close(), atlas.close(), slack.close()]);
  });
  const channel = slack.channelId(channelName);
  const settings = {
    SLACK_BOT_TOKEN: demoWorkspace.bot.token,
    SLACK_SIGNING_SECRET: demoWorkspace.signingSecret,
    SLACK_CHANNEL_ID: channel,
    SLACK_API_URL: slack.url,
    PORT: '0',
    MONGODB_URI: database.uri,
    MONGODB_DATABASE: database.databaseName,
    ATLAS_BASE_URL: atlas.url,
    ATLAS_ORG_ID: demoSeed.organizationId,
    ATLAS_CLIENT_ID: demoEverydayAccount.clientId,
    ATLAS_CLIENT_SECRET: demoEverydayAccount.clientSecret,
    ATLAS_BLOCK_CLIENT_ID: demoBlockAccount.clientId,
    ATLAS_BLOCK_CLIENT_SECRET: demoBlockAccount.clientSecret,
  };
  return { database, atlas, slack, channel, settings };
}
