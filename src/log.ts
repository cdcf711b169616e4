import { type DestinationStream, destination as fileDestination, type Level, type LogFn, pino } from 'pino';
import type { Actor } from './grants/grant.ts';
import { Redactor } from './redaction.ts';

/** A cause of a cause of a cause: deeper chains are cut. */
const maxCauses = 5;

/** One transition or refusal, for the record. */
export interface AuditEntry {
  readonly at: Date;
  readonly organizationId: string;
  /** The operation, for example `approve`. */
  readonly action: string;
  readonly outcome: 'done' | 'refused';
  readonly actor: Actor;
  readonly grantId?: string;
  /** States before and after. */
  readonly from?: string;
  readonly to?: string;
  /** Why it was refused, or what a person gave as the reason. */
  readonly reason?: string;
  /** How the roles that allowed it were known. */
  readonly basis?: string;
}

/** JSON lines without secrets. Pass an error as `err` among the fields, or by itself. */
export interface Logger {
  readonly trace: LogFn;
  readonly debug: LogFn;
  readonly info: LogFn;
  readonly warn: LogFn;
  readonly error: LogFn;
  readonly fatal: LogFn;
  /** A logger that adds these fields to each line, and shares the secrets of this one. */
  child(fields: Readonly<Record<string, unknown>>): Logger;
  /** Keeps a value out of every line from now on, the moment it exists. Values under 8 characters are ignored. */
  registerSecret(secret: string): void;
  /** Writes one line with `"audit": true`, whatever the level. */
  audit(entry: AuditEntry): void;
  /** Writes `{"ledger":{…}}` and nothing else on one line, whatever the level. */
  ledger(entry: object): void;
}

export interface LoggerOptions {
  readonly level: Level;
  /** Kept out of every line for ever; of those registered later the newest hundred are. */
  readonly secrets?: readonly string[];
  /** Standard output unless given. */
  readonly destination?: DestinationStream;
}

/**
 * A pino logger whose lines are redacted as a whole, the last thing before they are written: no field, message, error
 * or child logger can get around it.
 */
export function createLogger({ level, secrets = [], destination = standardOutput() }: LoggerOptions): Logger {
  const redactor = new Redactor(secrets);
  const root = pino(
    {
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: withErrorsSerialized },
      // Errors are serialized above, wherever they stand among the fields.
      serializers: { err: (value: unknown) => value },
      // Generous enough for a chain of causes.
      depthLimit: 2 * maxCauses,
      hooks: { streamWrite: (line) => `${JSON.stringify(redactor.json(JSON.parse(line)))}\n` },
    },
    destination,
  );
  const write = (line: object): void => {
    destination.write(`${JSON.stringify(redactor.json(JSON.parse(JSON.stringify(line))))}\n`);
  };
  return wrap(root, redactor, write);
}

/** Written at once: a process that is killed has logged what it did. */
function standardOutput(): DestinationStream {
  return fileDestination({ dest: 1, sync: true });
}

function wrap(lines: pino.Logger, redactor: Redactor, write: (line: object) => void): Logger {
  const auditLines = lines.child({ audit: true }, { level: 'info' });
  return {
    trace: lines.trace.bind(lines),
    debug: lines.debug.bind(lines),
    info: lines.info.bind(lines),
    warn: lines.warn.bind(lines),
    error: lines.error.bind(lines),
    fatal: lines.fatal.bind(lines),
    child: (fields) => wrap(lines.child(fields), redactor, write),
    registerSecret: (secret) => redactor.register(secret),
    audit: (entry) => auditLines.info(entry),
    ledger: (entry) => write({ ledger: entry }),
  };
}

function withErrorsSerialized(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      value instanceof Error ? serializeError(value, maxCauses) : value,
    ]),
  );
}

/** The parts of an error that help: not the rest, which in client libraries holds whole requests. */
function serializeError(error: Error & { code?: unknown; detail?: unknown }, causesLeft: number): object {
  const { cause } = error;
  return {
    type: error.name,
    code: error.code,
    message: error.message,
    detail: error.detail,
    stack: error.stack,
    cause: cause instanceof Error ? serializeCause(cause, causesLeft) : cause,
  };
}

function serializeCause(cause: Error, causesLeft: number): object | undefined {
  return causesLeft > 0 ? serializeError(cause, causesLeft - 1) : undefined;
}
