import type { OwedEffect, Owing } from '../grants/owed.ts';
import type { LedgerContent } from './entry.ts';

/** Entries that have to be written to the ledger, in this order. A document owes at most one of these. */
export type LedgerEffect = OwedEffect & { readonly kind: 'ledger'; readonly entries: readonly LedgerContent[] };

const isLedger = (effect: OwedEffect): effect is LedgerEffect => effect.kind === 'ledger';

/** Owes entries behind those that are owed already. */
export function withEntriesOwed<D extends Owing>(doc: D, entries: readonly LedgerContent[]): D {
  const [first] = entries;
  if (first === undefined) return doc;
  const owed = doc.owed.find(isLedger);
  if (owed !== undefined) {
    const more = { ...owed, entries: [...owed.entries, ...entries] };
    return { ...doc, owed: doc.owed.map((effect) => (effect === owed ? more : effect)) };
  }
  const effectCount = doc.effectCount + 1;
  const effect = { kind: 'ledger', id: `e${effectCount}`, dueAt: new Date(first.at), attempts: 0, entries };
  return { ...doc, owed: [...doc.owed, effect], effectCount };
}

/** They stand in the ledger. What was owed meanwhile is due at once. */
export function withEntriesWritten<D extends Owing>(doc: D, written: readonly LedgerContent[], now: Date): D {
  const sources = new Set(written.map(({ source }) => source));
  const owed = doc.owed.flatMap((effect) => {
    if (!isLedger(effect)) return effect;
    const entries = effect.entries.filter(({ source }) => !sources.has(source));
    return entries.length === 0 ? [] : { ...effect, entries, attempts: 0, dueAt: now };
  });
  return { ...doc, owed };
}
