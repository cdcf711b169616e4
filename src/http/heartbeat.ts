import type { Clock, Timer } from '../clock.ts';
import type { Logger } from '../log.ts';

const everyMs = 60_000;
const timeoutMs = 5_000;

/**
 * Calls an address each minute while `onTime` says that all is well, so that a service which expects the call notices
 * silence, whatever its cause. The address may hold a token: it is never logged, and no redirect is followed with it.
 */
export function startHeartbeat(options: {
  readonly url: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onTime: () => Promise<boolean>;
}): Timer {
  const { url, clock, log, onTime } = options;
  let timer: Timer;
  let beating = false;

  async function beat(): Promise<void> {
    if (!(await onTime())) {
      log.warn('No heartbeat is sent, because this process is not on time; /readyz says why');
      return;
    }
    try {
      const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
      await response.body?.cancel();
      if (!response.ok) log.warn({ status: response.status }, 'The heartbeat was not taken');
    } catch (error) {
      log.warn({ err: error }, 'The heartbeat could not be sent');
    }
  }

  const schedule = (): void => {
    timer = clock.after(everyMs, () => {
      schedule();
      if (beating) return;
      beating = true;
      void beat().finally(() => {
        beating = false;
      });
    });
  };
  schedule();
  return { cancel: () => timer.cancel() };
}
