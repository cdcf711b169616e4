import { channelName, people } from '../../src/sandbox/demo-workspace.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { SlackMessage } from '../../src/sandbox/slack/ledger.ts';
import type { Person } from '../../src/sandbox/slack/person.ts';
import { renderAsText } from '../../src/sandbox/slack/render-text.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
/** What is longer is cut, and says so. */
const mostLines = 15;

/** What surfaces look like that the tour does not pass, as their readers see them in the course of one week. */
export async function renderSurfaces(sandbox: Sandbox): Promise<{ name: string; text: string }[]> {
  const { workspace } = sandbox;
  const [olivia, erin, sam] = [people.olivia, people.erin, people.sam].map((id) => workspace.person(id));
  if (olivia === undefined || erin === undefined || sam === undefined) throw new Error('Somebody is missing');
  const types = async (who: Person, words: string): Promise<void> => {
    await who.types(`/support-access ${words}`, { channel: channelName });
    await sandbox.idle();
  };

  await types(erin, 'request payments-prod 8h logs Primary steps down every few minutes since 08:40');
  await olivia.clicks('Approve for 8 h', { channel: channelName });
  await sandbox.advance(minute);
  await types(sam, 'request warehouse 2h infrastructure Query targeting alert, support wants to look');
  await olivia.opensHome();
  await sandbox.idle();
  const home = olivia.home().text;

  await types(erin, 'request');
  const form = erin.modal();
  await form.searches('Cluster', 'ledger');
  await form.choose('Cluster', 'ledger-prod');
  await sandbox.idle();
  const request = form.text;
  await form.close();

  await types(erin, 'settings');
  const settings = readable(sandbox, erin.ephemerals().at(-1));

  await types(olivia, 'lockdown');
  await olivia.modal().submit();
  await sandbox.advance(minute);
  const lockdown = posted(sandbox, 'Lockdown:');

  await types(erin, 'history');
  const history = erin.modal().text;
  await erin.modal().close();

  sandbox.clock.tick(7 * day);
  await sandbox.advance(minute);
  const digest = posted(sandbox, 'Support access in the last week');

  const whole = { home, request, settings, lockdown, history, digest };
  return Object.entries(whole).map(([name, text]) => ({ name, text: cut(text) }));
}

/** The last message in the channel that begins so. */
const posted = (sandbox: Sandbox, beginning: string): string =>
  readable(
    sandbox,
    sandbox.slack.messages(sandbox.channel).findLast(({ text }) => text.startsWith(beginning)),
  );

function readable({ slack, channel, clock }: Sandbox, message: SlackMessage | undefined): string {
  if (message === undefined) throw new Error('There is no such message');
  const names = (id: string): string =>
    id === channel ? channelName : (slack.seed.users.find((user) => user.id === id)?.realName ?? id);
  return renderAsText(message, { now: clock.now(), names });
}

function cut(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.length <= mostLines ? lines.join('\n') : [...lines.slice(0, mostLines - 1), '…'].join('\n');
}
