import { type Bot, startBot } from '../bot.ts';
import type { TimeReference } from '../checked-clock.ts';
import type { Config, OrganizationConfig } from '../config.ts';
import { loadConfig } from '../load-config.ts';
import type { Logger } from '../log.ts';
import { demoBlockAccount, demoEverydayAccount, demoSeed } from './atlas/demo-seed.ts';
import type { AtlasSeed } from './atlas/seed.ts';
import { type AtlasEmulator, startAtlas } from './atlas/server.ts';
import { meridian } from './demo-organizations.ts';
import { channelName, demoWorkspace } from './demo-workspace.ts';
import { ManualClock } from './manual-clock.ts';
import { type MongoDbServer, startMongoDbServer } from './mongodb/server.ts';
import type { SlackSeed } from './slack/seed.ts';
import { type SlackServer, startSlack } from './slack/server.ts';
import { Workspace } from './slack/workspace.ts';

export interface SandboxOptions {
  readonly log: Logger;
  readonly clock?: ManualClock;
  readonly atlasSeed?: AtlasSeed;
  /** None unless given. */
  readonly atlasRateLimits?: Parameters<typeof startAtlas>[0]['rateLimits'];
  readonly slackSeed?: SlackSeed;
  /** Settings that differ from the sandbox's own, by the names of the environment; an empty value unsets one. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Beside the first, which is then called as the Atlas organization is; `records` is the first one's database. */
  readonly further?: (records: string) => readonly OrganizationConfig[];
  /** In place of the Atlas organization, which it is given. */
  readonly instead?: (atlas: OrganizationConfig) => OrganizationConfig;
  /** A database elsewhere; the sandbox's own server unless given. */
  readonly mongodb?: { readonly uri: string; readonly database: string };
  /** What the bot holds its clock against; the database's clock unless given. */
  readonly timeReference?: TimeReference;
  /** Bounds each call of the bot to the outside, in real time. */
  readonly timeoutMs?: number;
  /** Whether the bot may write a file; the operating system is asked unless given. */
  readonly mayWrite?: (path: string) => Promise<boolean>;
}

/** Enough steps for a day of retries; more means that something is owed for ever without getting done. */
const maxSteps = 5_000;

/**
 * The bot itself, unchanged, in HTTP mode, with a simulated Slack, a simulated Atlas and an in-memory database around it,
 * on a clock that stands still until it is moved. For trying and testing only.
 */
export class Sandbox {
  readonly clock: ManualClock;
  readonly atlas: AtlasEmulator;
  readonly slack: SlackServer;
  readonly mongodb: MongoDbServer | undefined;
  /** The announcement channel's id. */
  readonly channel: string;
  readonly #options: SandboxOptions;
  #config: Config;
  #bot: Bot | undefined;
  #workspace: Workspace | undefined;

  private constructor(
    options: SandboxOptions,
    clock: ManualClock,
    servers: { atlas: AtlasEmulator; slack: SlackServer; mongodb: MongoDbServer | undefined },
  ) {
    this.#options = options;
    this.clock = clock;
    this.atlas = servers.atlas;
    this.slack = servers.slack;
    this.mongodb = servers.mongodb;
    this.channel = servers.slack.channelId(channelName);
    this.#config = this.#loadConfig(options.settings);
  }

  get config(): Config {
    return this.#config;
  }

  /** For the next start of the bot: settings that differ, as in `SandboxOptions`, in place of those that differed before. */
  configure(settings: SandboxOptions['settings']): void {
    this.#config = this.#loadConfig(settings);
  }

  static async start(options: SandboxOptions): Promise<Sandbox> {
    const clock = options.clock ?? new ManualClock(new Date('2026-03-02T09:00:00Z'));
    const [atlas, slack, mongodb] = await Promise.all([
      startAtlas({ clock, seed: options.atlasSeed ?? demoSeed, rateLimits: options.atlasRateLimits }),
      startSlack({ seed: options.slackSeed ?? demoWorkspace }),
      options.mongodb === undefined ? startMongoDbServer({ now: () => clock.now() }) : undefined,
    ]);
    const sandbox = new Sandbox(options, clock, { atlas, slack, mongodb });
    await sandbox.startBot();
    return sandbox;
  }

