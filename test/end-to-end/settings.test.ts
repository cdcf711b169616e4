import { describe, expect, it } from 'vitest';
import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { demoWorkspace } from '../../src/sandbox/demo-workspace.ts';
import { mentionsIn } from '../../src/sandbox/slack/mentions.ts';
import { type Harness, minute, naming, people, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, leaps, readable, rootOf, submits, types } from './steps.ts';

type Owner = 'olivia' | 'oscar';

/** Channels besides that of Portcullis: one with the bot, one without, as they stand in the demo workspace. */
const workspace = {
  ...demoWorkspace,
  channels: [
    ...demoWorkspace.channels,
    { name: 'vendor-access', members: [people.erin, people.olivia], botIsMember: true },
  ],
};

const oneOwner = {
  ...demoSeed,
  users: demoSeed.users.map((user) => (user.email.startsWith('oscar') ? { ...user, orgRoles: ['ORG_MEMBER'] } : user)),
};

async function opens(harness: Harness, who: Owner) {
  await types(harness, who, 'settings');
  return harness[who].modal();
}

/** The last message in a channel, as its readers see it. */
const lastIn = (harness: Harness, channel: string): string => {
  const last = harness.sandbox.slack.messages(channel).at(-1);
  return last === undefined ? '' : readable(harness, last);
};

const settingsOf = async ({ organizations }: Harness) => (await organizations.get(demoSeed.organizationId)).policy;

describe('who may see and change the settings', () => {
  it.each(['erin', 'priya'] as const)('%s reads them', async (who) => {
    const harness = await startHarness({ settings: { DECIDERS: 'project-roles' } });
    expect(await types(harness, who, 'settings')).toMatchSnapshot();
    expect(harness[who].hasModal()).toBe(false);
  });

  it.each([
    ['gus', 'Guests of this workspace'],
    ['sven', 'People of another workspace'],
  ] as const)('%s sees nothing', async (who, why) => {
    const harness = await startHarness();
    const answer = await types(harness, who, 'settings');
    expect(answer).toContain(why);
    expect(answer).not.toContain('Approvals needed');
  });

  it('an owner gets the form, by the command and from the home tab, and nobody else has the button', async () => {
    const harness = await startHarness();
    for (const who of ['olivia', 'erin'] as const) {
      await harness[who].opensHome();
      await harness.idle();
    }
    expect(harness.erin.home().text).not.toContain('[Settings]');
    await harness.olivia.home().clicks('Settings');
    await harness.idle();
    expect(harness.olivia.modal().text).toContain('=== Portcullis settings ===');
    await opens(harness, 'oscar');
    expect(harness.oscar.modal().text.replaceAll(harness.channel, 'CHANNEL')).toMatchSnapshot();
  });

  it('an owner whose role was lost while the form was open changes nothing', async () => {
    const harness = await startHarness();
    const form = await opens(harness, 'oscar');
    harness.sandbox.atlas.state.setUserRoles('oscar.second@meridian.example', { orgRoles: ['ORG_MEMBER'] });
    await form.choose('Approvals needed', '2');
    expect(await submits(harness, 'oscar')).toContain(
      'No setting was changed. Only an organization owner may change the settings of Portcullis. Ask Olivia Owner.',
    );
    expect(await settingsOf(harness)).toBeUndefined();
    expect(harness.audits()).toContainEqual(expect.objectContaining({ action: 'settings', reason: 'not-owner' }));
  });

  it('while roles cannot be read an owner reads them too, and is told why', async () => {
    const harness = await startHarness();
    harness.sandbox.atlas.addFault({ kind: 'status', status: 503, call: 'listUsers' });
    expect(await types(harness, 'olivia', 'settings')).toContain(
      'Your roles in MongoDB Atlas cannot be read right now, and this needs them.',
    );
  });
});

