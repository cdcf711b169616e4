import type { Document } from 'bson';
import type { Catalogue } from './catalogue.ts';
import type { Cursors } from './cursors.ts';
import { MongoDbCommandError, notSupported } from './errors.ts';
import { type Doc, isDoc, kindOf } from './values.ts';

/** A command as received, `body` with its name first. */
export interface Command {
  readonly name: string;
  readonly database: string;
  readonly body: Document;
}

/** What commands work on. */
export interface ServerState {
  readonly catalogue: Catalogue;
  readonly cursors: Cursors;
  /** The server's clock. */
  readonly now: () => Date;
}

/** Carries out one command, without waiting for anything: so commands never see each other half done. */
export type CommandHandler = (fields: Fields, state: ServerState) => Doc;

export const maxBatchLength = 100_000;

/** Fields that any command may carry, and that change nothing here or are checked by `assertCommon`. */
const commonFields: ReadonlySet<string> = new Set([
  '$clusterTime',
  '$readPreference',
  'apiDeprecationErrors',
  'apiVersion',
  'comment',
  'hint',
  'lsid',
  'maxTimeMS',
  'readConcern',
  'writeConcern',
]);

/**
 * The fields of a command, or of one of the statements within it, read with their types checked. The readers throw
 * TypeMismatch; null counts as left out, as on the server.
 */
export class Fields {
  readonly #document: Doc;
  /** What the document is called in messages. */
  readonly #title: string;
  readonly database: string;

  constructor(document: Doc, title: string, database: string) {
    this.#document = document;
    this.#title = title;
    this.database = database;
  }

  /** Refuses what is not named and would be passed over; false and null ask for nothing. */
  allowOnly(...names: string[]): void {
    for (const name of Object.keys(this.#document)) {
      if (name === this.#title || names.includes(name) || commonFields.has(name)) continue;
      if (this.#document[name] === false || this.#document[name] === null) continue;
      throw notSupported(`The field '${name}' of ${this.#title}`);
    }
  }

  value(name: string): unknown {
    return this.#document[name] ?? undefined;
  }

  string(name: string): string {
    const value = this.value(name);
    if (typeof value !== 'string') throw this.#mismatch(name, 'string');
    if (value === '' || value.includes('\0')) {
      throw new MongoDbCommandError('InvalidNamespace', `Invalid name for '${this.#title}.${name}'`);
    }
    return value;
  }

  document(name: string): Doc {
    return this.optionalDocument(name) ?? {};
  }

  optionalDocument(name: string): Doc | undefined {
    const value = this.value(name);
    if (value !== undefined && !isDoc(value)) throw this.#mismatch(name, 'object');
    return value;
  }

  array(name: string): readonly unknown[] {
    const value = this.value(name);
    if (!Array.isArray(value)) throw this.#mismatch(name, 'array');
    return value;
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.value(name) ?? fallback;
    if (typeof value !== 'boolean' && typeof value !== 'number') throw this.#mismatch(name, 'bool');
    return Boolean(value);
  }

  /** A whole number that is not negative. */
  count(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number') throw this.#mismatch(name, 'long');
    if (!Number.isInteger(value) || value < 0) {
      throw new MongoDbCommandError('BadValue', `BSON field '${name}' value must be >= 0, actual value '${value}'`);
    }
    return value;
  }

  /** What a write is made of: from 1 to 100000 documents, as many as a driver is told to send. */
  batch(name: string): Doc[] {
    const statements = this.array(name);
    if (statements.length < 1 || statements.length > maxBatchLength) {
      throw new MongoDbCommandError(
        'InvalidLength',
        `Write batch sizes must be between 1 and ${maxBatchLength}. Got ${statements.length} operations.`,
      );
    }
    return statements.map((statement) => {
      if (!isDoc(statement)) throw this.#mismatch(name, 'object');
      return statement;
    });
  }

  statements(name: string): Fields[] {
    return this.batch(name).map((statement) => new Fields(statement, `${this.#title}.${name}`, this.database));
  }

  #mismatch(name: string, expected: string): MongoDbCommandError {
    const value = this.value(name);
    if (value === undefined) {
      return new MongoDbCommandError(
        'Location40414',
        `BSON field '${this.#title}.${name}' is missing but a required field`,
      );
    }
    return new MongoDbCommandError(
      'TypeMismatch',
      `BSON field '${this.#title}.${name}' is the wrong type '${kindOf(value)}', expected type '${expected}'`,
    );
  }
}

/**
 * Checks what any command may ask for. A standalone server has no transactions and no other members: it refuses
 * numbered writes with the code that makes a driver say so, and acknowledges "majority" by itself.
 */
export function assertCommon(body: Doc): void {
  if (body.txnNumber !== undefined) {
    throw new MongoDbCommandError(
      'IllegalOperation',
      'Transaction numbers are only allowed on a replica set member or mongos',
    );
  }
  for (const name of ['autocommit', 'startTransaction']) {
    if (body[name] !== undefined) {
      throw new MongoDbCommandError('InvalidOptions', `'${name}' may not be specified without a transaction number`);
    }
  }
  const readConcern = isDoc(body.readConcern) ? body.readConcern : {};
  const { level = 'local', ...others } = readConcern;
  if (!['local', 'available', 'majority'].includes(String(level)) || Object.keys(others).length > 0) {
    throw notSupported(`The read concern ${JSON.stringify(readConcern)}`);
  }
  const w = isDoc(body.writeConcern) ? body.writeConcern.w : undefined;
  if (w !== undefined && w !== 0 && w !== 1 && w !== 'majority') {
    throw new MongoDbCommandError(
      'BadValue',
      "cannot use non-majority 'w' mode when a host is not a member of a replica set",
    );
  }
}
