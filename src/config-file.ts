import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

/** A place in the file: what leads there from its top. */
export type Path = readonly (string | number)[];

/** A configuration file as YAML, with where in it everything stands. */
export class ConfigFile {
  readonly #name: string;
  readonly #lines = new LineCounter();
  readonly #texts: Document;
  readonly #values: Document;

  /** `name`: as problems call it. */
  constructor(name: string, source: string) {
    this.#name = name;
    // An id of digits is no number, and `no` is no truth value: what settings mean by their text is theirs to say.
    this.#texts = parseDocument(source, { schema: 'failsafe', lineCounter: this.#lines });
    this.#values = parseDocument(source);
  }

  /** What keeps the file from being read at all, for people. */
  get errors(): readonly string[] {
    const { errors } = this.#texts;
    if (errors.length === 0 && !isMap(this.#texts.contents)) return [this.at([], 'is not a file of settings')];
    return errors.map(({ code, linePos }) => {
      const line = linePos?.[0].line ?? 1;
      return `${this.#name}:${line}: is not YAML (${code.toLowerCase().replaceAll('_', ' ')})`;
    });
  }

  /** A problem, after where in the file it is: its own line, or that of what it is missing from. */
  at(path: Path, problem: string): string {
    const subject = pathWords(path);
    return `${this.#name}:${this.#lineOf(path)}:${subject === '' ? ' it' : ` ${subject}`} ${problem}`;
  }

  has(path: Path): boolean {
    return this.#node(path) !== undefined;
  }

  /** Whether there is more than a name with nothing behind it. */
  isSet(path: Path): boolean {
    const node = this.#node(path);
    return node !== undefined && !(isScalar(node) && (node.value === null || node.value === ''));
  }

  /** How many entries a list has; undefined where there is no list. */
  count(path: Path): number | undefined {
    const node = this.#node(path);
    return isSeq(node) ? node.items.length : undefined;
  }

  /** A text as it stands there; undefined where there is none. */
  text(path: Path): string | undefined {
    const node = this.#node(path);
    return isScalar(node) && typeof node.value === 'string' ? node.value.trim() : undefined;
  }

  /** The texts of a list; undefined where there is none, or not of texts alone. */
  texts(path: Path): readonly string[] | undefined {
    const count = this.count(path);
    if (count === undefined) return undefined;
    const found = Array.from({ length: count }, (_, index) => this.text([...path, index]));
    const texts = found.filter((text) => text !== undefined);
    return texts.length === count ? texts : undefined;
  }

  /** Whatever stands there, with YAML's own types. */
  value(path: Path): unknown {
    return nodeAt(this.#values, path)?.toJS(this.#values);
  }

  /** The names in a map; undefined where there is none. */
  keys(path: Path): readonly string[] | undefined {
    const node = this.#node(path);
    if (!isMap(node)) return undefined;
    return node.items.map(({ key }) => String(isScalar(key) ? key.value : key));
  }

  #node(path: Path): Node | undefined {
    return nodeAt(this.#texts, path);
  }

  #lineOf(path: Path): number {
    for (let length = path.length; length >= 0; length--) {
      const start = this.#node(path.slice(0, length))?.range?.[0];
      if (start !== undefined) return this.#lines.linePos(start).line;
    }
    return 1;
  }
}

/** What stands there, with aliases followed. */
function nodeAt(document: Document, path: Path): Node | undefined {
  let node: unknown = document.contents;
  for (const part of path) {
    const held = isAlias(node) ? node.resolve(document) : node;
    node = isMap(held) || isSeq(held) ? held.get(part, true) : undefined;
  }
  const found = isAlias(node) ? node.resolve(document) : node;
  return isNode(found) ? found : undefined;
}

/** For example `organizations[1].atlas.clientId`. */
const pathWords = (path: Path): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`)).join('');
