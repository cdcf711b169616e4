import * as catalogueCommands from './catalogue-commands.ts';
import {
  assertCommon,
  type Command,
  type CommandHandler,
  Fields,
  maxBatchLength,
  type ServerState,
} from './command.ts';
import { MongoDbCommandError, notSupported } from './errors.ts';
import { findAndModify } from './find-and-modify.ts';
import * as readCommands from './read-commands.ts';
import { assertHoldable, type Doc, maxDocumentBytes } from './values.ts';
import { maxMessageBytes } from './wire.ts';
import * as writeCommands from './write-commands.ts';

/** MongoDB 7.0, of which this is a part: 4.4's answers are given where versions differ in what they refuse. */
const version = '7.0.0';
const maxWireVersion = 21;

/** A standalone server: a driver then numbers no writes for retrying, and starts no transactions. */
const hello: CommandHandler = (_fields, { now }) => ({
  helloOk: true,
  isWritablePrimary: true,
  ismaster: true,
  maxBsonObjectSize: maxDocumentBytes,
  maxMessageSizeBytes: maxMessageBytes,
  maxWriteBatchSize: maxBatchLength,
  localTime: now(),
  logicalSessionTimeoutMinutes: 30,
  minWireVersion: 0,
  maxWireVersion,
  readOnly: false,
});

const handlers: Readonly<Record<string, CommandHandler>> = {
  hello,
  ping: () => ({}),
  connectionStatus: () => ({
    authInfo: { authenticatedUsers: [], authenticatedUserRoles: [], authenticatedUserPrivileges: [] },
  }),
  buildInfo: () => ({ version, versionArray: version.split('.').map(Number).concat(0), modules: ['in-memory'] }),
  endSessions: () => ({}),
  explain: () => {
    throw notSupported('explain');
  },
  ...catalogueCommands,
  ...readCommands,
  findAndModify,
  insert: writeCommands.insert,
  update: writeCommands.update,
  delete: writeCommands.deleteDocuments,
};

const aliases: Readonly<Record<string, string>> = {
  isMaster: 'hello',
  ismaster: 'hello',
  buildinfo: 'buildInfo',
};

/** The name that a command goes by here: the first field of its document, with old spellings put right. */
export function commandName(body: Doc): string {
  const name = Object.keys(body)[0] ?? '';
  return aliases[name] ?? name;
}

/** Carries out a command at once. Throws MongoDbCommandError. */
export function runCommand({ name, database, body }: Command, state: ServerState): Doc {
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  if (handler === undefined) throw new MongoDbCommandError('CommandNotFound', `no such command: '${name}'`);
  assertHoldable(body);
  assertCommon(body);
  return handler(new Fields(body, name, database), state);
}
