import type { CommandHandler, Fields } from './command.ts';
import { asCommandError, MongoDbCommandError } from './errors.ts';
import { runQuery } from './query.ts';
import { compileUpdate } from './update.ts';
import { documentToInsert, withId } from './upsert.ts';
import { type Doc, equalValues } from './values.ts';

export const insert: CommandHandler = (fields, { catalogue }) => {
  fields.allowOnly('bypassDocumentValidation', 'documents', 'ordered');
  const collection = catalogue.findOrCreate(fields.database, fields.string('insert'));
  let n = 0;
  const writeErrors = runStatements(fields, fields.batch('documents'), (document) => {
    collection.insert(withId(document));
    n += 1;
  });
  return { n, ...writeErrors };
};

export const update: CommandHandler = (fields, { catalogue }) => {
  fields.allowOnly('bypassDocumentValidation', 'ordered', 'updates');
  const name = fields.string('update');
  let n = 0;
  let nModified = 0;
  const upserted: Doc[] = [];
  const writeErrors = runStatements(fields, fields.statements('updates'), (statement, index) => {
    statement.allowOnly('multi', 'q', 'u', 'upsert');
    const filter = statement.document('q');
    const multi = statement.boolean('multi', false);
    const change = compileUpdate(statement.value('u'));
    if (multi && change.kind === 'replacement') {
      throw new MongoDbCommandError('FailedToParse', 'multi update is not supported for replacement-style update');
    }
    const found = runQuery(catalogue.find(fields.database, name), { filter, limit: multi ? 0 : 1 });
    if (found.length === 0 && statement.boolean('upsert', false)) {
      const document = documentToInsert(filter, change);
      catalogue.findOrCreate(fields.database, name).insert(document);
      upserted.push({ index, _id: document._id });
      n += 1;
    }
    for (const record of found) {
      const changed = change.apply(record.document, false);
      if (!equalValues(record.document, changed)) {
        catalogue.findOrCreate(fields.database, name).replace(record, changed);
        nModified += 1;
      }
      n += 1;
    }
  });
  return { n, nModified, ...(upserted.length > 0 && { upserted }), ...writeErrors };
};

/** Named so because `delete` is a word of the language. */
export const deleteDocuments: CommandHandler = (fields, { catalogue }) => {
  fields.allowOnly('deletes', 'ordered');
  const collection = catalogue.find(fields.database, fields.string('delete'));
  let n = 0;
  const writeErrors = runStatements(fields, fields.statements('deletes'), (statement) => {
    statement.allowOnly('limit', 'q');
    const limit = statement.count('limit');
    if (limit !== 0 && limit !== 1) {
      throw new MongoDbCommandError('FailedToParse', `The limit field in delete objects must be 0 or 1. Got ${limit}`);
    }
    for (const record of runQuery(collection, { filter: statement.document('q'), limit })) {
      collection?.delete(record);
      n += 1;
    }
  });
  return { n, ...writeErrors };
};

/**
 * Runs each statement of a write by itself: what fails is told in `writeErrors`, and ends the run unless the write is
 * unordered.
 */
function runStatements<Statement>(
  fields: Fields,
  statements: readonly Statement[],
  run: (statement: Statement, index: number) => void,
): { writeErrors?: Doc[] } {
  const ordered = fields.boolean('ordered', true);
  const writeErrors: Doc[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      run(statement, index);
    } catch (error) {
      const { code, message, detail } = asCommandError(error);
      writeErrors.push({ index, code, errmsg: message, ...detail });
      if (ordered) break;
    }
  }
  return writeErrors.length > 0 ? { writeErrors } : {};
}