describe('a change', () => {
  it('is told once with everything that is different, kept, and in force at once', async () => {
    const harness = await startHarness();
    const form = await opens(harness, 'olivia');
    await form.fill('Duration when nothing is said', '4h');
    await form.fill('Longest duration', '12 hours');
    await form.choose('Approvals needed', '2');
    expect(await form.searches('Mentioned in requests', '@db')).toEqual(['People who may decide', '@db-owners']);
    await form.choose('Mentioned in requests', '@db-owners');
    expect(await form.searches('Time zone', 'new york')).toEqual(['America/New_York']);
    await form.choose('Time zone', 'America/New_York');
    await form.fill('Reminders before the end', '1h, 30 min');
    await form.fill('An undecided request lapses after', '12h');
    expect(await submits(harness, 'olivia')).toMatchSnapshot();
    expect(lastIn(harness, harness.channel)).toMatchSnapshot();
    const told = harness.sandbox.slack
      .messages(harness.channel)
      .filter(({ text }) => text.includes('settings of Portcullis'));
    expect(told.flatMap(mentionsIn)).toEqual([]);
    expect(told).toHaveLength(1);

    await types(harness, 'erin', 'request payments-prod logs Primary steps down again');
    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({ terms: { durationMs: 240 * minute }, approvalsNeeded: 2 });
    expect(grant.lapsesAt).toEqual(new Date('2026-03-02T21:00:00Z'));
    expect(rootOf(harness, grant)).toContain('To decide: @db-owners');
    const [root] = harness.sandbox.slack.messages(harness.channel).filter(({ ts }) => ts === grant.message?.ts);
    expect(root === undefined ? [] : mentionsIn(root)).toEqual(['<!subteam^S0DBOWNRS>']);
    expect(harness.audits().filter(({ action }) => action === 'change-setting')).toHaveLength(7);
    expect(harness.sandbox.slack.warnings).toEqual([]);
  });

  it('of nothing says so, and the channel is told nothing', async () => {
    const harness = await startHarness();
    await opens(harness, 'olivia');
    const before = harness.sandbox.slack.messages(harness.channel).length;
    expect(await submits(harness, 'olivia')).toContain('Nothing was changed: these are the settings already.');
    expect(harness.sandbox.slack.messages(harness.channel)).toHaveLength(before);
  });

  it('that nobody could satisfy is refused at its fields, and what was typed stays', async () => {
    const harness = await startHarness();
    const form = await opens(harness, 'olivia');
    await form.fill('Longest duration', '8h');
    await form.fill('Reminders before the end', 'soon');
    await form.choose('Approvals needed', '3');
    await form.fill('Grants that one person may open in an hour', '0');
    await form.submit();
    expect(form.errors).toEqual({
      'Duration when nothing is said': 'Give a duration from 30 min to 8 h, which is the longest.',
      'Approvals needed': 'Nothing could be approved: it would take 3 people, and only 2 people can decide now.',
      'Grants that one person may open in an hour':
        'Give a whole number from 1 to 100, or leave it empty for no limit.',
      'Reminders before the end': 'Give times before the end, with commas between them, for example: 4h, 30m.',
    });
    expect(form.text).toContain('Longest duration: 8h');
    expect(form.text).toContain('Reminders before the end (optional): soon');
    expect(await settingsOf(harness)).toBeUndefined();
  });

  it('warns of too few who can decide, and refuses to need more than there are', async () => {
    const harness = await startHarness({ atlasSeed: oneOwner, settings: { DECIDERS: 'project-roles' } });
    const form = await opens(harness, 'olivia');
    expect(form.text).toContain('In payments: Olivia Owner and Priya Project');
    expect(form.text).toContain(
      '[warning] In platform only one person can decide: while they are away nothing is approved.',
    );
    await form.choose('Approvals needed', '2');
    expect(await submits(harness, 'olivia')).toContain('Saved');
    await opens(harness, 'olivia');
    expect(harness.olivia.modal().text).toContain(
      '[warning] In platform it would take 2 people for everything to be approved, and there is 1.',
    );
  });

  it('by two owners at once: the second sees what the first changed, and keeps what was typed', async () => {
    const harness = await startHarness();
    const [first, second] = [await opens(harness, 'olivia'), await opens(harness, 'oscar')];
    await first.choose('Approvals needed', '2');
    await submits(harness, 'olivia');
    await second.choose('Link to the support case', 'Required');
    const shown = await submits(harness, 'oscar');
    expect(shown).toContain('Nothing was saved: Olivia Owner changed settings while you had them open.');
    expect(shown).toContain('Approvals needed: 2 (before: 1)');
    expect(shown).toMatch(/\( \) 1\n\(•\) 2/);
    expect(shown).toContain('(•) Required');
    expect(await settingsOf(harness)).toEqual({ approvalsNeeded: 2 });
    expect(await submits(harness, 'oscar')).toContain('Link to the support case: required (before: may be left out)');
    expect(await settingsOf(harness)).toEqual({ approvalsNeeded: 2, caseUrlRequired: true });
  });

  it('is not made where Slack cannot say in time whether the bot is in the channel', async () => {
    const harness = await startHarness({ slackSeed: workspace });
    const form = await opens(harness, 'olivia');
    harness.sandbox.slack.addFault({ method: 'conversations.info', kind: 'cut-before', times: 9 });
    await form.choose('Channel', 'vendor-access');
    await form.submit();
    expect(Object.values(form.errors)).toEqual([
      'Nothing was saved: the settings could not be checked just now. Save them again in a moment.',
    ]);
  });
});

