import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { type Harness, hour, minute, people, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, submits, types } from './steps.ts';

type Name = keyof typeof people;

const everyone = { settings: { DECIDERS: 'project-roles' } };
const asking = 'request payments-prod 8h logs Primary steps down every few minutes';

/** Opens the home tab, waits for all that comes of it, and reads it. */
async function home(harness: Harness, who: Name): Promise<string> {
  const { status } = await harness[who].opensHome();
  expect(status).toBe(200);
  await harness.idle();
  return harness[who].home().text;
}

/** Presses a button of the home tab, says yes, waits for all that comes of it, and reads the modal that tells of it. */
async function presses(harness: Harness, who: Name, label: string): Promise<string> {
  const told = harness.sandbox.slack.ephemerals().length;
  await harness[who].home().clicks(label);
  await harness.idle();
  expect(harness.sandbox.slack.ephemerals()).toHaveLength(told);
  return harness[who].modal().text;
}

/** Whose home tabs have been published since. */
function published(harness: Harness, since = 0): string[] {
  const calls = harness.sandbox.slack.calls.slice(since).filter(({ method }) => method === 'views.publish');
  return calls.map(({ body }) => String(body.user_id));
}

const buttons = (text: string): string[] => [...text.matchAll(/\[([^\]]+)\]/g)].map(([, label]) => label ?? '');

/** Something open that nobody of the table asked for, a request on each project, one of Erin's, and one that ended. */
async function busy(): Promise<Harness> {
  const harness = await startHarness(everyone);
  await types(harness, 'sam', 'request events-prod 8h logs Oplog window keeps shrinking');
  await clicks(harness, 'sam', 'Approve for 8 h');
  await types(harness, 'erin', 'request platform/staging 1h logs Nobody will look at this');
  await types(harness, 'erin', 'revoke staging');
  await submits(harness, 'erin');
  await types(harness, 'erin', asking);
  harness.sandbox.clock.tick(minute);
  await types(harness, 'dana', 'request warehouse 2h infrastructure Queries are slow since Monday');
  return harness;
}

const asOwner = ['Ask for access', 'Grant access', 'Close everything', 'Settings'];

describe('what the home tab offers', () => {
  it.each<[Name, string[]]>([
    // An owner decides everything; a grant through a team counts as any other.
    ['olivia', [...asOwner, 'Extend', 'Revoke now', 'Approve for 8 h', 'Deny', 'Approve for 2 h', 'Deny']],
    ['oscar', [...asOwner, 'Extend', 'Revoke now', 'Approve for 8 h', 'Deny', 'Approve for 2 h', 'Deny']],
    ['priya', ['Ask for access', 'Grant access', 'Extend', 'Approve for 8 h', 'Deny']],
    ['sam', ['Ask for access', 'Grant access', 'Extend', 'End access now', 'Approve for 2 h', 'Deny']],
    ['erin', ['Ask for access', 'Extend', 'Cancel request']],
    ['dana', ['Ask for access', 'Extend', 'Cancel request']],
    // Whoever may ask may ask for a change, too.
    ['pat', ['Ask for access', 'Extend']],
    ['gus', []],
    ['sven', []],
  ])('%s', async (who, offered) => {
    const harness = await busy();
    const text = await home(harness, who);
    expect(buttons(text)).toEqual(offered);
    if (offered.length > 0) {
      expect(text).toContain('# Open now\nevents-prod is open to MongoDB support');
      expect(text).toContain('# Ended last\nErin Engineer cancelled the request for support access to staging');
    } else {
      expect(text).toMatch(/^Portcullis shows you nothing here\n(Guests of this|People of another) workspace cannot/);
      expect(text).not.toContain('prod');
    }
    expect(harness.sandbox.slack.warnings).toEqual([]);
  });
});

