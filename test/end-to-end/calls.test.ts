import { expect, test } from 'vitest';
import { callsOfOneGrant } from '../support/grant-calls.ts';

/**
 * Every call costs rate limit and time, and each of these is there for a reason. Whoever makes this list longer should
 * want to.
 */
test('the calls of one grant, from the request to after its end', async () => {
  expect(await callsOfOneGrant()).toMatchInlineSnapshot(`
    {
      "aMinuteLater": [
        "Atlas readCluster",
      ],
      "afterwards": [
        "Atlas readCluster",
        "Atlas readCluster",
      ],
      "approved": [
        "Slack users.info (olivia)",
        "Slack chat.update (channel)",
        "Slack chat.update (channel)",
        "Slack users.info (erin)",
        "Slack conversations.members (channel)",
        "Slack chat.postMessage (channel, thread)",
        "Atlas listUsers (one person)",
        "Atlas readCluster",
        "Atlas grant",
        "Atlas readCluster",
      ],
      "asked": [
        "Slack users.info (erin)",
        "Slack chat.postMessage (channel)",
        "Slack chat.getPermalink (channel)",
      ],
      "ended": [
        "Slack chat.update (channel)",
        "Slack chat.update (channel)",
        "Slack users.info (erin)",
        "Slack conversations.members (channel)",
        "Slack chat.postMessage (channel, thread)",
        "Atlas readCluster",
      ],
      "firstReminder": [
        "Slack chat.update (channel)",
        "Slack users.info (erin)",
        "Slack conversations.members (channel)",
        "Slack chat.postMessage (channel, thread)",
      ],
      "secondReminder": [
        "Slack chat.update (channel)",
        "Slack users.info (erin)",
        "Slack conversations.members (channel)",
        "Slack chat.postMessage (channel, thread)",
      ],
    }
  `);
}, 60_000);