describe('another channel', () => {
  it('has to have the bot in it', async () => {
    const harness = await startHarness({ slackSeed: workspace });
    const form = await opens(harness, 'olivia');
    await form.choose('Channel', 'engineering');
    await form.submit();
    expect(form.errors).toEqual({
      Channel: 'Portcullis is not in that channel. Type /invite @Portcullis there first.',
    });
    harness.sandbox.slack.archiveChannel('vendor-access');
    await form.choose('Channel', 'vendor-access');
    await form.submit();
    expect(form.errors).toEqual({ Channel: 'That channel is archived: nothing can be posted there.' });
  });

  it('takes what is new, is told of in both, and outlasts a restart; what stands stays where it is', async () => {
    const harness = await startHarness({ slackSeed: workspace });
    const { slack } = harness.sandbox;
    await types(harness, 'erin', 'request payments-prod 8h infrastructure Primary steps down again');
    const form = await opens(harness, 'olivia');
    await form.choose('Channel', 'vendor-access');
    expect(await submits(harness, 'olivia')).toContain('Saved');
    const moved = slack.channelId('vendor-access');
    for (const channel of [harness.channel, moved]) {
      expect(lastIn(harness, channel)).toContain('New requests and notes are posted in the new channel');
    }
    await harness.sandbox.stopBot();
    await harness.sandbox.startBot();
    // The channel that was left does not tell any more which of several organizations is meant.
    await types(harness, 'erin', naming(harness, 'request ledger-prod 8h infrastructure Slow queries since noon'));
    const [old, fresh] = await harness.allGrants();
    expect([old?.message?.channel, fresh?.message?.channel]).toEqual([harness.channel, moved]);
    await clicks(harness, 'olivia', 'Approve for 8 h', { message: 'payments-prod' });
    expect((await harness.allGrants())[0]).toMatchObject({ state: 'active', message: { channel: harness.channel } });
  });
});

