import { MongoDbCommandError, notSupported } from './errors.ts';
import { type Doc, fieldOf, isDoc } from './values.ts';

/** The paths of a projection: `true` where one ends. */
interface Tree {
  readonly [name: string]: Tree | true;
}

/**
 * Compiles the projection of `find` and `findAndModify`: fields to keep, or fields to leave out. Computed fields, `$slice`,
 * `$elemMatch` and the positional `$` are refused.
 */
export function compileProjection(projection: Doc): (document: Doc) => Doc {
  const { _id: id, ...others } = projection;
  const keepsId = id === undefined || flag('_id', id);
  const names = Object.keys(others);
  if (names.length === 0 && id === undefined) return (document) => document;
  const keeps = names.length === 0 ? keepsId : flag(names[0] ?? '', others[names[0] ?? '']);
  const tree: { [name: string]: Tree | true } = {};
  for (const name of names) {
    if (flag(name, others[name]) !== keeps) {
      throw keeps
        ? new MongoDbCommandError('Location31254', `Cannot do exclusion on field ${name} in inclusion projection`)
        : new MongoDbCommandError('Location31253', `Cannot do inclusion on field ${name} in exclusion projection`);
    }
    addPath(tree, name);
  }
  if (keepsId === keeps) tree._id = true;
  const apply = keeps ? keepOnly : leaveOut;
  return (document) => apply(document, tree) as Doc;
}

function flag(name: string, value: unknown): boolean {
  if (name.startsWith('$') || name.includes('.$')) throw notSupported('A positional projection');
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  throw notSupported(`A projection that computes '${name}'`);
}

function addPath(tree: { [name: string]: Tree | true }, path: string): void {
  let level = tree;
  const parts = path.split('.');
  const last = parts.pop() ?? path;
  for (const part of parts) {
    const next = Object.hasOwn(level, part) ? level[part] : {};
    if (next === true || next === undefined) throw collision(path);
    level[part] = next;
    level = next;
  }
  if (last === '' || Object.hasOwn(level, last)) throw collision(path);
  level[last] = true;
}

function collision(path: string): MongoDbCommandError {
  return new MongoDbCommandError('Location31250', `Path collision at ${path}`);
}

/** In the document's own order of fields; what is no document within an array is dropped, as on the server. */
function keepOnly(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) {
    return value
      .filter((element) => isDoc(element) || Array.isArray(element))
      .map((element) => keepOnly(element, tree));
  }
  if (!isDoc(value)) return undefined;
  const kept: Doc = {};
  for (const [name, field] of Object.entries(value)) {
    const branch = fieldOf(tree, name) as Tree | true | undefined;
    const result = branch === true ? field : branch === undefined ? undefined : keepOnly(field, branch);
    if (result !== undefined) kept[name] = result;
  }
  return kept;
}

function leaveOut(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) return value.map((element) => leaveOut(element, tree));
  if (!isDoc(value)) return value;
  const kept: Doc = {};
  for (const [name, field] of Object.entries(value)) {
    const branch = fieldOf(tree, name) as Tree | true | undefined;
    if (branch !== true) kept[name] = branch === undefined ? field : leaveOut(field, branch);
  }
  return kept;
}
