import { describe, expect, it } from 'vitest';
import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { type Harness, hour, minute, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, leaps, notes, readable, rootOf, submits, types } from './steps.ts';

const asked = 'request payments-prod 1h logs Primary steps down every minute';
const granted = asked.replace('request', 'grant');
const isOpen = 'payments-prod is open to MongoDB support';
const owners = ['olivia', 'oscar'] as const;

/** What is done to the channel, what owners are told of it and what to do, and what brings it back. */
const outages: readonly (readonly [string, string, (harness: Harness) => () => void])[] = [
  [
    'archived',
    'It is archived. Found today at 09:00 UTC (now). Unarchive it, or choose another channel: `/support-access settings`',
    ({ sandbox: { slack }, channel }) => {
      slack.archiveChannel(channel);
      return () => slack.state.directory.setChannel(channel, { isArchived: false });
    },
  ],
  [
    'one that the bot was removed from',
    'Portcullis is not in it any more. Found today at 09:00 UTC (now). Type `/invite @Portcullis` there, or choose another channel: `/support-access settings`',
    ({ sandbox: { slack }, channel }) => {
      slack.removeBotFromChannel(channel);
      return () => slack.addBotToChannel(channel);
    },
  ],
  [
    'deleted, or out of sight',
    'It was deleted, or it is private and Portcullis was removed from it. Found today at 09:00 UTC (now). Type `/invite @Portcullis` there, or choose another channel: `/support-access settings`',
    ({ sandbox: { slack }, channel }) => {
      slack.state.directory.setChannel(channel, { isPrivate: true, botIsMember: false });
      return () => slack.state.directory.setChannel(channel, { botIsMember: true });
    },
  ],
];

const told = (harness: Harness, who: keyof Pick<Harness, 'olivia' | 'oscar' | 'erin' | 'priya'>): string[] =>
  harness[who].directMessages().map((message) => readable(harness, message));

/** What they were told of the channel itself. */
const ofChannel = (harness: Harness, who: 'olivia' | 'oscar'): string[] =>
  told(harness, who).filter((text) => text.startsWith('Portcullis cannot write'));

const roots = (harness: Harness): string[] =>
  harness.sandbox.slack
    .messages(harness.channel)
    .filter(({ threadTs }) => threadTs === undefined)
    .map((message) => readable(harness, message))
    .filter((message) => message.includes('payments-prod'));

async function home(harness: Harness, who: 'olivia' | 'erin'): Promise<string> {
  await harness[who].opensHome();
  await harness.idle();
  return harness[who].home().text;
}

describe.each(outages)('a channel that is %s', (_, what, breaks) => {
  it('answers who asks, opens, tells owners once what to do, and says it in Home and the status', async () => {
    const harness = await startHarness();
    breaks(harness);
    const answer = await types(harness, 'olivia', granted, 'engineering');
    expect(answer).toContain(isOpen);
    expect(answer).toContain('It is being posted in #support-access');
    expect(inAtlas(harness, 'payments-prod')).toBeDefined();
    for (const who of owners) {
      const [message] = told(harness, who);
      expect(message?.startsWith('Portcullis cannot write to its channel, #support-access\n')).toBe(true);
      expect(message).toContain(what);
    }
    const lost = 'Portcullis cannot write to its channel, #support-access: nobody there is told of anything.';
    expect(await home(harness, 'olivia')).toContain(`${lost} ${what}`);
    expect(await home(harness, 'erin')).toContain(lost);
    expect(await types(harness, 'erin', 'status', 'engineering')).toContain(lost);

    // However much more is refused: one outage, one message.
    await types(harness, 'erin', asked.replaceAll('payments-prod', 'ledger-prod'), 'engineering');
    await harness.advance(50 * minute);
    for (const who of owners) expect(ofChannel(harness, who)).toHaveLength(1);
    expect([...told(harness, 'priya'), ...told(harness, 'erin')].join()).not.toContain('Portcullis cannot write');
    expect(harness.audits().filter(({ action }) => action === 'channel-lost')).toHaveLength(1);
  });

  it('has the new messages once it is back; another outage is told again', async () => {
    const harness = await startHarness();
    const mend = breaks(harness);
    await types(harness, 'olivia', granted, 'engineering');
    await harness.advance(10 * minute);
    mend();
    await harness.advance(8 * minute);
    expect(roots(harness)).toHaveLength(1);
    const grant = await harness.onlyGrant();
    expect(rootOf(harness, grant)).toContain(isOpen);
    expect(notes(harness, grant)).toHaveLength(1);
    expect(await home(harness, 'olivia')).not.toContain('cannot write to its channel');
    expect(harness.audits().filter(({ action }) => action === 'channel-back')).toHaveLength(1);
    for (const who of owners) expect(ofChannel(harness, who)).toHaveLength(1);

    breaks(harness);
    await types(harness, 'erin', asked.replaceAll('payments-prod', 'ledger-prod'), 'engineering');
    for (const who of owners) expect(ofChannel(harness, who)).toHaveLength(2);
  });
});

