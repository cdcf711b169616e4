import { MongoClient } from 'mongodb';
import { expect, it, onTestFinished } from 'vitest';
import { demoProjects } from '../../src/sandbox/atlas/demo-seed.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { GrantStore } from '../../src/store/grants.ts';
import { readable, rootOf, submits, types } from '../end-to-end/steps.ts';
import { channelName, type Harness, hour, startHarness } from '../support/harness.ts';
import { operator } from '../support/operator.ts';
import {
  type SecondOrganization,
  second,
  startSecondOrganization,
  withSecondChannel,
} from '../support/second-organization.ts';

const reason = 'Primary steps down every few minutes';

interface Two {
  readonly harness: Harness;
  readonly other: SecondOrganization;
  readonly otherGrants: GrantStore;
  /** For the next start: the first organization is alone. */
  forget(): void;
}

async function two(): Promise<Two> {
  const clock = new ManualClock(new Date('2026-03-02T09:00:00Z'));
  const other = await startSecondOrganization(clock);
  let isKnown = true;
  const harness = await startHarness({
    clock,
    slackSeed: withSecondChannel(),
    further: (records) => (isKnown ? [other.config(records)] : []),
  });
  const client = new MongoClient(harness.database.uri, { ignoreUndefined: true });
  onTestFinished(async () => {
    await client.close();
    await other.atlas.close();
  });
  const records = `${harness.database.databaseName}_${second.key}`;
  const forget = (): void => {
    isKnown = false;
  };
  return { harness, other, otherGrants: new GrantStore(client.db(records)), forget };
}

const openIn = ({ state }: SecondOrganization['atlas']) => state.findGrant(demoProjects.payments, 'payments-prod');

it('takes a command for the organization whose channel it is typed in, and says which in every answer', async () => {
  const { harness, other, otherGrants } = await two();
  const here = await types(harness, 'erin', `request payments-prod 8h logs ${reason}`);
  const there = await types(harness, 'olivia', `request payments-prod 4h logs ${reason}`, second.channelName);
  expect(here).toContain('Organization: Meridian Health');
  expect(there).toContain('Organization: Globex');
  const grant = await harness.onlyGrant();
  const [grantThere] = await otherGrants.requested(second.organizationId);
  expect(grant.channelId).toBe(harness.channel);
  expect(rootOf(harness, grant)).toContain('Organization: Meridian Health');
  expect(grantThere).toMatchObject({ channelId: second.channel, terms: { durationMs: 4 * hour } });
  expect(await otherGrants.find(grant._id)).toBeUndefined();

  // An owner of one is none of the other, although both buttons are before them.
  const refused = await harness.olivia.clicks('Approve for 4 h', { channel: second.channelName });
  await harness.idle();
  expect(refused.ephemerals.map((message) => readable(harness, message)).join()).toContain('Erin Engineer');
  await harness.olivia.clicks('Approve for 8 h', { channel: channelName });
  await harness.erin.clicks('Approve for 4 h', { channel: second.channelName });
  await harness.idle();
  expect(openIn(harness.sandbox.atlas)?.expirationTime).toEqual(new Date('2026-03-02T17:00:00Z'));
  expect(openIn(other.atlas)?.expirationTime).toEqual(new Date('2026-03-02T13:00:00Z'));

  // A lockdown of one leaves the other open.
  await types(harness, 'erin', 'lockdown', second.channelName);
  await submits(harness, 'erin');
  expect(openIn(other.atlas)).toBeUndefined();
  expect(openIn(harness.sandbox.atlas)).toBeDefined();
});

it('asks for which organization something typed elsewhere is meant, and carries it out without typing it again', async () => {
  const { harness, other, otherGrants } = await two();
  const asked = await types(harness, 'erin', `grant payments-prod 4h logs ${reason}`, 'engineering');
  expect(asked).toContain('For which organization?');
  expect(asked).toMatch(/\[Meridian Health\] \[Globex\]/);
  await harness.erin.clicks('Globex', { channel: 'engineering' });
  await harness.idle();
  expect(openIn(other.atlas)).toBeDefined();
  expect(await harness.allGrants()).toEqual([]);
  expect(await otherGrants.live(second.organizationId)).toHaveLength(1);

  // The first word names one anywhere; what is closed there is only what is open there.
  expect(await types(harness, 'erin', 'globex status', 'engineering')).toContain('payments-prod');
  expect(await types(harness, 'erin', 'meridian status', 'engineering')).toContain('No grant is open');
});

