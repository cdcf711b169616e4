import { MongoDbCommandError, notSupported } from './errors.ts';
import { type Doc, isDoc } from './values.ts';

export interface IndexSpecification {
  readonly name: string;
  /** Field paths with the direction asked for, which matters to nothing here but being shown again. */
  readonly key: Readonly<Record<string, 1 | -1>>;
  readonly unique: boolean;
  readonly sparse: boolean;
}

const listedOptions: ReadonlySet<string> = new Set(['key', 'name', 'v', 'unique', 'sparse', 'background']);

/** Checks the specification of one index. Only plain, unique and sparse indexes are offered. */
export function parseIndexSpecification(specification: Doc): IndexSpecification {
  for (const option of Object.keys(specification)) {
    if (!listedOptions.has(option)) throw notSupported(`The index option '${option}'`);
  }
  const key: Record<string, 1 | -1> = {};
  const fields = specification.key;
  const entries = isDoc(fields) ? Object.entries(fields) : [];
  if (entries.length === 0) {
    throw new MongoDbCommandError('CannotCreateIndex', 'Index keys cannot be an empty object');
  }
  for (const [path, direction] of entries) {
    if (typeof direction === 'string') throw notSupported(`An index of type '${direction}'`);
    if (path.includes('$**')) throw notSupported('A wildcard index');
    if (direction !== 1 && direction !== -1) {
      throw new MongoDbCommandError('CannotCreateIndex', `Values in the index key pattern must be 1 or -1: ${path}`);
    }
    if (path.split('.').some((part) => part === '' || part.startsWith('$'))) {
      throw new MongoDbCommandError('CannotCreateIndex', `Index key contains an illegal field name: '${path}'`);
    }
    key[path] = direction;
  }
  const { name } = specification;
  if (typeof name !== 'string' || name === '' || name === '*') {
    throw new MongoDbCommandError('CannotCreateIndex', `The index name '${name}' is not valid`);
  }
  return { name, key, unique: isSet(specification, 'unique'), sparse: isSet(specification, 'sparse') };
}

function isSet(specification: Doc, option: string): boolean {
  const value = specification[option] ?? false;
  if (typeof value !== 'boolean' && typeof value !== 'number') {
    throw new MongoDbCommandError('TypeMismatch', `The field '${option}' has to be a bool`);
  }
  return Boolean(value);
}
