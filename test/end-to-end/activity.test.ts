import { MongoClient } from 'mongodb';
import { expect, it, onTestFinished } from 'vitest';
import type { LedgerEntry } from '../../src/ledger/entry.ts';
import { demoProjects } from '../../src/sandbox/atlas/demo-seed.ts';
import { type Harness, hour, minute, startHarness } from '../support/harness.ts';
import { clicks, leaps, notes, types } from './steps.ts';

const { payments } = demoProjects;
const accessGranted = 'SSH_KEY_NDS_HOST_ACCESS_GRANTED';
const day = 24 * hour;

async function opened(): Promise<Harness> {
  const harness = await startHarness();
  await types(harness, 'erin', 'request payments-prod 1h logs Primary steps down every few minutes');
  await clicks(harness, 'olivia', 'Approve for 1 h');
  return harness;
}

const told = async (harness: Harness): Promise<string[]> => notes(harness, await harness.onlyGrant());
const receipts = async (harness: Harness): Promise<string[]> =>
  (await told(harness)).filter((note) => note.startsWith('Support access to payments-prod ended'));

const headIn = ([receipt = '']: readonly string[]): string | undefined => /Ledger, head .*/.exec(receipt)?.[0];

async function activityEntries({ database, sandbox }: Harness): Promise<LedgerEntry[]> {
  const client = new MongoClient(database.uri);
  onTestFinished(() => client.close());
  const entries = client.db(database.databaseName).collection<LedgerEntry & { _id: string }>('ledger');
  const filter = { organization: sandbox.atlas.state.id, action: /^activity-/ };
  return entries.find(filter).sort({ sequence: 1 }).toArray();
}

it('the end is told with everything that led to it, and with what the staff did meanwhile', async () => {
  const harness = await opened();
  const { state } = harness.sandbox.atlas;
  await harness.advance(20 * minute);
  state.recordSupportActivity(payments, 'payments-prod', accessGranted, { employee: 'e-4711' });
  await harness.advance(minute);
  state.recordSupportActivity(payments, 'payments-prod', 'SOMETHING_NEW');
  await harness.advance(minute);
  state.recordSupportActivity(payments, 'ledger-prod', accessGranted, { employee: 'e-9' });
  state.setBlocked(false, { employee: 'e-4711' });
  await harness.advance(39 * minute);
  const [receipt = '', ...more] = await receipts(harness);
  expect(more).toEqual([]);
  expect(receipt.replace(/Ledger, head [\s\S]*/, '')).toBe(
    `Support access to payments-prod ended by itself
Seen closed today at 10:00 UTC. It was open for 1 h.
MongoDB Atlas, read today at 10:00 UTC, holds: no grant.
@Erin Engineer
Asked for: database logs only for 1 h, by Erin Engineer, today at 09:00 UTC
Approved by: Olivia Owner, today at 09:00 UTC
Seen open: today at 09:00 UTC
Done by staff of MongoDB Atlas: 3 actions are recorded from today at 09:00 UTC to today at 10:00 UTC:
• today at 09:20 UTC: e-4711 was given access to a host
• today at 09:21 UTC: somebody, SOMETHING_NEW
• today at 09:22 UTC: e-4711 unblocked support access (in the organization)
Read today at 10:00 UTC. Records can arrive late: they are read again today at 11:00 UTC, and this message shows what is new.
`,
  );
  const [entry] = await activityEntries(harness);
  expect(entry).toMatchObject({
    action: 'activity-recorded',
    detail: '3',
    after: {
      activityCount: 3,
      activity: [expect.stringContaining(accessGranted), expect.anything(), expect.anything()],
    },
  });
});