  get bot(): Bot {
    if (this.#bot === undefined) throw new Error('The bot is not running');
    return this.#bot;
  }

  /** The people of the workspace. */
  get workspace(): Workspace {
    if (this.#workspace === undefined) throw new Error('The bot is not running');
    return this.#workspace;
  }

  /** Starts the bot; waits until what it owes from before, or at its first start, is done. */
  async startBot(): Promise<Bot> {
    const bot = await this.startReplica();
    this.#bot = bot;
    this.#workspace = new Workspace({
      slack: this.slack,
      botUrl: `http://127.0.0.1:${bot.port}`,
      signingSecret: this.config.slack.signingSecret ?? '',
      now: () => this.clock.now(),
    });
    await bot.sweep();
    await bot.idle();
    return bot;
  }

  /** Another process of the bot beside the first, as far as a process can tell; on a machine with a clock of its own. */
  startReplica(clock: ManualClock = this.clock): Promise<Bot> {
    const { log, timeoutMs, timeReference, mayWrite } = this.#options;
    return startBot({ config: this.config, clock, timeReference, log, host: '127.0.0.1', timeoutMs, mayWrite });
  }

  async stopBot(): Promise<void> {
    await this.#bot?.stop();
    this.#bot = undefined;
    this.#workspace = undefined;
  }

  /** Waits until nothing that was asked for or came due is still being done. */
  async idle(): Promise<void> {
    await this.bot.idle();
  }

  /**
   * Lets time pass, doing everything that comes due at its own instant, or together with what follows within `strideMs`: the
   * bot reads its surroundings every few minutes, which are many in a week. Calls back each time that something came due.
   */
  async advance(
    ms: number,
    { onStep, strideMs = 0 }: { readonly onStep?: () => void; readonly strideMs?: number } = {},
  ): Promise<void> {
    const end = this.clock.now().getTime() + ms;
    for (let step = 0; step < maxSteps; step++) {
      await this.bot.idle();
      const next = await this.bot.nextDueAt();
      const now = this.clock.now().getTime();
      if (next === undefined || next.getTime() > end) {
        this.clock.tick(Math.max(0, end - now));
        await this.bot.idle();
        return;
      }
      const at = Math.min(end, Math.max(next.getTime(), now + strideMs));
      this.clock.tick(at - now);
      onStep?.();
      await this.bot.sweep();
    }
    throw new Error(`Work kept coming due for ${maxSteps} steps`);
  }

  async close(): Promise<void> {
    await this.stopBot();
    await Promise.all([this.atlas.close(), this.slack.close(), this.mongodb?.close()]);
  }

  #loadConfig(settings: SandboxOptions['settings']): Config {
    const { mongodb } = this.#options;
    const { bot, signingSecret } = this.slack.seed;
    const loaded = loadConfig({
      SLACK_BOT_TOKEN: bot.token,
      SLACK_SIGNING_SECRET: signingSecret,
      SLACK_CHANNEL_ID: this.channel,
      SLACK_API_URL: this.slack.url,
      PORT: '0',
      MONGODB_URI: mongodb?.uri ?? this.mongodb?.uri,
      MONGODB_DATABASE: mongodb?.database,
      ATLAS_BASE_URL: this.atlas.url,
      ATLAS_ORG_ID: this.atlas.state.id,
      ATLAS_CLIENT_ID: demoEverydayAccount.clientId,
      ATLAS_CLIENT_SECRET: demoEverydayAccount.clientSecret,
      ATLAS_BLOCK_CLIENT_ID: demoBlockAccount.clientId,
      ATLAS_BLOCK_CLIENT_SECRET: demoBlockAccount.clientSecret,
      ...settings,
    });
    if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
    const { organizations, ...shared } = loaded.config;
    const first = this.#options.instead?.(organizations[0]) ?? organizations[0];
    const further = this.#options.further?.(first.database) ?? [];
    return further.length === 0
      ? { ...shared, organizations: [first] }
      : { ...shared, organizations: [{ ...first, ...meridian }, ...further] };
  }
}
