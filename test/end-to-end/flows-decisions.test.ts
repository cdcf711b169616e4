import { describe, expect, it } from 'vitest';
import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { demoWorkspace } from '../../src/sandbox/demo-workspace.ts';
import { mentionsIn } from '../../src/sandbox/slack/mentions.ts';
import { channelName, type Harness, hour, minute, people, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, leaps, notes, readable, rootOf, submits, thread, types } from './steps.ts';

async function asked(who: 'erin' | 'dana' = 'erin'): Promise<Harness> {
  const harness = await startHarness();
  await types(harness, who, 'request payments-prod 1h logs Primary steps down again', 'engineering');
  return harness;
}

describe('a denial', () => {
  it('asks for a reason, which everybody reads and nobody is notified by', async () => {
    const harness = await asked();
    await clicks(harness, 'olivia', 'Deny');
    const form = harness.olivia.modal();
    expect(form.text).toContain('Erin Engineer asks for support access to payments-prod');
    expect(form.text).toContain('> Primary steps down again');
    await form.submit();
    expect(form.errors).toEqual({ Reason: 'Please complete this required field.' });
    await form.fill('Reason', 'no');
    await form.submit();
    expect(form.errors).toEqual({ Reason: 'Say why, so that whoever asked knows what to do next.' });
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested' });

    await form.fill('Reason', 'Ask <@U0PRIYA01> & <!channel> *first*');
    expect(await submits(harness, 'olivia')).toContain('Erin Engineer, who asked, is told so with your reason.');
    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({ state: 'denied', denial: { by: { slackId: people.olivia } } });
    const root = rootOf(harness, grant);
    expect(root).toContain('Olivia Owner denied support access to payments-prod');
    expect(root).toContain('Why:\n> Ask <@U0PRIYA01> & <!channel> *first*');
    expect(root).not.toContain('[');
    expect(notes(harness, grant)).toHaveLength(1);
    expect(thread(harness, grant).flatMap(mentionsIn)).toEqual([`<@${people.erin}>`]);
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
  });

  it('reaches who is not in the channel directly', async () => {
    const harness = await asked('dana');
    await clicks(harness, 'olivia', 'Deny');
    await harness.olivia.modal().fill('Reason', 'Not this week');
    await submits(harness, 'olivia');
    const [direct, ...more] = harness.dana.directMessages().map((message) => readable(harness, message));
    expect(direct).toContain('Why:\n> Not this week');
    expect(more).toEqual([]);
  });

  it('is refused before the form to whoever may not', async () => {
    const harness = await asked();
    expect(await clicks(harness, 'sam', 'Deny')).toMatch(/^Not denied\. .*Ask Olivia Owner and Oscar Second\.$/);
    expect(harness.sam.hasModal()).toBe(false);
  });
});

describe('a request of one’s own', () => {
  it('is taken back after a confirm step', async () => {
    const harness = await asked();
    await types(harness, 'erin', 'revoke payments-prod');
    const { text } = harness.erin.modal();
    expect(text).toContain('=== Cancel your request ===');
    expect(text).toContain('[Cancel the request] [Keep it]');
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested' });
    expect(await submits(harness, 'erin')).toContain('Erin Engineer cancelled the request');
    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({ state: 'cancelled' });
    expect(rootOf(harness, grant)).toContain('Cancelled today at 09:00 UTC. Nothing was opened.');
    await leaps(harness, 25 * hour);
    expect(notes(harness, grant)).toHaveLength(1);
  });

  it('cannot be taken back by others, who are told what can be done', async () => {
    const harness = await asked();
    const { _id: id } = await harness.onlyGrant();
    expect(await types(harness, 'sam', 'revoke payments-prod')).toContain('no request of yours waits there');
    expect(await types(harness, 'sam', `revoke ${id}`)).toContain('It can be denied, or cancelled by who asked.');
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested' });
  });
});

describe('a request that nobody decides', () => {
  it('is brought up after 1 h and 4 h, and lapses after 24 h', async () => {
    const harness = await asked();
    const grant = await harness.onlyGrant();
    await leaps(harness, hour - minute);
    expect(notes(harness, grant)).toEqual([]);
    await harness.advance(minute);
    expect(notes(harness, grant)).toHaveLength(1);
    expect(notes(harness, grant)[0]).toContain(
      'Not decided yet: Erin Engineer asked for support access to payments-prod 1 h ago',
    );
    expect(mentionsIn(thread(harness, grant)[0] ?? {})).toEqual([`<@${people.olivia}>`, `<@${people.oscar}>`]);
    await leaps(harness, 3 * hour);
    expect(notes(harness, grant)).toHaveLength(2);
    expect(notes(harness, grant)[1]).toContain('4 h ago');

    await leaps(harness, 20 * hour);
    expect(await harness.onlyGrant()).toMatchObject({ state: 'lapsed' });
    const root = rootOf(harness, await harness.onlyGrant());
    expect(root).toContain('Not decided within 24 h: the request for support access to payments-prod lapsed');
    expect(root).not.toContain('[');
    expect(notes(harness, grant)).toHaveLength(3);
    expect(notes(harness, grant)[2]).toContain('To ask again: `/support-access request payments-prod`');
    expect(notes(harness, grant)[2]).toContain('@Erin Engineer');
  });
});

