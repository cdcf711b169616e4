import { describe, expect, it } from 'vitest';
import { mentionsIn } from '../../src/sandbox/slack/mentions.ts';
import { type Harness, hour, minute, people, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, notes, readable, rootOf, submits, thread, types } from './steps.ts';

const end = (hours: number): Date => new Date(Date.parse('2026-03-02T09:00:00Z') + hours * hour);

/** Open for four hours, logs only, asked for by Erin and approved by Olivia at 09:00; an hour has passed. */
async function opened(settings?: Record<string, string>): Promise<Harness> {
  const harness = await startHarness({ settings });
  await types(harness, 'erin', 'request payments-prod 4h logs Primary steps down again');
  await clicks(harness, 'olivia', 'Approve for 4 h');
  await harness.advance(hour);
  return harness;
}

const lastNote = async (harness: Harness): Promise<string> => notes(harness, await harness.onlyGrant()).at(-1) ?? '';
const lastMentions = async (harness: Harness): Promise<string[]> =>
  thread(harness, await harness.onlyGrant())
    .slice(-1)
    .flatMap(mentionsIn);

describe('Extend', () => {
  it('by an engineer asks, and an owner’s approval moves the end, the reminders and the message', async () => {
    const harness = await opened();
    await clicks(harness, 'erin', 'Extend');
    const form = harness.erin.modal();
    expect(form.text).toContain('[Ask to extend]');
    expect(form.text).toContain('8 h: until today at 18:00 UTC');
    expect(form.fields[0]?.options).toEqual(['4 h', '8 h', '12 h', '24 h']);
    await form.submit();
    expect(form.errors).toEqual({ 'New duration': 'Please complete this required field.' });
    await form.choose('New duration', '8 h');
    expect(await submits(harness, 'erin')).toContain('Asked to extend support access to payments-prod');
    expect(rootOf(harness, await harness.onlyGrant())).toContain('[Approve change] [Deny change] [Cancel change]');
    expect(await lastMentions(harness)).toEqual([`<@${people.olivia}>`, `<@${people.oscar}>`]);
    expect(inAtlas(harness, 'payments-prod')?.expirationTime).toEqual(end(4));

    expect(await clicks(harness, 'erin', 'Approve change')).toMatch(/^Not approved\. Your roles .*Ask Olivia Owner/);
    expect(await clicks(harness, 'gus', 'Approve change')).toContain('Guests of this workspace');
    await harness.advance(minute);
    expect(await clicks(harness, 'olivia', 'Approve change')).toBe('');
    const until = new Date(end(9).getTime() + minute);
    expect(inAtlas(harness, 'payments-prod')?.expirationTime).toEqual(until);
    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({ state: 'active', wanted: { until }, confirmed: { until }, termsVersion: 2 });
    expect(rootOf(harness, grant)).toContain('It is open until today at 18:01 UTC');
    expect(rootOf(harness, grant)).toContain('[Extend] [Change type] [Revoke now]');
    expect(await lastNote(harness)).toContain('is extended until today at 18:01 UTC');
    expect(await lastMentions(harness)).toEqual([`<@${people.erin}>`]);

    expect(await clicks(harness, 'oscar', 'Extend').then(() => harness.oscar.modal().text)).toContain(
      '[Extend] [Cancel]',
    );
    await harness.advance(4 * hour);
    const later = notes(harness, await harness.onlyGrant()).filter((note) => note.includes('[Let it end]'));
    expect(later).toEqual([expect.stringContaining('for 4 h more')]);
  }, 60_000);

  it('by an owner’s command is done at once, and told to whoever asked for the access', async () => {
    const harness = await opened();
    const answer = await types(harness, 'olivia', 'extend payments-prod 8h', 'engineering');
    expect(answer).toContain('Changed: support access to payments-prod, until today at 18:00 UTC');
    expect(inAtlas(harness, 'payments-prod')?.expirationTime).toEqual(end(9));
    expect(await lastMentions(harness)).toEqual([`<@${people.erin}>`]);
    expect(await types(harness, 'olivia', 'extend payments-prod 1h')).toContain('earlier than it does');
    expect(await types(harness, 'olivia', `extend ${(await harness.onlyGrant())._id} 24h`)).toContain(
      'until tomorrow at 10:00 UTC',
    );
  });

  it('on a reminder works too, and its silence ends with the end that it was for', async () => {
    const harness = await opened();
    await harness.advance(2.5 * hour);
    expect(await lastNote(harness)).toContain('[Revoke now] [Extend] [Let it end]');
    await clicks(harness, 'erin', 'Let it end');
    await clicks(harness, 'oscar', 'Extend', { message: '30 min more' });
    await harness.oscar.modal().choose('New duration', '1 h');
    expect(await submits(harness, 'oscar')).toContain('Changed:');
    await harness.advance(30 * minute);
    expect(await lastNote(harness)).toContain('for 30 min more');
  });

  it('is refused to guests and outsiders, and to nobody’s surprise for what is not there', async () => {
    const harness = await opened();
    expect(await clicks(harness, 'gus', 'Extend')).toBe(
      'Nothing was asked for. Guests of this workspace cannot use Portcullis. Ask a full member.',
    );
    expect(await types(harness, 'sven', 'extend payments-prod 8h')).toContain('People of another workspace');
    expect(await types(harness, 'erin', 'extend payment-prod 8h')).toContain(
      'There is no cluster called “payment-prod”',
    );
    expect(await types(harness, 'erin', 'extend ledger-prod 8h')).toContain('nothing is open on “');
    await types(harness, 'erin', 'extend payments-prod 99h');
    expect(harness.erin.modal().text).toContain('Choose a duration from 30 min to 24 h, for example 4h.');
    expect(await harness.onlyGrant()).toMatchObject({ termsVersion: 1 });
  });

  it('waits for another decider where own approvals do not count', async () => {
    const harness = await opened({ OWN_APPROVAL_COUNTS: 'false' });
    const own = 'You asked for this yourself, and your own approval does not count here. Ask Oscar Second.';
    expect(await types(harness, 'olivia', 'extend payments-prod 8h')).toContain(own);
    expect(await lastMentions(harness)).toEqual([`<@${people.oscar}>`]);
    expect(await clicks(harness, 'olivia', 'Approve change')).toBe(`Not approved. ${own}`);
    expect(await clicks(harness, 'oscar', 'Approve change')).toBe('');
    expect(inAtlas(harness, 'payments-prod')?.expirationTime).toEqual(end(9));
  });

  it('where roles decide by project, is for the project’s approvers too', async () => {
    const harness = await opened({ DECIDERS: 'project-roles' });
    await types(harness, 'erin', 'extend payments-prod 8h');
    expect(await clicks(harness, 'priya', 'Approve change')).toBe('');
    expect(inAtlas(harness, 'payments-prod')?.expirationTime).toEqual(end(9));
  });
});

