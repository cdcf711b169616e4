import type { CommandHandler } from './command.ts';
import { MongoDbCommandError } from './errors.ts';
import { compileProjection } from './projection.ts';
import { runQuery } from './query.ts';
import { compileUpdate } from './update.ts';
import { documentToInsert } from './upsert.ts';

/** Removes, updates, replaces or upserts one document and answers with it as it was before, or with `new` after. */
export const findAndModify: CommandHandler = (fields, { catalogue }) => {
  fields.allowOnly('bypassDocumentValidation', 'fields', 'new', 'query', 'remove', 'sort', 'update', 'upsert');
  const name = fields.string('findAndModify');
  const filter = fields.document('query');
  const project = compileProjection(fields.document('fields'));
  const removes = fields.boolean('remove', false);
  const wantsNew = fields.boolean('new', false);
  const upserts = fields.boolean('upsert', false);
  const update = fields.value('update');
  if (removes === (update !== undefined)) {
    throw new MongoDbCommandError('FailedToParse', 'Either an update or remove=true must be specified, and not both');
  }
  if (removes && (wantsNew || upserts)) {
    throw new MongoDbCommandError('FailedToParse', "Cannot specify 'new' or 'upsert' along with remove=true");
  }
  const change = removes ? undefined : compileUpdate(update);
  const [found] = runQuery(catalogue.find(fields.database, name), { filter, sort: fields.document('sort'), limit: 1 });

  if (found === undefined) {
    if (change === undefined) return { lastErrorObject: { n: 0 }, value: null };
    if (!upserts) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null };
    const document = documentToInsert(filter, change);
    catalogue.findOrCreate(fields.database, name).insert(document);
    return {
      lastErrorObject: { n: 1, updatedExisting: false, upserted: document._id },
      value: wantsNew ? project(document) : null,
    };
  }

  const collection = catalogue.findOrCreate(fields.database, name);
  if (change === undefined) {
    collection.delete(found);
    return { lastErrorObject: { n: 1 }, value: project(found.document) };
  }
  const changed = change.apply(found.document, false);
  collection.replace(found, changed);
  return {
    lastErrorObject: { n: 1, updatedExisting: true },
    value: project(wantsNew ? changed : found.document),
  };
};
