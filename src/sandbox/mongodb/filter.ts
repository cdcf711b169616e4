import { BSONRegExp } from 'bson';
import {
  badValue,
  type Condition,
  exists,
  hasRemainder,
  hasSize,
  hasType,
  isEqualTo,
  isIn,
  isLike,
  isOrdered,
  matchesPattern,
} from './conditions.ts';
import { notSupported } from './errors.ts';
import { evaluateExpression } from './expressions.ts';
import { valuesAt, withElements } from './paths.ts';
import { type Doc, isDoc } from './values.ts';

export type Predicate = (document: Doc) => boolean;

/**
 * Compiles a query. Queries are not left to mingo, which takes binary values that differ for equal, knows fewer types
 * and other orders between them, and passes over part of what a server refuses; its expressions serve for `$expr`.
 * Throws what a server answers to a malformed query; refuses operators that are MongoDB's but not offered here.
 */
export function compileFilter(filter: Doc): Predicate {
  const predicates = Object.entries(filter).map(([name, operand]) => compileClause(name, operand));
  return (document) => predicates.every((predicate) => predicate(document));
}

/**
 * Compiles the condition of `$pull`, and of `$elemMatch` on values: operators and plain values are tried on an element
 * itself, any other document is a query on elements that are documents.
 */
export function compileElementFilter(condition: unknown): (element: unknown) => boolean {
  if (isDoc(condition) && !isFieldOperators(condition)) {
    const predicate = compileFilter(condition);
    return (element) => isDoc(element) && predicate(element);
  }
  const matches = compileCondition(condition);
  return (element) => matches({ raw: [element], expanded: [element] });
}

/** Whether a document in the place of a value is a set of operators, which their first name tells. */
export function isOperators(value: unknown): value is Doc {
  return isDoc(value) && (Object.keys(value)[0]?.startsWith('$') ?? false);
}

function isFieldOperators(value: Doc): boolean {
  const first = Object.keys(value)[0];
  return first?.startsWith('$') === true && !logicalOperators.has(first);
}

const logicalOperators: ReadonlySet<string> = new Set(['$and', '$or', '$nor', '$expr', '$comment']);
const unsupportedClauses: ReadonlySet<string> = new Set(['$where', '$text', '$jsonSchema', '$sampleRate']);
const unsupportedOperators: ReadonlySet<string> = new Set([
  '$bitsAllClear',
  '$bitsAllSet',
  '$bitsAnyClear',
  '$bitsAnySet',
  '$geoIntersects',
  '$geoWithin',
  '$near',
  '$nearSphere',
]);

function compileClause(name: string, operand: unknown): Predicate {
  switch (name) {
    case '$and': {
      const clauses = compileClauses(name, operand);
      return (document) => clauses.every((clause) => clause(document));
    }
    case '$or': {
      const clauses = compileClauses(name, operand);
      return (document) => clauses.some((clause) => clause(document));
    }
    case '$nor': {
      const clauses = compileClauses(name, operand);
      return (document) => !clauses.some((clause) => clause(document));
    }
    case '$expr':
      return evaluateExpression(operand);
    case '$comment':
      return () => true;
  }
  if (unsupportedClauses.has(name)) throw notSupported(`The query operator ${name}`);
  if (name.startsWith('$')) throw badValue(`unknown top level operator: ${name}`);
  const condition = compileCondition(operand);
  return (document) => {
    const raw = valuesAt(document, name);
    return condition({ raw, expanded: withElements(raw) });
  };
}

function compileClauses(name: string, operand: unknown): Predicate[] {
  if (!Array.isArray(operand) || operand.length === 0) throw badValue(`${name} must be a nonempty array`);
  return operand.map((clause: unknown) => {
    if (!isDoc(clause)) throw badValue(`${name} entries need to be full objects`);
    return compileFilter(clause);
  });
}

function compileCondition(operand: unknown): Condition {
  if (!isOperators(operand)) return isLike(operand);
  const conditions = Object.entries(operand)
    .filter(([name]) => name !== '$options')
    .map(([name, value]) => compileOperator(name, value, operand.$options));
  if ('$options' in operand && !('$regex' in operand)) throw badValue('$options needs a $regex');
  return (values) => conditions.every((condition) => condition(values));
}

function compileOperator(name: string, operand: unknown, options: unknown): Condition {
  switch (name) {
    case '$eq':
      return isEqualTo(operand);
    case '$ne':
      if (operand instanceof BSONRegExp) throw badValue("Can't have regex as arg to $ne.");
      return not(isEqualTo(operand));
    case '$gt':
      return isOrdered(name, operand, (order) => order > 0);
    case '$gte':
      return isOrdered(name, operand, (order) => order >= 0);
    case '$lt':
      return isOrdered(name, operand, (order) => order < 0);
    case '$lte':
      return isOrdered(name, operand, (order) => order <= 0);
    case '$in':
      return isIn(name, operand);
    case '$nin':
      return not(isIn(name, operand));
    case '$exists':
      return exists(operand);
    case '$type':
      return hasType(operand);
    case '$size':
      return hasSize(operand);
    case '$mod':
      return hasRemainder(operand);
    case '$regex':
      return matchesPattern(operand, options);
    case '$not':
      return compileNot(operand);
    case '$all':
      return compileAll(operand);
    case '$elemMatch':
      return compileElemMatch(operand);
  }
  if (unsupportedOperators.has(name)) throw notSupported(`The query operator ${name}`);
  throw badValue(`unknown operator: ${name}`);
}

function not(condition: Condition): Condition {
  return (values) => !condition(values);
}

function compileNot(operand: unknown): Condition {
  if (!isOperators(operand) && !(operand instanceof BSONRegExp)) throw badValue('$not needs a regex or a document');
  return not(compileCondition(operand));
}

function compileAll(operand: unknown): Condition {
  if (!Array.isArray(operand)) throw badValue('$all needs an array');
  const conditions = operand.map((wanted: unknown) => {
    if (!isOperators(wanted)) return isLike(wanted);
    const elemMatch = wanted.$elemMatch;
    if (elemMatch === undefined) throw badValue('no $ expressions in $all');
    return compileElemMatch(elemMatch);
  });
  return (values) => conditions.length > 0 && conditions.every((condition) => condition(values));
}

function compileElemMatch(operand: unknown): Condition {
  if (!isDoc(operand)) throw badValue('$elemMatch needs an Object');
  const matches = compileElementFilter(operand);
  return ({ raw }) => raw.some((value) => Array.isArray(value) && value.some(matches));
}
