import { describe, expect, it } from 'vitest';
import { mentionsIn } from '../../src/sandbox/slack/mentions.ts';
import { shortcuts } from '../../src/slack/shortcuts.ts';
import { type Harness, hour, minute, people, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, notes, rootOf, submits, thread, types } from './steps.ts';

type Name = keyof typeof people;

const asked = 'request payments-prod 8h logs Primary steps down every minute';
const granted = asked.replace('request', 'grant');
const isOpen = 'payments-prod is open to MongoDB support';
/** The directory is read anew every ten minutes. */
const readAgain = 11 * minute;

function deactivates(harness: Harness, who: Name): void {
  harness.sandbox.slack.setUser(people[who], { deleted: true });
  leavesChannel(harness, who);
}

function leavesChannel({ sandbox, channel }: Harness, who: Name): void {
  const { directory } = sandbox.slack.state;
  const { members } = directory.channel(channel) ?? { members: [] };
  directory.setChannel(channel, { members: members.filter((id) => id !== people[who]) });
}

async function rootMentions(harness: Harness): Promise<string[]> {
  const { message } = await harness.onlyGrant();
  return harness.sandbox.slack
    .messages(harness.channel)
    .flatMap((one) => (one.ts === message?.ts ? mentionsIn(one) : []));
}

const noteOf = async (harness: Harness, headline: string) => {
  const grant = await harness.onlyGrant();
  const index = notes(harness, grant).findIndex((note) => note.startsWith(headline));
  const message = thread(harness, grant)[index];
  if (message === undefined)
    throw new Error(`There is no note "${headline}" among:\n${notes(harness, grant).join('\n')}`);
  return { text: notes(harness, grant)[index], mentions: mentionsIn(message) };
};

/** What Slack refused, and any work that failed. */
const complaints = (harness: Harness) => harness.logs.filter(({ level }) => level === 'warn' || level === 'error');

describe('an owner whose Slack account is deactivated', () => {
  it('while their own request is open: others are called, and decide it', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', asked);
    expect(await rootMentions(harness)).toEqual([`<@${people.olivia}>`, `<@${people.oscar}>`]);
    deactivates(harness, 'olivia');
    await harness.advance(readAgain);
    expect(await rootMentions(harness)).toEqual([`<@${people.oscar}>`]);
    await harness.advance(hour);
    expect((await noteOf(harness, 'Not decided yet')).mentions).toEqual([`<@${people.oscar}>`]);
    expect(await clicks(harness, 'oscar', 'Approve for 8 h')).toBe('');
    expect(inAtlas(harness, 'payments-prod')).toBeDefined();
    expect(rootOf(harness, await harness.onlyGrant())).toContain('Asked by: Olivia Owner');
    expect(complaints(harness)).toEqual([]);
  });

  it('can decide nothing any more, and nobody is sent to them', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', asked);
    harness.sandbox.slack.setUser(people.olivia, { deleted: true });
    expect(await clicks(harness, 'olivia', 'Approve for 8 h')).toBe('Not approved. This Slack account is deactivated.');
    await harness.advance(readAgain);
    expect(await clicks(harness, 'erin', 'Approve for 8 h')).toBe(
      'Not approved. Your roles in MongoDB Atlas do not let you approve this. Ask Oscar Second.',
    );
  });

  it('and was the only decider: the request says that nobody is known who may approve, until somebody is', async () => {
    const harness = await startHarness();
    harness.sandbox.atlas.state.setUserRoles('oscar.second@meridian.example', { orgRoles: ['ORG_MEMBER'] });
    await harness.advance(readAgain);
    await types(harness, 'erin', asked);
    expect(await rootMentions(harness)).toEqual([`<@${people.olivia}>`]);
    deactivates(harness, 'olivia');
    await harness.advance(readAgain);
    const nobody = 'Nobody in this workspace was found yet who may approve this.';
    expect(rootOf(harness, await harness.onlyGrant())).toContain(nobody);
    expect(await clicks(harness, 'erin', 'Approve for 8 h')).toContain(
      'Nobody in this workspace is known to have that right at the moment.',
    );
    await harness.advance(hour);
    expect((await noteOf(harness, 'Not decided yet')).mentions).toEqual([]);
    expect(complaints(harness)).toEqual([]);

    // Whoever is made an owner in Atlas is called at the next look at the request.
    harness.sandbox.atlas.state.setUserRoles('oscar.second@meridian.example', { orgRoles: ['ORG_OWNER'] });
    await harness.advance(4 * hour);
    expect(await rootMentions(harness)).toEqual([`<@${people.oscar}>`]);
    expect(await clicks(harness, 'oscar', 'Approve for 8 h')).toBe('');
    expect(inAtlas(harness, 'payments-prod')).toBeDefined();
  });

  it('is called again once the account is there again, and stays while Slack cannot say', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', asked);
    deactivates(harness, 'olivia');
    await harness.advance(readAgain);
    const fault = harness.sandbox.slack.addFault({ method: 'users.info', kind: 'error', error: 'user_not_found' });
    await harness.advance(readAgain);
    expect(await rootMentions(harness)).toEqual([`<@${people.oscar}>`]);
    fault.clear();
    harness.sandbox.slack.setUser(people.olivia, { deleted: false });
    await harness.advance(readAgain);
    expect(await rootMentions(harness)).toEqual([`<@${people.olivia}>`, `<@${people.oscar}>`]);
  });
});

