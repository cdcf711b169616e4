import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { type Harness, hour, minute, people, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, readable, rootOf, submits, types } from './steps.ts';

const organization = (harness: Harness) => harness.organizations.get(harness.sandbox.atlas.state.id);
const unreachable = 'Still trying: Atlas cannot be reached from this server.';
/** What somebody is told; the lines of the log that say why name whom it keeps from something. */
const cannotBeRead = (who: 'olivia' | 'oscar'): string =>
  `Your roles in MongoDB Atlas cannot be read right now, and this needs them. Try again in a few minutes.\nReference for the operators of Portcullis: ${people[who]}`;

/** Not blocked; ledger-prod open, a request for payments-prod; then Atlas goes away. */
async function withoutAtlas(forMs: number): Promise<Harness> {
  const harness = await startHarness();
  await types(harness, 'erin', 'request ledger-prod 8h logs Disk latency on the primary');
  await clicks(harness, 'olivia', 'Approve for 8 h');
  await types(harness, 'erin', 'request payments-prod 8h logs Primary steps down every minute');
  await types(harness, 'olivia', 'unblock because the case needs it');
  await submits(harness, 'olivia');
  await harness.olivia.modal().close();
  await harness.sandbox.atlas.down();
  await harness.advance(forMs);
  return harness;
}

async function deny(harness: Harness): Promise<string> {
  await clicks(harness, 'oscar', 'Deny');
  await harness.oscar.modal().fill('Reason', 'Not while Atlas is away.');
  return submits(harness, 'oscar');
}

async function forgetEverything({ database }: Harness): Promise<void> {
  const client = new MongoClient(database.uri);
  await client.db(database.databaseName).dropDatabase();
  await client.close();
}

async function grantOn(harness: Harness, cluster: string) {
  const found = (await harness.allGrants()).find((grant) => grant.target.name === cluster);
  if (found === undefined) throw new Error(`There is no grant for ${cluster}`);
  return found;
}

describe('while Atlas cannot be reached', () => {
  it.each([
    [5, 'snapshot'],
    [35, 'last-known'],
  ] as const)(
    'for %i minutes: revoking, blocking and denying are accepted on what is known (%s)',
    async (minutes, basis) => {
      const harness = await withoutAtlas(minutes * minute);

      expect(await deny(harness)).toContain('Denied: support access to payments-prod');
      const denied = await grantOn(harness, 'payments-prod');
      expect(denied.history.at(-1)).toMatchObject({ action: 'deny', basis });
      expect(rootOf(harness, denied)).toContain('Oscar Second denied support access to payments-prod');

      await types(harness, 'olivia', 'revoke ledger-prod');
      const revoked = await submits(harness, 'olivia');
      expect(revoked).toContain('Accepted, but not seen closed yet');
      expect(revoked).toContain('It may still be open until today at 17:00 UTC');
      expect(revoked).toContain(unreachable);
      expect((await grantOn(harness, 'ledger-prod')).history.find(({ action }) => action === 'revoke')).toMatchObject({
        basis,
      });

      await types(harness, 'oscar', 'block');
      const blocked = await submits(harness, 'oscar');
      expect(blocked).toContain('Accepted, but not seen blocked yet');
      expect(blocked).toContain(unreachable);
      expect(blocked).toContain('As read in MongoDB Atlas today at 09:00 UTC: not blocked.');
      expect((await organization(harness)).history.at(-1)).toMatchObject({ action: 'block', basis });

      const status = await types(harness, 'erin', 'status');
      expect(status).toContain('Support access is not blocked: MongoDB support can already enter');
      expect(status).toContain('to block it; not seen in MongoDB Atlas yet.');
      expect(status).toContain('Closing ledger-prod: not seen closed yet');

      await harness.sandbox.atlas.up();
      await harness.advance(6 * minute);
      expect(harness.sandbox.atlas.state.blocked).toBe(true);
      expect(inAtlas(harness, 'ledger-prod')).toBeUndefined();
      expect(await grantOn(harness, 'ledger-prod')).toMatchObject({ state: 'revoked' });
      const posts = harness.sandbox.slack.messages(harness.channel).map((message) => readable(harness, message));
      expect(posts.filter((text) => text.startsWith('Support access is blocked for the organization'))).toHaveLength(1);
      expect(rootOf(harness, await grantOn(harness, 'ledger-prod'))).toContain('Olivia Owner revoked support access');
    },
  );

  it('nothing that opens is accepted', async () => {
    const harness = await withoutAtlas(35 * minute);
    expect(await clicks(harness, 'olivia', 'Approve for 8 h')).toBe(`Not approved. ${cannotBeRead('olivia')}`);
    expect(await types(harness, 'olivia', 'grant warehouse 4h infrastructure Slow queries since noon')).toBe(
      `Not approved. ${cannotBeRead('olivia')}`,
    );
    expect(await types(harness, 'olivia', 'unblock because the case needs it')).toBe(
      `Not unblocked. ${cannotBeRead('olivia')}`,
    );
    const whoami = await types(harness, 'olivia', 'whoami');
    expect(whoami).toContain('You may still deny, revoke, and block support access for the organization.');
    expect(whoami).toContain('Last read today at 09:00 UTC (35 minutes ago). What opens access needs a newer reading.');
    expect(await grantOn(harness, 'payments-prod')).toMatchObject({ state: 'requested', approvals: [] });
  });

  it('roles that were read more than seven days ago decide nothing; who asked may still end it', async () => {
    const harness = await startHarness();
    await harness.sandbox.stopBot();
    harness.sandbox.clock.tick(7 * 24 * hour + minute);
    await harness.sandbox.atlas.down();
    await harness.sandbox.startBot();
    await types(harness, 'erin', 'request payments-prod 8h logs Primary steps down every minute');
    expect(await clicks(harness, 'oscar', 'Deny')).toBe(`Not denied. ${cannotBeRead('oscar')}`);
    expect(await types(harness, 'oscar', 'block')).toBe(`Not blocked. ${cannotBeRead('oscar')}`);
    expect(await clicks(harness, 'oscar', 'Approve for 8 h')).toBe(`Not approved. ${cannotBeRead('oscar')}`);
    const refused = harness.audits().filter(({ outcome }) => outcome === 'refused');
    expect(refused.map(({ action, reason }) => `${action} ${reason}`)).toEqual(
      ['deny', 'block', 'approve'].map((action) => `${action} roles-unavailable`),
    );
    await types(harness, 'erin', 'revoke payments-prod');
    expect(await submits(harness, 'erin')).toContain('Erin Engineer cancelled the request');
  });

  it('at the first start, people are told that nothing is known yet', async () => {
    const harness = await startHarness();
    await harness.sandbox.stopBot();
    await harness.sandbox.atlas.down();
    await forgetEverything(harness);
    await harness.sandbox.startBot();
    expect(await types(harness, 'erin', 'status')).toContain(
      'Not known yet: whether support access is blocked for the organization',
    );
    expect(await types(harness, 'erin', 'request payments-prod 8h logs Primary steps down')).toBe(
      'The clusters of your organization in MongoDB Atlas are still being read, so nothing was asked for. Try again in a minute.',
    );
    expect(await types(harness, 'olivia', 'block')).toBe(`Not blocked. ${cannotBeRead('olivia')}`);
    await harness.sandbox.atlas.up();
    await harness.advance(2 * minute);
    expect(await types(harness, 'erin', 'status')).toContain('Support access is blocked for the organization');
    expect(await types(harness, 'erin', 'request payments-prod 8h logs Primary steps down')).toContain('Asked for');
  });
});
