import { BSONRegExp } from 'bson';
import type { Collection, StoredRecord } from './collection.ts';
import type { CollectionIndex, Key } from './collection-index.ts';
import { isOperators } from './filter.ts';
import type { SortKey } from './sort.ts';
import { compareValues, type Doc, distinctValues, isDoc, kindOf } from './values.ts';

/** Where to look for what a query asks for; the query itself still has to be tried on each record. */
interface Plan {
  readonly records: Iterable<StoredRecord>;
  /** Whether the records come in the order asked for. */
  readonly sorted: boolean;
}

/**
 * Picks the candidates. From the query's clauses, which must all hold, it takes for each field the values it must equal
 * and the limits it must keep. An index serves as far as its first fields must equal something and the next one keeps
 * limits; the one with the most such fields is taken. A sparse index also serves where one of its fields has to be there.
 * Without any, an index in the order asked for saves the sorting, and a query with a limit then stops early. Otherwise
 * everything is read.
 */
export function planQuery(collection: Collection, filter: Doc, sort: readonly SortKey[]): Plan {
  const constraints = new Map<string, Constraint>();
  collectConstraints(filter, constraints);
  const uses = collection.indexes
    .filter((index) => !index.hasArrays)
    .map((index) => new IndexUse(index, constraints, sort))
    .filter((use) => use.isPossible)
    .sort((a, b) => b.worth - a.worth);
  const best = uses[0];
  if (best === undefined) return { records: collection.records(), sorted: sort.length === 0 };
  return { records: best.records(collection), sorted: sort.length === 0 || best.order !== undefined };
}

/** `equals` holds the values of which the field must be one; the limits are its own kind of value's. */
interface Constraint {
  /** It has to be there, whatever it holds. */
  present?: boolean;
  equals?: readonly unknown[];
  lower?: { readonly value: unknown; readonly inclusive: boolean };
  upper?: { readonly value: unknown; readonly inclusive: boolean };
}

function collectConstraints(filter: Doc, constraints: Map<string, Constraint>): void {
  for (const [name, operand] of Object.entries(filter)) {
    if (name === '$and' && Array.isArray(operand)) {
      for (const clause of operand) if (isDoc(clause)) collectConstraints(clause, constraints);
    }
    if (name.startsWith('$')) continue;
    // A second clause on the same field is left to the query itself.
    const known = constraints.get(name) ?? {};
    constraints.set(name, { ...constraintOf(operand), ...known });
  }
}

function constraintOf(operand: unknown): Constraint {
  if (operand instanceof BSONRegExp) return {};
  if (!isOperators(operand)) return { equals: [operand] };
  const constraint: Constraint = {};
  for (const [name, value] of Object.entries(operand)) {
    if (name === '$eq') constraint.equals = [value];
    if (name === '$exists' && value === true) constraint.present = true;
    if (name === '$in' && Array.isArray(value) && !value.some((each) => each instanceof BSONRegExp)) {
      constraint.equals ??= distinctValues(value);
    }
    if (name === '$gt' || name === '$gte') constraint.lower = { value, inclusive: name === '$gte' };
    if (name === '$lt' || name === '$lte') constraint.upper = { value, inclusive: name === '$lte' };
  }
  return constraint;
}

/** How one index would serve a query. */
class IndexUse {
  readonly #index: CollectionIndex;
  /** What the first fields must equal, all combinations. */
  readonly #prefixes: readonly Key[];
  readonly #prefixLength: number;
  readonly #limits: Constraint;
  /** Whether the index is sparse, and the query asks for what it was made for: documents that have one of its fields. */
  readonly #isMadeForIt: boolean;
  /** The direction in which the index gives the order asked for; undefined when it does not, or none was asked for. */
  readonly order: SortKey['direction'] | undefined;

