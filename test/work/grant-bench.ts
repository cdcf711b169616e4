import { MongoClient } from 'mongodb';
import { approve, revoke } from '../../src/grants/decide.ts';
import type { Grant, PersonActor } from '../../src/grants/grant.ts';
import type { GrantResult } from '../../src/grants/grant-refusals.ts';
import { defaultPolicy, type Policy } from '../../src/grants/policy.ts';
import { newRequest } from '../../src/grants/request.ts';
import { createLogger } from '../../src/log.ts';
import type { AccessReading } from '../../src/providers/provider.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { DirectoryStore } from '../../src/store/directories.ts';
import { GrantStore } from '../../src/store/grants.ts';
import { LedgerStore } from '../../src/store/ledger.ts';
import { OrganizationStore } from '../../src/store/organizations.ts';
import { Deciders } from '../../src/work/deciders.ts';
import { createGrantPlan } from '../../src/work/grant-plan.ts';
import type { Views } from '../../src/work/views.ts';
import { Worker } from '../../src/work/worker.ts';
import { testDatabase } from '../support/mongodb.ts';
import { MemoryMessenger } from './memory-messenger.ts';
import { MemoryProvider } from './memory-provider.ts';

const organizationId = 'o1';
export const channelId = 'C0ACCESS';
export const requester: PersonActor = { kind: 'person', slackId: 'U0ALEX', name: 'Alex' };
export const owner: PersonActor = { kind: 'person', slackId: 'U0OWNER', name: 'Olu' };
export const type = 'LOGS';
export const minute = 60_000;
export const hour = 60 * minute;

/** Messages that say no more than what they are about. */
const views: Views = {
  grantMessage: (grant) => ({ text: `${grant.state} ${grant.version}`, blocks: [] }),
  grantNote: (_grant, note, { mentionRequester }) => ({
    text: `${note.type}${mentionRequester ? ' @' : ''}`,
    blocks: [],
  }),
  organizationNote: (_organization, note) => ({ text: note.type, blocks: [] }),
  ledgerHead: () => ({ text: 'ledger', blocks: [] }),
  ownEnds: () => ({ text: 'ends', blocks: [] }),
  digest: () => ({ text: 'digest', blocks: [] }),
  lockdownReport: ({ standing }) => ({ text: standing ?? 'lockdown', blocks: [] }),
};

export type Bench = Awaited<ReturnType<typeof startBench>>;

/** Grants worked off over a real store, with provider and messenger in memory. */
export async function startBench(policy: Policy = defaultPolicy) {
  const database = await testDatabase();
  const client = new MongoClient(database.uri, { ignoreUndefined: true });
  const db = client.db(database.databaseName);
  const grants = new GrantStore(db);
  const organizations = new OrganizationStore(db);
  const directories = new DirectoryStore(db);
  const clock = new ManualClock(new Date('2026-03-01T12:00:00Z'));
  const provider = new MemoryProvider();
  const messenger = new MemoryMessenger();
  const lines: string[] = [];
  const log = createLogger({ level: 'info', destination: { write: (line) => lines.push(line) } });
  await grants.createIndexes();
  const ledger = new LedgerStore(db);
  await ledger.createIndexes();
  await organizations.ensure(organizationId, channelId, clock.now());
  await directories.ensure(organizationId, clock.now());

  const startWorker = (): Worker<Grant> => {
    const worker: Worker<Grant> = new Worker({
      store: grants,
      plan: createGrantPlan({
        provider,
        grants,
        organizations,
        ledger,
        headSigner: { sign: async () => ({ kind: 'no-signer' }) },
        deciders: new Deciders(directories, policy, provider.capabilities),
        homes: { grantChanged: async () => {} },
        people: { read: async (slackId) => ({ slackId, name: slackId, membership: 'member' }) },
        messenger,
        views,
        basePolicy: policy,
        log,
        random: () => 0.5,
        now: () => clock.now(),
        kick: (id) => void worker.kick(id),
        kickOrganization: () => {},
      }),
      clock,
      log,
    });
    return worker;
  };
  const worker = startWorker();

  async function read(id: string): Promise<Grant> {
    const found = await grants.find(id);
    if (found === undefined) throw new Error(`No grant ${id}`);
    return found;
  }

  async function transition(id: string, decide: (grant: Grant) => GrantResult): Promise<void> {
    const outcome = await grants.update(id, decide);
    if (outcome.kind !== 'done') throw new Error(`The transition was not made: ${JSON.stringify(outcome)}`);
  }

  const work = async (): Promise<void> => {
    await worker.sweep();
    await worker.idle();
  };

  return {
    clock,
    provider,
    messenger,
    grants,
    worker,
    lines,
    startWorker,
    read,
    transition,
    work,

    /** Lets so much time pass, with a sweep whenever something comes due. */
    async advance(ms: number): Promise<void> {
      const end = clock.now().getTime() + ms;
      for (let steps = 0; ; steps += 1) {
        const next = (await grants.nextDueAt())?.getTime();
        if (next === undefined || next > end) break;
        if (steps > 1_000) throw new Error('Something stays due for ever');
        clock.tick(Math.max(0, next - clock.now().getTime()));
        await work();
      }
      clock.tick(end - clock.now().getTime());
      await work();
    },

    /** A new request for a target, not worked on yet. */
    async request(operationId: string, target = 't1', durationMs = hour): Promise<string> {
      const at = { id: target, name: target, projectId: 'p1', projectName: 'p1', url: 'https://provider.example' };
      const grant = newRequest(
        { organizationId, channelId, operationId, target: at, type, durationMs, reason: '', by: requester },
        policy,
        clock.now(),
      );
      const outcome = await grants.insert(grant);
      if (outcome.kind !== 'inserted') throw new Error(`The request was not stored: ${JSON.stringify(outcome)}`);
      return grant._id;
    },

    approve: (id: string): Promise<void> => transition(id, approval(id, clock.now())),

    revoke: (id: string): Promise<void> =>
      transition(id, (grant) =>
        revoke(grant, { actor: owner, operationId: `revoke ${id}`, basis: 'fresh', now: clock.now() }),
      ),

    async close(): Promise<void> {
      await worker.idle();
      await client.close();
      await database.close();
    },
  };
}

/** A grant that is open, worked off. */
export async function openGrant(bench: Bench, operationId: string, target = 't1', durationMs = hour): Promise<string> {
  const id = await bench.request(operationId, target, durationMs);
  await bench.approve(id);
  await bench.work();
  const { state } = await bench.read(id);
  if (state !== 'active') throw new Error(`The grant is ${state}`);
  return id;
}

export const approval =
  (id: string, now: Date) =>
  (grant: Grant): GrantResult =>
    approve(
      grant,
      { actor: owner, operationId: `approve ${id}`, basis: 'fresh', now },
      { termsVersion: 1, type: { needsBlock: false }, blocked: false },
    );

export const open = (until: Date, opened = type): AccessReading => ({ state: 'open', type: opened, until });
export const closed: AccessReading = { state: 'closed', targetExists: true };

/** The notes that the record ever owed and posted, by what the channel shows. */
export const notesIn = (bench: Bench, channel = channelId): string[] =>
  bench.messenger
    .texts(channel)
    .filter((text) => text.startsWith('  '))
    .map((text) => text.trim().replace(/ @$/, ''));
