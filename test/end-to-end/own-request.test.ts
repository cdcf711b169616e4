import { describe, expect, it } from 'vitest';
import { channelName, people, startHarness } from '../support/harness.ts';
import { clicks, rootOf, thread, types } from './steps.ts';

const reason = 'Primary steps down every few minutes';

describe('Cancel request', () => {
  it('takes back the request of whoever asked, in place', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', `request payments-prod 4h infrastructure ${reason}`);
    const dialog = await harness.erin.clicks('Cancel request', { channel: channelName, confirm: 'cancel' });
    expect(dialog.confirm).toMatchInlineSnapshot(`
      "Cancel the request?
      Takes back the request for support access to payments-prod: nobody can approve it then. Only whoever asked can do this.
      [Cancel request] [Keep it]"
    `);
    expect((await harness.onlyGrant()).state).toBe('requested');
    expect(await clicks(harness, 'erin', 'Cancel request')).toBe('');
    const grant = await harness.onlyGrant();
    expect(grant.state).toBe('cancelled');
    expect(rootOf(harness, grant)).toContain('Erin Engineer cancelled the request for support access to payments-prod');
    expect(rootOf(harness, grant)).not.toContain('[Cancel request]');
    expect(thread(harness, grant)).toHaveLength(1);
  });

  it.each([
    [
      'olivia',
      'not-requester',
      'Not cancelled. Only whoever asked may cancel a request. Whoever may decide about it can deny it instead.',
    ],
    ['priya', 'not-requester', 'Not cancelled. Only whoever asked may cancel a request.'],
    ['dana', 'not-requester', 'Not cancelled. Only whoever asked may cancel a request.'],
    ['gus', 'guest', 'Not cancelled. Guests of this workspace cannot use Portcullis.'],
    ['sven', 'outsider', 'Not cancelled. People of another workspace cannot use Portcullis.'],
  ] as const)('%s is told alone that it is for whoever asked', async (who, refusal, words) => {
    const harness = await startHarness();
    await types(harness, 'erin', `request payments-prod 4h infrastructure ${reason}`);
    const before = harness.sandbox.slack.messages(harness.channel);
    expect(await clicks(harness, who, 'Cancel request')).toContain(words);
    expect((await harness.onlyGrant()).state).toBe('requested');
    expect(harness.sandbox.slack.messages(harness.channel)).toEqual(before);
    expect(harness.audits().at(-1)).toMatchObject({ action: 'cancel', outcome: 'refused', reason: refusal });
  });

  it('at once with an approval, one of the two counts and the other is told', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', `request payments-prod 4h infrastructure ${reason}`);
    const [approved, cancelled] = await Promise.all([
      harness.olivia.clicks('Approve for 4 h', { channel: channelName }),
      harness.erin.clicks('Cancel request', { channel: channelName }),
    ]);
    await harness.idle();
    const { state } = await harness.onlyGrant();
    const loser = state === 'cancelled' ? approved : cancelled;
    const winner = state === 'cancelled' ? cancelled : approved;
    expect(['cancelled', 'active']).toContain(state);
    expect(loser.ephemerals.map(({ text }) => text).join()).toContain('Nothing was changed: this is decided already.');
    expect(winner.ephemerals).toEqual([]);
    // The same payload once more changes nothing.
    await harness.sandbox.workspace.replay();
    await harness.idle();
    expect((await harness.onlyGrant()).state).toBe(state);
  });
});

describe('End access now', () => {
  it('is offered to whoever asked and is not in the channel, who need not be a decider', async () => {
    const harness = await startHarness();
    await types(harness, 'dana', `request events-prod 2h infrastructure ${reason}`, 'engineering');
    await clicks(harness, 'olivia', 'Approve for 2 h');
    expect(harness.dana.sees()).toContain('[End access now]');
    const answer = await clicks(harness, 'dana', 'End access now', { channel: people.dana });
    expect(answer).toContain('events-prod is closed: MongoDB Atlas was seen without the grant');
    expect((await harness.onlyGrant()).state).toBe('revoked');
    expect(rootOf(harness, await harness.onlyGrant())).toContain(
      'Dana Developer revoked support access to events-prod',
    );
  });
});
