const needed = ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_CHANNEL_ID'] as const;

/** What there is no bot in a workspace without, one sentence each. */
export function notGiven(
  environment: Readonly<Record<string, string | undefined>>,
  owners: readonly string[],
): string[] {
  const has = (name: string): boolean => (environment[name]?.trim() ?? '') !== '';
  const unset = needed.filter((name) => !has(name) && !(name.endsWith('_TOKEN') && has(`${name}_FILE`)));
  const strange = owners.filter((owner) => !/^[^\s@]+@[^\s@]+$/.test(owner));
  return [
    ...unset.map((name) => `${name} is not set.`),
    ...(owners.length === 0
      ? ['Nobody is named to be an owner: --owner takes the e-mail address they have in Slack.']
      : []),
    ...strange.map((owner) => `--owner takes an e-mail address, not "${owner}".`),
  ];
}

export function howToBegin(missing: readonly string[]): string {
  return `The sandbox cannot start in your workspace.
${missing.map((sentence) => `  - ${sentence}\n`).join('')}
It needs an app of its own there. (Slack would hand the app of a bot that already runs only a part of what people do.)
  1. https://api.slack.com/apps → Create New App → From a manifest: paste slack-app-manifest.yml.
  2. Install to Workspace: the bot token (xoxb-…) is SLACK_BOT_TOKEN.
  3. Basic Information → App-Level Tokens → Generate, with connections:write: the token (xapp-…) is SLACK_APP_TOKEN.
  4. Make a channel and type /invite @Portcullis there: its id, at the end of the channel's details, is SLACK_CHANNEL_ID.

Then: SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-… SLACK_CHANNEL_ID=C… npm run sandbox -- --slack --owner you@example.com
`;
}
