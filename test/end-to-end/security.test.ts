import { describe, expect, it } from 'vitest';
import { channelName, type Harness, minute, startHarness } from '../support/harness.ts';
import { clicks, everyPost, inAtlas, notes, readable, submits, types } from './steps.ts';

const request = 'request payments-prod 30m logs Primary steps down again';

/** What a payload that must have no effect must leave as it was. */
async function everything(harness: Harness): Promise<unknown> {
  return {
    grants: (await harness.allGrants()).map(({ _id, rev }) => ({ _id, rev })),
    posts: everyPost(harness).map((message) => readable(harness, message)),
    atlas: harness.sandbox.atlas.state.events.length,
    blocked: harness.sandbox.atlas.state.blocked,
    audits: harness.audits().length,
  };
}

const opened = ({ sandbox }: Harness): number =>
  sandbox.atlas.state.events.filter(({ eventTypeName }) => eventTypeName === 'EMPLOYEE_ACCESS_GRANTED').length;

describe('a double click', () => {
  it('on Approve opens once, and the second click is told', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', request);
    const replies = await Promise.all(
      [1, 2].map(() => harness.olivia.clicks('Approve for 30 min', { channel: channelName })),
    );
    await harness.idle();
    const grant = await harness.onlyGrant();
    expect(grant.approvals).toHaveLength(1);
    expect(opened(harness)).toBe(1);
    expect(notes(harness, grant)).toHaveLength(1);
    const told = new Set(replies.flatMap(({ ephemerals }) => ephemerals.map((each) => readable(harness, each))));
    expect([...told].join()).toContain('Olivia Owner approved it today at 09:00 UTC.');
  });

  it('on a form makes one request', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request payments-prod');
    const form = harness.erin.modal();
    await form.fill('Reason', 'Primary steps down again');
    await form.submit();
    await harness.sandbox.workspace.replay();
    await harness.idle();
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested' });
  });

  it('on Revoke closes once', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', 'grant payments-prod 1h logs Primary steps down again');
    await Promise.all([1, 2].map(() => harness.oscar.clicks('Revoke now', { channel: channelName })));
    await harness.idle();
    const grant = await harness.onlyGrant();
    expect(grant.history.filter(({ action }) => action === 'revoke')).toHaveLength(1);
    expect(notes(harness, grant)).toHaveLength(2);
  });
});

describe('a replayed payload', () => {
  it('has no second effect, neither while its grant lives nor after it has ended', async () => {
    const harness = await startHarness();
    const { workspace } = harness.sandbox;
    await types(harness, 'erin', request);
    await clicks(harness, 'olivia', 'Approve for 30 min');
    const [command, approval] = workspace.deliveries;
    expect(workspace.deliveries).toHaveLength(2);
    const replayBoth = async (): Promise<void> => {
      for (const delivery of [command, approval]) {
        expect(await workspace.replay(delivery)).toMatchObject({ status: 200 });
        await harness.idle();
      }
    };
    const before = await harness.onlyGrant();
    expect(before.state).toBe('active');
    await replayBoth();
    expect(await harness.onlyGrant()).toMatchObject({ version: before.version, history: before.history });
    expect(opened(harness)).toBe(1);

    await harness.advance(31 * minute);
    const ended = await harness.onlyGrant();
    expect(ended.state).toBe('expired');
    const posted = harness.sandbox.slack.messages(harness.channel).length;
    await replayBoth();
    expect(await harness.onlyGrant()).toMatchObject({ _id: ended._id, state: 'expired', history: ended.history });
    expect(harness.sandbox.slack.messages(harness.channel)).toHaveLength(posted);
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
    expect(opened(harness)).toBe(1);
  });

  it('of an owner’s own grant opens nothing again', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', 'grant payments-prod 30m logs Primary steps down again');
    await harness.advance(31 * minute);
    await harness.sandbox.workspace.replay();
    await harness.idle();
    expect(await harness.onlyGrant()).toMatchObject({ state: 'expired' });
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
    const answers = harness.olivia.ephemerals().map((message) => readable(harness, message));
    expect(answers.at(-1)).toContain('Nothing new was made: this has been asked for already');
    expect(answers.at(-1)).toContain('Support access to payments-prod ended by itself.');
  });

  it('of an unblock does not undo the block that came after it', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', 'unblock planned maintenance with support');
    await submits(harness, 'olivia');
    const unblock = harness.sandbox.workspace.deliveries.at(-1);
    await types(harness, 'oscar', 'block');
    await submits(harness, 'oscar');
    expect(harness.sandbox.atlas.state.blocked).toBe(true);
    await harness.sandbox.workspace.replay(unblock);
    await harness.idle();
    await harness.advance(minute);
    expect(harness.sandbox.atlas.state.blocked).toBe(true);
  });
});

describe('a payload that does not come from Slack', () => {
  const attacks = [
    ['with a forged signature', ({ workspace }: Harness['sandbox']) => workspace.forge()],
    ['that is 6 minutes old', ({ workspace }: Harness['sandbox']) => workspace.sendWithTimestamp(-360)],
    [
      'without a signature',
      ({ workspace }: Harness['sandbox']) => {
        const { body = '', headers = {} } = workspace.deliveries.at(-1) ?? {};
        return workspace.sendRaw(body, { 'content-type': headers['content-type'] ?? '' });
      },
    ],
    [
      'with a body changed on the way',
      ({ workspace }: Harness['sandbox']) => {
        const { body = '', headers = {} } = workspace.deliveries.at(-1) ?? {};
        return workspace.sendRaw(`${body}&more=1`, headers);
      },
    ],
  ] as const;

  it.each(attacks)('%s is answered 401 and has no effect: a click', async (_, send) => {
    const harness = await startHarness();
    await types(harness, 'erin', request);
    await harness.sam.clicks('Approve for 30 min', { channel: channelName });
    await harness.idle();
    const before = await everything(harness);
    expect(await send(harness.sandbox)).toMatchObject({ status: 401 });
    await harness.idle();
    expect(await everything(harness)).toEqual(before);
  });

  it.each(attacks)('%s is answered 401 and has no effect: a command', async (_, send) => {
    const harness = await startHarness();
    await types(harness, 'erin', 'whoami');
    const before = await everything(harness);
    expect(await send(harness.sandbox)).toMatchObject({ status: 401 });
    await harness.idle();
    expect(await everything(harness)).toEqual(before);
  });

  it('cannot bring a new command in under another one’s signature', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', 'whoami');
    const { body = '', headers = {} } = harness.sandbox.workspace.deliveries.at(-1) ?? {};
    const fields = new URLSearchParams(body);
    fields.set('text', 'grant payments-prod 24h logs Primary steps down again');
    fields.set('trigger_id', '1.2.3');
    expect(await harness.sandbox.workspace.sendRaw(fields.toString(), headers)).toMatchObject({ status: 401 });
    expect(await harness.sandbox.workspace.forge(fields.toString())).toMatchObject({ status: 401 });
    await harness.idle();
    expect(await harness.allGrants()).toEqual([]);
    expect(opened(harness)).toBe(0);
  });
});