it('what arrives late is put into the same message, and said anew to whom it concerns', async () => {
  const harness = await opened();
  await harness.advance(hour + minute);
  const ending = (await told(harness)).length;
  expect((await receipts(harness))[0]).toContain(
    'Done by staff of MongoDB Atlas: nothing is recorded from today at 09:00 UTC to today at 10:00 UTC.',
  );
  const published = headIn(await receipts(harness));
  await leaps(harness, hour);
  expect((await receipts(harness))[0]).toContain(
    'Read today at 11:01 UTC. Records can arrive late: they are read again tomorrow at 10:00 UTC',
  );
  expect(await told(harness)).toHaveLength(ending);

  const late = { employee: 'e-4711', at: new Date('2026-03-02T09:30:00Z') };
  harness.sandbox.atlas.state.recordSupportActivity(payments, 'payments-prod', accessGranted, late);
  await leaps(harness, day);
  const found = '1 action is recorded from yesterday at 09:00 UTC to yesterday at 10:00 UTC:';
  expect(await receipts(harness)).toEqual([expect.stringContaining(found)]);
  expect((await receipts(harness))[0]).toContain('Read today at 11:01 UTC. It is not read again.');
  // The ledger has grown since: what was published of it stays.
  expect(published).toMatch(/^Ledger, head \d+:[0-9a-f]{32}/);
  expect(headIn(await receipts(harness))).toBe(published);
  expect((await told(harness)).slice(ending)).toEqual([
    expect.stringContaining(
      `MongoDB Atlas shows more now of what its staff did while payments-prod was open
• yesterday at 09:30 UTC: e-4711 was given access to a host
Read today at 11:01 UTC. The note about the end is brought up to date.
@Erin Engineer`,
    ),
  ]);
  expect((await activityEntries(harness)).map(({ detail }) => detail)).toEqual(['nothing', '1']);
  expect((await harness.onlyGrant()).owed).toEqual([]);
});

it('what cannot be read is said to be unknown, and read once it can be', async () => {
  const harness = await opened();
  const { atlas } = harness.sandbox;
  const fault = atlas.addFault({ kind: 'status', status: 503, call: 'projectEvents' });
  await harness.advance(hour);
  const [unread = ''] = await receipts(harness);
  expect(unread).toContain(
    'Done by staff of MongoDB Atlas: not known yet, from today at 09:00 UTC to today at 10:00 UTC.',
  );
  expect(unread).toMatch(/It could not be read: .+ It is tried again\./);
  atlas.state.recordSupportActivity(payments, 'payments-prod', accessGranted, { at: new Date('2026-03-02T09:30:00Z') });
  fault.clear();
  await harness.advance(minute);
  expect(await receipts(harness)).toEqual([
    expect.stringContaining('• today at 09:30 UTC: somebody was given access to a host\nRead today at 10:00 UTC.'),
  ]);
  // An edit notifies nobody.
  expect((await told(harness)).at(-1)).toContain('MongoDB Atlas shows more now');
});

it('is told of access that was found, too, where Portcullis only observes', async () => {
  const harness = await startHarness({ settings: { MODE: 'observe' } });
  const grant = { grantType: 'CLUSTER_INFRASTRUCTURE', expirationTime: new Date('2026-03-02T14:00:00Z') };
  const { state } = harness.sandbox.atlas;
  state.setGrant(payments, 'payments-prod', grant, { email: 'tara.terraform@meridian.example' });
  state.recordSupportActivity(payments, 'payments-prod', 'NDS_HOST_LOGS_DOWNLOADED', { employee: 'e-4711' });
  await leaps(harness, hour);
  await leaps(harness, 5 * hour);
  const [receipt] = await receipts(harness);
  expect(receipt).toContain('Found: infrastructure and all cluster logs, until today at 14:00 UTC');
  expect(receipt).toContain(
    `1 action is recorded from today at 09:00 UTC, an hour before it was found, to today at 15:00 UTC:
• today at 09:00 UTC: e-4711 downloaded logs of a host`,
  );
});

it('says nothing of the staff where nothing can have been open', async () => {
  const harness = await startHarness();
  await types(harness, 'erin', 'request payments-prod 1h logs Primary steps down every few minutes');
  await harness.advance(0);
  await types(harness, 'erin', 'help');
  await leaps(harness, day + minute);
  const grant = await harness.onlyGrant();
  expect(grant.state).toBe('lapsed');
  expect(notes(harness, grant).join()).not.toContain('Done by staff');
  expect(await activityEntries(harness)).toEqual([]);
});
