import { slashCommand } from '../../slack/messages/vocabulary.ts';
import { shortcuts } from '../../slack/shortcuts.ts';
import type { PageCommand, PageShortcut } from '../page/protocol.ts';

const command = (words: string, usage: string, description: string): PageCommand => ({
  command: words === '' ? slashCommand : `${slashCommand} ${words}`,
  usage,
  description,
});

/** What the composer completes. */
export const pageCommands: readonly PageCommand[] = [
  command('status', '[cluster]', 'What is blocked, what is open and what waits'),
  command('request', '[cluster] [duration] [type] [reason]', 'Ask for access'),
  command('grant', '[cluster] [duration] [type] [reason]', 'Ask for access and approve it yourself'),
  command('revoke', '[cluster or id]', 'Close access now, or cancel your own request'),
  command('extend', '[cluster or id] [duration]', 'Ask for a later end of what is open'),
  command('change', '[cluster or id] [type]', 'Ask for another type of access to what is open'),
  command('history', '[cluster]', 'Who asked, who decided, how long it was open'),
  command('report', '[cluster] [month]', 'A picture and a table of a month'),
  command('block', '', 'Shut support access for the whole organization'),
  command('unblock', '[duration] [reason]', 'Take the block back for a while'),
  command('lockdown', '', 'Block, close everything and cancel every request'),
  command('settings', '', 'What the organization has set'),
  command('whoami', '', 'Which Atlas account you are and what you may decide'),
  command('help', '', 'All there is to type, with examples'),
];

/** As the app's manifest declares them. */
export const pageShortcuts: readonly PageShortcut[] = [
  { callbackId: shortcuts.ask, name: 'Ask for support access', kind: 'global' },
  { callbackId: shortcuts.askAboutMessage, name: 'Ask for support access', kind: 'message' },
];
