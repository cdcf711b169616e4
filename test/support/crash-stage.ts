import { type Collection, MongoClient } from 'mongodb';
import { onTestFinished } from 'vitest';
import type { Grant } from '../../src/grants/grant.ts';
import { demoBlockAccount, demoEverydayAccount, demoProjects, demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { type AtlasEmulator, startAtlas } from '../../src/sandbox/atlas/server.ts';
import { channelName, demoWorkspace, people } from '../../src/sandbox/demo-workspace.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { type MongoDbServer, startMongoDbServer } from '../../src/sandbox/mongodb/server.ts';
import type { SlackMessage } from '../../src/sandbox/slack/ledger.ts';
import type { Person } from '../../src/sandbox/slack/person.ts';
import { renderAsText } from '../../src/sandbox/slack/render-text.ts';
import { type SlackServer, startSlack } from '../../src/sandbox/slack/server.ts';
import { Workspace } from '../../src/sandbox/slack/workspace.ts';
import { GrantStore } from '../../src/store/grants.ts';
import { ChildBot } from './child-bot.ts';

const database = 'portcullis-crashes';
const nameOf = (number: number): string => `cluster-${String(number).padStart(3, '0')}`;

/** MongoDB, Slack and Atlas, which outlive the bot: that is a process of its own, and gets killed. */
export class CrashStage {
  readonly clock: ManualClock;
  readonly mongodb: MongoDbServer;
  readonly atlas: AtlasEmulator;
  readonly slack: SlackServer;
  readonly grants: GrantStore;
  readonly channel: string;
  #bot: ChildBot | undefined;
  #cluster = 0;

  readonly #documents: Collection<{ _id: string; nextDueAt?: Date }>;

  private constructor(
    clock: ManualClock,
    servers: { mongodb: MongoDbServer; atlas: AtlasEmulator; slack: SlackServer },
    client: MongoClient,
  ) {
    this.clock = clock;
    this.mongodb = servers.mongodb;
    this.atlas = servers.atlas;
    this.slack = servers.slack;
    this.channel = servers.slack.channelId(channelName);
    this.grants = new GrantStore(client.db(database));
    this.#documents = client.db(database).collection('grants');
  }

  /** Closed when the test ends. There are `clusters` clusters, one for each story. */
  static async start(clusters: number): Promise<CrashStage> {
    const clock = new ManualClock(new Date('2026-03-02T09:00:00Z'));
    const names = Array.from({ length: clusters }, (_, index) => ({ name: nameOf(index + 1) }));
    const seed = { ...demoSeed, projects: [{ id: demoProjects.payments, name: 'payments', clusters: names }] };
    const [mongodb, atlas, slack] = await Promise.all([
      startMongoDbServer({ now: () => clock.now() }),
      startAtlas({ clock, seed }),
      startSlack({ seed: demoWorkspace }),
    ]);
    const client = new MongoClient(mongodb.uri, { ignoreUndefined: true });
    const stage = new CrashStage(clock, { mongodb, atlas, slack }, client);
    onTestFinished(async () => {
      await stage.#bot?.kill();
      await client.close();
      await Promise.all([mongodb.close(), atlas.close(), slack.close()]);
    });
    await stage.startBot();
    return stage;
  }

  get bot(): ChildBot {
    if (this.#bot === undefined) throw new Error('The bot is not running');
    return this.#bot;
  }

  /** Starts a new process, on the time that it is now, and waits until it has done what is due. */
  async startBot(): Promise<void> {
    const { token } = demoWorkspace.bot;
    this.#bot = await ChildBot.start(
      {
        SLACK_BOT_TOKEN: token,
        SLACK_SIGNING_SECRET: demoWorkspace.signingSecret,
        SLACK_CHANNEL_ID: this.channel,
        SLACK_API_URL: this.slack.url,
        PORT: '0',
        MONGODB_URI: this.mongodb.uri,
        MONGODB_DATABASE: database,
        ATLAS_BASE_URL: this.atlas.url,
        ATLAS_ORG_ID: demoSeed.organizationId,
        ATLAS_CLIENT_ID: demoEverydayAccount.clientId,
        ATLAS_CLIENT_SECRET: demoEverydayAccount.clientSecret,
        ATLAS_BLOCK_CLIENT_ID: demoBlockAccount.clientId,
        ATLAS_BLOCK_CLIENT_SECRET: demoBlockAccount.clientSecret,
      },
      this.clock.now(),
    );
    await this.settle();
  }

  /** Lets time pass in one go, as while nobody runs; whoever runs then does what is due. */
  async passes(ms: number): Promise<void> {
    this.clock.tick(ms);
    if (this.#bot?.isRunning !== true) return;
    await this.bot.setClock(this.clock.now());
    await this.settle();
  }

  /** Lets time pass in steps, as with a process that sweeps. */
  async advances(ms: number): Promise<void> {
    const end = this.clock.now().getTime() + ms;
    for (;;) {
      const next = (await this.bot.idle())?.getTime() ?? end;
      const now = this.clock.now().getTime();
      await this.passes(Math.max(0, Math.min(next, end) - now));
      if (this.clock.now().getTime() >= end && next >= end) return;
    }
  }

  async settle(): Promise<void> {
    await this.bot.sweep();
    await this.bot.idle();
  }

  /** The people, and what Slack sends on their behalf to the process that runs now. */
  workspace(bot = this.bot): Workspace {
    const botUrl = `http://127.0.0.1:${bot.port}`;
    const { signingSecret } = demoWorkspace;
    return new Workspace({ slack: this.slack, botUrl, signingSecret, now: () => this.clock.now() });
  }

  person(name: keyof typeof people): Person {
    return this.workspace().person(people[name]);
  }

  /** Somebody asks for the next cluster. */
  async request(duration = '24h'): Promise<string> {
    this.#cluster += 1;
    const cluster = nameOf(this.#cluster);
    await this.person('erin').types(`/support-access request ${cluster} ${duration} infrastructure Disk is failing`, {
      channel: channelName,
    });
    await this.bot.idle();
    return cluster;
  }

  /** An owner approves; what comes of it is not waited for. */
  async approves(cluster: string, duration = '24 h'): Promise<void> {
    await this.person('olivia').clicks(`Approve for ${duration}`, { channel: channelName, message: cluster });
  }

  async grantOf(cluster: string): Promise<Grant> {
    const document = await this.#documents.findOne({ 'target.name': cluster });
    const found = await this.grants.find(document?._id ?? '');
    if (found === undefined) throw new Error(`Nobody has asked for ${cluster}`);
    return found;
  }

  /** By how many milliseconds each grant is overdue of which something is due by now. */
  async overdue(): Promise<number[]> {
    const now = this.clock.now();
    const due = await this.#documents.find({ nextDueAt: { $lte: now } }).toArray();
    return due.map(({ nextDueAt }) => now.getTime() - (nextDueAt ?? now).getTime());
  }

  held(cluster: string) {
    return this.atlas.state.findGrant(demoProjects.payments, cluster);
  }

  /** The messages of the channel that open a thread and speak of the cluster, and the notes in the threads, in order. */
  messages(cluster: string): { roots: string[]; notes: string[] } {
    const all = this.slack.messages(this.channel);
    const roots = all.filter((one) => one.threadTs === undefined && this.#reads(one).includes(cluster));
    const notes = all.filter((one) => roots.some(({ ts }) => ts === one.threadTs));
    return { roots: roots.map((one) => this.#reads(one)), notes: notes.map((one) => this.#reads(one)) };
  }

  #reads(message: SlackMessage): string {
    return renderAsText(message, { now: this.clock.now(), names: (id) => id });
  }
}
