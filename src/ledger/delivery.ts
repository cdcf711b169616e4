import { type OwedEffect, type Owing, owe, replaceEffect, touched, withoutEffect } from '../grants/owed.ts';

export type DeliveryEffect =
  /** The entries behind the cursor have to be sent, in order. */
  | (OwedEffect & { readonly kind: 'deliver' })
  /** An entry that was given up has to be sent once more. */
  | (OwedEffect & { readonly kind: 'redeliver'; readonly sequence: number });

/** Sending an entry has failed. `why` is for operators and holds no secret. */
interface FailedDelivery {
  readonly sequence: number;
  readonly at: Date;
  readonly why: string;
}

/** How far an organization's ledger has been sent to one destination. */
export interface Delivery extends Owing<DeliveryEffect> {
  readonly schemaVersion: 1;
  readonly organizationId: string;
  /** For people: the address itself may hold a secret. */
  readonly host: string;
  /** All entries up to this one were taken by the destination, or given up. */
  readonly cursor: number;
  readonly takenAt?: Date;
  /** The newest failure; absent once something was taken after it. */
  readonly failure?: FailedDelivery;
  /** Since then the destination wants nothing more. */
  readonly stoppedAt?: Date;
  /** Entries that were given up, oldest failure first. */
  readonly deadLetters: readonly FailedDelivery[];
}

/** An entry that nobody has taken for this long is given up. */
const giveUpAfterMs = 24 * 60 * 60_000;
/** A look without being told to: a process may have died before it told that there is a new entry. */
const lookEveryMs = 5 * 60_000;

/** From the first entry on. */
export function newDelivery(id: string, organizationId: string, host: string, now: Date): Delivery {
  const empty: Delivery = {
    _id: id,
    schemaVersion: 1,
    rev: 0,
    version: 0,
    owed: [],
    effectCount: 0,
    organizationId,
    host,
    cursor: 0,
    deadLetters: [],
  };
  return owe(empty, { kind: 'deliver', dueAt: now });
}

const again = { attempts: 0, failingSince: undefined };

/** There may be new entries. What waits because of a failure goes on waiting. */
export function grown(delivery: Delivery, now: Date): Delivery {
  const waiting = delivery.owed.find((effect) => effect.kind === 'deliver');
  if (waiting === undefined) return owe(touched(delivery), { kind: 'deliver', dueAt: now });
  const dueAt = waiting.attempts > 0 || waiting.dueAt < now ? waiting.dueAt : now;
  return replaceEffect(touched(delivery), waiting.id, { dueAt });
}

/** The destination has taken an entry, either in its turn or once more. */
export function taken(delivery: Delivery, effect: DeliveryEffect, sequence: number, now: Date): Delivery {
  const done = { ...delivery, takenAt: now, failure: undefined };
  return effect.kind === 'redeliver'
    ? withoutEffect(done, effect.id)
    : replaceEffect({ ...done, cursor: sequence }, effect.id, again);
}

/** All there was to send has been sent; unless the ledger has grown since `version`, the next look is later. */
export function caughtUp(delivery: Delivery, effect: DeliveryEffect, version: number, now: Date): Delivery {
  const dueAt = delivery.version === version ? new Date(now.getTime() + lookEveryMs) : now;
  return replaceEffect(delivery, effect.id, { ...again, dueAt });
}

/** An entry was not taken: it is sent again, or given up after a day, and then the next one has its turn. */
export function notTaken(
  delivery: Delivery,
  effect: DeliveryEffect,
  failed: { readonly sequence: number; readonly why: string; readonly delayMs: number },
  now: Date,
): Delivery {
  const { sequence, why, delayMs } = failed;
  const owed = delivery.owed.find((other) => other.id === effect.id) ?? effect;
  const failure = { sequence, at: now, why };
  const failingSince = owed.failingSince ?? now;
  if (now.getTime() - failingSince.getTime() < giveUpAfterMs) {
    const dueAt = new Date(now.getTime() + delayMs);
    return replaceEffect({ ...delivery, failure }, effect.id, { dueAt, attempts: owed.attempts + 1, failingSince });
  }
  const given = { ...delivery, failure, deadLetters: [...delivery.deadLetters, failure] };
  return effect.kind === 'redeliver'
    ? withoutEffect(given, effect.id)
    : replaceEffect({ ...given, cursor: sequence }, effect.id, { ...again, dueAt: now });
}

/**
 * Another destination was set while this one was worked off. What an operator had sent once more goes back to where it can
 * be seen; the entries behind the cursor are owed again by a process that has this destination.
 */
export function otherDestination(delivery: Delivery, effect: DeliveryEffect, now: Date): Delivery {
  const left = withoutEffect(delivery, effect.id);
  if (effect.kind !== 'redeliver') return left;
  const why = 'the destination was changed before it was sent once more';
  return { ...left, deadLetters: [...left.deadLetters, { sequence: effect.sequence, at: now, why }] };
}

/** The destination wants nothing more. What it was not sent stays owed, and is looked at from time to time to say so. */
export function stopped(delivery: Delivery, now: Date): Delivery {
  const dueAt = new Date(now.getTime() + lookEveryMs);
  const owed = delivery.owed.map((effect) => ({ ...effect, ...again, dueAt }));
  return { ...delivery, owed, stoppedAt: delivery.stoppedAt ?? now };
}

/** An operator has these dead letters sent once more; where the destination had stopped everything, all goes on. */
export function sentAgain(delivery: Delivery, sequences: readonly number[], now: Date): Delivery {
  const kept = delivery.deadLetters.filter(({ sequence }) => !sequences.includes(sequence));
  const going: Delivery = { ...delivery, stoppedAt: undefined, deadLetters: kept };
  const due = going.owed.map((effect) => ({ ...effect, ...again, dueAt: now }));
  const owing = { ...going, owed: due };
  return owe(owing, ...sequences.map((sequence) => ({ kind: 'redeliver' as const, sequence, dueAt: now })));
}