describe('whoever asked', () => {
  it('and was deactivated: the reminder goes to whoever approved, and nobody is written to in vain', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', asked);
    await clicks(harness, 'oscar', 'Approve for 8 h');
    deactivates(harness, 'erin');
    harness.logs.length = 0;
    await harness.advance(5 * hour);
    const reminder = await noteOf(harness, `${isOpen} for 4 h more`);
    expect(reminder.mentions).toEqual([`<@${people.oscar}>`]);
    expect(reminder.text).toContain('[Revoke now] [Extend] [Let it end]');
    await harness.advance(4 * hour);
    expect((await noteOf(harness, 'Support access to payments-prod ended by itself')).mentions).toEqual([]);
    expect(harness.erin.directMessages()).toEqual([]);
    expect(complaints(harness)).toEqual([]);
    expect((await harness.onlyGrant()).owed.filter(({ kind }) => kind === 'direct')).toEqual([]);
  });

  it('and approved it, and was deactivated: the reminder goes to another who decides', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', granted);
    deactivates(harness, 'olivia');
    await harness.advance(5 * hour);
    expect((await noteOf(harness, `${isOpen} for 4 h more`)).mentions).toEqual([`<@${people.oscar}>`]);
  });

  it('and left the channel is reminded directly, with the buttons', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', asked);
    await clicks(harness, 'olivia', 'Approve for 8 h');
    leavesChannel(harness, 'erin');
    await harness.advance(5 * hour);
    expect((await noteOf(harness, `${isOpen} for 4 h more`)).mentions).toEqual([]);
    expect(harness.erin.sees()).toContain(`${isOpen} for 4 h more`);
    await harness.erin.clicks('End access now');
    await harness.idle();
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
    expect(complaints(harness)).toEqual([]);
  });

  it('is reminded as ever where Slack cannot say whether they are still there', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', asked);
    await clicks(harness, 'olivia', 'Approve for 8 h');
    harness.sandbox.slack.addFault({ method: 'users.info', kind: 'error', error: 'fatal_error' });
    await harness.advance(5 * hour);
    expect((await noteOf(harness, `${isOpen} for 4 h more`)).mentions).toEqual([`<@${people.erin}>`]);
  });

  it('and became a guest can do no more with it; others can', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', asked);
    await clicks(harness, 'olivia', 'Approve for 8 h');
    harness.sandbox.slack.setUser(people.erin, { isRestricted: true });
    expect(await clicks(harness, 'erin', 'Revoke now')).toContain('Guests of this workspace cannot use Portcullis.');
    expect(inAtlas(harness, 'payments-prod')).toBeDefined();
    await clicks(harness, 'olivia', 'Revoke now');
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
  });
});

