import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../../src/cli/commands.ts';
import { compose } from '../../src/compose.ts';
import { createLogger } from '../../src/log.ts';
import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { mentionsIn } from '../../src/sandbox/slack/mentions.ts';
import { type Harness, minute, people, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, readable, types } from './steps.ts';

const owners = { olivia: 'olivia.owner@meridian.example', oscar: 'oscar.second@meridian.example' };
const notConfirmedYet =
  'Your Slack account is new for your account in MongoDB Atlas, and nobody has confirmed it yet. Ask another organization owner to press Confirm link in the channel.';

/** Dana's Slack account gets the e-mail address of an owner, whose own gets another, and Dana tries it out. */
async function takenOver(
  owner: keyof typeof owners,
  options: Parameters<typeof startHarness>[0] = {},
): Promise<Harness> {
  const harness = await startHarness(options);
  await types(harness, 'erin', 'request ledger-prod 8h logs Disk latency on the primary');
  harness.sandbox.slack.setUser(people[owner], { email: 'someone.else@meridian.example' });
  harness.sandbox.slack.setUser(people.dana, { email: owners[owner] });
  await types(harness, 'dana', 'whoami');
  return harness;
}

const channelTexts = (harness: Harness): string[] =>
  harness.sandbox.slack.messages(harness.channel).map((message) => readable(harness, message));

function linkNote(harness: Harness) {
  const found = harness.sandbox.slack
    .messages(harness.channel)
    .findLast((message) => readable(harness, message).includes('Dana Developer'));
  if (found === undefined) throw new Error('The channel was told nothing about Dana');
  return { text: readable(harness, found), mentions: mentionsIn(found) };
}

/** The command line on the same database, as an operator runs it. */
function operator(harness: Harness) {
  const log = createLogger({
    level: 'info',
    destination: { write: (line) => void harness.logs.push(JSON.parse(line)) },
  });
  const { config, clock } = harness.sandbox;
  const { organizations, tokens, workers, client } = compose({ config, clock, log });
  const [{ context }] = organizations;
  onTestFinished(() => client.close());
  let count = 0;
  return async (line: string) => {
    count += 1;
    let text = '';
    const print = async (more: string): Promise<void> => {
      text += more;
    };
    const connect = async () => ({ context, tokens, operator: 'root', operationId: `line-${count}` });
    const code = await runCommand(line.split(' '), {
      connect,
      setUp: expect.fail,
      environment: {},
      write: print,
      complain: (more) => void print(more),
    });
    await Promise.all(workers.map((worker) => worker.idle()));
    return { text: text.trimEnd(), code };
  };
}

describe('a Slack account whose e-mail address was changed to that of an owner', () => {
  it('is told of in the channel, with a button, and calls the other owners only', async () => {
    const harness = await takenOver('oscar');
    const note = linkNote(harness);
    expect(note.text).toBe(
      [
        'Is @Dana Developer the person behind oscar.second@meridian.example in MongoDB Atlas? Somebody has to confirm it',
        'So far that is @Oscar Second.',
        'Their Slack account has this e-mail address now, which alone is not enough. Another organization owner can confirm it: ask the person first, and not in Slack. Until then they cannot approve anything.',
        '@Olivia Owner',
        '[Confirm link]',
      ].join('\n'),
    );
    expect(note.mentions).toEqual([`<@${people.dana}>`, `<@${people.oscar}>`, `<@${people.olivia}>`]);
    await harness.advance(21 * minute);
    expect(channelTexts(harness).filter((text) => text.includes('Somebody has to confirm it'))).toHaveLength(1);
  });

  it('opens, blocks and confirms nothing until somebody else has confirmed it', async () => {
    const harness = await takenOver('oscar');
    expect(await clicks(harness, 'dana', 'Approve for 8 h')).toBe(`Not approved. ${notConfirmedYet}`);
    expect(await clicks(harness, 'dana', 'Deny')).toBe(`Not denied. ${notConfirmedYet}`);
    expect(await types(harness, 'dana', 'grant warehouse 4h logs Slow queries since noon')).toBe(
      `Not approved. ${notConfirmedYet}`,
    );
    expect(await types(harness, 'dana', 'unblock because the case needs it')).toBe(`Not unblocked. ${notConfirmedYet}`);
    expect(await types(harness, 'dana', 'block')).toBe(`Not blocked. ${notConfirmedYet}`);
    expect(await clicks(harness, 'dana', 'Confirm link')).toBe(`Not confirmed. ${notConfirmedYet}`);
    expect(await types(harness, 'dana', 'whoami')).toContain(
      'Link between the two: waits for another organization owner to confirm it',
    );
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested', approvals: [] });
    expect(harness.sandbox.atlas.calls.filter(({ call }) => call === 'grant' || call === 'patchSettings')).toEqual([]);
    const refused = harness.audits().filter(({ outcome }) => outcome === 'refused');
    expect(refused.map(({ action, reason }) => [action, reason])).toEqual(
      ['approve', 'deny', 'grant', 'unblock', 'block', 'confirm-link'].map((action) => [action, 'link-pending']),
    );
  });

  it('cannot be confirmed by who is no owner', async () => {
    const harness = await takenOver('oscar');
    expect(await clicks(harness, 'erin', 'Confirm link')).toMatch(
      /^Not confirmed\. Only an organization owner may confirm this link\. Ask Olivia Owner/,
    );
    expect(await clicks(harness, 'gus', 'Confirm link')).toBe(
      'Not confirmed. Guests of this workspace cannot use Portcullis. Ask a full member.',
    );
    expect(linkNote(harness).text).toContain('[Confirm link]');
  });

  it('decides once another owner has confirmed it, and the note shows what became of it', async () => {
    const harness = await takenOver('oscar');
    expect(await clicks(harness, 'olivia', 'Confirm link')).toBe('');
    expect(linkNote(harness)).toEqual({
      text: [
        '@Dana Developer is now known here as oscar.second@meridian.example in MongoDB Atlas',
        'Confirmed by Olivia Owner, today at 09:00 UTC.',
      ].join('\n'),
      mentions: [`<@${people.dana}>`],
    });
    expect(harness.audits().filter(({ action }) => action === 'link-confirmed')).toMatchObject([
      {
        outcome: 'done',
        actor: { kind: 'person', slackId: people.olivia },
        reason: `oscar.second@meridian.example ${people.dana}`,
        basis: 'fresh',
      },
    ]);
    await clicks(harness, 'dana', 'Approve for 8 h');
    expect(inAtlas(harness, 'ledger-prod')).toBeDefined();
    expect(await types(harness, 'oscar', 'whoami')).toContain(
      'No account of your organization in MongoDB Atlas has your Slack e-mail address.',
    );
  });

  it('that acted for another account so far waits as well', async () => {
    const harness = await startHarness();
    const account = { ...demoSeed.users[0], email: 'new.owner@meridian.example', id: '64f0a1b2c3d4e5f6000003ff' };
    harness.sandbox.atlas.state.addUser({
      ...account,
      firstName: 'New',
      lastName: 'Owner',
      status: 'ACTIVE',
      orgRoles: ['ORG_OWNER'],
      projectRoles: [],
      teamIds: [],
    });
    harness.sandbox.slack.setUser(people.oscar, { email: 'new.owner@meridian.example' });
    expect(await types(harness, 'oscar', 'grant ledger-prod 8h logs Disk latency on the primary')).toBe(
      `Not approved. ${notConfirmedYet}`,
    );
    expect(channelTexts(harness).at(-1)).toContain('So far they were known here as another account.');
    await clicks(harness, 'olivia', 'Confirm link');
    expect(await types(harness, 'oscar', 'grant ledger-prod 8h logs Disk latency on the primary')).toContain(
      'ledger-prod is open to MongoDB support',
    );
  });
});

