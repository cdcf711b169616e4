import { type Db, MongoClient } from 'mongodb';
import { onTestFinished } from 'vitest';
import { type Grant, isLive } from '../../src/grants/grant.ts';
import { slotFor } from '../../src/grants/ids.ts';
import { owe, sealed } from '../../src/grants/owed.ts';
import { demoProjects, demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { active, inState } from '../support/grants.ts';

interface OpenGrant {
  readonly until: Date;
  readonly now: Date;
  readonly owed: readonly { readonly kind: 'sync' | 'remind' | 'end'; readonly dueAt: Date }[];
}

/** Connected until the test ends. */
export async function database(uri: string, name: string): Promise<Db> {
  const client = new MongoClient(uri, { ignoreUndefined: true });
  onTestFinished(async () => {
    await client.db(name).dropDatabase();
    await client.close();
  });
  return client.db(name);
}

/** The record of the cluster `bench-<number>`, with nothing owed. */
function recordOf(grant: Grant, number: number): Grant {
  const name = `bench-${number}`;
  const id = `${demoProjects.payments}/${name}`;
  const organizationId = demoSeed.organizationId;
  return {
    ...grant,
    // In the order of their numbers, so that indexes grow at their end.
    _id: `g-bench-${String(number).padStart(7, '0')}`,
    organizationId,
    target: { ...grant.target, id, name, projectId: demoProjects.payments, projectName: 'payments' },
    slot: isLive(grant) ? slotFor(organizationId, id) : undefined,
    owed: [],
  };
}

/** Made once: a hundred thousand are copies of it. */
const expired = inState('expired');

export const ended = (number: number): Grant => sealed(recordOf(expired, number));

/** Open until then as far as was seen now, with this and nothing else owed. */
export function openUntil(number: number, { until, now, owed, message }: Pick<Grant, 'message'> & OpenGrant): Grant {
  const grant = recordOf(active(), number);
  const terms = { type: grant.terms.type, until };
  const open = { ...grant, message, wanted: terms, confirmed: { ...terms, at: now }, openedAt: now, seenAt: now };
  return sealed(owe(open, ...owed));
}

export async function insert(db: Db, grants: Iterable<Grant>): Promise<void> {
  let batch: Grant[] = [];
  const send = async (): Promise<void> => {
    if (batch.length > 0) await db.collection<Grant>('grants').insertMany(batch);
    batch = [];
  };
  for (const grant of grants) {
    batch.push(grant);
    if (batch.length === 1_000) await send();
  }
  await send();
}
