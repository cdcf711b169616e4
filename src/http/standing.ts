import { setTimeout as pause } from 'node:timers/promises';
import type { CheckedClock } from '../checked-clock.ts';
import { type Exposure, exposure } from '../grants/exposure.ts';
import type { GrantStore } from '../store/grants.ts';
import type { Health, Readiness } from './health.ts';

/** What is due of one kind of document. */
export interface Backlog {
  readonly work: string;
  /** How many documents are due; a great many are counted as the most that is counted. */
  readonly documents: number;
  /** For how long the first of them has been due. */
  readonly lateMs: number;
}

/** How things stand at an instant, as told to whoever measures. */
export interface Standing {
  readonly readiness: Readiness;
  /** By how much the machine's clock is ahead of the database's, where that is known. */
  readonly aheadMs?: number;
  /** Absent where the database did not answer. */
  readonly records?: Exposure & { readonly due: readonly Backlog[] };
}

export interface StandingOptions {
  readonly clock: CheckedClock;
  readonly health: Health;
  readonly organizations: readonly { readonly organizationId: string; readonly grants: Pick<GrantStore, 'live'> }[];
  /** Every store of documents that owe something, by what kind they are. */
  readonly owing: readonly {
    readonly work: string;
    readonly store: {
      backlog(now: Date, limit: number): Promise<{ readonly documents: number; readonly since?: Date }>;
    };
  }[];
}

/** Whoever asks more often gets the same answer: it costs the database no more. */
const freshForMs = 5_000;
const mostCounted = 1_000;
/** Prometheus waits 10 s unless told otherwise: without the database the rest is told in time. */
const readWithinMs = 3_000;

/** Reads how things stand: the grants that are open or may be, of which a target has one, and the due end of an index. */
export function createStandingReader(options: StandingOptions): () => Promise<Standing> {
  let readMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<Standing> | undefined;
  return () => {
    const nowMs = options.clock.monotonicMs();
    if (reading === undefined || nowMs - readMs >= freshForMs) {
      readMs = nowMs;
      reading = read(options);
    }
    return reading;
  };
}

async function read(options: StandingOptions): Promise<Standing> {
  const [readiness, records] = await Promise.all([
    options.health.readiness(),
    Promise.race([readRecords(options).catch(() => undefined), pause(readWithinMs, undefined, { ref: false })]),
  ]);
  return { readiness, aheadMs: options.clock.aheadMs, records };
}

async function readRecords({ organizations, clock, owing }: StandingOptions): Promise<Standing['records']> {
  const now = clock.now();
  const [live, backlogs] = await Promise.all([
    Promise.all(organizations.map(({ grants, organizationId }) => grants.live(organizationId))),
    Promise.all(
      owing.map(async ({ work, store }): Promise<Backlog> => {
        const { documents, since = now } = await store.backlog(now, mostCounted);
        return { work, documents, lateMs: now.getTime() - since.getTime() };
      }),
    ),
  ]);
  return { ...exposure(live.flat(), now), due: byWork(backlogs) };
}

/** Those of one kind together, whichever organization they are of. */
function byWork(backlogs: readonly Backlog[]): Backlog[] {
  const kinds = [...new Set(backlogs.map(({ work }) => work))];
  return kinds.map((work) => {
    const same = backlogs.filter((one) => one.work === work);
    return {
      work,
      documents: same.reduce((sum, { documents }) => sum + documents, 0),
      lateMs: Math.max(...same.map(({ lateMs }) => lateMs)),
    };
  });
}
