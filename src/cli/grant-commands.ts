import { type Grant, maybeOpenUntil } from '../grants/grant.ts';
import { recordEndingAsOperator } from '../operations/record-ending.ts';
import { type Command, CommandError, type CommandIo, type ExitCode, parsed } from './command.ts';

export const grantCommands: readonly Command[] = [
  {
    name: 'grant list',
    takes: '',
    does: 'shows what is open or may be, and what keeps it from being closed',
    run: list,
  },
  {
    name: 'grant end',
    takes: 'ID',
    does: 'records that access has ended, where Atlas cannot be asked about the cluster any more',
    more: 'Only after the last end that Atlas was given.\n',
    run: end,
  },
];

async function list(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  parsed(words, {});
  const { context } = await io.connect();
  const live = await context.grants.live(context.organizationId);
  await io.write(live.length === 0 ? 'No grant is open.\n' : live.map(grantLine).join(''));
  return 0;
}

function grantLine(grant: Grant): string {
  const until = maybeOpenUntil(grant);
  const open = until === undefined ? '' : `, may be open until ${until.toISOString()}`;
  const trouble = grant.trouble === undefined ? '' : `; ${grant.trouble.message}`;
  return `${grant._id}  ${grant.target.projectName}/${grant.target.name}  ${grant.state}${open}${trouble}\n`;
}

async function end(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  const [grantId] = parsed(words, {}, 1).positionals;
  if (grantId === undefined) throw new CommandError(2, 'Which grant? `grant list` shows their ids.');
  const { context, operator, operationId } = await io.connect();
  const outcome = await recordEndingAsOperator(context, { operator, operationId, grantId });
  switch (outcome.kind) {
    case 'recorded':
      await io.write(`Recorded: access by ${grantId} has ended.\n`);
      return 0;
    case 'not-closing':
      throw new CommandError(
        1,
        `Nothing was changed: ${grantId} is ${outcome.grant.state}, not being closed. Revoke it in Slack.`,
      );
    case 'may-be-open': {
      const until = outcome.until.toISOString();
      const { vendor } = context.provider.capabilities;
      throw new CommandError(1, `Nothing was changed: ${vendor} may hold access until ${until}. Try again after that.`);
    }
    case 'missing':
      throw new CommandError(1, `Nothing was changed: there is no grant ${grantId}.`);
  }
}
