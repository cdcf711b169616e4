const subcommands = ['status', 'request', 'grant', 'revoke', 'block', 'unblock', 'whoami', 'help'] as const;

export type Subcommand = (typeof subcommands)[number];

interface ParsedCommand {
  readonly subcommand: Subcommand | 'unknown';
  /** The word that was read as the subcommand, as typed; empty when there was none. */
  readonly word: string;
  /** What came after it, as typed, without space around it. */
  readonly rest: string;
}

/**
 * Reads the text of the slash command. Slack sends it as typed, `&`, `<` and `>` included, because the command does not
 * ask for escaping (Slack documentation, "Implementing slash commands"): nothing is decoded here.
 */
export function parseCommand(text: string): ParsedCommand {
  const [, word = '', rest = ''] = /^\s*(\S*)([\s\S]*)$/.exec(text) ?? [];
  return { subcommand: subcommandOf(unquoted(word).toLowerCase()), word, rest: rest.trim() };
}

function subcommandOf(word: string): Subcommand | 'unknown' {
  if (word === '') return 'status';
  return subcommands.find((candidate) => candidate === word) ?? 'unknown';
}

/** Straight ones, those that phones and keyboards make of them, and code marks. */
const quote = `['"\`‘’‚“”„«»‹›]`;
const quoted = new RegExp(`^${quote}(.*)${quote}$`, 's');

/** A word without the pair of quotation marks around it, if there is one. */
export function unquoted(word: string): string {
  return quoted.exec(word)?.[1] ?? word;
}
