import { describe, expect, it } from 'vitest';
import type { ChannelObstacle } from '../../../src/grants/channel-lost.ts';
import { problemsOfMessage } from '../../../src/sandbox/slack/block-kit-views.ts';
import { createViews } from '../../../src/slack/messages/create-views.ts';
import { statusMessage } from '../../../src/slack/messages/status-message.ts';
import * as sample from './samples.ts';

const lost = (why: ChannelObstacle) => ({
  channelId: 'C0ACCESS1',
  why,
  since: sample.after(0),
  refusedAt: sample.after(4),
});

describe.each<ChannelObstacle>(['archived', 'not-member', 'not-found'])('a channel that is %s', (why) => {
  const organization = { ...sample.organization(true), channelId: 'C0ACCESS1', channelLost: lost(why) };

  it('is told to owners, with what to do', () => {
    const { organizationNote } = createViews(sample.capabilities);
    const context = { ...sample.context(true), organization };
    const shown = organizationNote(organization, { type: 'channel-lost', ...lost(why) }, context);
    expect(sample.read(shown, 5)).toMatchSnapshot();
    // It reaches one person: nobody else is called.
    expect(sample.notified(shown)).toEqual([]);
    expect(problemsOfMessage(JSON.parse(JSON.stringify(shown.blocks)))).toEqual([]);
  });

  it('shows in the status, until another one is in use', () => {
    const view = { live: [], requested: [], mayBlock: true, now: sample.after(5) };
    expect(sample.read(statusMessage({ ...view, organization }, sample.capabilities), 5)).toMatchSnapshot();
    const other = { ...organization, channelId: 'C0ACCESS2' };
    expect(sample.read(statusMessage({ ...view, organization: other }, sample.capabilities), 5)).not.toContain(
      'channel',
    );
  });
});
