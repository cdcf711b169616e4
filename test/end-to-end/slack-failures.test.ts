import { describe, expect, it } from 'vitest';
import type { Fault, FaultHandle } from '../../src/sandbox/slack/faults.ts';
import type { SlackMessage } from '../../src/sandbox/slack/ledger.ts';
import { eventually } from '../support/eventually.ts';
import { type Harness, minute, startHarness, withoutLabel } from '../support/harness.ts';
import { clicks, inAtlas, notes, readable, rootOf, thread, types } from './steps.ts';

type Trouble = Fault extends infer F ? (F extends Fault ? Omit<F, 'method' | 'when'> : never) : never;

const second = 1_000;
const request = 'request payments-prod 1h infrastructure Primary steps down every few minutes';
const grantNow = request.replace('request', 'grant');

/** The messages of the channel that open a thread and speak of the cluster. */
function roots(harness: Harness): SlackMessage[] {
  return harness.sandbox.slack
    .messages(harness.channel)
    .filter((message) => message.threadTs === undefined && readable(harness, message).includes('payments-prod'));
}

/** First lines of the thread's notes, in order. */
const headlines = async (harness: Harness): Promise<(string | undefined)[]> =>
  notes(harness, await harness.onlyGrant()).map((note) => note.split('\n')[0]);

const complaints = (harness: Harness) => harness.logs.filter((line) => line.level === 'warn' || line.level === 'error');

async function started(): Promise<Harness> {
  const harness = await startHarness();
  harness.logs.length = 0;
  return harness;
}

const fails = (harness: Harness, method: string, trouble: Trouble, when?: Fault['when']): FaultHandle =>
  harness.sandbox.slack.addFault({ method, ...trouble, ...(when && { when }) } as Fault);

describe('a post that Slack refuses', () => {
  it.each<[string, string, (harness: Harness) => () => void]>([
    [
      'the bot was removed from the channel',
      'Invite the bot to the channel: /invite @Portcullis',
      ({ sandbox, channel }) => {
        sandbox.slack.removeBotFromChannel(channel);
        return () => sandbox.slack.addBotToChannel(channel);
      },
    ],
    [
      'a scope was taken away',
      'Add the scope chat:write to the Slack app (its manifest names all that Portcullis needs) and install it again',
      ({ sandbox: { slack } }) => {
        const { scopes } = slack.seed.bot;
        slack.setScopes(scopes.filter((scope) => scope !== 'chat:write'));
        return () => slack.setScopes(scopes);
      },
    ],
    [
      'the channel is not there',
      'Check SLACK_CHANNEL_ID, or the channel that owners have chosen; a private channel exists for the bot only once it was invited: /invite @Portcullis',
      (harness) => {
        const fault = fails(harness, 'chat.postMessage', { kind: 'error', error: 'channel_not_found' });
        return () => fault.clear();
      },
    ],
  ])(
    'because %s: the log says what to mend, access opens all the same, and all is posted once mended',
    async (_, hint, breaks) => {
      const harness = await started();
      const mend = breaks(harness);
      const answer = await types(harness, 'olivia', grantNow);
      expect(answer).toContain('payments-prod is open to MongoDB support');
      expect(answer).toContain('It is being posted in #support-access');
      expect(inAtlas(harness, 'payments-prod')).toBeDefined();
      await harness.advance(minute);

      const lines = complaints(harness);
      expect(lines.length).toBeGreaterThan(1);
      for (const line of lines) expect(line).toMatchObject({ level: 'warn', msg: hint, hint });
      expect(roots(harness)).toEqual([]);

      mend();
      await harness.advance(5 * minute);
      expect(roots(harness)).toHaveLength(1);
      expect(rootOf(harness, await harness.onlyGrant())).toContain('payments-prod is open to MongoDB support');
      expect(await headlines(harness)).toEqual(['payments-prod is open to MongoDB support']);
    },
  );

  it('waits as long as Slack asks for', async () => {
    const harness = await started();
    const fault = fails(harness, 'chat.postMessage', { kind: 'rate-limited', retryAfterSeconds: 30, times: 1 });
    await types(harness, 'erin', request);
    await harness.advance(29 * second);
    expect(fault.hits).toBe(1);
    expect(roots(harness)).toEqual([]);
    await harness.advance(2 * second);
    expect(roots(harness)).toHaveLength(1);
    // It is not a failure that anybody has to mend.
    expect(complaints(harness)).toEqual([]);
  });

  it('is tried for a day, then given up and logged', async () => {
    const harness = await started();
    const { sandbox } = harness;
    // What the channel is told each morning is another matter.
    const inChannel = ({ channel, text }: Record<string, unknown>): boolean =>
      channel === harness.channel && !withoutLabel(harness, String(text)).startsWith('The record of support access');
    const fault = fails(harness, 'chat.postMessage', { kind: 'error', error: 'is_archived' }, inChannel);
    await types(harness, 'erin', request);
    // As if nothing had been tried in between: a day of attempts would show no more.
    for (const hours of [23, 2]) {
      sandbox.clock.tick(hours * 60 * minute);
      await sandbox.bot.sweep();
      await sandbox.idle();
      const owed = (await harness.onlyGrant()).owed.map(({ kind }) => kind);
      expect(owed.includes('render')).toBe(hours === 23);
    }
    const givenUp = complaints(harness).filter((line) => line.level === 'error');
    expect(givenUp[0]).toMatchObject({
      msg: 'Slack has not taken a message for a day; it is given up',
      hint: expect.stringContaining('The channel is archived'),
      effect: 'render',
    });
    const { hits } = fault;
    await harness.advance(30 * minute);
    expect(fault.hits).toBe(hits);
    expect((await harness.onlyGrant()).owed).toEqual([]);
  });
});

