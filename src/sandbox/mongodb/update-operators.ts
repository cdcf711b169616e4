import { badValue } from './conditions.ts';
import { MongoDbCommandError, notSupported } from './errors.ts';
import { compileElementFilter } from './filter.ts';
import { parseSort, sortDocuments } from './sort.ts';
import { clone, compareValues, type Doc, distinctValues, equalValues, isDoc, kindOf } from './values.ts';

/** What becomes of a field: `current` is undefined where there is none. */
type Change = (current: unknown) => unknown;

export interface FieldOperator {
  /** Whether the field is made when it is not there; otherwise the operator then does nothing. */
  readonly creates: boolean;
  /** Checks the operand. Throws as the server does, whether or not a document is found. */
  compile(operand: unknown, path: string): Change;
}

/** The operators that change one field in its place. `$unset` and `$rename` are the update's own. */
export const fieldOperators: Readonly<Record<string, FieldOperator>> = {
  $set: { creates: true, compile: (operand) => () => clone(operand) },
  $inc: { creates: true, compile: (operand, path) => compileArithmetic('$inc', operand, path) },
  $mul: { creates: true, compile: (operand, path) => compileArithmetic('$mul', operand, path) },
  $min: { creates: true, compile: (operand) => compileExtreme(operand, -1) },
  $max: { creates: true, compile: (operand) => compileExtreme(operand, 1) },
  $push: { creates: true, compile: compilePush },
  $addToSet: { creates: true, compile: compileAddToSet },
  $pull: { creates: false, compile: compilePull },
  $pullAll: { creates: false, compile: compilePullAll },
  $pop: { creates: false, compile: compilePop },
};

function typeMismatch(message: string): MongoDbCommandError {
  return new MongoDbCommandError('TypeMismatch', message);
}

function compileArithmetic(operator: '$inc' | '$mul', operand: unknown, path: string): Change {
  const verb = operator === '$inc' ? 'increment' : 'multiply';
  if (typeof operand !== 'number') throw typeMismatch(`Cannot ${verb} with non-numeric argument: {${path}: ...}`);
  return (current) => {
    if (current === undefined) return operator === '$inc' ? operand : 0;
    if (typeof current !== 'number') {
      throw typeMismatch(
        `Cannot apply ${operator} to a value of non-numeric type. ` +
          `The document has the field '${path}' of non-numeric type ${kindOf(current)}`,
      );
    }
    const result = operator === '$inc' ? current + operand : current * operand;
    if (Number.isSafeInteger(current) && Number.isSafeInteger(operand) && !Number.isSafeInteger(result)) {
      throw notSupported(`A result of ${operator} beyond the safe integers`);
    }
    return result;
  };
}

function compileExtreme(operand: unknown, direction: 1 | -1): Change {
  return (current) =>
    current === undefined || compareValues(operand, current) * direction > 0 ? clone(operand) : current;
}

const pushModifiers: ReadonlySet<string> = new Set(['$each', '$slice', '$sort', '$position']);

function compilePush(operand: unknown, path: string): Change {
  const { $each: added, ...modifiers } = asEach('$push', operand);
  for (const name of Object.keys(modifiers)) {
    if (!pushModifiers.has(name)) throw badValue(`Unrecognized clause in $push: ${name}`);
  }
  const position = optionalInteger('$position', modifiers.$position);
  const slice = optionalInteger('$slice', modifiers.$slice);
  const sort = compileElementSort(modifiers.$sort);
  return (current) => {
    const array = currentArray(current, path);
    const at = position ?? array.length;
    const joined = sort([...array.slice(0, at), ...clone(added), ...array.slice(at)]);
    if (slice === undefined) return joined;
    if (slice === 0) return [];
    return slice > 0 ? joined.slice(0, slice) : joined.slice(slice);
  };
}

function currentArray(current: unknown, path: string): unknown[] {
  if (current === undefined) return [];
  if (!Array.isArray(current)) {
    throw badValue(`The field '${path}' must be an array but is of type ${kindOf(current)} in the document`);
  }
  return current;
}

/** `$push` and `$addToSet` take one value, or several as `{ $each: [...] }`. */
function asEach(operator: string, operand: unknown): Doc & { $each: unknown[] } {
  if (!isDoc(operand) || !Object.hasOwn(operand, '$each')) return { $each: [operand] };
  if (!Array.isArray(operand.$each)) {
    throw new MongoDbCommandError(
      operator === '$push' ? 'BadValue' : 'TypeMismatch',
      `The argument to $each in ${operator} must be an array but it was of type ${kindOf(operand.$each)}`,
    );
  }
  return { ...operand, $each: operand.$each };
}

function optionalInteger(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw badValue(`The value for ${name} must be an integer value but was given type ${kindOf(value)}`);
  }
  return value;
}

function compileElementSort(sort: unknown): (elements: unknown[]) => unknown[] {
  if (sort === undefined) return (elements) => elements;
  if (sort === 1 || sort === -1) return (elements) => elements.sort((a, b) => compareValues(a, b) * sort);
  if (!isDoc(sort)) throw badValue('The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1}');
  const keys = parseSort(sort);
  if (keys.length === 0) throw badValue('The $sort pattern is empty when it should be a set of fields.');
  return (elements) => sortDocuments(elements, keys, (element) => (isDoc(element) ? element : {}));
}

function compileAddToSet(operand: unknown, path: string): Change {
  const { $each: added, ...others } = asEach('$addToSet', operand);
  if (Object.keys(others).length > 0) {
    throw badValue(`Found unexpected fields after $each in $addToSet: ${Object.keys(others).join()}`);
  }
  return (current) => {
    if (current !== undefined && !Array.isArray(current)) {
      throw badValue(
        `Cannot apply $addToSet to a non-array field. Field named '${path}' has non-array type ${kindOf(current)}`,
      );
    }
    const array: unknown[] = current ?? [];
    const missing = distinctValues(added).filter((value) => !array.some((element) => equalValues(element, value)));
    return [...array, ...clone(missing)];
  };
}

function compilePull(operand: unknown): Change {
  const matches = compileElementFilter(operand);
  return (current) => {
    if (!Array.isArray(current)) throw badValue('Cannot apply $pull to a non-array value');
    return current.filter((element: unknown) => !matches(element));
  };
}

function compilePullAll(operand: unknown): Change {
  if (!Array.isArray(operand)) throw badValue('$pullAll requires an array argument');
  return (current) => {
    if (!Array.isArray(current)) throw badValue('Cannot apply $pullAll to a non-array value');
    return current.filter((element: unknown) => !operand.some((value) => equalValues(element, value)));
  };
}

function compilePop(operand: unknown, path: string): Change {
  if (operand !== 1 && operand !== -1) {
    throw new MongoDbCommandError('FailedToParse', `$pop expects 1 or -1, found: ${JSON.stringify(operand)}`);
  }
  return (current) => {
    if (!Array.isArray(current)) {
      throw typeMismatch(`Path '${path}' contains an element of non-array type '${kindOf(current)}'`);
    }
    return operand === 1 ? current.slice(0, -1) : current.slice(1);
  };
}
