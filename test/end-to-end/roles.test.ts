import { expect, it } from 'vitest';
import { shortcuts } from '../../src/slack/shortcuts.ts';
import { channelName, type Harness, hour, startHarness } from '../support/harness.ts';
import { clicks, leaps, submits, types } from './steps.ts';

/** One person of each role where project roles decide: priya owns the project `payments`; Atlas knows nothing of dana. */
const people = {
  owner: 'olivia',
  approver: 'priya',
  member: 'erin',
  'not linked': 'dana',
  guest: 'gus',
  outsider: 'sven',
} as const;
type Role = keyof typeof people;
type Name = (typeof people)[Role];
const everybody = Object.entries(people) as [Role, Name][];

const projectRoles = { settings: { DECIDERS: 'project-roles' } };
const guest = 'Guests of this workspace cannot use Portcullis. Ask a full member.';
const outsider = 'People of another workspace cannot use Portcullis. Ask a member of this one.';
const noAccount = 'No account of your organization in MongoDB Atlas has your Slack e-mail address.';
const wrongRole = 'Your roles in MongoDB Atlas do not let you';
const owners = 'Ask Olivia Owner and Oscar Second.';
const deciders = 'Ask Olivia Owner, Oscar Second and Priya Project.';

/** How what each of them sees begins. */
type Seen = Readonly<Record<Role, string>>;

/** For whoever is a full member; `not` is what the others are told besides why. */
const members = (all: string, not: string): Seen => ({
  owner: all,
  approver: all,
  member: all,
  'not linked': all,
  guest: `${not} ${guest}`,
  outsider: `${not} ${outsider}`,
});

const decidersOnly = (form: string, not: string, verb: string): Seen => ({
  ...members(form, not),
  member: `${not} ${wrongRole} ${verb}. ${deciders}`,
  'not linked': `${not} ${noAccount} ${deciders}`,
});

const ownersOnly = (form: string, not: string, verb: string): Seen => ({
  ...members(`${not} Only an organization owner may ${verb}. ${owners}`, not),
  owner: form,
  'not linked': `${not} ${noAccount} ${owners}`,
});

/** What is shown because of something that somebody does: beside it, or in a modal, which is closed again. */
async function shown(harness: Harness, who: Name, does: () => Promise<unknown>): Promise<string> {
  const answer = await does();
  await harness.idle();
  if (!harness[who].hasModal()) return String(answer);
  const { text } = harness[who].modal();
  await harness[who].modal().close();
  return text;
}

const request = { message: 'support access to payments-prod' };
const open = { message: 'ledger-prod is open' };

interface Surface {
  readonly does: (harness: Harness, who: Name) => Promise<unknown>;
  readonly seen: Seen;
}

const typed = (words: string, seen: Seen): Surface => ({ does: (harness, who) => types(harness, who, words), seen });
const clicked = (label: string, where: { message: string }, seen: Seen): Surface => ({
  does: (harness, who) => clicks(harness, who, label, where),
  seen,
});

const [asking, extending, changing] = [
  '=== Ask for support access ===',
  '=== Extend support access ===',
  '=== Change access type ===',
];

/** Everything that shows something and changes nothing. */
const surfaces: Readonly<Record<string, Surface>> = {
  status: typed('status', members('Support access is blocked for the organization', 'Nothing is shown.')),
  history: typed('history', members('=== Support access history ===', 'Nothing is shown.')),
  whoami: typed('whoami', {
    ...members('', 'Nothing is shown.'),
    owner: 'You, Olivia Owner, may decide about support access to every cluster',
    approver: 'You, Priya Project, may decide about support access to the clusters of payments',
    member: 'You, Erin Engineer, may not decide about support access',
    'not linked': 'You, Dana Developer, may not decide about support access',
  }),
  settings: typed('settings', {
    ...members('The settings of Portcullis', 'Nothing is shown.'),
    owner: '=== Portcullis settings ===',
  }),
  'the request form': typed('request', members(asking, 'Nothing was asked for.')),
  'the shortcut': {
    does: (harness, who) => harness[who].usesShortcut(shortcuts.ask),
    seen: {
      ...members(asking, ''),
      guest: `=== Support access ===\nNothing was asked for. ${guest}`,
      outsider: `=== Support access ===\nNothing was asked for. ${outsider}`,
    },
  },
  'the shortcut of a message': {
    does: (harness, who) => harness[who].usesMessageShortcut(shortcuts.askAboutMessage, { channel: channelName }),
    seen: {
      ...members(asking, ''),
      guest: `=== Support access ===\nNothing was asked for. ${guest}`,
      outsider: `=== Support access ===\nNothing was asked for. ${outsider}`,
    },
  },
  'the form of a grant': typed('grant', {
    ...members('=== Grant support access ===', 'Not approved.'),
    member: `Not approved. ${wrongRole} approve this.`,
    'not linked': `Not approved. ${noAccount}`,
  }),
  revoke: typed('revoke ledger-prod', decidersOnly('=== Revoke support access ===', 'Not revoked.', 'revoke this')),
  extend: typed('extend ledger-prod', members(extending, 'Nothing was asked for.')),
  change: typed('change ledger-prod', members(changing, 'Nothing was asked for.')),
  'the button Extend': clicked('Extend', open, members(extending, 'Nothing was asked for.')),
  'the button Change type': clicked('Change type', open, members(changing, 'Nothing was asked for.')),
  'the button Deny': clicked('Deny', request, decidersOnly('=== Deny the request ===', 'Not denied.', 'deny this')),
  'the button Approve with changes…': clicked(
    'Approve with changes…',
    request,
    decidersOnly('=== Approve with changes ===', 'Not approved.', 'approve this'),
  ),
  lockdown: typed('lockdown', ownersOnly('=== Close everything ===', 'Nothing was closed.', 'close everything')),
  unblock: typed('unblock', ownersOnly('=== Unblock support access ===', 'Not unblocked.', 'unblock support access')),
  Home: {
    async does(harness, who) {
      await harness[who].opensHome();
      await harness.idle();
      const { text } = harness[who].home();
      return [text.split('\n', 1)[0], ...(text.match(/\[[^\]]+\]/g) ?? [])].join(' ');
    },
    seen: {
      owner:
        'Support access is blocked for the organization [Ask for access] [Grant access] [Close everything] [Settings] [Extend] [End access now] [Approve for 8 h] [Deny]',
      approver:
        'Support access is blocked for the organization [Ask for access] [Grant access] [Extend] [Revoke now] [Approve for 8 h] [Deny]',
      member: 'Support access is blocked for the organization [Ask for access] [Extend] [Cancel request]',
      'not linked': 'Support access is blocked for the organization [Ask for access] [Extend]',
      guest: 'Portcullis shows you nothing here',
      outsider: 'Portcullis shows you nothing here',
    },
  },
};