describe('the buttons', () => {
  it('approve, and tell in a modal what was seen', async () => {
    const harness = await startHarness(everyone);
    await types(harness, 'erin', asking);
    await home(harness, 'priya');
    const pressed = await harness.priya.home().clicks('Approve for 8 h', { confirm: 'cancel' });
    expect(pressed.confirm).toContain('Opens payments-prod to MongoDB support for 8 h: database logs only.');
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested' });

    expect(await presses(harness, 'priya', 'Approve for 8 h')).toContain('payments-prod is open to MongoDB support');
    expect(inAtlas(harness, 'payments-prod')).toBeDefined();
    expect(harness.priya.home().text).toContain('# Open now\npayments-prod is open');
    expect(harness.priya.home().text).toContain('No request waits for you.');
  });

  it('deny, with a reason', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', asking);
    await home(harness, 'olivia');
    expect(await presses(harness, 'olivia', 'Deny')).toContain('=== Deny the request ===');
    await harness.olivia.modal().fill('Reason', 'Not before the release');
    expect(await submits(harness, 'olivia')).toContain('Denied: support access to payments-prod');
    expect(harness.olivia.home().text).toContain('# Ended last\nOlivia Owner denied support access to payments-prod');
  });

  it('cancel one’s own request', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', asking);
    await home(harness, 'erin');
    expect(await presses(harness, 'erin', 'Cancel request')).toContain('Erin Engineer cancelled the request');
    expect(await harness.onlyGrant()).toMatchObject({ state: 'cancelled' });
    expect(harness.erin.home().text).toContain('None of your requests waits for a decision.');
  });

  it('end access for whoever asked, and revoke it for a decider', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', asking);
    await clicks(harness, 'olivia', 'Approve for 8 h');
    await types(harness, 'oscar', 'grant ledger-prod 2h logs Disk latency on the primary');
    await home(harness, 'erin');
    await home(harness, 'olivia');
    expect(await presses(harness, 'erin', 'End access now')).toContain('payments-prod is closed');
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
    expect(await presses(harness, 'olivia', 'Revoke now')).toContain('ledger-prod is closed');
    expect(harness.olivia.home().text).toContain('No grant is open.');
  });

  it('open the forms of a request and of a grant', async () => {
    const harness = await startHarness();
    await home(harness, 'olivia');
    for (const [label, title] of [
      ['Ask for access', 'Ask for support access'],
      ['Grant access', 'Grant support access'],
    ] as const) {
      expect(await presses(harness, 'olivia', label)).toContain(`=== ${title} ===`);
      await harness.olivia.modal().close();
    }
    await harness.olivia.home().clicks('Grant access');
    await harness.idle();
    const form = harness.olivia.modal();
    await form.searches('Cluster', 'ledger');
    await form.choose('Cluster', 'ledger-prod');
    await form.fill('Reason', 'Disk latency on the primary');
    expect(await submits(harness, 'olivia')).toContain('ledger-prod is open to MongoDB support');
    expect(await harness.onlyGrant()).toMatchObject({ state: 'active' });
  });

  it('lead an owner to the confirm step of a block', async () => {
    const harness = await startHarness();
    harness.sandbox.atlas.state.setBlocked(false, { email: 'oscar.second@meridian.example' });
    await harness.advance(6 * minute);
    expect(buttons(await home(harness, 'erin'))).not.toContain('Block');
    await home(harness, 'olivia');
    expect(await presses(harness, 'olivia', 'Block')).toContain('=== Block support access ===');
    await submits(harness, 'olivia');
    expect(harness.olivia.home().text).toMatch(/^Support access is blocked for the organization/);
  });

  it('lead an owner, and nobody else, to the confirm step of a lockdown', async () => {
    const harness = await startHarness();
    expect(buttons(await home(harness, 'erin'))).not.toContain('Close everything');
    await types(harness, 'olivia', 'grant ledger-prod 8h infrastructure Disk latency on the primary');
    await home(harness, 'olivia');
    expect(await presses(harness, 'olivia', 'Close everything')).toContain('ledger-prod: infrastructure and all');
    expect(await submits(harness, 'olivia')).toContain('Lockdown: everything is closed');
    expect(await harness.onlyGrant()).toMatchObject({ state: 'revoked' });
  });

  it('tell whoever has lost the right since, in a modal', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', asking);
    await home(harness, 'oscar');
    harness.sandbox.atlas.state.setUserRoles('oscar.second@meridian.example', { orgRoles: ['ORG_MEMBER'] });
    expect(await presses(harness, 'oscar', 'Approve for 8 h')).toContain('Not approved. ');
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested' });
  });

  it('show that they work on it where that takes a while', async () => {
    const harness = await startHarness({ timeoutMs: 3_000 });
    await types(harness, 'erin', asking);
    await home(harness, 'olivia');
    const slow = harness.sandbox.atlas.addFault({ kind: 'hang', call: 'listUsers' });
    const pressed = harness.olivia.home().clicks('Approve for 8 h');
    await expect.poll(() => harness.olivia.hasModal(), { timeout: 5_000 }).toBe(true);
    expect(harness.olivia.modal().text).toContain('Reading what this needs. One moment.');
    await pressed;
    await harness.idle();
    slow.clear();
    expect(harness.olivia.modal().text).toContain('Your roles in MongoDB Atlas cannot be read right now');
  });
});