describe('a post whose answer is lost', () => {
  const troubles: [string, Trouble][] = [
    ['the connection is cut before it took effect', { kind: 'cut-before' }],
    ['the connection is cut after it took effect', { kind: 'cut-after' }],
    ['it took effect, and no answer comes in time', { kind: 'hang-after' }],
    ['Slack answers HTTP 500', { kind: 'http-status', status: 500 }],
  ];
  const posts: [string, (body: Record<string, unknown>) => boolean][] = [
    ['the message', (body) => body.thread_ts === undefined],
    ['a note in its thread', (body) => body.thread_ts !== undefined],
  ];
  const cases = troubles.flatMap(([why, trouble]) => posts.map(([what, when]) => ({ why, trouble, what, when })));

  it.each(cases)('stands there once: $what, when $why', async ({ trouble, when }) => {
    const harness = await started();
    const fault = fails(harness, 'chat.postMessage', { ...trouble, times: 1 }, when);
    await types(harness, 'olivia', grantNow);
    await harness.advance(2 * minute);
    expect(fault.hits).toBe(1);
    expect(roots(harness)).toHaveLength(1);
    expect(rootOf(harness, await harness.onlyGrant())).toContain('payments-prod is open to MongoDB support');
    expect(await headlines(harness)).toEqual(['payments-prod is open to MongoDB support']);
    expect(complaints(harness)).toHaveLength(1);
    expect(complaints(harness)[0]?.hint).toContain('status.slack.com');
  });

  it('reaches somebody who is not in the channel once', async () => {
    const harness = await started();
    fails(harness, 'chat.postMessage', { kind: 'cut-after', times: 1 }, (body) => body.channel === harness.dana.id);
    await types(harness, 'dana', request, 'engineering');
    await clicks(harness, 'olivia', 'Approve for 1 h');
    await harness.advance(minute);
    expect(harness.dana.directMessages()).toHaveLength(1);
    expect(harness.dana.sees()).toContain('payments-prod is open to MongoDB support');
  });

  it('tells the channel of the organization once', async () => {
    const harness = await started();
    fails(harness, 'chat.postMessage', { kind: 'cut-after', times: 1 });
    await types(harness, 'olivia', 'unblock Support has to look at every cluster today');
    await harness.olivia.modal().submit();
    await harness.idle();
    await harness.advance(minute);
    const told = harness.sandbox.slack
      .messages(harness.channel)
      .filter((message) => readable(harness, message).includes('Support has to look at every cluster today'));
    expect(told).toHaveLength(1);
  });
});