describe('the operator', () => {
  const oneOwner = {
    ...demoSeed,
    users: demoSeed.users.map((user) => (user.email === owners.oscar ? { ...user, orgRoles: ['ORG_MEMBER'] } : user)),
  };

  it('is named in the note where no other owner is known, and can list and confirm', async () => {
    const harness = await takenOver('olivia', { atlasSeed: oneOwner });
    const line = `link confirm ${owners.olivia} ${people.dana}`;
    expect(linkNote(harness).text).toContain(
      `No other organization owner is known here, so it takes whoever runs Portcullis: \`npm run portcullis -- ${line}\``,
    );
    const runs = operator(harness);
    const before = `${owners.olivia}  acts as ${people.olivia} since 2026-03-02T09:00:00.000Z`;
    const waits = `; ${people.dana} has claimed it since 2026-03-02T09:00:00.000Z and waits for confirmation`;
    expect(await runs('link list')).toEqual({ text: before + waits, code: 0 });

    expect(await runs(`link confirm ${owners.olivia} ${people.erin}`)).toEqual({
      text: `Nothing was changed: ${people.erin} does not wait for a link to ${owners.olivia}.\n${before}${waits}`,
      code: 1,
    });
    expect(await runs(`link confirm nobody@meridian.example ${people.dana}`)).toEqual({
      text: 'No decider with the e-mail address nobody@meridian.example is known.',
      code: 1,
    });
    expect((await runs('link confirm')).code).toBe(2);
    expect((await harness.organizations.get(harness.sandbox.atlas.state.id)).links).toMatchObject([
      { slackId: people.olivia, pending: { slackId: people.dana } },
    ]);

    expect(await runs(`link confirm ${owners.olivia.toUpperCase()} ${people.dana}`)).toEqual({
      text: `Confirmed: ${people.dana} acts for ${owners.olivia} now.`,
      code: 0,
    });
    expect(await runs('link list')).toEqual({
      text: `${owners.olivia}  acts as ${people.dana} since 2026-03-02T09:00:00.000Z`,
      code: 0,
    });
    expect(await runs(line)).toMatchObject({ code: 1 });
    expect(linkNote(harness).text).toBe(
      [
        '@Dana Developer is now known here as olivia.owner@meridian.example in MongoDB Atlas',
        'Confirmed by root, on the command line, today at 09:00 UTC.',
      ].join('\n'),
    );
    expect(harness.audits().filter(({ action }) => action === 'link-confirmed')).toMatchObject([
      { outcome: 'done', actor: { kind: 'operator', name: 'root' }, basis: 'not-needed' },
    ]);
    await clicks(harness, 'dana', 'Approve for 8 h');
    expect(inAtlas(harness, 'ledger-prod')).toBeDefined();
  });
});
