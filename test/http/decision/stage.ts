import { MongoClient } from 'mongodb';
import { onTestFinished } from 'vitest';
import { CheckedClock } from '../../../src/checked-clock.ts';
import type { Grant } from '../../../src/grants/grant.ts';
import { createDecisionServer } from '../../../src/http/decision/server.ts';
import { createLogger } from '../../../src/log.ts';
import { noMetrics } from '../../../src/metrics.ts';
import { createToken } from '../../../src/operations/tokens.ts';
import { atlasAccessTypes } from '../../../src/providers/atlas/access-types.ts';
import type { Target } from '../../../src/providers/provider.ts';
import { ManualClock } from '../../../src/sandbox/manual-clock.ts';
import type { MongoDbServer } from '../../../src/sandbox/mongodb/server.ts';
import { DirectoryStore } from '../../../src/store/directories.ts';
import { GrantStore } from '../../../src/store/grants.ts';
import { LedgerStore } from '../../../src/store/ledger.ts';
import { TokenStore } from '../../../src/store/tokens.ts';
import { at, minute, requestOf } from '../../support/grants.ts';
import { testDatabase } from '../../support/mongodb.ts';

const { target: web } = requestOf();
const targets: readonly Target[] = [
  web,
  { ...web, id: 'p1/api', name: 'api' },
  { ...web, id: 'p2/api', name: 'api', projectId: 'p2', projectName: 'Bank' },
];

export interface Asked {
  readonly status: number;
  readonly cacheControl: string | null;
  readonly text: string;
  /** Of a JSON answer. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

export type DecisionStage = Awaited<ReturnType<typeof startStage>>;

/** Where it can be stopped and started. */
export function serverOf({ database }: DecisionStage): MongoDbServer {
  if (database.server === undefined) throw new Error('These tests need the in-memory server');
  return database.server;
}

/** Two organizations, `shop` with grants of the story and `bank` without any, and a server that answers for them. */
export async function startStage({ maxAgeSeconds }: { readonly maxAgeSeconds?: number } = {}) {
  const manual = new ManualClock(at(2 * minute));
  const database = await testDatabase(manual);
  const client = new MongoClient(database.uri, {
    ignoreUndefined: true,
    serverSelectionTimeoutMS: 300,
    connectTimeoutMS: 300,
  });
  const db = client.db(database.databaseName);
  const logs: Record<string, unknown>[] = [];
  const log = createLogger({ level: 'info', destination: { write: (line) => void logs.push(JSON.parse(line)) } });
  const clock = new CheckedClock({ clock: manual, reference: { read: async () => manual.now() }, log });
  await clock.check();
  const grants = new GrantStore(db);
  const directories = new DirectoryStore(db);
  const tokens = new TokenStore(db);
  const ledger = new LedgerStore(db);
  await Promise.all([grants, directories, tokens, ledger].map((store) => store.createIndexes()));
  for (const organizationId of ['org1', 'org2']) {
    await directories.ensure(organizationId, at(0));
    await directories.update<never>(organizationId, (doc) => ({ ok: true, doc: { ...doc, targets } }));
  }
  const provider = { capabilities: { accessTypes: atlasAccessTypes } };
  const organizations = new Map(
    Object.entries({ shop: 'org1', bank: 'org2' }).map(([key, organizationId]) => [
      key,
      { organizationId, grants, directories, provider },
    ]),
  );
  const answers: string[] = [];
  const server = await createDecisionServer({
    organizations,
    tokens,
    clock,
    log,
    metrics: { ...noMetrics, gateAnswered: (answer) => void answers.push(answer) },
    port: 0,
    host: '127.0.0.1',
    maxAgeSeconds,
  });
  onTestFinished(async () => {
    await server.close();
    await client.close();
    await database.close();
  });
  const operations = (organizationId: string) => ({ organizationId, directories, ledger, log, clock });
  const address = `http://127.0.0.1:${server.port}`;
  return {
    manual,
    clock,
    database,
    grants,
    directories,
    tokens,
    ledger,
    log,
    logs,
    /** What was counted. */
    answers,
    operations,
    address,
    /** Nobody answers any more. */
    close: () => server.close(),
    /** A token of the organization, about all of its targets unless some are named. */
    async token(about: { organizationId?: string; targets?: readonly string[]; expiresAt?: Date } = {}) {
      const { organizationId = 'org1', targets: named = [], expiresAt } = about;
      const input = { label: 'a gate', targets: named, expiresAt, operator: 'root' };
      const made = await createToken(operations(organizationId), tokens, input);
      if (made.kind !== 'created') throw new Error(made.kind);
      return { ...made.token, secret: made.secret };
    },
    async hold(grant: Grant): Promise<Grant> {
      await grants.insert(grant);
      return grant;
    },
    async ask(path: string, secret?: string, init: RequestInit = {}): Promise<Asked> {
      const headers = new Headers(init.headers);
      if (secret !== undefined) headers.set('authorization', `Bearer ${secret}`);
      const response = await fetch(address + path, { ...init, headers });
      const text = await response.text();
      const isJson = response.headers.get('content-type') === 'application/json';
      return {
        status: response.status,
        cacheControl: response.headers.get('cache-control'),
        text,
        body: isJson ? JSON.parse(text) : {},
        headers: response.headers,
      };
    },
  };
}
