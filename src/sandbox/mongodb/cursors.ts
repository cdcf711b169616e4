import { calculateObjectSize, Long } from 'bson';
import { MongoDbCommandError } from './errors.ts';
import { type Doc, maxDocumentBytes } from './values.ts';

const firstBatchDocuments = 101;

interface OpenCursor {
  readonly namespace: string;
  readonly documents: readonly Doc[];
  position: number;
}

/** Results that did not fit into one answer. A cursor keeps what matched when it was opened. */
export class Cursors {
  readonly #open = new Map<number, OpenCursor>();
  #lastId = 0;

  /** The `cursor` part of an answer, with the first batch; the rest is kept unless a single batch was asked for. */
  open(
    namespace: string,
    documents: readonly Doc[],
    { batchSize = firstBatchDocuments, singleBatch = false }: { batchSize?: number; singleBatch?: boolean },
  ): Doc {
    const cursor: OpenCursor = { namespace, documents, position: 0 };
    const firstBatch = nextBatch(cursor, batchSize);
    const keeps = cursor.position < documents.length && !singleBatch;
    if (keeps) {
      this.#lastId += 1;
      this.#open.set(this.#lastId, cursor);
    }
    return { id: Long.fromNumber(keeps ? this.#lastId : 0), ns: namespace, firstBatch };
  }

  /** Without a batch size, as much as fits. Throws CursorNotFound. */
  getMore(id: number, namespace: string, batchSize: number | undefined): Doc {
    const cursor = this.#open.get(id);
    if (cursor === undefined || cursor.namespace !== namespace) {
      throw new MongoDbCommandError('CursorNotFound', `cursor id ${id} not found`);
    }
    const batch = nextBatch(cursor, batchSize ?? Number.POSITIVE_INFINITY);
    const isDone = cursor.position >= cursor.documents.length;
    if (isDone) this.#open.delete(id);
    return { id: Long.fromNumber(isDone ? 0 : id), ns: namespace, nextBatch: batch };
  }

  /** True when there was such a cursor. */
  kill(id: number): boolean {
    return this.#open.delete(id);
  }

  killAll(concerns: (namespace: string) => boolean): void {
    for (const [id, { namespace }] of this.#open) if (concerns(namespace)) this.#open.delete(id);
  }
}

/** At least one document if any was asked for, and no more than 16 MB of them. */
function nextBatch(cursor: OpenCursor, batchSize: number): Doc[] {
  const batch: Doc[] = [];
  let bytes = 0;
  while (batch.length < batchSize) {
    const document = cursor.documents[cursor.position];
    if (document === undefined) break;
    // An element of an array takes its type, its position in digits and a zero byte besides.
    bytes += calculateObjectSize(document) + String(batch.length).length + 2;
    if (batch.length > 0 && bytes > maxDocumentBytes) break;
    batch.push(document);
    cursor.position += 1;
  }
  return batch;
}
