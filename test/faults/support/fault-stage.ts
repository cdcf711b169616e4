import { MongoClient } from 'mongodb';
import { onTestFinished } from 'vitest';
import type { Grant } from '../../../src/grants/grant.ts';
import { demoProjects, demoSeed } from '../../../src/sandbox/atlas/demo-seed.ts';
import { demoWorkspace } from '../../../src/sandbox/demo-workspace.ts';
import { ManualClock } from '../../../src/sandbox/manual-clock.ts';
import { Workspace } from '../../../src/sandbox/slack/workspace.ts';
import { GrantStore } from '../../../src/store/grants.ts';
import { ChildBot } from '../../support/child-bot.ts';
import { type Surroundings, startSurroundings } from '../../support/surroundings.ts';
import { Recorder } from './recorder.ts';
import type { AuditLine, Deed, World } from './world.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
/** People ask for no more than this. */
const longestGrantMs = 2 * hour;

export const clusterName = (number: number): string => `cluster-${String(number).padStart(3, '0')}`;

/** Time in which something was done to the bot that keeps it from its work; without `to` it lasts. */
interface Trouble {
  readonly from: Date;
  to?: Date;
}

/** MongoDB, Slack and Atlas on one clock, any number of processes of the bot, and a record of all that happens. */
export class FaultStage {
  readonly clock: ManualClock;
  readonly around: Surroundings;
  readonly grants: GrantStore;
  readonly deaths: Date[] = [];
  readonly deeds: Deed[] = [];
  readonly recorder: Recorder;
  #bots: ChildBot[] = [];
  readonly #all: ChildBot[] = [];
  readonly #client: MongoClient;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #troubles: Trouble[] = [];

