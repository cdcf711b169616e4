/**
 * Every bot scope that the code uses, and what for. The manifests list exactly these, and the end-to-end tests run with
 * exactly these.
 */
export const requiredScopes: Readonly<Record<string, string>> = {
  commands: 'the slash command',
  'chat:write': 'requests, notes and answers',
  'files:write': 'the picture and the table of a report',
  'users:read': 'telling full members from guests and people of other workspaces',
  'users:read.email': "finding the vendor's account that belongs to a Slack account",
  'channels:read': 'checking that the bot is in its channel, and whether whoever asked is',
  'groups:read': 'the same where the channel is private',
  'channels:history': 'looking for an earlier post before posting again after a lost answer',
  'groups:history': 'the same where the channel is private',
  'usergroups:read': 'offering user groups in the settings, to be mentioned instead of people',
  'im:write': 'direct messages to whoever asked, where they are not in the channel',
  'im:history': 'looking for an earlier direct message before sending it again',
};
