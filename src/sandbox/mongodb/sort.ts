import { badValue } from './conditions.ts';
import { notSupported } from './errors.ts';
import { pathKeys } from './paths.ts';
import { compareValues, type Doc, isDoc } from './values.ts';

export interface SortKey {
  readonly path: string;
  readonly direction: 1 | -1;
}

/** Parses a sort document, most significant key first; an empty one asks for no order. */
export function parseSort(sort: Doc): SortKey[] {
  return Object.entries(sort).map(([path, direction]) => {
    if (path === '$natural' || isDoc(direction))
      throw notSupported(`Sorting by ${path === '$natural' ? path : '$meta'}`);
    if (path === '' || path.startsWith('$')) throw badValue(`'${path}' is no field to sort by`);
    if (direction !== 1 && direction !== -1) {
      throw badValue('$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    }
    return { path, direction };
  });
}

/** Sorts stably. An array counts by its least element when ascending, by its greatest when descending. */
export function sortDocuments<Item>(
  items: readonly Item[],
  keys: readonly SortKey[],
  documentOf: (item: Item) => Doc,
): Item[] {
  if (keys.length === 0) return [...items];
  return items
    .map((item) => ({ item, values: keys.map((key) => sortValue(documentOf(item), key)) }))
    .sort((a, b) => {
      for (const [index, { direction }] of keys.entries()) {
        const order = compareValues(a.values[index], b.values[index]) * direction;
        if (order !== 0) return order;
      }
      return 0;
    })
    .map(({ item }) => item);
}

function sortValue(document: Doc, { path, direction }: SortKey): unknown {
  return pathKeys(document, path).keys.reduce((best, value) =>
    compareValues(value, best) * direction < 0 ? value : best,
  );
}
