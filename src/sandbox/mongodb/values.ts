import { Binary, BSONRegExp, calculateObjectSize, ObjectId } from 'bson';
import { MongoDbCommandError, notSupported } from './errors.ts';

/** A document. JavaScript puts names that are whole numbers first, so among those the order is not kept. */
export type Doc = Record<string, unknown>;

export const maxDocumentBytes = 16 * 1024 * 1024;
const maxDepth = 200;

/**
 * The kinds of value this server holds, in MongoDB's order of comparison. Numbers are JavaScript numbers: an Int32, a
 * Double and a Long within the safe integers are one kind here, and what comes back has the type that the value needs.
 * `emptyArray` occurs in index keys only.
 */
const kinds = [
  'emptyArray',
  'null',
  'number',
  'string',
  'object',
  'array',
  'binData',
  'objectId',
  'bool',
  'date',
  'regex',
] as const;
export type Kind = (typeof kinds)[number];

/** Stands in an index key for an array without elements, which sorts before null. */
export const emptyArrayKey = Symbol('empty array');

export function isDoc(value: unknown): value is Doc {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** A field's own value: a document may well have a field called `constructor`. */
export function fieldOf(document: Doc, name: string): unknown {
  return Object.hasOwn(document, name) ? document[name] : undefined;
}

/** Undefined for what cannot be stored or compared here. */
function kindOrUndefined(value: unknown): Kind | undefined {
  if (value === null) return 'null';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (value === emptyArrayKey) return 'emptyArray';
  if (Array.isArray(value)) return 'array';
  if (isDoc(value)) return 'object';
  if (value instanceof ObjectId) return 'objectId';
  if (value instanceof Date) return 'date';
  if (value instanceof Binary) return 'binData';
  if (value instanceof BSONRegExp) return 'regex';
  return undefined;
}

export function kindOf(value: unknown): Kind {
  const kind = kindOrUndefined(value);
  if (kind === undefined) throw notSupported(`A value of type ${typeof value}`);
  return kind;
}

/**
 * Refuses what could only be held with loss: Decimal128, Timestamp, 64-bit integers outside the safe range, code,
 * MinKey, MaxKey, DBRef, dates beyond JavaScript's. Applied to every message, so that nothing further in meets them.
 */
export function assertHoldable(value: unknown, depth = 0): void {
  if (depth > maxDepth) {
    throw new MongoDbCommandError('Overflow', `Document nesting exceeds ${maxDepth} levels`);
  }
  const kind = kindOrUndefined(value);
  if (kind === undefined || (value instanceof Date && Number.isNaN(value.getTime()))) {
    throw notSupported(`A value of type ${(value as object | undefined)?.constructor.name ?? 'undefined'}`);
  }
  if (Array.isArray(value)) {
    for (const element of value) assertHoldable(element, depth + 1);
  } else if (isDoc(value)) {
    for (const name of Object.keys(value)) {
      if (name.split('.').includes('__proto__')) throw notSupported('A field named __proto__');
      assertHoldable(value[name], depth + 1);
    }
  }
}

/**
 * Refuses field names that begin with a dollar sign, at every level as MongoDB 4.4 does (newer servers allow some), an
 * `_id` that no document may have, and documents over 16 MB.
 */
export function assertStorable(document: Doc): void {
  assertPlainNames(document);
  const id = document._id;
  if (Array.isArray(id) || id instanceof BSONRegExp || id === undefined) {
    const found = id === undefined ? 'undefined' : kindOf(id);
    throw new MongoDbCommandError('InvalidIdField', `The '_id' value cannot be of type ${found}`);
  }
  const size = calculateObjectSize(document);
  if (size > maxDocumentBytes) {
    throw new MongoDbCommandError(
      'BSONObjectTooLarge',
      `BSONObj size: ${size} is invalid. Size must be between 0 and ${maxDocumentBytes}`,
    );
  }
}

function assertPlainNames(value: unknown): void {
  if (Array.isArray(value)) for (const element of value) assertPlainNames(element);
  else if (isDoc(value)) {
    for (const [name, field] of Object.entries(value)) {
      if (name.startsWith('$')) {
        throw new MongoDbCommandError(
          'DollarPrefixedFieldName',
          `The dollar ($) prefixed field '${name}' is not valid for storage.`,
        );
      }
      assertPlainNames(field);
    }
  }
}

/** Containers are copied; what they hold besides is never changed in place and may be shared. */
export function clone<Value>(value: Value): Value;
export function clone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => clone(element));
  if (!isDoc(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, clone(field)]));
}

/** MongoDB's order over all values; zero means equal. Fields of documents are compared in their order. */
export function compareValues(a: unknown, b: unknown): number {
  const kind = kindOf(a);
  const other = kindOf(b);
  if (kind !== other) return kinds.indexOf(kind) - kinds.indexOf(other);
  switch (kind) {
    case 'null':
    case 'emptyArray':
      return 0;
    case 'number':
      return compareNumbers(a as number, b as number);
    case 'string':
      return compareStrings(a as string, b as string);
    case 'bool':
      return Number(a) - Number(b);
    case 'date':
      return (a as Date).getTime() - (b as Date).getTime();
    case 'objectId':
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id);
    case 'binData':
      return compareBinaries(a as Binary, b as Binary);
    case 'regex':
      return compareRegExps(a as BSONRegExp, b as BSONRegExp);
    case 'array':
      return compareArrays(a as unknown[], b as unknown[]);
    case 'object':
      return compareDocuments(a as Doc, b as Doc);
  }
}

export function equalValues(a: unknown, b: unknown): boolean {
  return compareValues(a, b) === 0;
}

/** Removes equal values, keeping the first of each. */
export function distinctValues(values: readonly unknown[]): unknown[] {
  const sorted = values.map((value, position) => ({ value, position }));
  sorted.sort((a, b) => compareValues(a.value, b.value) || a.position - b.position);
  return sorted
    .filter((entry, index) => {
      const before = sorted[index - 1];
      return before === undefined || !equalValues(before.value, entry.value);
    })
    .sort((a, b) => a.position - b.position)
    .map((entry) => entry.value);
}

/** NaN comes before every other number and equals itself. */
function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The order of the UTF-8 bytes, as on the server; JavaScript's own order is that of UTF-16 units. */
function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return utf8Rank(left) - utf8Rank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for characters beyond U+FFFF, so they come after the units that follow them in UTF-16. */
function utf8Rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function compareBinaries(a: Binary, b: Binary): number {
  return a.position - b.position || a.sub_type - b.sub_type || Buffer.compare(a.value(), b.value());
}

function compareRegExps(a: BSONRegExp, b: BSONRegExp): number {
  return compareStrings(a.pattern, b.pattern) || compareStrings(a.options, b.options);
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const order = compareValues(a[index], b[index]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareDocuments(a: Doc, b: Doc): number {
  const left = Object.entries(a);
  const right = Object.entries(b);
  for (const [index, [name, value]] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order =
      kinds.indexOf(kindOf(value)) - kinds.indexOf(kindOf(other[1])) ||
      compareStrings(name, other[0]) ||
      compareValues(value, other[1]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
