/**
 * A record whose oldest history may have been moved out of it: what is left in it is the newest, and everything that was
 * ever recorded has a place, counted from 0, which it keeps.
 */
export interface WithHistory<E = unknown> {
  readonly history: readonly E[];
  /** How many entries were moved out. */
  readonly historyMoved?: number;
}

/** Enough for everything that decisions and messages look back for. */
const kept = 300;
/** Moving takes two writes, so that it is not done for each entry. */
const most = 400;

/** How many of the oldest entries are to be moved out, once there are too many. */
export const entriesToMove = ({ history }: WithHistory): number => (history.length > most ? history.length - kept : 0);

/** The record without entries that stand elsewhere by now: those before this place. The same object when they are gone. */
export function withoutHistoryBefore<D extends WithHistory>(doc: D, place: number): D {
  const moved = doc.historyMoved ?? 0;
  return place <= moved ? doc : { ...doc, history: doc.history.slice(place - moved), historyMoved: place };
}

/** What a write has recorded. */
export function entriesAdded<D extends WithHistory>(before: D | undefined, after: D): D['history'] {
  const known = (before?.historyMoved ?? 0) + (before?.history.length ?? 0);
  return after.history.slice(Math.max(0, known - (after.historyMoved ?? 0)));
}
