import { MongoDbCommandError, notSupported } from './errors.ts';
import { type Doc, emptyArrayKey, fieldOf, isDoc } from './values.ts';

const arrayIndex = /^(?:0|[1-9]\d*)$/;
/** As on the server: how far beyond its end an array may be written, the gap being filled with nulls. */
const maxPadding = 1_500_000;

/**
 * The values that a dotted path leads to in a query: arrays on the way are entered, element by element and by position,
 * an array at the end is given as it is. `undefined` stands for a document in which the path ends in nothing. Nothing at
 * all is given for an array without documents on the way.
 */
export function valuesAt(document: Doc, path: string): unknown[] {
  const found: unknown[] = [];
  follow(document, path.split('.'), 0, found);
  return found;
}

function follow(value: unknown, parts: readonly string[], from: number, found: unknown[]): void {
  const part = parts[from];
  if (part === undefined) {
    found.push(value);
  } else if (isDoc(value)) {
    follow(fieldOf(value, part), parts, from + 1, found);
  } else if (Array.isArray(value)) {
    for (const element of value) if (isDoc(element)) follow(element, parts, from, found);
    if (arrayIndex.test(part) && Number(part) < value.length) follow(value[Number(part)], parts, from + 1, found);
  } else {
    found.push(undefined);
  }
}

/** The values of a path with those of the arrays it ends in: what a comparison is tried on. */
export function withElements(values: readonly unknown[]): unknown[] {
  return values.flatMap((value) => (Array.isArray(value) ? [value, ...value] : [value]));
}

/** What an index holds for one path. `present` is false when the path ends in nothing everywhere. */
export interface PathKeys {
  readonly keys: readonly unknown[];
  readonly present: boolean;
  readonly throughArray: boolean;
}

export function pathKeys(document: Doc, path: string): PathKeys {
  const values = valuesAt(document, path);
  const keys = values.flatMap((value) => {
    if (!Array.isArray(value)) return [value ?? null];
    return value.length === 0 ? [emptyArrayKey] : value;
  });
  return {
    keys: keys.length === 0 ? [null] : keys,
    present: values.some((value) => value !== undefined),
    throughArray: values.length !== 1 || values.some(Array.isArray) || meetsArray(document, path),
  };
}

function meetsArray(document: Doc, path: string): boolean {
  let value: unknown = document;
  for (const part of path.split('.')) {
    if (Array.isArray(value)) return true;
    if (!isDoc(value)) return false;
    value = fieldOf(value, part);
  }
  return false;
}

/** Refuses paths that no update may name. Positional parts are MongoDB's, but not offered here. */
export function parseUpdatePath(path: string): readonly string[] {
  if (path === '') throw new MongoDbCommandError('EmptyFieldName', 'An empty update path is not valid.');
  const parts = path.split('.');
  for (const part of parts) {
    if (part === '') {
      throw new MongoDbCommandError(
        'EmptyFieldName',
        `The update path '${path}' contains an empty field name, which is not allowed.`,
      );
    }
    if (part === '$' || part.startsWith('$[')) throw notSupported(`The positional update path '${path}'`);
    if (part === '__proto__') throw notSupported('A field named __proto__');
    if (part.startsWith('$')) {
      throw new MongoDbCommandError(
        'DollarPrefixedFieldName',
        `The dollar ($) prefixed field '${part}' in '${path}' is not valid for storage.`,
      );
    }
  }
  return parts;
}

/** A place in a document that an update reads and writes: a field or an array's element. */
export class Place {
  readonly #container: Doc | unknown[];
  readonly #key: string;

  private constructor(container: Doc | unknown[], key: string) {
    this.#container = container;
    this.#key = key;
  }

  /** Undefined when the place cannot exist without `create`, which makes the documents on the way. */
  static find(document: Doc, parts: readonly string[], create: boolean): Place | undefined {
    let container: Doc | unknown[] = document;
    for (const [index, part] of parts.entries()) {
      if (Array.isArray(container) && !arrayIndex.test(part)) {
        if (create) throw notViable(part, parts[index - 1], container);
        return undefined;
      }
      const place: Place = new Place(container, part);
      if (index === parts.length - 1) return place;
      let next = place.read();
      if (next === undefined) {
        if (!create) return undefined;
        next = {};
        place.write(next);
      }
      if (!isDoc(next) && !Array.isArray(next)) {
        if (create) throw notViable(parts[index + 1] ?? '', part, next);
        return undefined;
      }
      container = next;
    }
    return undefined;
  }

  get inArray(): boolean {
    return Array.isArray(this.#container);
  }

  read(): unknown {
    return Array.isArray(this.#container) ? this.#container[Number(this.#key)] : fieldOf(this.#container, this.#key);
  }

  write(value: unknown): void {
    if (!Array.isArray(this.#container)) {
      this.#container[this.#key] = value;
      return;
    }
    const index = Number(this.#key);
    if (index - this.#container.length > maxPadding) {
      throw new MongoDbCommandError('BadValue', `can't backfill more than ${maxPadding} elements`);
    }
    while (this.#container.length < index) this.#container.push(null);
    this.#container[index] = value;
  }

  /** Removes a field; an array's element becomes null, so that the others keep their positions. */
  remove(): void {
    if (this.read() === undefined) return;
    if (Array.isArray(this.#container)) this.#container[Number(this.#key)] = null;
    else delete this.#container[this.#key];
  }
}

function notViable(part: string, parent: string | undefined, value: unknown): MongoDbCommandError {
  return new MongoDbCommandError(
    'PathNotViable',
    `Cannot create field '${part}' in element {${parent ?? ''}: ${JSON.stringify(value)}}`,
  );
}