it('shows both in the home tab, each with its own buttons, and keeps their modals apart', async () => {
  const { harness, other } = await two();
  await harness.erin.opensHome();
  await harness.idle();
  const { text } = harness.erin.home();
  expect(text).toContain('Meridian Health');
  expect(text).toContain('Globex');
  // Only an owner is offered it, and Erin owns the second alone.
  await harness.erin.home().clicks('Grant access');
  await harness.idle();
  const modal = harness.erin.modal();
  expect(modal.text).toContain('Organization: Globex');
  await modal.searches('Cluster', 'payments');
  await modal.choose('Cluster', 'payments-prod');
  await modal.fill('Reason', reason);
  expect(await submits(harness, 'erin')).toContain('Organization: Globex');
  expect(openIn(other.atlas)).toBeDefined();
  expect(openIn(harness.sandbox.atlas)).toBeUndefined();
});

it('asks operators which organization a command is about', async () => {
  const { harness } = await two();
  const run = operator(harness);
  expect(await run('grant', 'list')).toMatchObject({
    code: 2,
    complaints: expect.stringContaining('meridian, globex'),
  });
  expect(await run('link', 'list', '--organization', 'globex')).toMatchObject({ code: 0 });
  expect(await run('link', 'list', '--organization=nobody')).toMatchObject({ code: 2 });
  const { out } = await run('doctor');
  expect(out).toContain('Globex: MongoDB Atlas');
  expect(out).toContain('Meridian Health: MongoDB Atlas');
});

it('answers a button of an organization that is looked after no more, and one of those that still is', async () => {
  const { harness, forget } = await two();
  await types(harness, 'erin', `request payments-prod 8h logs ${reason}`);
  await types(harness, 'oscar', `request payments-prod 4h logs ${reason}`, second.channelName);
  await harness.sandbox.stopBot();
  forget();
  harness.sandbox.configure(undefined);
  await harness.sandbox.startBot();
  const gone = await harness.oscar.clicks('Deny', { channel: second.channelName });
  await harness.idle();
  expect(gone.ephemerals.map((message) => readable(harness, message)).join()).toContain('does not look after this');
  expect(openIn(harness.sandbox.atlas)).toBeUndefined();
});

it('goes on with both after a restart, and carries each on by itself', async () => {
  const { harness, other } = await two();
  await types(harness, 'olivia', `grant payments-prod 1h logs ${reason}`);
  await types(harness, 'erin', `grant payments-prod 2h logs ${reason}`, second.channelName);
  await harness.sandbox.stopBot();
  await harness.sandbox.startBot();
  await harness.advance(1.5 * hour);
  expect(openIn(harness.sandbox.atlas)).toBeUndefined();
  expect(openIn(other.atlas)).toBeDefined();
  const told = (channel: string): string =>
    harness.sandbox.slack
      .messages(channel)
      .map((message) => readable(harness, message))
      .join('\n');
  expect(told(harness.channel)).not.toContain('Globex');
  expect(told(second.channel)).not.toContain('Meridian Health');
  await harness.advance(hour);
  expect(openIn(other.atlas)).toBeUndefined();
});

it('starts for the others where one is set up wrongly, and says whose mistake it is', async () => {
  const { harness } = await two();
  await harness.sandbox.stopBot();
  harness.sandbox.slack.removeBotFromChannel(second.channel);
  await harness.sandbox.startBot();
  expect(harness.logs).toContainEqual(
    expect.objectContaining({
      msg: 'The set-up is wrong; running all the same, for the other organizations',
      problem: expect.stringMatching(/^Globex: Slack: The bot is not in the channel/),
    }),
  );
  await types(harness, 'olivia', `grant payments-prod 1h logs ${reason}`);
  expect(openIn(harness.sandbox.atlas)).toBeDefined();
});

it('says what is left open in the records of an organization that is configured no more', async () => {
  const { harness, forget } = await two();
  await types(harness, 'erin', `grant payments-prod 2h logs ${reason}`, second.channelName);
  await harness.sandbox.stopBot();
  forget();
  harness.sandbox.configure(undefined);
  await harness.sandbox.startBot();
  const told = harness.logs.filter(({ msg }) => String(msg).startsWith('Access is open in records that no configured'));
  expect(told).toEqual([expect.objectContaining({ level: 'error', organization: 'globex', open: 1 })]);
});
