import { BSONRegExp, ObjectId } from 'bson';
import { MongoDbCommandError, notSupported } from './errors.ts';
import { isOperators } from './filter.ts';
import { Place, parseUpdatePath } from './paths.ts';
import type { Update } from './update.ts';
import { clone, type Doc, isDoc } from './values.ts';

/**
 * The document that an upsert inserts when its query found none: what the query says by equality (of `_id` alone for a
 * replacement), changed by the update, with an `_id` made up if there is none yet.
 */
export function documentToInsert(filter: Doc, update: Update): Doc {
  const equalities = new Map<string, unknown>();
  collectEqualities(filter, equalities);
  const seed: Doc = {};
  for (const [path, value] of equalities) {
    if (update.kind === 'replacement' && path !== '_id') continue;
    Place.find(seed, parseUpdatePath(path), true)?.write(clone(value));
  }
  const document = update.apply(seed, true);
  return withId(document);
}

/** Puts `_id` first, as the server stores it, and makes one up where there is none. */
export function withId(document: Doc): Doc {
  const { _id: id, ...rest } = document;
  return { _id: id === undefined ? new ObjectId() : id, ...rest };
}

function collectEqualities(filter: Doc, equalities: Map<string, unknown>): void {
  for (const [name, operand] of Object.entries(filter)) {
    if (name === '$and' && Array.isArray(operand)) {
      for (const clause of operand) if (isDoc(clause)) collectEqualities(clause, equalities);
    } else if (name === '$or' && Array.isArray(operand) && operand.length === 1) {
      throw notSupported('An upsert with an $or of one clause');
    } else if (!name.startsWith('$')) {
      const value = equalTo(operand);
      if (value === undefined) continue;
      assertOnce(name, equalities);
      equalities.set(name, value);
    }
  }
}

/** Servers differ in what they read from an `$in` or `$all` of one value, so those are refused. */
function equalTo(operand: unknown): unknown {
  if (operand instanceof BSONRegExp) return undefined;
  if (!isOperators(operand)) return operand;
  for (const name of ['$in', '$all']) {
    const values = operand[name];
    if (Array.isArray(values) && values.length === 1) throw notSupported(`An upsert with an ${name} of one value`);
  }
  return operand.$eq;
}

function assertOnce(path: string, equalities: ReadonlyMap<string, unknown>): void {
  for (const other of equalities.keys()) {
    if (other === path || other.startsWith(`${path}.`) || path.startsWith(`${other}.`)) {
      throw new MongoDbCommandError(
        'NotSingleValueField',
        `cannot infer query fields to set, path '${path}' is matched twice`,
      );
    }
  }
}
