import type { Clock, Timer } from '../clock.ts';
import { type SecretTold, secretsSeen, secretsToTell, secretWarnings } from '../grants/secret-expiry.ts';
import type { Logger } from '../log.ts';
import { type Provider, ProviderError } from '../providers/provider.ts';
import type { OrganizationStore } from '../store/organizations.ts';
import type { Reachability } from './reachability.ts';

const dayMs = 24 * 60 * 60_000;
/** A start has enough to ask of a provider that takes few calls. */
const firstAfterMs = 60 * 60_000;

interface SecretWatchOptions {
  readonly provider: Pick<Provider, 'secretExpiries'>;
  readonly organizations: Pick<OrganizationStore, 'update'>;
  readonly organizationId: string;
  /** Has what the organization owes looked at now. */
  readonly work: { organization(id: string): Promise<void> };
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether every secret will last for a while. */
  readonly lasting: Reachability;
}

/** Looks once a day when the provider accounts' secrets expire, and has it told in time: 30 days, 7 days and a day before. */
export function watchSecrets(options: SecretWatchOptions): Timer {
  const { provider, organizations, organizationId, work, clock, log, lasting } = options;
  let timer: Timer;

  async function look(): Promise<void> {
    try {
      const expiries = await provider.secretExpiries();
      const now = clock.now();
      lasting.seen(expiries.every(({ expiresAt }) => expiresAt.getTime() - now.getTime() > secretWarnings.wrongMs));
      // Other processes look as well: whoever writes it first tells it.
      let news: readonly SecretTold[] = [];
      const outcome = await organizations.update<never>(organizationId, (doc) => {
        news = secretsToTell(doc, expiries, now);
        return { ok: true, doc: secretsSeen(doc, expiries, now) };
      });
      if (outcome.kind !== 'done' || news.length === 0) return;
      for (const { account, expiresAt, limitMs } of news) {
        const level = limitMs === dayMs ? 'error' : 'warn';
        log[level]({ account, expiresAt }, 'A secret is about to expire: make a new one and give it to Portcullis');
      }
      await work.organization(organizationId);
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