describe('a change that waits', () => {
  it('is denied with a reason, which reaches whoever asked outside the channel directly', async () => {
    const harness = await opened();
    await types(harness, 'dana', 'extend payments-prod 12h', 'engineering');
    expect(await types(harness, 'erin', 'extend payments-prod 24h')).toContain(
      'Dana Developer asked today at 10:00 UTC to extend support access to payments-prod, and that has to be decided first.',
    );
    await clicks(harness, 'oscar', 'Deny change');
    await harness.oscar.modal().fill('Reason', 'The case is closed.');
    expect(await submits(harness, 'oscar')).toContain('Denied: the change of support access to payments-prod');
    const direct = harness.dana.directMessages().map((message) => readable(harness, message));
    expect(direct.at(-1)).toContain('> The case is closed.');
    expect(await harness.onlyGrant()).toMatchObject({ state: 'active', wanted: { until: end(4) } });
    expect(rootOf(harness, await harness.onlyGrant())).toContain('[Extend]');
  });

  it('is taken back by whoever asked, and by nobody else; its buttons then say what happened', async () => {
    const harness = await opened();
    await types(harness, 'erin', 'extend payments-prod 8h');
    expect(await types(harness, 'sam', 'status')).toContain('Erin Engineer asks to extend support access');
    expect(await clicks(harness, 'sam', 'Cancel change')).toContain('Only whoever asked');
    expect(await clicks(harness, 'erin', 'Cancel change')).toBe('');
    expect(await lastNote(harness)).toContain('Erin Engineer cancelled a change of support access to payments-prod');
    expect(await lastMentions(harness)).toEqual([]);
    const [asked] = harness.sandbox.workspace.deliveries.filter(({ body }) => body.includes('cancel-change')).slice(-1);
    await harness.sandbox.workspace.replay(asked);
    await harness.idle();
    expect((await harness.onlyGrant()).history.filter(({ action }) => action === 'cancel-change')).toHaveLength(1);
  });

  it('ends with the grant, which says so', async () => {
    const harness = await opened();
    await types(harness, 'erin', 'extend payments-prod 8h');
    await clicks(harness, 'olivia', 'Revoke now');
    expect(notes(harness, await harness.onlyGrant()).join()).toContain(
      'Not decided before support access to payments-prod ended',
    );
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
  });
});

