import { expect, it } from 'vitest';
import { demoWorkspace } from '../../src/sandbox/demo-workspace.ts';
import { requiredScopes } from '../../src/slack/scopes.ts';
import { channelName, minute, startHarness } from '../support/harness.ts';
import { clicks, submits, types } from './steps.ts';

it.each([{ isPrivate: false }, { isPrivate: true }])(
  'the scopes that are asked for are enough in a channel with isPrivate $isPrivate, and Slack has nothing to warn of',
  async ({ isPrivate }) => {
    const channels = demoWorkspace.channels.map((channel) =>
      channel.name === channelName ? { ...channel, isPrivate } : channel,
    );
    const harness = await startHarness({ slackSeed: { ...demoWorkspace, channels } });
    const { slack } = harness.sandbox;
    expect(slack.seed.bot.scopes).toEqual(Object.keys(requiredScopes));

    for (const words of ['', 'help', 'whoami', 'status ledger-prod', 'revoke', 'nonsense']) {
      await types(harness, 'dana', words, 'engineering');
    }
    await types(harness, 'dana', 'request', 'engineering');
    const form = harness.dana.modal();
    await form.searches('Cluster', 'led');
    await form.choose('Cluster', 'ledger-prod');
    await harness.idle();
    await form.choose('Duration', '1 h');
    await harness.idle();
    await form.fill('Reason', 'Disk latency on the primary');
    await submits(harness, 'dana');
    // A message whose answer is lost is looked for before it is posted again: in the channel, in the thread, directly.
    const lost = slack.addFault({ method: 'chat.postMessage', kind: 'cut-after', times: 2 });
    await clicks(harness, 'olivia', 'Approve for 1 h');
    await harness.advance(minute);
    expect(lost.hits).toBe(2);
    expect(harness.dana.directMessages()).toHaveLength(1);
    await harness.advance(30 * minute);
    await clicks(harness, 'oscar', 'Let it end');
    await clicks(harness, 'olivia', 'Revoke now');
    await types(harness, 'erin', 'request payments-prod 1h logs Primary steps down again');
    await clicks(harness, 'oscar', 'Deny');
    await harness.oscar.modal().fill('Reason', 'Not this week');
    await submits(harness, 'oscar');
    await types(harness, 'olivia', 'unblock planned maintenance with support');
    await submits(harness, 'olivia');

    expect((await harness.allGrants()).map(({ state }) => state)).toEqual(['revoked', 'denied']);
    const refused = slack.calls.filter(({ answer }) => answer?.ok === false && answer.error !== 'not_found');
    expect(refused).toEqual([]);
    expect(slack.warnings).toEqual([]);
    const looked = slack.calls.map(({ method }) => method);
    expect(looked).toEqual(expect.arrayContaining(['conversations.replies', 'conversations.history']));
  },
);
