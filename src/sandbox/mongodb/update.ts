import { badValue } from './conditions.ts';
import { MongoDbCommandError, notSupported } from './errors.ts';
import { Place, parseUpdatePath } from './paths.ts';
import { fieldOperators } from './update-operators.ts';
import { clone, type Doc, equalValues, isDoc, kindOf } from './values.ts';

/** A checked update. `apply` returns a new document and leaves the given one alone. */
export interface Update {
  readonly kind: 'replacement' | 'operators';
  /** `inserting` is true for the document an upsert makes: `$setOnInsert` counts then only. */
  apply(document: Doc, inserting: boolean): Doc;
}

interface Step {
  readonly path: string;
  run(document: Doc, inserting: boolean): void;
}

/**
 * Checks an update and prepares it. The operators are our own, not mingo's: mingo passes over in silence what a server
 * refuses, such as an increment of a string, a path through a number, or a `$push` on null.
 */
export function compileUpdate(update: unknown): Update {
  if (Array.isArray(update)) throw notSupported('An update by an aggregation pipeline');
  if (!isDoc(update)) {
    throw new MongoDbCommandError('FailedToParse', 'Update argument must be either an object or an array');
  }
  return Object.keys(update)[0]?.startsWith('$') === true ? compileOperators(update) : compileReplacement(update);
}

function compileReplacement(replacement: Doc): Update {
  const dollar = Object.keys(replacement).find((name) => name.startsWith('$'));
  if (dollar !== undefined) {
    throw new MongoDbCommandError(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${dollar}' is not allowed in the context of an update's replacement document.`,
    );
  }
  return {
    kind: 'replacement',
    apply(document) {
      const hasId = Object.hasOwn(document, '_id');
      const result = clone(hasId ? { _id: document._id, ...replacement } : replacement);
      return withUnchangedId(document, result);
    },
  };
}

function compileOperators(update: Doc): Update {
  const steps = Object.entries(update).flatMap(([operator, fields]) => {
    if (!isKnown(operator)) {
      if (unsupported.has(operator)) throw notSupported(`The update operator ${operator}`);
      throw new MongoDbCommandError(
        'FailedToParse',
        `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
    }
    if (!isDoc(fields)) {
      throw new MongoDbCommandError(
        'FailedToParse',
        `Modifiers operate on fields but we found type ${kindOf(fields)} instead. ` +
          `For example: {$mod: {<field>: ...}} not {${operator}: ...}`,
      );
    }
    return Object.entries(fields).flatMap(([path, operand]) => compileStep(operator, path, operand));
  });
  assertNoConflict(steps);
  // The server works through the fields in their order, which decides where new ones come.
  steps.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    kind: 'operators',
    apply(document, inserting) {
      const result = clone(document);
      for (const step of steps) step.run(result, inserting);
      return withUnchangedId(document, result);
    },
  };
}

const unsupported: ReadonlySet<string> = new Set(['$bit', '$currentDate']);

function isKnown(operator: string): boolean {
  return ['$unset', '$rename', '$setOnInsert'].includes(operator) || Object.hasOwn(fieldOperators, operator);
}

function compileStep(operator: string, path: string, operand: unknown): Step[] {
  const parts = parseUpdatePath(path);
  switch (operator) {
    case '$unset':
      return [{ path, run: (document) => Place.find(document, parts, false)?.remove() }];
    case '$rename':
      return compileRename(path, parts, operand);
    case '$setOnInsert':
      return [
        {
          path,
          run(document, inserting) {
            if (inserting) Place.find(document, parts, true)?.write(clone(operand));
          },
        },
      ];
  }
  const fieldOperator = fieldOperators[operator];
  if (fieldOperator === undefined) throw new Error(`No such operator: ${operator}`);
  const { creates } = fieldOperator;
  const change = fieldOperator.compile(operand, path);
  return [
    {
      path,
      run(document) {
        const place = Place.find(document, parts, creates);
        const current = place?.read();
        if (current !== undefined || creates) place?.write(change(current));
      },
    },
  ];
}

/** The second step only claims its path, so that no other operator may touch it. */
function compileRename(path: string, parts: readonly string[], target: unknown): Step[] {
  if (typeof target !== 'string') throw badValue(`The 'to' field for $rename must be a string: ${path}`);
  const targetParts = parseUpdatePath(target);
  if (target === path) throw badValue(`The source and target field for $rename must differ: ${path}`);
  return [
    {
      path,
      run(document) {
        const source = Place.find(document, parts, false);
        const value = source?.read();
        if (value === undefined || source === undefined) return;
        if (source.inArray) throw badValue(`The source field cannot be an array element, '${path}'`);
        source.remove();
        const destination = Place.find(document, targetParts, true);
        if (destination?.inArray) throw badValue(`The destination field cannot be an array element, '${target}'`);
        destination?.write(value);
      },
    },
    { path: target, run: () => undefined },
  ];
}

/** No path may be named twice, nor one that lies within another. */
function assertNoConflict(steps: readonly Step[]): void {
  const claimed = new Set<string>();
  const within = new Map<string, string>();
  for (const { path } of steps) {
    const parts = path.split('.');
    const above = parts.map((_, index) => parts.slice(0, index + 1).join('.')).find((prefix) => claimed.has(prefix));
    const conflict = above ?? (within.has(path) ? path : undefined);
    if (conflict !== undefined) {
      throw new MongoDbCommandError(
        'ConflictingUpdateOperators',
        `Updating the path '${path}' would create a conflict at '${conflict}'`,
      );
    }
    claimed.add(path);
    for (let length = 1; length < parts.length; length++) within.set(parts.slice(0, length).join('.'), path);
  }
}

function withUnchangedId(before: Doc, after: Doc): Doc {
  if (Object.hasOwn(before, '_id') && (after._id === undefined || !equalValues(before._id, after._id))) {
    throw new MongoDbCommandError(
      'ImmutableField',
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    );
  }
  return after;
}
