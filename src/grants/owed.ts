/**
 * Durable work. A document carries what it owes: every effect is written in the same atomic write as the transition that
 * caused it, so a crash can delay an effect but not lose it. Whoever works a document off holds its lease.
 */
export interface OwedEffect {
  /** Unique within the document for all time, so that a Slack message can name the effect that posted it. */
  readonly id: string;
  readonly kind: string;
  readonly dueAt: Date;
  /** How often it has been tried, or may have been by a process that died. */
  readonly attempts: number;
  /** When the first failed attempt was, to know when to give up what may be given up. */
  readonly failingSince?: Date;
}

export interface Lease {
  readonly token: string;
  readonly until: Date;
}

/** A document that owes effects. `rev` counts writes, `version` the changes that a message shows. */
export interface Owing<E extends OwedEffect = OwedEffect> {
  readonly _id: string;
  readonly rev: number;
  readonly version: number;
  readonly owed: readonly E[];
  /** Counts the effects ever owed; the next effect's id is made from it. */
  readonly effectCount: number;
  /** The earliest instant at which somebody has to look: the first due effect, or the end of a held lease. */
  readonly nextDueAt?: Date;
  readonly lease?: Lease;
}

/** An effect before it is owed: the id and the count of attempts are given to it by `owe`. */
type NewEffect<E> = E extends OwedEffect ? Omit<E, 'id' | 'attempts' | 'failingSince'> : never;

/** Adds effects to what the document owes. */
export function owe<D extends Owing>(doc: D, ...effects: NewEffect<D['owed'][number]>[]): D {
  const added = effects.map((effect, index) => ({ ...effect, id: `e${doc.effectCount + index + 1}`, attempts: 0 }));
  return { ...doc, owed: [...doc.owed, ...added], effectCount: doc.effectCount + added.length };
}

/** Owes the one effect of its kind, by `dueAt` at the latest; an earlier due time stands. */
export function oweOnce<D extends Owing>(doc: D, effect: NewEffect<D['owed'][number]>): D {
  const existing = doc.owed.find((other) => other.kind === effect.kind);
  if (existing === undefined) return owe(doc, effect);
  return existing.dueAt <= effect.dueAt ? doc : replaceEffect(doc, existing.id, { dueAt: effect.dueAt });
}

export function withoutEffect<D extends Owing>(doc: D, id: string): D {
  return { ...doc, owed: doc.owed.filter((effect) => effect.id !== id) };
}

export function withoutKinds<D extends Owing>(doc: D, ...kinds: string[]): D {
  return { ...doc, owed: doc.owed.filter((effect) => !kinds.includes(effect.kind)) };
}

/** Changes an owed effect; a document that no longer owes it stays as it is. */
export function replaceEffect<D extends Owing>(
  doc: D,
  id: string,
  change: Partial<Pick<OwedEffect, 'dueAt' | 'attempts' | 'failingSince'>>,
): D {
  return { ...doc, owed: doc.owed.map((effect) => (effect.id === id ? { ...effect, ...change } : effect)) };
}

export function dueEffects<E extends OwedEffect>(doc: Owing<E>, now: Date): E[] {
  return doc.owed.filter((effect) => effect.dueAt <= now).sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
}

/** Marks a change that a message shows: the message is owed a fresh render. */
export function touched<D extends Owing>(doc: D): D {
  return { ...doc, version: doc.version + 1 };
}

/**
 * Completes a document for writing: counts the write and says when somebody has to look next. While a lease is held that
 * is its end, because the holder looks at everything that comes due before.
 */
export function sealed<D extends Owing>(doc: D): D {
  const earliest = doc.owed.reduce<Date | undefined>(
    (first, effect) => (first === undefined || effect.dueAt < first ? effect.dueAt : first),
    undefined,
  );
  return { ...doc, rev: doc.rev + 1, nextDueAt: doc.lease === undefined ? earliest : doc.lease.until };
}

/**
 * Claims the document, or refuses while somebody else's lease runs. Claiming over a lease that nobody released counts
 * every due effect as attempted and failed: its process may have died after the effect took place, or just before it does.
 */
export function claimed<D extends Owing>(doc: D, lease: Lease, now: Date): D | undefined {
  if (doc.lease !== undefined && doc.lease.until > now) return undefined;
  const abandoned = doc.lease !== undefined;
  const owed = doc.owed.map((effect) =>
    abandoned && effect.dueAt <= now
      ? { ...effect, attempts: effect.attempts + 1, failingSince: effect.failingSince ?? now }
      : effect,
  );
  return { ...doc, owed, lease };
}