describe('a change', () => {
  it('is shown to those whom it concerns, and to nobody else', async () => {
    const harness = await startHarness(everyone);
    for (const who of ['olivia', 'priya', 'sam', 'erin', 'dana'] as const) await home(harness, who);
    const before = harness.sandbox.slack.calls.length;
    await types(harness, 'erin', asking.replace('8h', '30m'));
    expect(new Set(published(harness, before))).toEqual(new Set([people.olivia, people.priya, people.erin]));
    expect(harness.priya.home().text).toContain('Erin Engineer asks for support access to payments-prod');

    await clicks(harness, 'olivia', 'Approve for 30 min');
    expect(harness.erin.home().text).toContain('# Open now\npayments-prod is open');
    // What stays the same is not sent again.
    const quiet = harness.sandbox.slack.calls.length;
    await harness.advance(10 * minute);
    expect(published(harness, quiet)).toEqual([]);
    await harness.advance(25 * minute);
    expect(harness.erin.home().text).toContain('# Ended last\nSupport access to payments-prod ended by itself');
  });

  it('of the block reaches deciders and those who wait', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', asking);
    for (const who of ['oscar', 'erin', 'dana'] as const) await home(harness, who);
    const before = harness.sandbox.slack.calls.length;
    harness.sandbox.atlas.state.setBlocked(false, { email: 'oscar.second@meridian.example' });
    await harness.advance(6 * minute);
    expect(new Set(published(harness, before))).toEqual(new Set([people.oscar, people.erin]));
    expect(harness.oscar.home().text).toMatch(/^Support access is not blocked/);
    expect(harness.erin.home().text).toContain('This cannot be approved yet.');
  });

  it('that happens while no process runs is shown when one does again', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', asking);
    await clicks(harness, 'olivia', 'Approve for 8 h');
    await home(harness, 'erin');
    await harness.sandbox.stopBot();
    harness.sandbox.clock.tick(9 * hour);
    await harness.sandbox.startBot();
    await harness.idle();
    expect(harness.erin.home().text).toContain('# Ended last\nSupport access to payments-prod ended by itself');
  });

  it('is not sent to a tab that nobody has opened for a week', async () => {
    const harness = await startHarness();
    await home(harness, 'oscar');
    await home(harness, 'erin');
    harness.sandbox.clock.tick(8 * 24 * hour);
    await harness.sandbox.bot.sweep();
    await home(harness, 'erin');
    const before = harness.sandbox.slack.calls.length;
    await types(harness, 'erin', asking);
    expect(new Set(published(harness, before))).toEqual(new Set([people.erin]));
  });
});

describe('when something is missing', () => {
  it('says so before the organization has been read, and follows by itself', async () => {
    const harness = await startHarness();
    await harness.sandbox.stopBot();
    const client = new MongoClient(harness.database.uri);
    await client.db(harness.database.databaseName).dropDatabase();
    await client.close();
    const atlas = harness.sandbox.atlas.addFault({ kind: 'status', status: 503 });
    await harness.sandbox.startBot();
    expect(await home(harness, 'olivia')).toMatch(
      /^Not known yet: [\s\S]*Portcullis is still reading your organization in MongoDB Atlas\.[\s\S]*No grant is open\./,
    );
    expect(buttons(harness.olivia.home().text)).toEqual([]);
    atlas.clear();
    await harness.advance(10 * minute);
    expect(harness.olivia.home().text).toMatch(/^Support access is blocked for the organization/);
    expect(buttons(harness.olivia.home().text)).toEqual(asOwner);
    const before = harness.sandbox.slack.calls.length;
    await harness.advance(10 * minute);
    expect(published(harness, before)).toEqual([]);
  });

  it('tries again where Slack asks it to wait, and not where Slack refuses', async () => {
    const harness = await startHarness();
    harness.sandbox.slack.addFault({ method: 'views.publish', kind: 'rate-limited', retryAfterSeconds: 20, times: 1 });
    await harness.olivia.opensHome();
    await harness.idle();
    expect(() => harness.olivia.home()).toThrow();
    await harness.advance(minute);
    expect(harness.olivia.home().text).toContain('Support access is blocked');

    const refused = harness.sandbox.slack.addFault({ method: 'views.publish', kind: 'error', error: 'not_enabled' });
    await types(harness, 'erin', asking);
    await harness.advance(hour);
    expect(refused.hits).toBeGreaterThan(0);
    expect(refused.hits).toBeLessThan(4);
    expect(harness.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', hint: expect.stringContaining('home tab') }),
    );
    refused.clear();
    expect(await home(harness, 'olivia')).toContain('Erin Engineer asks for support access to payments-prod');
  });

  it('says at home that the database cannot be reached', async () => {
    const harness = await startHarness();
    await home(harness, 'olivia');
    const { server } = harness.database;
    if (server === undefined) throw new Error('This test needs the in-memory server');
    server.fault = () => 'cut-before';
    await harness.olivia.opensHome();
    await expect
      .poll(() => harness.olivia.home().text, { timeout: 20_000 })
      .toMatch(/database[\s\S]*Reference for the operators of Portcullis: [0-9a-f]{8}/);
    server.fault = undefined;
    expect(await home(harness, 'olivia')).toContain('Support access is blocked');
  });
});
