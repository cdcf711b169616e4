import { expect, test } from 'vitest';
import { helpMessage } from '../../../src/slack/messages/help-message.ts';
import * as sample from './samples.ts';

test('help shows everything there is to type', () => {
  const message = helpMessage(sample.capabilities);
  expect(sample.problems(message)).toEqual([]);
  expect(sample.read(message, 0)).toMatchInlineSnapshot(`
    "With Portcullis you decide when MongoDB support may enter your clusters in MongoDB Atlas
    Type these in any channel. Words in brackets are optional.
    \`/support-access status [cluster]\`: what is blocked, what is open and what waits. \`/support-access\` alone does the same.
    \`/support-access request [cluster] [duration] [type] [reason]\`: asks for access. With everything given it is posted at once, else a form opens.
    \`/support-access grant [cluster] [duration] [type] [reason]\`: the same with your own approval, for those who may approve.
    \`/support-access revoke [cluster or id]\`: closes access now, or cancels your own request.
    \`/support-access extend [cluster or id] [duration]\`: asks for a later end of what is open, counted from the approval.
    \`/support-access change [cluster or id] [type]\`: asks for another type of access to what is open.
    \`/support-access history [cluster]\`: who asked, who decided, how long it was open and how it ended.
    \`/support-access report [cluster] [month]\`: posts a picture and a table of a month here: what was open, and for how long.
    \`/support-access block\`: shuts support access for the whole organization. For organization owners.
    \`/support-access unblock [duration] [reason]\`: takes that back, for 24 h when nothing is said. For organization owners.
    \`/support-access lockdown\`: blocks, closes everything that is open and cancels every request. For organization owners.
    \`/support-access settings\`: what the organization has set. Organization owners change it there.
    \`/support-access whoami\`: which account of MongoDB Atlas you are and what you may decide.
    \`/support-access help\`: this message.
    Examples
    \`/support-access request orders-prod 4h infrastructure disk latency, support wants to see the servers\`
    \`/support-access request disk is failing\`
    \`/support-access status orders-prod\`
    \`/support-access report orders-prod last month\`
    \`/support-access revoke orders-prod\`
    \`/support-access extend orders-prod 8h\`
    \`/support-access change orders-prod infrastructure\`
    \`/support-access unblock 8h planned maintenance with support\`
    Duration
    For example \`30m\`, \`4h\`, \`24h\` or \`1d\`: from 30 min to 24 h. 24 h when nothing is said.
    Type
    \`infrastructure\` for infrastructure and all cluster logs
    \`logs\` for database logs only
    \`sync\` for infrastructure and App Services sync data"
  `);
});
