import { describe, expect, it } from 'vitest';
import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { channelName, type Harness, hour, startHarness } from '../support/harness.ts';
import { clicks, leaps, readable, submits, types } from './steps.ts';

type Name = 'olivia' | 'oscar' | 'erin' | 'dana' | 'gus' | 'sven';

const asked = 'request payments-prod 8h logs Primary steps down again';

/** What somebody is told, wherever: beside the button, or in a modal. */
async function pressed(harness: Harness, who: Name, label: string, message?: string): Promise<string> {
  const said = await clicks(harness, who, label, message === undefined ? {} : { message });
  const shown = harness[who].hasModal() ? harness[who].modal() : undefined;
  const text = `${said}\n${shown?.text ?? ''}`.trim();
  await shown?.close();
  return text;
}

/** From now on messages stay as they are, as where Slack is slow to show anew what has changed. */
const freezes = ({ sandbox }: Harness) =>
  sandbox.slack.addFault({ method: 'chat.update', kind: 'error', error: 'internal_error' });

/** A situation with buttons: what leads there, those buttons, and how somebody else ends it. */
interface Situation {
  readonly name: string;
  readonly buttons: readonly string[];
  readonly message?: string;
  readonly begins: (harness: Harness) => Promise<unknown>;
  readonly ends: (harness: Harness) => Promise<unknown>;
}

const opened = async (harness: Harness): Promise<void> => {
  await types(harness, 'erin', asked);
  await clicks(harness, 'olivia', 'Approve for 8 h');
};

const revokes = async (harness: Harness): Promise<void> => {
  await types(harness, 'oscar', 'revoke payments-prod');
  await submits(harness, 'oscar');
};

const situations: readonly Situation[] = [
  {
    name: 'a request',
    buttons: ['Approve for 8 h', 'Approve with changes…', 'Deny', 'Cancel request'],
    begins: (harness) => types(harness, 'erin', asked),
    ends: (harness) => clicks(harness, 'erin', 'Cancel request'),
  },
  {
    name: 'a grant that is open',
    buttons: ['Extend', 'Change type', 'Revoke now'],
    begins: opened,
    ends: revokes,
  },
  {
    name: 'a change that waits',
    buttons: ['Approve change', 'Deny change', 'Cancel change'],
    begins: async (harness) => {
      await opened(harness);
      await types(harness, 'erin', 'extend payments-prod 12h');
    },
    ends: (harness) => clicks(harness, 'erin', 'Cancel change'),
  },
  {
    name: 'a reminder',
    buttons: ['Revoke now', 'Extend', 'Let it end'],
    message: '4 h more',
    begins: async (harness) => {
      await opened(harness);
      await leaps(harness, 4 * hour);
    },
    ends: revokes,
  },
  {
    name: 'an unblock',
    buttons: ['Block'],
    begins: async (harness) => {
      await types(harness, 'oscar', 'unblock 4h the case needs every cluster');
      await submits(harness, 'oscar');
    },
    ends: async (harness) => {
      await types(harness, 'oscar', 'block');
      await submits(harness, 'oscar');
    },
  },
];

describe.each(situations)('the buttons of $name', ({ buttons, begins, ends, message }) => {
  /** What was decided so far. */
  const decided = async (harness: Harness): Promise<string[][]> =>
    (await harness.allGrants()).map(({ history }) => history.map(({ action }) => action));

  it('tell guests and people of another workspace why not, and change nothing', async () => {
    const harness = await startHarness();
    await begins(harness);
    const before = await decided(harness);
    for (const button of buttons) {
      expect(await pressed(harness, 'gus', button, message)).toContain(
        'Guests of this workspace cannot use Portcullis.',
      );
      expect(await pressed(harness, 'sven', button, message)).toContain('People of another workspace');
    }
    expect(await decided(harness)).toEqual(before);
  });

  it('tell everybody who presses them after it is over that nothing changes, twice as well', async () => {
    const harness = await startHarness();
    await begins(harness);
    freezes(harness);
    await ends(harness);
    const before = await decided(harness);
    for (const button of buttons) {
      for (const who of ['olivia', 'olivia', 'erin', 'dana'] as const) {
        expect(await pressed(harness, who, button, message), button).toMatch(/^(Nothing|Not |Only )/m);
      }
    }
    expect(await decided(harness)).toEqual(before);
  });
});

describe('where Slack does not open a form in time', () => {
  const why = /^Slack did not show the form, so nothing was changed\. Try again\.$/m;
  const expired = ({ sandbox }: Harness) =>
    sandbox.slack.addFault({ method: 'views.open', kind: 'error', error: 'expired_trigger_id' });

  it.each([
    ['a request', ['Approve with changes…', 'Deny']],
    ['a grant that is open', ['Extend', 'Change type']],
    ['a change that waits', ['Deny change']],
  ])('who pressed a button of %s is told to try again', async (name, buttons) => {
    const harness = await startHarness();
    await situations.find((situation) => situation.name === name)?.begins(harness);
    expired(harness);
    for (const button of buttons) expect(await pressed(harness, 'olivia', button)).toMatch(why);
  });

  it('who typed a command is told to try again', async () => {
    const harness = await startHarness();
    await opened(harness);
    expired(harness);
    const commands = [
      'request',
      'grant',
      'revoke payments-prod',
      'extend',
      'change',
      'block',
      'unblock',
      'lockdown',
      'settings',
      'history',
    ];
    // It is blocked already: nothing has to be confirmed.
    for (const words of commands.filter((command) => command !== 'block')) {
      expect(await types(harness, 'olivia', words), words).toMatch(why);
    }
  });

  it('who pressed a button of their home tab, or used a shortcut, is told directly', async () => {
    const harness = await startHarness({ atlasSeed: { ...demoSeed, blocked: false } });
    await harness.olivia.opensHome();
    await harness.idle();
    expired(harness);
    const told = (): string[] => harness.olivia.directMessages().map((message) => readable(harness, message));
    for (const [index, button] of [
      'Ask for access',
      'Grant access',
      'Block',
      'Close everything',
      'Settings',
    ].entries()) {
      await harness.olivia.home().clicks(button);
      await harness.idle();
      expect(told(), button).toHaveLength(index + 1);
      expect(told().at(-1)).toMatch(why);
    }
    await harness.olivia.usesShortcut('ask-for-access');
    await harness.idle();
    expect(told()).toHaveLength(6);
  });

  it('and who has closed the form from their home tab before it was decided, too', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', asked, channelName);
    await harness.olivia.opensHome();
    await harness.idle();
    await harness.olivia.home().clicks('Deny');
    await harness.idle();
    const form = harness.olivia.modal();
    await form.fill('Reason', 'The case is closed.');
    harness.sandbox.slack.addFault({ method: 'views.update', kind: 'error', error: 'not_found' });
    await form.submit();
    await harness.idle();
    const told = harness.olivia.directMessages().map((message) => readable(harness, message));
    expect(told.at(-1)).toContain('Denied: support access to payments-prod');
  });
});