  private constructor(clock: ManualClock, around: Surroundings, changed: Readonly<Record<string, string>>) {
    this.clock = clock;
    this.around = around;
    this.#client = new MongoClient(around.database.uri, { ignoreUndefined: true });
    this.grants = new GrantStore(this.#client.db(around.database.databaseName));
    this.recorder = new Recorder(clock, around);
    this.#settings = { ...around.settings, LOG_LEVEL: 'warn', ...changed };
  }

  /** Without a process yet. `settingsFor` says where proxies stand between. Closed when the test ends. */
  static async start(
    clusters: number,
    settingsFor: (around: Surroundings) => Promise<Record<string, string>> = async () => ({}),
  ): Promise<FaultStage> {
    const clock = new ManualClock(new Date('2026-03-02T09:00:00Z'));
    const names = Array.from({ length: clusters }, (_, index) => ({ name: clusterName(index + 1) }));
    const seed = { ...demoSeed, projects: [{ id: demoProjects.payments, name: 'payments', clusters: names }] };
    const around = await startSurroundings(clock, seed);
    const stage = new FaultStage(clock, around, await settingsFor(around));
    // What was started last is closed first: the processes before what they talk to.
    onTestFinished(async () => {
      await Promise.all(stage.#all.map((bot) => bot.kill()));
      await stage.#client.close();
    });
    return stage;
  }

  get now(): Date {
    return this.clock.now();
  }

  /** The processes that run. */
  get bots(): readonly ChildBot[] {
    this.#bots = this.#bots.filter((bot) => bot.isRunning);
    return this.#bots;
  }

  /** A process more, on the time that it is now; what is due when it starts is done. */
  async startBot(): Promise<ChildBot> {
    const bot = await ChildBot.start(this.#settings, this.now);
    this.#bots.push(bot);
    this.#all.push(bot);
    await this.#sweepAll();
    return bot;
  }

  /** kill -9. Whoever else runs goes on. */
  async kill(bot: ChildBot): Promise<void> {
    if (!bot.isRunning) return;
    this.deaths.push(this.now);
    await bot.kill();
  }

  /** From now on something is done to the bot, until the function returned is called. */
  trouble(): () => void {
    const trouble: Trouble = { from: this.now };
    this.#troubles.push(trouble);
    return () => {
      trouble.to = this.now;
    };
  }

  /** How much of that time something was done to the bot, or no process ran. */
  troubledMs(from: Date, to: Date): number {
    return this.#troubles.reduce((sum, trouble) => {
      const begin = Math.max(from.getTime(), trouble.from.getTime());
      const end = Math.min(to.getTime(), (trouble.to ?? this.now).getTime());
      return sum + Math.max(0, end - begin);
    }, 0);
  }

  /** Somebody of the workspace, whom this process serves. */
  person(bot: ChildBot, id: string) {
    const { slack } = this.around;
    const { signingSecret } = demoWorkspace;
    const botUrl = `http://127.0.0.1:${bot.port}`;
    return new Workspace({ slack, botUrl, signingSecret, now: () => this.now }).person(id);
  }

  /** Waits until nothing runs in any process; answers when something is due next. */
  async idle(): Promise<Date | undefined> {
    return earliest(await Promise.all(this.bots.map((bot) => bot.idle().catch(() => undefined))));
  }

  /** Lets time pass as with processes that sweep: what comes due is done at its time, by whoever is first. */
  async advance(ms: number): Promise<void> {
    const end = this.now.getTime() + ms;
    for (;;) {
      const due = (await this.idle())?.getTime() ?? end;
      const now = this.now.getTime();
      // What is due and does not get done is tried again, as by the next sweep.
      await this.#pass(Math.min(end, Math.max(due, now + second)) - now);
      if (this.now.getTime() >= end) return;
    }
  }

  /** Lets time pass at once, as while the machine sleeps; whoever runs then does what is due. */
  async leap(ms: number): Promise<void> {
    await this.#pass(ms);
    await this.idle();
  }

  /** Lets one process, or all of them, go on without trouble until nothing is open, nothing waits to be decided and nothing is owed. */
  async drain({ keepsAll = false } = {}): Promise<void> {
    const [kept, ...others] = this.bots;
    for (const bot of keepsAll ? [] : others) await this.kill(bot);
    if (kept === undefined) await this.startBot();
    await this.advance(longestGrantMs + 30 * minute);
    // What nobody has decided lapses.
    await this.leap(24 * hour);
    await this.advance(12 * minute);
  }

  async allGrants(): Promise<Grant[]> {
    const { databaseName } = this.around.database;
    const ids = await this.#client.db(databaseName).collection('grants').find().project({ _id: 1 }).toArray();
    const found = await Promise.all(ids.map(({ _id }) => this.grants.find(String(_id))));
    return found.filter((grant) => grant !== undefined);
  }

  /** Ends all processes, and collects what is to be judged. */
  async world(latestMs: World['latestMs']): Promise<World> {
    await this.idle();
    await Promise.all(this.bots.map((bot) => bot.kill()));
    const { held, posts } = this.recorder;
    const standing = this.recorder.standing(this.around.channel);
    const audit = this.#all.flatMap(({ lines }) => lines.flatMap(auditLineOf));
    const { deeds, deaths, now } = this;
    return { now, grants: await this.allGrants(), held, posts, standing, deeds, audit, deaths, latestMs };
  }

  /** What the processes complained of, for whoever looks into a failure. */
  complaints(): string[] {
    return this.#all.flatMap(({ lines, complaints }) => [
      ...lines.filter((line) => line.includes('"level":"error"')),
      ...(complaints === '' ? [] : [complaints]),
    ]);
  }

  async #pass(ms: number): Promise<void> {
    const over = this.bots.length === 0 ? this.trouble() : undefined;
    this.clock.tick(ms);
    over?.();
    await Promise.all(this.bots.map((bot) => bot.setClock(this.now).catch(() => undefined)));
    await this.#sweepAll();
  }

  /** A sweep that fails is logged by the schedule that called it, and the next one tries again. */
  async #sweepAll(): Promise<void> {
    await Promise.all(this.bots.map((bot) => bot.sweep().catch(() => undefined)));
  }
}

function earliest(instants: readonly (Date | undefined)[]): Date | undefined {
  const known = instants.flatMap((at) => at?.getTime() ?? []);
  return known.length === 0 ? undefined : new Date(Math.min(...known));
}

function auditLineOf(line: string): AuditLine[] {
  if (!line.includes('"audit":true')) return [];
  const { grantId, action, at, outcome }: Partial<AuditLine> & { outcome?: string } = JSON.parse(line);
  return grantId === undefined || action === undefined || at === undefined || outcome !== 'done'
    ? []
    : [{ grantId, action, at }];
}
