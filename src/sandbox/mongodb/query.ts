import type { Collection, StoredRecord } from './collection.ts';
import { compileFilter } from './filter.ts';
import { planQuery } from './plan.ts';
import { parseSort, sortDocuments } from './sort.ts';
import type { Doc } from './values.ts';

export interface QueryRequest {
  readonly filter: Doc;
  readonly sort?: Doc;
  readonly skip?: number;
  /** Zero, or left out, for all. */
  readonly limit?: number;
}

/** The records that match, in the order asked for. Checks the request even where there is no collection. */
export function runQuery(collection: Collection | undefined, request: QueryRequest): StoredRecord[] {
  const predicate = compileFilter(request.filter);
  const sort = parseSort(request.sort ?? {});
  if (collection === undefined) return [];
  const skip = request.skip ?? 0;
  const end = request.limit ? skip + request.limit : Number.POSITIVE_INFINITY;
  const plan = planQuery(collection, request.filter, sort);
  const found: StoredRecord[] = [];
  for (const record of plan.records) {
    if (plan.sorted && found.length >= end) break;
    if (predicate(record.document)) found.push(record);
  }
  const ordered = plan.sorted ? found : sortDocuments(found, sort, (record) => record.document);
  return ordered.slice(skip, end);
}
