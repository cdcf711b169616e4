import type { Clock, Timer } from '../clock.ts';
import type { Logger } from '../log.ts';
import { type Provider, ProviderError, secretWarnings } from '../providers/provider.ts';
import type { Reachability } from './reachability.ts';

const dayMs = 24 * 60 * 60_000;
/** A start has enough to ask of a provider that takes few calls. */
const firstAfterMs = 60 * 60_000;
/** A line is logged when less than so much is left, the first that holds. */
const toldAtMs = [dayMs, secretWarnings.wrongMs, secretWarnings.adviceMs];

interface SecretWatchOptions {
  readonly provider: Pick<Provider, 'secretExpiries'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether every secret will last for a while. */
  readonly lasting: Reachability;
}

/** Looks once a day when the provider accounts' secrets expire, and says so in time: 30 days, 7 days and a day before. */
export function watchSecrets({ provider, clock, log, lasting }: SecretWatchOptions): Timer {
  let timer: Timer;
  /** By account, the last time limit of which was told. */
  const told = new Map<string, number>();

  async function look(): Promise<void> {
    try {
      const now = clock.now().getTime();
      const expiries = await provider.secretExpiries();
      for (const { account, expiresAt } of expiries) {
        const leftMs = expiresAt.getTime() - now;
        const limitMs = toldAtMs.find((ms) => leftMs <= ms);
        if (limitMs !== undefined && limitMs !== told.get(account)) {
          const level = limitMs === dayMs ? 'error' : 'warn';
          log[level]({ account, expiresAt }, 'A secret is about to expire: make a new one and give it to Portcullis');
        }
        if (limitMs === undefined) told.delete(account);
        else told.set(account, limitMs);
      }
      lasting.seen(expiries.every(({ expiresAt }) => expiresAt.getTime() - now > secretWarnings.wrongMs));
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      log.info({ err: error }, 'When secrets expire could not be read; trying again in a day');
    }
  }

  const schedule = (afterMs: number): void => {
    timer = clock.after(afterMs, () => {
      schedule(dayMs);
      look().catch((error: unknown) => log.error({ err: error }, 'Looking when secrets expire failed'));
    });
  };
  schedule(firstAfterMs);
  return { cancel: () => timer.cancel() };
}
