import { type Db, type Document, type MongoClient, MongoServerError } from 'mongodb';
import { z } from 'zod';
import { away, type Check, type Finding, good, listed, unknown, wrong } from '../findings.ts';
import { bounded } from '../store/bounded.ts';
import { type Indexed, indexesFound } from '../store/indexes.ts';

interface MongodbChecksOptions {
  readonly database: Db;
  /** Everything that is kept, with the indexes that it needs. */
  readonly indexed: readonly Indexed[];
}

/** What there is to check in the bot's own database, by looking only. What cannot be asked at all is told once. */
export function mongodbChecks({ database, indexed }: MongodbChecksOptions): Check[] {
  const uses = indexed.map(({ collection: { collectionName }, changes }) => ({ collection: collectionName, changes }));
  const answering = reached(database);
  const ifAnswering = (look: () => Promise<readonly Finding[]>) => async () => ((await answering()).ok ? look() : []);
  return [
    {
      name: 'mongodb',
      subject: 'MongoDB',
      async run() {
        const answer = await answering();
        return [answer.ok ? versionFinding(answer.version) : answer.finding];
      },
    },
    {
      name: 'mongodb-rights',
      subject: 'The rights in MongoDB',
      run: ifAnswering(async () => {
        const command = { connectionStatus: 1, showPrivileges: true };
        const status = await bounded(database.command(command)).catch(ifRefused);
        if (status === undefined) return [unknown('MongoDB does not tell which rights the bot has there.')];
        return [rightsFinding(status, database.databaseName, uses)];
      }),
    },
    {
      name: 'mongodb-indexes',
      subject: 'The indexes in MongoDB',
      run: ifAnswering(async () => {
        const found = await Promise.all(
          indexed.map(async (one) => ({ name: one.collection.collectionName, found: await indexesFound(one) })),
        );
        return [indexFinding(found)];
      }),
    },
  ];
}

type Reached = { readonly ok: true; readonly version: string } | { readonly ok: false; readonly finding: Finding };

/** MongoDB is asked once, by whoever asks first. */
function reached(database: Db): () => Promise<Reached> {
  let answer: Promise<Reached> | undefined;
  return () => {
    answer ??= bounded(database.command({ buildInfo: 1 })).then(
      ({ version }) => ({ ok: true, version: String(version) }),
      (error: unknown) => ({ ok: false, finding: notReached(error) }),
    );
    return answer;
  };
}

/** 18 is AuthenticationFailed; Atlas says 8000 ("MongoDB error codes", and AtlasError in its own documentation). */
const refusedCodes = [18, 8000];

function notReached(error: unknown): Finding {
  if (error instanceof MongoServerError && refusedCodes.includes(Number(error.code))) {
    return wrong('MONGODB_URI: MongoDB does not accept its user name or password.', {
      mend: 'Set it to those of a user who exists, with the right authSource.',
      who: 'operator',
    });
  }
  return away('MongoDB does not answer: nothing can be asked for, decided or shown.', {
    mend: 'Check MONGODB_URI, the network, and whether this server may connect (in Atlas, the IP access list of the project).',
    who: 'operator',
  });
}

/** 4.4 is the oldest whose answers the bot relies on. */
export function versionFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 4 || (major === 4 && minor >= 4)) return good(`MongoDB ${version} answers.`);
  return wrong(`MongoDB ${version} is too old.`, { mend: 'Use 4.4 or later.', who: 'operator' });
}

/** What a ledger is never given need not be allowed: then whoever has the bot's password cannot change one either. */
const alwaysNeeded = ['find', 'insert', 'createIndex', 'listIndexes'];

const connectionStatus = z.object({
  authInfo: z.object({
    authenticatedUsers: z.array(z.unknown()),
    authenticatedUserPrivileges: z
      .array(
        z.object({
          resource: z.object({
            db: z.string().optional(),
            collection: z.string().optional(),
            anyResource: z.boolean().optional(),
          }),
          actions: z.array(z.string()),
        }),
      )
      .optional(),
  }),
});

/** From `connectionStatus` with `showPrivileges` (MongoDB manual): an empty name of a resource means any. */
export function rightsFinding(
  status: Document,
  databaseName: string,
  uses: readonly { readonly collection: string; readonly changes: readonly string[] }[],
): Finding {
  const parsed = connectionStatus.safeParse(status);
  const { authenticatedUsers = [], authenticatedUserPrivileges: privileges } = parsed.data?.authInfo ?? {};
  if (parsed.success && authenticatedUsers.length === 0) {
    return good('MongoDB asks nobody who they are here, so the bot may do what it needs.');
  }
  if (privileges === undefined) return unknown('MongoDB does not tell which rights the bot has there.');
  const may = (action: string, collection: string): boolean =>
    privileges.some(
      ({ resource, actions }) =>
        actions.includes(action) &&
        (resource.anyResource === true ||
          (['', databaseName].includes(resource.db ?? '?') && ['', collection].includes(resource.collection ?? '?'))),
    );
  const lacking = new Set(
    uses.flatMap(({ collection, changes }) =>
      [...alwaysNeeded, ...changes].filter((action) => !may(action, collection)),
    ),
  );
  if (lacking.size === 0) return good(`The bot may do what it needs in the database ${databaseName}.`);
  return wrong(`MongoDB does not let the bot ${listed([...lacking], 10)} in the database ${databaseName}.`, {
    mend: `Give its user the role readWrite on the database ${databaseName}.`,
    who: 'operator',
  });
}

type IndexesFound = Awaited<ReturnType<typeof indexesFound>>;

function indexFinding(found: readonly { readonly name: string; readonly found: IndexesFound }[]): Finding {
  if (found.every(({ found: indexes }) => indexes === 'absent')) {
    return unknown('Nothing is stored yet: the bot makes its indexes when it first starts.');
  }
  const lacking = found.flatMap(({ name, found: indexes }) =>
    indexes === 'absent' ? [name] : indexes.lacking.map((index) => `${name}.${index}`),
  );
  if (lacking.length === 0) return good('Every index is there.');
  return wrong(`Indexes are missing, or are not as they have to be: ${listed([...new Set(lacking)], 10)}.`, {
    mend: 'Start the bot again: it makes those that are missing, and its log says what keeps it from that. One that differs has to be dropped first.',
    who: 'operator',
  });
}

/** A server that does not have the command, or keeps it to itself; anything else is thrown on. */
function ifRefused(error: unknown): undefined {
  if (error instanceof MongoServerError) return undefined;
  throw error;
}

/** The names of the hosts that the address leads to, and those that the servers go by among themselves. */
export async function databaseHosts(client: MongoClient, database: Db): Promise<string[]> {
  const { srvHost, hosts } = client.options;
  const answer: Document = await bounded(database.command({ hello: 1 })).catch(() => ({}));
  const members = z.array(z.string()).safeParse(answer.hosts).data ?? [];
  const named = hosts.flatMap(({ host }) => (host === undefined ? [] : [host]));
  const all = [
    ...(srvHost === undefined ? [] : [srvHost]),
    ...named,
    ...members.map((one) => one.replace(/:\d+$/, '')),
  ];
  return [...new Set(all.map((host) => host.toLowerCase()))];
}
