import { type Grant, maybeOpenUntil } from '../grants/grant.ts';
import type { Link } from '../grants/organization.ts';
import { confirmLinkAsOperator } from '../operations/confirm-link.ts';
import type { OperationContext } from '../operations/context.ts';
import { recordEndingAsOperator } from '../operations/record-ending.ts';

interface Answer {
  readonly text: string;
  /** The exit code: 0 done, 1 not done, 2 not understood. */
  readonly code: 0 | 1 | 2;
}

interface CommandCaller {
  /** The operator's name on this machine, for the record. */
  readonly operator: string;
  readonly operationId: string;
}

const usage = `Usage: npm run portcullis -- COMMAND

  grant list                      what is open or may be, and what keeps it from being closed
  grant end ID                    records that access has ended, where Atlas cannot be asked about the cluster any more
  link list                       the Slack account that acts for each decider's Atlas account
  link confirm E-MAIL SLACK-ID    confirms a link that waits, where no other owner can
  help                            this text`;

/** Carries out one command of the command line. */
export async function runCommand(
  words: readonly string[],
  context: OperationContext,
  caller: CommandCaller,
): Promise<Answer> {
  const [command = 'help', verb, ...rest] = words;
  if (command === 'help' || command === '--help' || verb === '--help') return { text: usage, code: 0 };
  if (command === 'link' && verb === 'list' && rest.length === 0) return listLinks(context);
  if (command === 'link' && verb === 'confirm' && rest.length === 2) {
    const [email = '', slackId = ''] = rest;
    return confirm(context, caller, email, slackId);
  }
  if (command === 'grant' && verb === 'list' && rest.length === 0) return listGrants(context);
  if (command === 'grant' && verb === 'end' && rest.length === 1) return endGrant(context, caller, rest[0] ?? '');
  return { text: `Not understood: ${words.join(' ')}\n\n${usage}`, code: 2 };
}

async function listGrants(context: OperationContext): Promise<Answer> {
  const live = await context.grants.live(context.organizationId);
  if (live.length === 0) return { text: 'Nothing is open.', code: 0 };
  return { text: live.map(grantLine).join('\n'), code: 0 };
}

function grantLine(grant: Grant): string {
  const until = maybeOpenUntil(grant);
  const open = until === undefined ? '' : `, may be open until ${until.toISOString()}`;
  const trouble = grant.trouble === undefined ? '' : `; ${grant.trouble.message}`;
  return `${grant._id}  ${grant.target.projectName}/${grant.target.name}  ${grant.state}${open}${trouble}`;
}

async function endGrant(context: OperationContext, caller: CommandCaller, grantId: string): Promise<Answer> {
  const outcome = await recordEndingAsOperator(context, { ...caller, grantId });
  switch (outcome.kind) {
    case 'recorded':
      return { text: `Recorded: access by ${grantId} has ended.`, code: 0 };
    case 'not-closing':
      return {
        text: `Nothing was changed: ${grantId} is ${outcome.grant.state}, not being closed. Revoke it in Slack.`,
        code: 1,
      };
    case 'may-be-open':
      return {
        text: `Nothing was changed: Atlas may hold access until ${outcome.until.toISOString()}. Try again after that.`,
        code: 1,
      };
    case 'missing':
      return { text: `Nothing was changed: there is no grant ${grantId}.`, code: 1 };
  }
}

async function listLinks(context: OperationContext): Promise<Answer> {
  const { links } = await context.organizations.get(context.organizationId);
  if (links.length === 0)
    return { text: 'No links yet: they are made when the bot first reads the directory.', code: 0 };
  return { text: links.map(linkLine).join('\n'), code: 0 };
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

async function confirm(
  context: OperationContext,
  caller: CommandCaller,
  email: string,
  linkSlackId: string,
): Promise<Answer> {
  const { links } = await context.organizations.get(context.organizationId);
  const link = links.find((other) => other.email === email.toLowerCase());
  if (link === undefined) return { text: `No decider with the e-mail address ${email} is known.`, code: 1 };
  const outcome = await confirmLinkAsOperator(context, { ...caller, accountId: link.accountId, linkSlackId });
  if (outcome.kind === 'confirmed') return { text: `Confirmed: ${linkSlackId} acts for ${link.email} now.`, code: 0 };
  return {
    text: `Nothing was changed: ${linkSlackId} does not wait for a link to ${link.email}.\n${linkLine(link)}`,
    code: 1,
  };
}