/** Each way in: what is seen there, wherever that is. */
const waysIn: Readonly<Record<string, (harness: Harness, who: Name) => Promise<string>>> = {
  'asks by a form': (harness, who) => shown(harness, who, () => types(harness, who, 'request')),
  'opens history': (harness, who) => shown(harness, who, () => types(harness, who, 'history')),
  'asks for an extension': (harness, who) => shown(harness, who, () => types(harness, who, 'extend payments-prod 9h')),
  'opens the settings': (harness, who) => shown(harness, who, () => types(harness, who, 'settings')),
  'wants a lockdown': (harness, who) => shown(harness, who, () => types(harness, who, 'lockdown')),
  'clicks Extend': (harness, who) => shown(harness, who, () => clicks(harness, who, 'Extend')),
  'uses the shortcut': (harness, who) =>
    shown(harness, who, async () => {
      await harness[who].usesShortcut(shortcuts.ask);
      await harness.idle();
      return '';
    }),
  'opens Home': async (harness, who) => {
    await harness[who].opensHome();
    await harness.idle();
    return harness[who].home().text;
  },
};

async function shown(harness: Harness, who: Name, does: () => Promise<string>): Promise<string> {
  const answer = await does();
  if (!harness[who].hasModal()) return answer;
  const { text } = harness[who].modal();
  await harness[who].modal().close();
  return `${answer}${text}`;
}

describe.each([
  ['a guest', 'gus', 'Guests of this workspace cannot use Portcullis. Ask a full member.'],
  [
    'somebody of a connected workspace',
    'sven',
    'People of another workspace cannot use Portcullis. Ask a member of this one.',
  ],
] as const)('%s', (_, who, why) => {
  it.each(Object.keys(waysIn))('who %s is told why not, and shown nothing', async (way) => {
    const harness = await startHarness();
    await types(harness, 'olivia', granted);
    const seen = await waysIn[way]?.(harness, who);
    expect(seen).toContain(why);
    for (const secret of ['payments-prod', 'Olivia', 'blocked for the organization', 'Primary steps down']) {
      expect(seen).not.toContain(secret);
    }
    expect(await harness.allGrants()).toHaveLength(1);
  });
});

describe('a member whose Slack account shows no e-mail address', () => {
  async function without(who: Name): Promise<Harness> {
    const harness = await startHarness();
    harness.sandbox.slack.setUser(people[who], { email: undefined });
    await types(harness, 'olivia', granted);
    return harness;
  }

  it.each([
    ['asks by a form', '=== Ask for support access ==='],
    ['opens history', 'payments-prod'],
    ['uses the shortcut', '=== Ask for support access ==='],
    ['clicks Extend', '=== Extend support access ==='],
    ['opens Home', 'Support access is blocked for the organization'],
  ])('%s as everybody does', async (way, what) => {
    const harness = await without('erin');
    expect(await waysIn[way]?.(harness, 'erin')).toContain(what);
  });

  it('has what they asked for decided by others, and ends it', async () => {
    const harness = await without('erin');
    await types(harness, 'erin', asked.replaceAll('payments-prod', 'ledger-prod'));
    await clicks(harness, 'oscar', 'Approve for 8 h');
    expect(inAtlas(harness, 'ledger-prod')).toBeDefined();
    await types(harness, 'erin', 'revoke ledger-prod');
    await submits(harness, 'erin');
    expect(inAtlas(harness, 'ledger-prod')).toBeUndefined();
  });

  it.each(['wants a lockdown', 'opens the settings'])(
    'who owns the organization and %s is told what is missing',
    async (way) => {
      const harness = await without('oscar');
      expect(await waysIn[way]?.(harness, 'oscar')).toContain(
        'Your Slack account shows no e-mail address, so Portcullis cannot find you in MongoDB Atlas.',
      );
    },
  );
});
