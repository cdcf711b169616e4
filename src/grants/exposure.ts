import { type Grant, maybeOpenUntil } from './grant.ts';

/** How much is open at an instant, and whether what should have been closed by then has been. */
export interface Exposure {
  /** Seen open, and its end has not come. */
  readonly open: number;
  /** Possibly open, though not seen so, or seen so before an end that has come. */
  readonly maybeOpen: number;
  /** For how long the end of a grant has been over without it being seen closed: of the one for which that is longest. */
  readonly pastEndMs: number;
  /** For how long a grant has been closing without being seen closed: of the one for which that is longest. */
  readonly closingMs: number;
}

/** Of all grants that are open or may be. */
export function exposure(live: readonly Grant[], now: Date): Exposure {
  const since = (from: Date | undefined): number =>
    from === undefined ? 0 : Math.max(0, now.getTime() - from.getTime());
  const longest = (times: readonly number[]): number => Math.max(0, ...times);
  const open = live.filter(({ confirmed }) => confirmed !== undefined && now < confirmed.until);
  const notSeenClosed = live.filter(
    ({ seenClosedAt, reopened }) => seenClosedAt === undefined || reopened !== undefined,
  );
  return {
    open: open.length,
    maybeOpen: live.filter((grant) => !open.includes(grant) && maybeOpenUntil(grant) !== undefined).length,
    pastEndMs: longest(notSeenClosed.map((grant) => since(maybeOpenUntil(grant)))),
    closingMs: longest(notSeenClosed.map(({ closing, reopened }) => since(reopened?.at ?? closing?.at))),
  };
}
