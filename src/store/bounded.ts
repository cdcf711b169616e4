/** An operation that got no answer in time; it may still have taken effect. */
export class DatabaseTimeoutError extends Error {
  override readonly name = 'DatabaseTimeoutError';
  readonly code = 'database-timeout';
}

/** Above every time-out of the driver's own. */
const operationMs = 15_000;

/**
 * Bounds a database operation in real time. The driver's own time-outs do not bound a write to a connection that the
 * server is just closing: it waits for the socket to drain, which never comes.
 */
export async function bounded<T>(operation: Promise<T>, withinMs = operationMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DatabaseTimeoutError('MongoDB did not answer in time')), withinMs);
  });
  try {
    return await Promise.race([operation, late]);
  } finally {
    clearTimeout(timer);
  }
}
