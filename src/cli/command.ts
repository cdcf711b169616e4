import { parseArgs } from 'node:util';
import type { SetUp } from '../doctor/diagnose.ts';
import type { OperationContext } from '../operations/context.ts';
import type { TokenStore } from '../store/tokens.ts';

/** 0 done, 1 not done or found wrong, 2 not understood. */
export type ExitCode = 0 | 1 | 2;

/** The bot's own database and provider, with its settings. */
export interface Connection {
  /** Of the organization that is meant. */
  readonly context: OperationContext;
  /** Of the programs that ask whether support may enter, whatever their organization. */
  readonly tokens: TokenStore;
  /** The operator's name on this machine, for the record. */
  readonly operator: string;
  readonly operationId: string;
}

export interface CommandIo {
  /** Standard output: answers, and nothing else. Resolves when more may be written. */
  write(text: string): Promise<void>;
  /** Standard error: what is wrong. */
  complain(text: string): void;
  /**
   * Connects at the first call: what works offline needs no settings. `organization` is the key of the one that is meant, and
   * may be left out where there is one. Throws `CommandError` where the settings are wrong, or that is not clear.
   */
  connect(organization?: string): Promise<Connection>;
  /** What there is to check of the set-up, whatever is wrong with the settings. Connects to nothing by itself. */
  setUp(): Promise<SetUp>;
  /** By the names of the settings. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Command {
  /** One to three words. */
  readonly name: string;
  /** What follows the name, as the usage shows it. */
  readonly takes: string;
  /** One line. */
  readonly does: string;
  /** It is about every organization at once. */
  readonly ofAll?: true;
  /** Options and an example. */
  readonly more?: string;
  run(words: readonly string[], io: CommandIo): Promise<ExitCode>;
}

/** Said on standard error as it is; 1 where the world is wrong, 2 where the command line is. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: 1 | 2;

  constructor(code: 1 | 2, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

type Options = Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: boolean }>;

/** Reads what follows a command's name. Throws `CommandError` for an option that it does not take. */
export function parsed<const O extends Options>(words: readonly string[], options: O, most = 0) {
  try {
    const read = parseArgs({ args: [...words], options, allowPositionals: most > 0, strict: true });
    const tooMany: string | undefined = read.positionals[most];
    if (tooMany !== undefined) throw new CommandError(2, `One too many: ${tooMany}`);
    return read;
  } catch (error) {
    if (error instanceof TypeError) throw new CommandError(2, error.message);
    throw error;
  }
}

/** Dates as people type them: a day, which begins at midnight UTC, or an instant. */
export function instantOf(option: string, typed: string): Date {
  const known = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/.test(typed);
  const at = new Date(typed);
  // A day that does not exist is otherwise taken for one of the next month.
  if (!known || Number.isNaN(at.getTime()) || !at.toISOString().startsWith(typed.slice(0, 10))) {
    throw new CommandError(
      2,
      `${option} takes a day or an instant in UTC, like 2026-03-01 or 2026-03-01T09:00Z, not ${typed}`,
    );
  }
  return at;
}
