export const subcommands = [
  'status',
  'request',
  'grant',
  'revoke',
  'extend',
  'change',
  'history',
  'report',
  'block',
  'unblock',
  'lockdown',
  'settings',
  'whoami',
  'help',
] as const;

export type Subcommand = (typeof subcommands)[number];

interface ParsedCommand {
  readonly subcommand: Subcommand | 'unknown';
  /** The word that was read as the subcommand, as typed; empty when there was none. */
  readonly word: string;
  /** What came after it, as typed, without space around it. */
  readonly rest: string;
}

/**
 * Reads the text of the slash command. Slack escapes `&`, `<` and `>` in what people typed, in commands as in messages
 * (Slack documentation, "Formatting message text"): exactly these are decoded, once, so that a reason is kept as typed.
 */
export function parseCommand(text: string): ParsedCommand {
  const [, word = '', rest = ''] = /^\s*(\S*)([\s\S]*)$/.exec(unescaped(text)) ?? [];
  return { subcommand: subcommandOf(unquoted(word).toLowerCase()), word, rest: rest.trim() };
}

const characters: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** As it was typed: Slack escapes three characters. */
export const unescaped = (text: string): string =>
  text.replace(/&(?:amp|lt|gt);/g, (entity) => characters[entity] ?? entity);

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
