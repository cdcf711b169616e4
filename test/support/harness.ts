import { MongoClient } from 'mongodb';
import { onTestFinished } from 'vitest';
import type { Grant } from '../../src/grants/grant.ts';
import { createLogger } from '../../src/log.ts';
import { meridian } from '../../src/sandbox/demo-organizations.ts';
import { channelName, people } from '../../src/sandbox/demo-workspace.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { Sandbox, type SandboxOptions } from '../../src/sandbox/sandbox.ts';
import type { Person } from '../../src/sandbox/slack/person.ts';
import { GrantStore } from '../../src/store/grants.ts';
import { OrganizationStore } from '../../src/store/organizations.ts';
import { type Bystander, startBystander } from './bystander.ts';
import { inFirstOrganization, withoutLabelOfFirst } from './in-first-organization.ts';
import { type TestDatabase, testDatabase } from './mongodb.ts';
import { second } from './second-organization.ts';

export const minute = 60_000;
export const hour = 60 * minute;

/** Whether another organization stands beside the one that each test is about; a few tests mean nothing then. */
export const severalOrganizations = process.env.ORGANIZATIONS === '2';

/** The whole bot in its simulated surroundings, with what a test wants to look at. */
export interface Harness extends Record<keyof typeof people, Person> {
  readonly sandbox: Sandbox;
  readonly database: TestDatabase;
  readonly grants: GrantStore;
  readonly organizations: OrganizationStore;
  /** The announcement channel's id. */
  readonly channel: string;
  /** With `ORGANIZATIONS=2`, unless the test brings organizations of its own. */
  readonly bystander: Bystander | undefined;
  /** Parsed log lines. */
  readonly logs: Record<string, unknown>[];
  /** Every grant ever made, oldest first. */
  allGrants(): Promise<Grant[]>;
  /** The one grant there is. Throws when there are none or several. */
  onlyGrant(): Promise<Grant>;
  advance(ms: number): Promise<void>;
  idle(): Promise<void>;
  /** Of the organization that the test is about. */
  audits(): Record<string, unknown>[];
}

/** Starts a sandbox for one test, closed when it ends. `timeoutMs` bounds calls to the outside in real time. */
export async function startHarness(options: Omit<SandboxOptions, 'log' | 'mongodb'> = {}): Promise<Harness> {
  const clock = options.clock ?? new ManualClock(new Date('2026-03-02T09:00:00Z'));
  const database = await testDatabase(clock);
  const bringsItsOwn = options.further !== undefined || options.instead !== undefined;
  const bystander = severalOrganizations && !bringsItsOwn ? await startBystander(clock) : undefined;
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
  const personOf = (id: string): Person => {
    const person = sandbox.workspace.person(id);
    return bystander === undefined ? person : inFirstOrganization(sandbox, person);
  };
  const persons = Object.fromEntries(
    Object.entries(people).map(([name, id]) => [name, { enumerable: true, get: () => personOf(id) }]),
  );
  const harness = {
    sandbox,
    database,
    grants,
    organizations: new OrganizationStore(db),
    channel: sandbox.channel,
    bystander,
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
    audits: () =>
      logs
        .filter((line) => line.audit === true)
        .filter(({ organizationId }) => bystander === undefined || organizationId !== second.organizationId),
  };
  return Object.defineProperties(harness, persons) as Harness;
}

/** What a message says besides which organization it is about, where there are several. */
export const withoutLabel = ({ bystander }: Pick<Harness, 'bystander'>, text: string): string =>
  bystander === undefined ? text : withoutLabelOfFirst(text);

/** The words of a command where the channel does not tell which of several organizations is meant. */
export const naming = ({ bystander }: Pick<Harness, 'bystander'>, words: string): string =>
  bystander === undefined ? words : `${meridian.key} ${words}`;

export { channelName, people };