const recorded = async (harness: Harness): Promise<string[][]> =>
  (await harness.allGrants()).map(({ history }) => history.map(({ action }) => action));

it('every surface shows each role what is for it, and changes nothing', { timeout: 120_000 }, async () => {
  const harness = await startHarness(projectRoles);
  await types(harness, 'olivia', 'grant ledger-prod 8h logs Disk latency on the primary');
  await types(harness, 'erin', 'request payments-prod 8h logs Primary steps down every minute');
  const before = await recorded(harness);
  for (const [role, who] of everybody) {
    for (const [surface, { does, seen }] of Object.entries(surfaces)) {
      const text = await shown(harness, who, () => does(harness, who));
      expect(text.slice(0, seen[role].length), `${surface} to the ${role}`).toBe(seen[role]);
      if (role === 'guest' || role === 'outsider') expect(text, surface).not.toMatch(/-prod|Olivia|Erin/);
    }
  }
  expect(await recorded(harness)).toEqual(before);
  expect(harness.sandbox.atlas.state.blocked).toBe(true);
  expect(harness.sandbox.slack.warnings).toEqual([]);
});

interface Deciding {
  readonly label: string;
  readonly message?: string;
  /** Brings the button about, anew each time. */
  readonly prepare: (harness: Harness) => Promise<unknown>;
  /** Whose click does it; everybody else is told `not` and why. */
  readonly may: readonly Role[];
  readonly not: string;
  readonly done: string;
}

const asks = (harness: Harness) => types(harness, 'erin', 'request payments-prod 8h logs Primary steps down');
const opens = async (harness: Harness): Promise<void> => {
  await asks(harness);
  await clicks(harness, 'olivia', 'Approve for 8 h');
};
const proposes = async (harness: Harness): Promise<void> => {
  await opens(harness);
  await types(harness, 'erin', 'extend payments-prod 12h');
};
const unblocks = async (harness: Harness): Promise<void> => {
  await types(harness, 'olivia', 'unblock because the case needs it');
  await submits(harness, 'olivia');
};

/** Buttons whose click is the decision: the last entry of a record tells that it counted. */
const buttons: readonly Deciding[] = [
  { label: 'Approve for 8 h', prepare: asks, may: ['owner', 'approver'], not: 'Not approved.', done: 'approve' },
  { label: 'Cancel request', prepare: asks, may: ['member'], not: 'Not cancelled.', done: 'cancel' },
  { label: 'Revoke now', prepare: opens, may: ['owner', 'approver', 'member'], not: 'Not revoked.', done: 'revoke' },
  {
    label: 'Let it end',
    message: '4 h more',
    prepare: async (harness) => {
      await opens(harness);
      await leaps(harness, 4 * hour);
    },
    may: ['owner', 'approver', 'member'],
    not: 'Nothing was changed: the reminders go on.',
    done: 'let-end',
  },
  {
    label: 'Approve change',
    prepare: proposes,
    may: ['owner', 'approver'],
    not: 'Not approved.',
    done: 'approve-change',
  },
  { label: 'Cancel change', prepare: proposes, may: ['member'], not: 'Not cancelled.', done: 'cancel-change' },
  { label: 'Block', prepare: unblocks, may: ['owner'], not: 'Not blocked.', done: 'block' },
];

/** Ends whatever is open or asked for, so that a button can be brought about once more. */
async function clears(harness: Harness): Promise<void> {
  await types(harness, 'olivia', 'lockdown');
  await submits(harness, 'olivia');
}

it.each(buttons)(
  'the button $label counts for whom it is for, and the others are told why not',
  { timeout: 120_000 },
  async (button) => {
    const harness = await startHarness(projectRoles);
    const { label, message, may, not, done } = button;
    const press = (who: Name) => clicks(harness, who, label, message === undefined ? {} : { message });
    const happened = () =>
      harness.audits().filter(({ action, outcome }) => action === done && outcome === 'done').length;
    await button.prepare(harness);
    const before = happened();
    for (const [role, who] of everybody.filter(([role]) => !may.includes(role))) {
      const said = await press(who);
      expect(said.startsWith(not), `${role}: ${said}`).toBe(true);
      if (role === 'guest') expect(said).toBe(`${not} ${guest}`);
      if (role === 'outsider') expect(said).toBe(`${not} ${outsider}`);
    }
    expect(happened()).toBe(before);
    for (const [index, role] of may.entries()) {
      if (index > 0) {
        await clears(harness);
        await button.prepare(harness);
      }
      const already = happened();
      await press(people[role]);
      expect(happened(), role).toBe(already + 1);
    }
  },
);