  constructor(index: CollectionIndex, constraints: ReadonlyMap<string, Constraint>, sort: readonly SortKey[]) {
    this.#index = index;
    let prefixes: Key[] = [[]];
    let length = 0;
    for (const path of index.paths) {
      const equals = constraints.get(path)?.equals;
      if (equals === undefined) break;
      prefixes = prefixes.flatMap((prefix) => equals.map((value) => [...prefix, value]));
      length += 1;
    }
    this.#prefixes = prefixes;
    this.#prefixLength = length;
    const next = index.paths[length];
    const { lower, upper } = (next === undefined ? undefined : constraints.get(next)) ?? {};
    this.#limits = { ...(lower && { lower }), ...(upper && { upper }) };
    this.#isMadeForIt =
      index.specification.sparse && index.paths.some((path) => constraints.get(path)?.present === true);
    this.order = prefixes.length === 1 && sort.length > 0 ? this.#orderFor(sort) : undefined;
  }

  get #hasLimits(): boolean {
    return this.#limits.lower !== undefined || this.#limits.upper !== undefined;
  }

  get isPossible(): boolean {
    const narrows = this.#prefixLength > 0 || this.#hasLimits || this.#isMadeForIt;
    return (narrows || this.order !== undefined) && (!this.#index.specification.sparse || this.#missesNothing);
  }

  /** A sparse index lacks documents without its fields; they cannot match where one of the fields must hold something. */
  get #missesNothing(): boolean {
    if (this.#isMadeForIt) return true;
    const demandsValue = this.#prefixLength > 0 && this.#prefixes.every((prefix) => prefix.some((v) => v !== null));
    const { lower, upper } = this.#limits;
    return demandsValue || [lower, upper].some((limit) => limit !== undefined && limit.value !== null);
  }

  get worth(): number {
    const { unique } = this.#index.specification;
    const isWhole = unique && this.#prefixLength === this.#index.paths.length;
    return (
      (isWhole ? 100 : 0) +
      this.#prefixLength * 4 +
      (this.#hasLimits ? 2 : 0) +
      // Few documents have a field that is left out of so many.
      (this.#isMadeForIt ? 8 : 0) +
      (this.order === undefined ? 0 : 1)
    );
  }

  *records(collection: Collection): Generator<StoredRecord> {
    const field = this.#prefixLength;
    const { lower, upper } = this.#limits;
    for (const prefix of this.#prefixes) {
      const isBefore = (key: Key): boolean =>
        comparePrefix(key, prefix) < 0 ||
        (comparePrefix(key, prefix) === 0 && lower !== undefined && !keepsLower(key[field], lower)) ||
        (comparePrefix(key, prefix) === 0 &&
          lower === undefined &&
          upper !== undefined &&
          isKindBelow(key[field], upper));
      const isUpTo = (key: Key): boolean =>
        comparePrefix(key, prefix) < 0 ||
        (comparePrefix(key, prefix) === 0 && (upper === undefined || keepsUpper(key[field], upper)));
      for (const id of this.#index.range(isBefore, isUpTo, this.order === -1)) {
        const record = collection.record(id);
        if (record !== undefined) yield record;
      }
    }
  }

  /** Within one prefix its fields are all equal, so only the fields after it order anything. */
  #orderFor(sort: readonly SortKey[]): SortKey['direction'] | undefined {
    const equal = this.#index.paths.slice(0, this.#prefixLength);
    const keys = sort.filter(({ path }) => !equal.includes(path));
    const first = keys[0]?.direction ?? 1;
    const fits = keys.every(
      ({ path, direction }, position) =>
        path === this.#index.paths[this.#prefixLength + position] && direction === first,
    );
    return fits ? first : undefined;
  }
}

/** Zero for every key that begins with the prefix. */
function comparePrefix(key: Key, prefix: Key): number {
  return compareValues(key.slice(0, prefix.length), prefix);
}

type Limit = NonNullable<Constraint['lower']>;

function keepsLower(value: unknown, { value: limit, inclusive }: Limit): boolean {
  const order = compareValues(value, limit);
  return inclusive ? order >= 0 : order > 0;
}

function keepsUpper(value: unknown, { value: limit, inclusive }: Limit): boolean {
  const order = compareValues(value, limit);
  return inclusive ? order <= 0 : order < 0;
}

/** Whether a value is of a kind that comes before the limit's, and so cannot keep it. */
function isKindBelow(value: unknown, { value: limit }: Limit): boolean {
  return kindOf(value) !== kindOf(limit) && compareValues(value, limit) < 0;
}
