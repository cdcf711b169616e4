/** The error codes this server answers with, by the names of MongoDB's list of error codes. */
const codes = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  AuthenticationFailed: 18,
  IllegalOperation: 20,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  NotSingleValueField: 54,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  InvalidPipelineOperator: 168,
  CannotIndexParallelArrays: 171,
  NotImplemented: 238,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  Location17217: 17217,
  Location31250: 31250,
  Location31253: 31253,
  Location31254: 31254,
  Location40324: 40324,
  Location40414: 40414,
  Location51091: 51091,
} as const;

type MongoDbErrorName = keyof typeof codes;

/**
 * A refusal in MongoDB's own words: what the driver turns into a `MongoServerError`, or into one of the write errors of
 * an answer. `detail` is merged into it, for a duplicate key `keyPattern` and `keyValue`.
 */
export class MongoDbCommandError extends Error {
  override readonly name = 'MongoDbCommandError';
  readonly code: number;
  readonly codeName: MongoDbErrorName;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(codeName: MongoDbErrorName, message: string, detail: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = codes[codeName];
    this.codeName = codeName;
    this.detail = detail;
  }
}

/** The refusal of something that a MongoDB server can do and this one cannot. */
export function notSupported(what: string): MongoDbCommandError {
  return new MongoDbCommandError('NotImplemented', `${what} is not supported by the in-memory server`);
}

/** Anything that was not thrown as a refusal is a fault of this server, and is told as one. */
export function asCommandError(error: unknown): MongoDbCommandError {
  if (error instanceof MongoDbCommandError) return error;
  return new MongoDbCommandError('InternalError', error instanceof Error ? error.message : String(error));
}
