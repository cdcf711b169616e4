import { describe, expect, it } from 'vitest';
import { problemsOfMessage, problemsOfView } from '../../../src/sandbox/slack/block-kit-views.ts';
import { buttonRow } from '../../../src/slack/messages/blocks.ts';
import { blockThenApproveButton, blockThenOpenButton } from '../../../src/slack/messages/buttons.ts';
import { createViews } from '../../../src/slack/messages/create-views.ts';
import { requestModal } from '../../../src/slack/views/request-modal.ts';
import * as sample from './samples.ts';

const byHand = { ...sample.capabilities, canSetBlock: false };
const longest = {
  name: 'c'.repeat(64),
  projectName: 'p'.repeat(64),
  reason: '😀'.repeat(500),
  caseUrl: `https://support.example/${'x'.repeat(470)}`,
};

const form = (capabilities: typeof byHand) =>
  requestModal(
    { reason: longest.reason, caseUrl: longest.caseUrl, warnings: [], blockFirst: true },
    { organization: sample.organization(false), targetCount: 6, approve: true, offersBlock: true },
    capabilities,
  );

describe('a grant that waits for the block', () => {
  it('says so in the channel, by whom it was decided, and until when Portcullis tries', () => {
    const { grantMessage } = createViews(sample.capabilities);
    expect(sample.read(grantMessage(sample.awaitingBlock(), sample.context(false)), 5)).toMatchInlineSnapshot(`
      "Approved by Olivia Owner: support access is blocked first, then orders-prod opens to MongoDB support
      Olivia Owner decided that the organization be blocked. Portcullis opens orders-prod once it has seen that, and not before.
      Portcullis gives up today at 10:20 UTC.
      Cluster: orders-prod, project Shop
      Access: database logs only
      Until: tomorrow at 10:05 UTC (in 1 day)
      Asked by: Ada Asker, today at 10:00 UTC
      Reason:
      > Disk latency since 09:40, support wants to see the servers
      Support case: https://support.example/case/01234567
      [Revoke now]
      g-wy9ze471xk"
    `);
  });

  it('says where to block by hand', () => {
    const { grantMessage } = createViews(byHand);
    expect(sample.read(grantMessage(sample.awaitingBlock(), sample.context(false)), 5)).toMatchInlineSnapshot(`
      "Approved by Olivia Owner: support access is blocked first, then orders-prod opens to MongoDB support
      Olivia Owner decided that the organization be blocked. Portcullis opens orders-prod once it has seen that, and not before.
      Portcullis gives up today at 10:20 UTC.
      Cluster: orders-prod, project Shop
      Access: database logs only
      Until: tomorrow at 10:05 UTC (in 1 day)
      Asked by: Ada Asker, today at 10:00 UTC
      Reason:
      > Disk latency since 09:40, support wants to see the servers
      Support case: https://support.example/case/01234567
      Portcullis has no account that may block. An organization owner does it by hand: the setting in MongoDB Atlas (https://cloud.example/v2#/org/64f0a1b2c3d4e5f600000001/settings/general)
      [Revoke now]
      g-wy9ze471xk"
    `);
  });

  it.each([sample.capabilities, byHand])('stays within the limits of Slack with the longest input', (capabilities) => {
    const { grantMessage } = createViews(capabilities);
    const shown = grantMessage(sample.awaitingBlock(longest), sample.context(false));
    expect(problemsOfMessage(JSON.parse(JSON.stringify(shown.blocks)))).toEqual([]);
    expect(problemsOfView(JSON.parse(JSON.stringify(form(capabilities))), 'modal')).toEqual([]);
  });
});

describe('the buttons', () => {
  it.each([
    ['with an account that may block', sample.capabilities],
    ['without one', byHand],
  ])('say what they do, %s', (_, capabilities) => {
    const grant = sample.requested({ type: sample.logs });
    const [logs] = capabilities.accessTypes.filter(({ id }) => id === sample.logs);
    if (logs === undefined) throw new Error('There are no logs');
    const row = buttonRow(blockThenOpenButton(logs), blockThenApproveButton(grant, capabilities));
    expect(JSON.parse(JSON.stringify(row.blocks))).toMatchSnapshot();
    const long = buttonRow(blockThenApproveButton(sample.requested({ type: sample.logs, ...longest }), capabilities));
    expect(problemsOfMessage(JSON.parse(JSON.stringify(long.blocks)))).toEqual([]);
  });
});