describe('Change type', () => {
  it('turns live logs into infrastructure, with the same end', async () => {
    const harness = await opened();
    await types(harness, 'erin', 'change payments-prod');
    const form = harness.erin.modal();
    expect(form.text).not.toContain('Database logs only');
    // What is chosen is what is explained.
    expect(form.text).toContain('With infrastructure and all cluster logs:');
    await form.choose('New access', 'Infrastructure and App Services sync data');
    await harness.idle();
    expect(form.text).toContain('With infrastructure and App Services sync data:');
    expect(form.text).not.toContain('With infrastructure and all cluster logs:');
    await form.choose('New access', 'Infrastructure and all cluster logs');
    await harness.idle();
    expect(form.text).toContain('[Ask to change type]');
    await submits(harness, 'erin');
    expect(await lastNote(harness)).toContain('The infrastructure should hold no sensitive information');
    const { confirm } = await harness.oscar.clicks('Approve change', { channel: harness.channel });
    await harness.idle();
    expect(confirm).toContain('infrastructure and all cluster logs. The end stays.');
    expect(inAtlas(harness, 'payments-prod')).toEqual({
      grantType: 'CLUSTER_INFRASTRUCTURE',
      expirationTime: end(4),
    });
    expect(await lastNote(harness)).toContain('is changed to infrastructure and all cluster logs');
  });

  it('by command is done at once by who may; an unknown type opens the form', async () => {
    const harness = await opened();
    await types(harness, 'olivia', 'change payments-prod everything');
    expect(harness.olivia.modal().text).toContain('“everything” is none of infrastructure, logs and sync.');
    expect(await types(harness, 'olivia', 'change payments-prod infrastructure')).toContain('Changed:');
    expect(inAtlas(harness, 'payments-prod')?.grantType).toBe('CLUSTER_INFRASTRUCTURE');
    expect(await types(harness, 'olivia', 'change infrastructure')).toContain('these are the terms that hold now');
  });
});

describe('a change that Atlas does not make', () => {
  it('is not announced; the grant goes on as it was, and whoever asked is told why', async () => {
    const harness = await opened();
    harness.sandbox.atlas.addFault({ kind: 'status', call: 'grant', status: 503 });
    const answer = await types(harness, 'olivia', 'extend payments-prod 8h');
    expect(answer).toContain('Approved: the change of support access to payments-prod is under way');
    const waiting = await harness.onlyGrant();
    expect(rootOf(harness, waiting)).toContain('It is open until today at 13:00 UTC');
    expect(rootOf(harness, waiting)).toContain('Still trying:');
    expect(notes(harness, waiting).join()).not.toContain('is extended');
    await harness.advance(16 * minute);
    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({ state: 'active', wanted: { until: end(4) }, termsVersion: 1 });
    expect(await lastNote(harness)).toContain('Support access to payments-prod was not changed');
    await harness.advance(3 * hour);
    expect(await harness.onlyGrant()).toMatchObject({ state: 'expired' });
  });
});
