import type { Link } from '../grants/organization.ts';
import { confirmLinkAsOperator } from '../operations/confirm-link.ts';
import { type Command, CommandError, type CommandIo, type ExitCode, parsed } from './command.ts';

export const linkCommands: readonly Command[] = [
  {
    name: 'link list',
    takes: '',
    does: "shows the Slack account that acts for each decider's Atlas account, and what waits",
    run: list,
  },
  {
    name: 'link confirm',
    takes: 'E-MAIL SLACK-ID',
    does: 'confirms a link that waits, where no other owner can',
    run: confirm,
  },
];

async function list(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  parsed(words, {});
  const { context } = await io.connect();
  const { links } = await context.organizations.get(context.organizationId);
  const none = 'No links yet: they are made when the bot first reads the directory.\n';
  await io.write(links.length === 0 ? none : links.map((link) => `${linkLine(link)}\n`).join(''));
  return 0;
}

function linkLine(link: Link): string {
  const acting =
    link.slackId === undefined ? 'not linked' : `acts as ${link.slackId} since ${link.since.toISOString()}`;
  const waiting =
    link.pending === undefined
      ? ''
      : `; ${link.pending.slackId} has claimed it since ${link.pending.at.toISOString()} and waits for confirmation`;
  return `${link.email}  ${acting}${waiting}`;
}

async function confirm(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  const [email, linkSlackId] = parsed(words, {}, 2).positionals;
  if (email === undefined || linkSlackId === undefined) {
    throw new CommandError(2, 'Which link? `link list` shows the addresses, and the Slack ids that wait.');
  }
  const { context, operator, operationId } = await io.connect();
  const { links } = await context.organizations.get(context.organizationId);
  const link = links.find((other) => other.email === email.toLowerCase());
  if (link === undefined) throw new CommandError(1, `No decider with the e-mail address ${email} is known.`);
  const { accountId } = link;
  const outcome = await confirmLinkAsOperator(context, { operator, operationId, accountId, linkSlackId });
  if (outcome.kind !== 'confirmed') {
    throw new CommandError(
      1,
      `Nothing was changed: ${linkSlackId} does not wait for a link to ${link.email}.\n${linkLine(link)}`,
    );
  }
  await io.write(`Confirmed: ${linkSlackId} acts for ${link.email} now.\n`);
  return 0;
}
