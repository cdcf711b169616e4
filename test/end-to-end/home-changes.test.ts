import { describe, expect, it } from 'vitest';
import { type Harness, hour, people, startHarness } from '../support/harness.ts';
import { clicks, everyMention, inAtlas, submits, types } from './steps.ts';

type Name = keyof typeof people;

async function home(harness: Harness, who: Name): Promise<string> {
  await harness[who].opensHome();
  await harness.idle();
  return harness[who].home().text;
}

async function presses(harness: Harness, who: Name, label: string): Promise<string> {
  await harness[who].home().clicks(label);
  await harness.idle();
  return harness[who].modal().text;
}

/** Erin's request is open for 2 h, since an hour ago. */
async function open(settings: Record<string, string> = {}): Promise<Harness> {
  const harness = await startHarness({ settings: { DECIDERS: 'project-roles', ...settings } });
  await types(harness, 'erin', 'request payments-prod 2h logs Primary steps down again');
  await clicks(harness, 'olivia', 'Approve for 2 h');
  await harness.advance(hour);
  return harness;
}

/** Erin asks for 8 h more, from her home tab. */
async function extending(harness: Harness): Promise<void> {
  await home(harness, 'erin');
  expect(await presses(harness, 'erin', 'Extend')).toContain('=== Extend support access ===');
  await harness.erin.modal().choose('New duration', '8 h');
  expect(await submits(harness, 'erin')).toContain('Asked to extend support access to payments-prod');
}

const end = (harness: Harness) => inAtlas(harness, 'payments-prod')?.expirationTime;

describe('Extend in Home', () => {
  it('asks for it, and shows it to those who decide and to whoever asked', async () => {
    const harness = await open();
    for (const who of ['olivia', 'priya', 'sam', 'dana'] as const) await home(harness, who);
    await extending(harness);
    for (const who of ['olivia', 'priya'] as const) {
      const text = harness[who].home().text;
      expect(text).toContain('Waiting for your decision\nErin Engineer asks to extend support access to payments-prod');
      expect(text).toContain('[Approve change] [Deny change]\n');
      expect(text).not.toContain('[Extend]');
    }
    const { text } = harness.erin.home();
    expect(text).toContain('# Your requests\nErin Engineer asks to extend support access to payments-prod');
    expect(text).toContain('[Cancel change]');
    for (const who of ['sam', 'dana'] as const) expect(await home(harness, who)).not.toContain('change]');
    for (const who of ['gus', 'sven'] as const) expect(await home(harness, who)).not.toContain('payments-prod');
    expect(end(harness)).toEqual(new Date('2026-03-02T11:00:00Z'));
    expect(harness.sandbox.slack.warnings).toEqual([]);
  });

  it('extends at once for a decider', async () => {
    const harness = await open();
    await home(harness, 'priya');
    await presses(harness, 'priya', 'Extend');
    await harness.priya.modal().choose('New duration', '4 h');
    expect(await submits(harness, 'priya')).toContain('Changed: support access to payments-prod');
    expect(end(harness)).toEqual(new Date('2026-03-02T14:00:00Z'));
  });
});

describe('a change that waits, in Home', () => {
  it('is approved there, and the modal tells what was seen', async () => {
    const harness = await open();
    await home(harness, 'oscar');
    await extending(harness);
    expect(await presses(harness, 'oscar', 'Approve change')).toContain('Changed: support access to payments-prod');
    expect(end(harness)).toEqual(new Date('2026-03-02T18:00:00Z'));
    expect(harness.oscar.home().text).toContain('No request waits for you.');
    expect(harness.erin.home().text).toContain('None of your requests waits for a decision.');
  });

  it('is denied there, with a reason; whoever asked for it sees it go', async () => {
    const harness = await open();
    await home(harness, 'oscar');
    await home(harness, 'dana');
    await types(harness, 'dana', 'extend payments-prod 8h', 'engineering');
    expect(harness.dana.home().text).toContain('[Cancel change]');
    expect(await presses(harness, 'oscar', 'Deny change')).toContain('=== Deny the change ===');
    await harness.oscar.modal().fill('Reason', 'Not before the release');
    expect(await submits(harness, 'oscar')).toContain('Denied: the change of support access to payments-prod');
    expect(harness.dana.home().text).not.toContain('[Cancel change]');
    expect(end(harness)).toEqual(new Date('2026-03-02T11:00:00Z'));
  });

  it('is taken back there by whoever asked', async () => {
    const harness = await open();
    await extending(harness);
    await harness.erin.modal().close();
    expect(await presses(harness, 'erin', 'Cancel change')).toContain('Cancelled: the change of support access');
    expect((await harness.onlyGrant()).proposal).toBeUndefined();
    expect(harness.erin.home().text).toContain('[Extend] [End access now]');
  });

  it('waits for others where own approvals do not count', async () => {
    const harness = await open({ OWN_APPROVAL_COUNTS: 'false' });
    await home(harness, 'oscar');
    await types(harness, 'oscar', 'extend payments-prod 8h');
    expect(harness.oscar.home().text).toContain('# Your requests\nOscar Second asks to extend');
    expect(await home(harness, 'olivia')).toContain('# Waiting for your decision\nOscar Second asks to extend');
    expect(everyMention(harness)).not.toContain(`<@${people.dana}>`);
  });
});
