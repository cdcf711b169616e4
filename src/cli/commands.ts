import { attestCommand } from './attest-command.ts';
import { type Command, CommandError, type CommandIo, type ExitCode } from './command.ts';
import { configCommand } from './config-command.ts';
import { deliveryCommands } from './delivery-commands.ts';
import { doctorCommand } from './doctor-command.ts';
import { grantCommands } from './grant-commands.ts';
import { ledgerCommands } from './ledger-commands.ts';
import { linkCommands } from './link-commands.ts';
import { reportCommand } from './report-command.ts';
import { signingCommands } from './signing-commands.ts';
import { tokenCommands } from './token-commands.ts';

const commands: readonly Command[] = [
  doctorCommand,
  configCommand,
  ...grantCommands,
  ...linkCommands,
  ...ledgerCommands,
  ...signingCommands,
  ...deliveryCommands,
  ...tokenCommands,
  reportCommand,
  attestCommand,
];

const head = 'Usage: npm run portcullis -- COMMAND';

function usage(): string {
  const lines = commands.map((command) => [callOf(command), command.does] as const);
  const width = Math.max(...lines.map(([call]) => call.length)) + 2;
  const list = lines.map(([call, does]) => `  ${call.padEnd(width)}${does}`);
  return [
    head,
    '',
    ...list,
    '',
    'COMMAND --help tells more. Where there are several organizations, --organization KEY says which.',
    'Exit codes: 0 done, 1 not done or found wrong, 2 not understood.',
    '',
  ].join('\n');
}

const callOf = ({ name, takes }: Command): string => (takes === '' ? name : `${name} ${takes}`);

const isHelp = (word: string | undefined): boolean => word === undefined || ['help', '--help', '-h'].includes(word);

/** Carries out one command of the command line. What a command does not expect is thrown. */
export async function runCommand(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  if (isHelp(words[0])) {
    await io.write(usage());
    return 0;
  }
  const command = commands.find(({ name }) => name.split(' ').every((word, index) => words[index] === word));
  if (command === undefined) {
    io.complain(`Not understood: ${words.join(' ')}\n\n${usage()}`);
    return 2;
  }
  const rest = words.slice(command.name.split(' ').length);
  if (rest.includes('--help') || rest.includes('-h')) {
    await io.write(`Usage: npm run portcullis -- ${callOf(command)}\n\n${command.does}\n${command.more ?? ''}`);
    return 0;
  }
  try {
    const { organization, others } = organizationIn(rest);
    if (organization !== undefined && command.ofAll === true)
      throw new CommandError(2, 'It is about every organization.');
    return await command.run(others, { ...io, connect: () => io.connect(organization) });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const hint = error.code === 2 ? `\nUsage: npm run portcullis -- ${callOf(command)}` : '';
    io.complain(`${error.message}${hint}\n`);
    return error.code;
  }
}

/** Any command takes it, anywhere among its words. */
function organizationIn(words: readonly string[]): {
  readonly organization?: string;
  readonly others: readonly string[];
} {
  const at = words.findIndex((word) => word === '--organization' || word.startsWith('--organization='));
  const word = words[at];
  if (word === undefined) return { others: words };
  const inline = word.includes('=');
  const organization = inline ? word.slice(word.indexOf('=') + 1) : words[at + 1];
  if (!organization) throw new CommandError(2, '--organization takes the key of one.');
  return { organization, others: words.toSpliced(at, inline ? 1 : 2) };
}
