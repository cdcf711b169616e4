import { MongoClient } from 'mongodb';
import { onTestFinished } from 'vitest';
import type { Grant } from '../../src/grants/grant.ts';
import { createLogger } from '../../src/log.ts';
import { channelName, people } from '../../src/sandbox/demo-workspace.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { Sandbox, type SandboxOptions } from '../../src/sandbox/sandbox.ts';
import type { Person } from '../../src/sandbox/slack/person.ts';
import { GrantStore } from '../../src/store/grants.ts';
import { OrganizationStore } from '../../src/store/organizations.ts';
import { type Bystander, startBystander } from './bystander.ts';
import { type TestDatabase, testDatabase } from './mongodb.ts';

export const minute = 60_000;
export const hour = 60 * minute;

/** The whole bot in its simulated surroundings, with what a test wants to look at. */
export interface Harness extends Record<keyof typeof people, Person> {
  readonly sandbox: Sandbox;
  readonly database: TestDatabase;
  readonly grants: GrantStore;
  readonly organizations: OrganizationStore;
  /** The announcement channel's id. */
  readonly channel: string;
  /** Parsed log lines. */
  readonly logs: Record<string, unknown>[];
  /** Every grant ever made, oldest first. */
  allGrants(): Promise<Grant[]>;
  /** The one grant there is. Throws when there are none or several. */
  onlyGrant(): Promise<Grant>;
  advance(ms: number): Promise<void>;
  idle(): Promise<void>;
  audits(): Record<string, unknown>[];
}

/** Starts a sandbox for one test, closed when it ends. `timeoutMs` bounds calls to the outside in real time. */
export async function startHarness(options: Omit<SandboxOptions, 'log' | 'mongodb'> = {}): Promise<Harness> {
  const clock = options.clock ?? new ManualClock(new Date('2026-03-02T09:00:00Z'));
  const database = await testDatabase(clock);
  const bystander: Bystander | undefined =
    process.env.ORGANIZATIONS === '2' && options.further === undefined ? await startBystander(clock) : undefined;
  const logs: Record<string, unknown>[] = [];
  const log = createLogger({ level: 'debug', destination: { write: (line) => void logs.push(JSON.parse(line)) } });
  const sandbox = await Sandbox.start({
    timeoutMs: 1_000,
    // A server elsewhere has a clock that stands for nothing here.
    timeReference: database.server === undefined ? { read: async () => clock.now() } : undefined,
    ...options,
    ...bystander?.surroundings(options.slackSeed),
    clock,
    log,
    mongodb: { uri: database.uri, database: database.databaseName },
  });
  const client = new MongoClient(database.uri, { ignoreUndefined: true });
  const db = client.db(database.databaseName);
  onTestFinished(async () => {
    await sandbox.close();
    await bystander?.wasLeftAlone(client, sandbox.slack);
    await client.close();
    await database.close();
  });
  const grants = new GrantStore(db);
  const allGrants = async (): Promise<Grant[]> => {
    const ids = await db.collection('grants').find().sort({ requestedAt: 1 }).toArray();
    const found = await Promise.all(ids.map(({ _id }) => grants.find(String(_id))));
    return found.filter((grant) => grant !== undefined);
  };
  // People are looked up late: their workspace is another one once the bot has been restarted.
  const persons = Object.fromEntries(
    Object.entries(people).map(([name, id]) => [
      name,
      { enumerable: true, get: () => bystander?.among(sandbox.workspace.person(id)) ?? sandbox.workspace.person(id) },
    ]),
  );
  const harness = {
    sandbox,
    database,
    grants,
    organizations: new OrganizationStore(db),
    channel: sandbox.channel,
    logs,
    allGrants,
    async onlyGrant() {
      const [only, ...others] = await allGrants();
      if (only === undefined || others.length > 0)
        throw new Error(`There are ${others.length + (only ? 1 : 0)} grants`);
      return only;
    },
    advance: (ms: number) => sandbox.advance(ms),
    idle: () => sandbox.idle(),
    audits: () => logs.filter((line) => line.audit === true),
  };
  return Object.defineProperties(harness, persons) as Harness;
}

export { channelName, people };