describe('what is on offer', () => {
  const narrow = async (harness: Harness): Promise<void> => {
    const form = await opens(harness, 'olivia');
    await form.choose('Types of access on offer', 'Infrastructure and all cluster logs');
    await form.choose('Types of access on offer', 'Infrastructure and App Services sync data');
    await form.fill('Longest duration', '8h');
    await form.fill('Duration when nothing is said', '8h');
    expect(await submits(harness, 'olivia')).toContain('Types of access on offer: database logs only (before:');
  };

  it('is all that can be asked for, by form and by command', async () => {
    const harness = await startHarness();
    await narrow(harness);
    await types(harness, 'erin', 'request payments-prod 12h sync Primary steps down again');
    const form = harness.erin.modal();
    expect(form.fields.find(({ label }) => label === 'Access')?.options).toEqual(['Database logs only']);
    expect(form.fields.find(({ label }) => label === 'Duration')?.options).not.toContain('12 h');
    expect(form.text).toContain('That type of access is not on offer. Choose one of these: database logs only.');
    expect(form.text).toContain('Choose a duration from 30 min to 8 h, for example 4h.');
    expect(await types(harness, 'dana', 'help', 'engineering')).toContain(
      'from 30 min to 8 h. 8 h when nothing is said.',
    );
  });

  it('leaves what is open its terms, which can be extended or changed only to what is on offer', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', 'grant payments-prod 20h infrastructure Primary steps down again');
    await narrow(harness);
    expect(inAtlas(harness, 'payments-prod')?.expirationTime).toEqual(new Date('2026-03-03T05:00:00Z'));
    await leaps(harness, 14 * 60 * minute);
    await types(harness, 'olivia', 'extend payments-prod 12h');
    expect(harness.olivia.modal().text).toContain('Choose a duration from 30 min to 8 h');
    expect(await types(harness, 'oscar', 'extend payments-prod 8h')).toContain(
      'Nothing was asked for. That type of access is not on offer.',
    );
    await types(harness, 'oscar', 'change payments-prod sync');
    expect(harness.oscar.modal().fields.map(({ options }) => options)).toEqual([['Database logs only']]);
    expect(await types(harness, 'oscar', 'change payments-prod logs')).toContain(
      'Changed: support access to payments-prod',
    );
    expect(inAtlas(harness, 'payments-prod')?.grantType).toBe('CLUSTER_DATABASE_LOGS');
  });

  it('is all that can be approved, of what was asked for before as well', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request payments-prod 12h infrastructure Primary steps down again');
    await narrow(harness);
    expect(await clicks(harness, 'oscar', 'Approve for 12 h')).toContain(
      'Not approved: infrastructure and all cluster logs for 12 h is not on offer any more, since the settings were changed.',
    );
    await clicks(harness, 'oscar', 'Approve with changes…');
    expect(harness.oscar.modal().fields.map(({ options }) => options.at(-1))).toEqual([
      'Database logs only',
      '8 h',
      undefined,
    ]);
    expect(await submits(harness, 'oscar')).toContain('payments-prod is open to MongoDB support');
    expect(inAtlas(harness, 'payments-prod')).toEqual({
      grantType: 'CLUSTER_DATABASE_LOGS',
      expirationTime: new Date('2026-03-02T17:00:00Z'),
    });
  });

  it('has to come with the link to a case where that is required', async () => {
    const harness = await startHarness();
    const form = await opens(harness, 'olivia');
    await form.choose('Link to the support case', 'Required');
    await submits(harness, 'olivia');
    const required = 'Give the address of the support case as a link that begins with https://. Here it is required.';
    for (const command of ['request', 'grant']) {
      await types(harness, 'oscar', `${command} payments-prod 4h logs Primary steps down again`);
      const asking = harness.oscar.modal();
      expect(asking.text).toContain(`[warning] ${required}`);
      expect(asking.fields.find(({ label }) => label === 'Support case')?.isOptional).toBe(false);
      await asking.fill('Support case', 'http://support.example/1');
      await asking.submit();
      expect(asking.errors).toEqual({ 'Support case': required });
      await asking.close();
    }
    expect(await harness.allGrants()).toEqual([]);
    await types(harness, 'erin', 'request payments-prod 4h logs Steps down, see https://support.example/case/1');
    expect(await harness.onlyGrant()).toMatchObject({ caseUrl: 'https://support.example/case/1' });
  });
});
