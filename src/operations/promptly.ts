import type { Logger } from '../log.ts';

/** Real time, as Slack's: half of what it waits for an acknowledgement (Slack documentation, "Handling user interaction"). */
const promptMs = 1_500;

/**
 * For what has to be known before Slack gets its acknowledgement: what could not be read, or not at once, is logged under
 * `failure` and stood in for. Never rejects.
 */
export async function promptly<T>(
  log: Logger,
  failure: string,
  reading: Promise<T>,
  standIn: T,
  withinMs = promptMs,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('It was not there in time')), withinMs);
  });
  try {
    return await Promise.race([reading, late]);
  } catch (error) {
    log.warn({ err: error }, failure);
    return standIn;
  } finally {
    clearTimeout(timer);
  }
}
