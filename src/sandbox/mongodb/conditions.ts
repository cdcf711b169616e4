import { BSONRegExp } from 'bson';
import { MongoDbCommandError, notSupported } from './errors.ts';
import { compareValues, equalValues, isDoc, type Kind, kindOf } from './values.ts';

/**
 * What a field's condition is tried on: `raw` as the path leads to them (undefined where it ends in nothing), `expanded`
 * with the elements of arrays beside the arrays.
 */
interface FieldValues {
  readonly raw: readonly unknown[];
  readonly expanded: readonly unknown[];
}

export type Condition = (values: FieldValues) => boolean;

export function badValue(message: string): MongoDbCommandError {
  return new MongoDbCommandError('BadValue', message);
}

/** Equality as `$eq` has it: null also equals what is not there. */
export function isEqualTo(operand: unknown): Condition {
  return ({ expanded }) => expanded.some((value) => equalValues(value ?? null, operand));
}

/** A value in the place of a condition, or within `$in` and `$all`: a regular expression matches strings there too. */
export function isLike(operand: unknown): Condition {
  const equals = isEqualTo(operand);
  if (!(operand instanceof BSONRegExp)) return equals;
  const matches = matchesPattern(operand, undefined);
  return (values) => equals(values) || matches(values);
}

/** Comparison within one kind of value only, as the server brackets types. */
export function isOrdered(operator: string, operand: unknown, accepts: (order: number) => boolean): Condition {
  if (operand instanceof BSONRegExp)
    throw badValue(`Can't have RegEx as arg to predicate over field with ${operator}.`);
  const kind = kindOf(operand);
  return ({ expanded }) =>
    expanded.some((found) => {
      const value = found ?? null;
      if (kindOf(value) !== kind) return false;
      const order = compareValues(value, operand);
      const eitherIsNaN = Number.isNaN(value) || Number.isNaN(operand);
      return accepts(order) && (order === 0 || !eitherIsNaN);
    });
}

export function isIn(operator: string, operand: unknown): Condition {
  if (!Array.isArray(operand)) throw badValue(`${operator} needs an array`);
  for (const value of operand) {
    if (isDoc(value) && Object.keys(value)[0]?.startsWith('$')) throw badValue(`cannot nest $ under ${operator}`);
  }
  const conditions = operand.map(isLike);
  return (values) => conditions.some((condition) => condition(values));
}

export function exists(operand: unknown): Condition {
  const wanted = operand !== false && operand !== 0 && operand !== null;
  return ({ raw }) => raw.some((value) => value !== undefined) === wanted;
}

export function hasSize(operand: unknown): Condition {
  if (typeof operand !== 'number' || !Number.isInteger(operand) || operand < 0) {
    throw badValue('$size must be a whole number, zero or more');
  }
  return ({ raw }) => raw.some((value) => Array.isArray(value) && value.length === operand);
}

export function hasRemainder(operand: unknown): Condition {
  if (!Array.isArray(operand) || operand.length !== 2) throw badValue('malformed mod, needs two elements');
  const [divisor, remainder] = operand.map((part) => (typeof part === 'number' ? Math.trunc(part) : Number.NaN));
  if (divisor === undefined || remainder === undefined || Number.isNaN(divisor) || Number.isNaN(remainder)) {
    throw badValue('malformed mod, divisor and remainder must be numbers');
  }
  if (divisor === 0) throw badValue('divisor cannot be 0');
  // Compared with ===, so that a remainder of -0 is 0.
  return ({ expanded }) =>
    expanded.some((value) => typeof value === 'number' && Math.trunc(value) % divisor === remainder);
}

export function matchesPattern(operand: unknown, options: unknown): Condition {
  if (options !== undefined && typeof options !== 'string') throw badValue('$options has to be a string');
  if (typeof operand !== 'string' && !(operand instanceof BSONRegExp)) throw badValue('$regex has to be a string');
  const [source, flags] = typeof operand === 'string' ? [operand, ''] : [operand.pattern, operand.options];
  if (flags !== '' && options !== undefined) {
    throw badValue('options set in both $regex and $options');
  }
  const pattern = toRegExp(source, options ?? flags);
  return ({ expanded }) => expanded.some((value) => typeof value === 'string' && pattern.test(value));
}

/** BSON's flags i, m and s mean what JavaScript's do; x has no counterpart. */
function toRegExp(source: string, flags: string): RegExp {
  if (flags.includes('x')) throw notSupported('The regular expression option x');
  try {
    return new RegExp(source, flags);
  } catch (cause) {
    throw new MongoDbCommandError(
      'Location51091',
      `Regular expression is invalid: ${cause instanceof Error ? cause.message : source}`,
    );
  }
}

const kindsByTypeName: Readonly<Record<string, Kind>> = {
  string: 'string',
  object: 'object',
  array: 'array',
  binData: 'binData',
  objectId: 'objectId',
  bool: 'bool',
  date: 'date',
  null: 'null',
  regex: 'regex',
  number: 'number',
  2: 'string',
  3: 'object',
  4: 'array',
  5: 'binData',
  7: 'objectId',
  8: 'bool',
  9: 'date',
  10: 'null',
  11: 'regex',
};

export function hasType(operand: unknown): Condition {
  const wanted = (Array.isArray(operand) ? operand : [operand]).map((name: unknown) => {
    const kind = typeof name === 'string' || typeof name === 'number' ? kindsByTypeName[name] : undefined;
    // Which of MongoDB's numbers one was is not kept, and the other types cannot be stored here.
    if (kind === undefined) throw notSupported(`$type ${JSON.stringify(name)}`);
    return kind;
  });
  return ({ expanded }) => expanded.some((value) => value !== undefined && wanted.includes(kindOf(value)));
}