describe('a button on an outdated message', () => {
  /** While Slack takes no updates, what stands in the channel is outdated. */
  async function outdated(
    harness: Harness,
    button: 'Approve for 1 h' | 'Deny',
    meanwhile: () => Promise<unknown>,
  ): Promise<{ told: string; root: string }> {
    const stuck = harness.sandbox.slack.addFault({ method: 'chat.update', kind: 'http-status', status: 500 });
    await meanwhile();
    expect(rootOf(harness, await harness.onlyGrant())).toContain('[Approve for 1 h]');
    stuck.clear();
    const told = await clicks(harness, 'oscar', button);
    return { told, root: rootOf(harness, await harness.onlyGrant()) };
  }

  it('says that it was approved since, by whom and when, and the message is refreshed', async () => {
    const harness = await asked();
    await harness.advance(10 * minute);
    const { told, root } = await outdated(harness, 'Approve for 1 h', () =>
      clicks(harness, 'olivia', 'Approve for 1 h'),
    );
    expect(told).toContain('Nothing was changed: this is decided already.');
    expect(told).toContain('Olivia Owner approved it today at 09:10 UTC.');
    expect(told).toContain('payments-prod is open to MongoDB support. It is open until today at 10:10 UTC');
    expect(root).toContain('[Revoke now]');
    expect(root).not.toContain('[Approve');
  });

  it('says that it was cancelled since', async () => {
    const harness = await asked();
    const { told, root } = await outdated(harness, 'Approve for 1 h', async () => {
      await types(harness, 'erin', 'revoke');
      await submits(harness, 'erin');
    });
    expect(told).toContain('Erin Engineer cancelled the request for support access to payments-prod.');
    expect(root).not.toContain('[Approve');
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
  });

  it('opens no form for a denial any more', async () => {
    const harness = await asked();
    const { told, root } = await outdated(harness, 'Deny', () => clicks(harness, 'olivia', 'Approve for 1 h'));
    expect(told).toContain('Olivia Owner approved it today at 09:00 UTC.');
    expect(harness.oscar.hasModal()).toBe(false);
    expect(root).toContain('[Revoke now]');
  });

  it('approves nothing from the instant of the lapse on, whether or not that was worked off', async () => {
    const harness = await asked();
    harness.sandbox.clock.tick(24 * hour);
    const told = await clicks(harness, 'olivia', 'Approve for 1 h');
    expect(told).toMatch(/^Nothing was changed: .*lapse/);
    expect(await harness.onlyGrant()).toMatchObject({ state: 'lapsed', approvals: [] });
    expect(rootOf(harness, await harness.onlyGrant())).toContain('Lapsed today at 09:00 UTC. Nothing was opened.');
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
  });
});

describe('a form of a denial', () => {
  it('that is sent after somebody else decided changes nothing, and says what happened since', async () => {
    const harness = await asked();
    await clicks(harness, 'oscar', 'Deny');
    await clicks(harness, 'olivia', 'Approve for 1 h');
    await harness.oscar.modal().fill('Reason', 'Not this week');
    expect(await submits(harness, 'oscar')).toContain('Olivia Owner approved it today at 09:00 UTC.');
    expect(await harness.onlyGrant()).toMatchObject({ state: 'active' });
  });
});

describe('50 people who decide one request at once', () => {
  const names = Array.from({ length: 50 }, (_, index) => `owner${index + 1}`);
  const idOf = (name: string): string => `U0${name.toUpperCase()}`;
  const slackSeed = {
    ...demoWorkspace,
    users: [
      ...demoWorkspace.users,
      ...names.map((name) => ({ id: idOf(name), name, realName: name, email: `${name}@meridian.example` })),
    ],
    channels: demoWorkspace.channels.map((channel) => ({
      ...channel,
      members: [...channel.members, ...names.map(idOf)],
    })),
  };
  const atlasSeed = {
    ...demoSeed,
    users: [
      ...demoSeed.users,
      ...names.map((name, index) => ({
        id: `64f0a1b2c3d4e5f6000009${String(index).padStart(2, '0')}`,
        email: `${name}@meridian.example`,
        firstName: name,
        lastName: '',
        status: 'ACTIVE' as const,
        orgRoles: ['ORG_OWNER'],
        projectRoles: [],
      })),
    ],
  };

  it('leave exactly one decision, and everybody else is told', async () => {
    const harness = await startHarness({ slackSeed, atlasSeed, timeoutMs: 20_000 });
    await types(harness, 'erin', 'request payments-prod 1h infrastructure Primary steps down again');
    const owners = names.map((name) => harness.sandbox.workspace.person(idOf(name)));
    const [approvers, deniers] = [owners.slice(0, 25), owners.slice(25)];
    for (const denier of deniers) {
      await denier.clicks('Deny', { channel: channelName });
      await harness.idle();
      await denier.modal().fill('Reason', 'Not this week');
    }
    const approving = await Promise.all([
      ...approvers.map((approver) => approver.clicks('Approve for 1 h', { channel: channelName })),
      ...deniers.map((denier) => denier.modal().submit()),
    ]);
    await harness.idle();

    const grant = await harness.onlyGrant();
    const decisions = grant.history.filter(({ action }) => action === 'approve' || action === 'deny');
    expect(decisions).toHaveLength(1);
    expect(grant.state).toBe(decisions[0]?.action === 'approve' ? 'active' : 'denied');
    expect(inAtlas(harness, 'payments-prod') !== undefined).toBe(grant.state === 'active');
    const opened = harness.sandbox.atlas.state.events.filter(
      ({ eventTypeName }) => eventTypeName === 'EMPLOYEE_ACCESS_GRANTED',
    );
    expect(opened).toHaveLength(grant.state === 'active' ? 1 : 0);
    const told = [
      ...approving.slice(0, 25).flatMap(({ ephemerals }) => ephemerals.map((message) => readable(harness, message))),
      ...deniers.map((denier) => denier.modal().text),
    ].filter((text) => text.includes('Nothing was changed: this is decided already.'));
    expect(told).toHaveLength(49);
    expect(notes(harness, grant)).toHaveLength(1);
    const refusals = harness.audits().filter(({ reason }) => reason === 'not-open-for-decision');
    expect(refusals).toHaveLength(49);
  });
});
