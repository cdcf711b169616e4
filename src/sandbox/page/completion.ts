import type { PageCommand } from './protocol.ts';

export type Completion =
  | { readonly kind: 'none' }
  /** What could be meant, to choose from. */
  | { readonly kind: 'choices'; readonly commands: readonly PageCommand[] }
  /** The command is complete: what may follow. */
  | { readonly kind: 'usage'; readonly command: PageCommand };

/** What to offer for what stands in the composer. Also finds a command by its last word: `/block`. */
export function completionOf(line: string, commands: readonly PageCommand[]): Completion {
  const typed = line.trimStart().toLowerCase();
  if (!typed.startsWith('/')) return { kind: 'none' };
  const followed = commands
    .filter(({ command }) => typed.startsWith(`${command.toLowerCase()} `))
    .sort((a, b) => b.command.length - a.command.length)[0];
  const beginning = commands.filter(({ command }) => command.toLowerCase().startsWith(typed.trimEnd()));
  const longer = beginning.filter((one) => one !== followed && one.command.toLowerCase().startsWith(typed));
  if (followed !== undefined && longer.length === 0) return { kind: 'usage', command: followed };
  const word = typed.slice(1);
  const found =
    longer.length > 0 ? longer : commands.filter(({ command }) => lastWord(command).startsWith(word) && word !== '');
  return found.length === 0 ? { kind: 'none' } : { kind: 'choices', commands: found };
}

const lastWord = (command: string): string => command.toLowerCase().split(' ').at(-1) ?? '';

/** What the composer holds after a choice: ready for what follows. */
export const completed = ({ command, usage }: PageCommand): string => (usage === '' ? command : `${command} `);
