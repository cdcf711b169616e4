import { withoutEffect } from '../grants/owed.ts';
import type { Delivery, DeliveryEffect } from '../ledger/delivery.ts';
import { caughtUp, notTaken, otherDestination, stopped, taken } from '../ledger/delivery.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import type { Logger } from '../log.ts';
import type { LedgerStore } from '../store/ledger.ts';
import type { Webhook, WebhookOutcome } from '../webhook/webhook.ts';
import type { Reachability } from './reachability.ts';
import { type Random, retryDelayMs } from './retry.ts';
import type { Attempt, Result, WorkPlan } from './worker.ts';

export interface DeliveryPlanDependencies {
  /** The delivery that this process makes; those to destinations of before are left alone. */
  readonly deliveryId: string;
  readonly ledger: Pick<LedgerStore, 'stored'>;
  readonly webhook: Webhook;
  /** Whether the destination takes entries, and whether it wants any. */
  readonly reachability: { readonly webhook: Reachability; readonly webhookStopped: Reachability };
  readonly log: Logger;
  readonly random: Random;
  readonly now: () => Date;
}

const backoff = { baseMs: 5_000, maxMs: 15 * 60_000 };
/** Then the lease is looked at, and whoever stops the process is heard. */
const mostAtOnce = 10;

/** How entries are sent: those behind the cursor in order, and beside them those that an operator has sent once more. */
export function createDeliveryPlan(dependencies: DeliveryPlanDependencies): WorkPlan<Delivery> {
  return {
    name: 'deliveries',
    leaseMs: 30_000,
    lanes: ['deliver', 'redeliver'],
    elapse: (delivery) => delivery,
    next: (_delivery, lane, due) => due.find(({ kind }) => kind === lane),
    async run(effect, delivery, attempt) {
      // Whoever set this destination may still run: then its process owes this again.
      if (delivery._id !== dependencies.deliveryId) return (doc, at) => otherDestination(doc, effect, at);
      const { webhookStopped } = dependencies.reachability;
      webhookStopped.seen(delivery.stoppedAt === undefined);
      if (delivery.stoppedAt !== undefined) return stopped;
      return sendFrom(dependencies, effect, delivery, attempt);
    },
    failed: (delivery, effect, now) => {
      const owed = delivery.owed.find(({ id }) => id === effect.id);
      if (owed === undefined) return delivery;
      const sequence = owed.kind === 'redeliver' ? owed.sequence : delivery.cursor + 1;
      const delayMs = retryDelayMs(effect.attempts + 1, backoff, dependencies.random);
      return notTaken(delivery, owed, { sequence, why: 'it could not be read or sent', delayMs }, now);
    },
  };
}

async function sendFrom(
  dependencies: DeliveryPlanDependencies,
  effect: DeliveryEffect,
  delivery: Delivery,
  attempt: Attempt<Delivery>,
): Promise<Result<Delivery>> {
  const { ledger, webhook, now } = dependencies;
  const after = effect.kind === 'redeliver' ? effect.sequence - 1 : delivery.cursor;
  const upTo = effect.kind === 'redeliver' ? effect.sequence : delivery.cursor + mostAtOnce;
  let sent = 0;
  for await (const stored of ledger.stored(delivery.organizationId, { after, upTo })) {
    // As stored: whether it is what was written is for whoever verifies the ledger to find.
    const entry = stored as LedgerEntry;
    const outcome = await webhook(messageOf(entry), now());
    tell(dependencies, outcome, entry);
    switch (outcome.kind) {
      case 'taken': {
        const written = await attempt.write((doc, at) => taken(doc, effect, entry.sequence, at));
        if (written === undefined) return (doc) => doc;
        break;
      }
      case 'gone':
        return stopped;
      case 'not-taken': {
        const { why, retryAfterMs } = outcome;
        return (doc, at) => {
          const attempts = (doc.owed.find(({ id }) => id === effect.id)?.attempts ?? 0) + 1;
          const delayMs = retryDelayMs(attempts, backoff, dependencies.random, retryAfterMs);
          return notTaken(doc, effect, { sequence: entry.sequence, why, delayMs }, at);
        };
      }
    }
    sent += 1;
    if (sent === mostAtOnce) return (doc) => doc;
  }
  return effect.kind === 'redeliver'
    ? (doc) => withoutEffect(doc, effect.id)
    : (doc, at) => caughtUp(doc, effect, delivery.version, at);
}

/** Says of every write which entries it has given up. */
export function givenUpLogged(log: Logger): (before: Delivery | undefined, after: Delivery) => void {
  return (before, { organizationId, deadLetters }) => {
    const known = before?.deadLetters ?? [];
    const fresh = deadLetters.filter(({ sequence }) => !known.some((other) => other.sequence === sequence));
    for (const { sequence, why } of fresh) {
      const fields = { organizationId, sequence, why };
      log.error(fields, 'The webhook of the ledger has not taken an entry for a day; it is given up');
    }
  };
}

/** Receivers tell a message that they have had before by its id. */
const messageOf = (entry: LedgerEntry): { id: string; body: string } => ({
  id: `ledger_${entry.organization}_${entry.sequence}`,
  body: JSON.stringify({ type: 'ledger.entry', timestamp: entry.at, data: entry }),
});

function tell({ reachability, log }: DeliveryPlanDependencies, outcome: WebhookOutcome, entry: LedgerEntry): void {
  const fields = { organizationId: entry.organization, sequence: entry.sequence };
  reachability.webhook.seen(outcome.kind !== 'not-taken');
  switch (outcome.kind) {
    case 'taken':
      return;
    case 'gone':
      reachability.webhookStopped.seen(false);
      log.error(
        fields,
        'The webhook of the ledger answered 410: nothing more is sent to it until an operator has it so',
      );
      return;
    case 'not-taken':
      log.warn({ ...fields, why: outcome.why }, 'The webhook of the ledger did not take an entry');
  }
}