describe('while the channel cannot be written to', () => {
  it.each(['archived', 'deleted'] as const)(
    'who clicks in a message there is told what came of it: %s',
    async (how) => {
      const harness = await startHarness();
      await types(harness, 'erin', asked);
      if (how === 'archived') harness.sandbox.slack.archiveChannel(harness.channel);
      else harness.sandbox.slack.addFault({ method: 'chat.update', kind: 'error', error: 'channel_not_found' });
      expect(await clicks(harness, 'erin', 'Approve for 1 h')).toContain('Not approved.');
      expect(await clicks(harness, 'olivia', 'Approve for 1 h')).toContain(isOpen);
      expect(inAtlas(harness, 'payments-prod')).toBeDefined();
      expect(await clicks(harness, 'oscar', 'Approve for 1 h')).toContain(
        'Nothing was changed: this is decided already. Olivia Owner approved it today at 09:00 UTC.',
      );
    },
  );

  it('and who decides a change, revokes or blocks by a button there', async () => {
    const harness = await startHarness({ atlasSeed: { ...demoSeed, blocked: false } });
    await types(harness, 'olivia', granted.replace('logs', 'infrastructure'));
    await types(harness, 'oscar', 'block');
    await submits(harness, 'oscar');
    await types(harness, 'oscar', 'unblock 4h the case needs every cluster');
    await submits(harness, 'oscar');
    const waits = async () => types(harness, 'erin', 'extend payments-prod 4h', 'engineering');
    await waits();
    harness.sandbox.slack.addFault({ method: 'chat.update', kind: 'error', error: 'channel_not_found' });
    harness.sandbox.slack.addFault({ method: 'chat.postMessage', kind: 'error', error: 'channel_not_found' });
    const root = { message: isOpen };
    expect(await clicks(harness, 'erin', 'Cancel change', root)).toContain(
      'Cancelled: the change of support access to payments-prod',
    );
    await waits();
    expect(await clicks(harness, 'erin', 'Cancel change', root)).toContain('Nothing was changed');
    await types(harness, 'oscar', 'extend payments-prod 4h', 'engineering');
    expect(await clicks(harness, 'olivia', 'Revoke now', root)).toContain('payments-prod is closed');
    expect(await clicks(harness, 'olivia', 'Block')).toContain('Support access is blocked for the organization');
  });

  it('gives up what is owed after a day; what comes later is posted once it is back', async () => {
    const harness = await startHarness();
    const { slack } = harness.sandbox;
    slack.archiveChannel(harness.channel);
    await types(harness, 'erin', asked, 'engineering');
    for (const hours of [23, 2]) await leaps(harness, hours * hour);
    const lapsed = await harness.onlyGrant();
    expect(lapsed).toMatchObject({ state: 'lapsed' });
    expect(lapsed.owed.filter(({ kind }) => kind === 'render')).toEqual([]);
    // It is still looked at, and still said.
    expect(await home(harness, 'olivia')).toContain('It is archived.');
    for (const who of owners) expect(ofChannel(harness, who)).toHaveLength(1);
    slack.state.directory.setChannel(harness.channel, { isArchived: false });
    await harness.advance(7 * minute);
    expect(await home(harness, 'olivia')).not.toContain('cannot write to its channel');
    await types(harness, 'olivia', granted, 'engineering');
    expect(roots(harness)).toHaveLength(1);
  });

  it.each([
    [
      'before it was opened',
      (harness: Harness) => types(harness, 'olivia', granted.replace('1h', '2h'), 'engineering'),
    ],
    ['later', (harness: Harness) => types(harness, 'olivia', granted.replace('1h', '2h'))],
  ])('reminds directly of what is open; lost %s', async (when, opens) => {
    const harness = await startHarness();
    if (when !== 'later') harness.sandbox.slack.archiveChannel(harness.channel);
    await opens(harness);
    harness.sandbox.slack.archiveChannel(harness.channel);
    await harness.advance(100 * minute);
    const reminders = told(harness, 'olivia').filter((text) => text.includes('is open to MongoDB support for'));
    expect(reminders).toHaveLength(1);
    expect(reminders[0]).toContain('[End access now] [Extend] [Let it end]');
    // Once it is back it is not said again.
    harness.sandbox.slack.state.directory.setChannel(harness.channel, { isArchived: false });
    await harness.advance(15 * minute);
    expect(notes(harness, await harness.onlyGrant()).join()).not.toContain('is open to MongoDB support for');
  });

  it('asks those who decide directly, once for each time that the channel would have been, and they decide in Home', async () => {
    const harness = await startHarness();
    harness.sandbox.slack.archiveChannel(harness.channel);
    await types(harness, 'erin', asked, 'engineering');
    const requests = (who: 'olivia' | 'oscar' | 'priya' | 'erin'): string[] =>
      told(harness, who).filter((text) => text.startsWith('Not decided yet'));
    for (const who of owners) {
      expect(requests(who)).toHaveLength(1);
      expect(requests(who)[0]).toMatch(/asked for support access to payments-prod\n.*decide it in Home/);
    }
    expect([...requests('priya'), ...requests('erin')]).toEqual([]);
    await harness.advance(50 * minute);
    for (const who of owners) expect(requests(who)).toHaveLength(1);
    await harness.advance(15 * minute);
    for (const who of owners) expect(requests(who)).toHaveLength(2);
    await home(harness, 'olivia');
    await harness.olivia.home().clicks('Approve for 1 h');
    await harness.idle();
    expect(inAtlas(harness, 'payments-prod')).toBeDefined();
  });

  it('lets access end at its time all the same', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', granted);
    harness.sandbox.slack.archiveChannel(harness.channel);
    await harness.advance(62 * minute);
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
    expect(await harness.onlyGrant()).toMatchObject({ state: 'expired' });
  });

  it('owners who choose another channel find there what is open', async () => {
    const harness = await startHarness();
    const { slack } = harness.sandbox;
    await types(harness, 'olivia', granted);
    await types(harness, 'erin', asked.replaceAll('payments-prod', 'ledger-prod'));
    slack.archiveChannel(harness.channel);
    await types(harness, 'sam', asked.replaceAll('payments-prod', 'warehouse'));
    const engineering = slack.channelId('engineering');
    slack.addBotToChannel(engineering);
    await types(harness, 'olivia', 'settings');
    const form = harness.olivia.modal();
    await form.choose('Channel', 'engineering');
    await form.submit();
    await harness.idle();
    expect(await home(harness, 'olivia')).not.toContain('cannot write to its channel');
    await harness.advance(62 * minute);
    const shown = slack
      .messages(engineering)
      .filter(({ threadTs }) => threadTs === undefined)
      .map((message) => readable(harness, message).split('\n')[0]);
    expect(shown).toContain('Support access to payments-prod ended by itself');
    expect(shown).toContain('Erin Engineer asks for support access to ledger-prod');
    expect(shown).toContain('Sam Support asks for support access to warehouse');
    await clicks(harness, 'olivia', 'Approve for 1 h', { channel: 'engineering', message: 'ledger-prod' });
    expect(inAtlas(harness, 'ledger-prod')).toBeDefined();
  });
});