describe('the message in the channel', () => {
  it('shows what is true when an update that hung lands after a newer one', async () => {
    const harness = await started();
    await types(harness, 'erin', request);
    const late = fails(harness, 'chat.update', { kind: 'hang-before', times: 1 });
    await clicks(harness, 'olivia', 'Approve for 1 h');
    await harness.advance(5 * second);
    expect(rootOf(harness, await harness.onlyGrant())).toContain('payments-prod is open to MongoDB support');
    late.release();
    await eventually(async () => rootOf(harness, await harness.onlyGrant())).not.toContain(
      'payments-prod is open to MongoDB support',
    );
    await harness.advance(90 * second);
    expect(rootOf(harness, await harness.onlyGrant())).toContain('payments-prod is open to MongoDB support');
    expect(roots(harness)).toHaveLength(1);
  });

  it('is posted again, with a thread of its own, when somebody deleted it', async () => {
    const harness = await started();
    await types(harness, 'olivia', grantNow);
    const before = await harness.onlyGrant();
    const opened = thread(harness, before);
    for (const { ts } of [...opened, { ts: before.message?.ts ?? '' }]) {
      await harness.sandbox.slack.deleteMessage(harness.channel, ts);
    }
    await types(harness, 'olivia', 'revoke payments-prod');
    await harness.olivia.modal().submit();
    await harness.idle();
    expect(roots(harness)).toHaveLength(1);
    expect(rootOf(harness, await harness.onlyGrant())).toContain(
      'Olivia Owner revoked support access to payments-prod',
    );
    expect(await headlines(harness)).toHaveLength(1);
    expect((await headlines(harness))[0]).toContain('Olivia Owner revoked support access to payments-prod');
  });

  it('comes back when a request without one is brought up again, so that it can be decided', async () => {
    const harness = await started();
    await types(harness, 'erin', request);
    const { message } = await harness.onlyGrant();
    await harness.sandbox.slack.deleteMessage(harness.channel, message?.ts ?? '');
    await harness.advance(61 * minute);
    expect(roots(harness)).toHaveLength(1);
    expect((await headlines(harness))[0]).toContain('Not decided yet');
    await clicks(harness, 'olivia', 'Approve for 1 h');
    expect(inAtlas(harness, 'payments-prod')).toBeDefined();
  });
});

describe('Slack away while Atlas works', () => {
  it('changes nothing about when access opens and ends; what is still true is told when it is back', async () => {
    const harness = await started();
    const { sandbox } = harness;
    await types(harness, 'erin', request);
    const posting = fails(harness, 'chat.postMessage', { kind: 'cut-before' });
    await clicks(harness, 'olivia', 'Approve for 1 h');
    expect(inAtlas(harness, 'payments-prod')).toBeDefined();
    sandbox.slack.down();
    await harness.advance(65 * minute);
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
    expect(await harness.onlyGrant()).toMatchObject({ state: 'expired' });

    posting.clear();
    sandbox.slack.up();
    await harness.advance(6 * minute);
    expect(rootOf(harness, await harness.onlyGrant())).toContain('Support access to payments-prod ended by itself');
    // Neither a reminder of an end that is over, nor anything twice.
    expect(await headlines(harness)).toEqual([
      'payments-prod is open to MongoDB support',
      'Support access to payments-prod ended by itself',
    ]);
    expect(roots(harness)).toHaveLength(1);
  });
});
