import { BSONRegExp } from 'bson';
import { aggregate, ProcessingMode, Query } from 'mingo';
import * as accumulators from 'mingo/operators/accumulator';
import * as expressions from 'mingo/operators/expression';
import { asCommandError, MongoDbCommandError, notSupported } from './errors.ts';
import { type Doc, isDoc } from './values.ts';

/**
 * Aggregation expressions and accumulators are mingo's. Its order between values of different types is not the server's:
 * good enough for the reports that aggregation is for.
 */
const options = { scriptEnabled: false, processingMode: ProcessingMode.CLONE_INPUT };

/** Operators that run code or draw lots, or whose results cannot be held here. */
const refused: ReadonlySet<string> = new Set([
  '$accumulator',
  '$function',
  '$rand',
  '$sampleRate',
  '$toDecimal',
  '$toHashedIndexKey',
]);
const known: ReadonlySet<string> = new Set([...Object.keys(accumulators), ...Object.keys(expressions)]);

/** Compiles the operand of `$expr`. */
export function evaluateExpression(expression: unknown): (document: Doc) => boolean {
  assertExpression(expression);
  const query = new Query({ $expr: expression }, options);
  return (document) => withMingo(() => query.test(document));
}

/** Runs one stage whose operands are expressions; the input is not changed. */
export function runExpressionStage(documents: readonly Doc[], name: string, operand: unknown): Doc[] {
  return withMingo(() => aggregate(documents, [{ [name]: operand }], options));
}

/**
 * Refuses operators that mingo does not have, which it would otherwise notice only once a document comes by, and those
 * not offered here.
 */
export function assertExpression(expression: unknown): void {
  if (expression instanceof BSONRegExp) throw notSupported('A regular expression within an expression');
  if (Array.isArray(expression)) {
    for (const element of expression) assertExpression(element);
  } else if (isDoc(expression)) {
    const names = Object.keys(expression);
    const operator = names.find((name) => name.startsWith('$'));
    if (operator === '$literal') return;
    if (operator !== undefined && names.length > 1) {
      throw new MongoDbCommandError(
        'InvalidPipelineOperator',
        `an expression specification must contain exactly one field, the name of the expression, found ${names.length}`,
      );
    }
    if (operator !== undefined && refused.has(operator)) throw notSupported(`The expression ${operator}`);
    if (operator !== undefined && !known.has(operator)) {
      throw new MongoDbCommandError('InvalidPipelineOperator', `Unrecognized expression '${operator}'`);
    }
    for (const name of names) assertExpression(expression[name]);
  }
}

/** Whatever mingo throws is about the operands it was given. */
function withMingo<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw new MongoDbCommandError('BadValue', asCommandError(error).message);
  }
}
